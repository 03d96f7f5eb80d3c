//! Backup jobs, which guests they take, and which guests none takes.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::backup::{BackupMode, Compression, opt_kind};
use super::guest::GuestKind;
use super::lenient;
use super::retention::{Retention, opt_retention, plain};

/// `GET /cluster/backup/{id}`, and an element of `GET /cluster/backup`. What it doesn't say is as the nodes'
/// `vzdump.conf` has it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "a job has so many switches")]
pub struct BackupJob {
    /// Its name.
    #[serde(deserialize_with = "lenient::required_text")]
    pub id: String,
    /// Whether it is run.
    #[serde(default = "on", deserialize_with = "lenient::flag")]
    pub enabled: bool,
    /// Whether it takes every guest but those of [`BackupJob::exclude`].
    #[serde(default, deserialize_with = "lenient::flag")]
    pub all: bool,
    /// The guests it names.
    #[serde(default, deserialize_with = "lenient::text_list")]
    pub vmid: Vec<String>,
    /// The guests it leaves out.
    #[serde(default, deserialize_with = "lenient::text_list")]
    pub exclude: Vec<String>,
    /// The pool whose guests it takes.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub pool: Option<String>,
    /// The node whose guests it takes; those of all nodes where none.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub node: Option<String>,
    /// Where the archives go.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub storage: Option<String>,
    /// When it runs, as a calendar event such as `mon..fri 02:00`.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub schedule: Option<String>,
    /// The time of day of a job made before Proxmox VE 7.1, which has no schedule.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub starttime: Option<String>,
    /// The days of the week that go with [`BackupJob::starttime`], such as `mon`.
    #[serde(default, deserialize_with = "lenient::text_list")]
    pub dow: Vec<String>,
    /// When it runs next, in seconds since 1970; none where it is off.
    #[serde(rename = "next-run", default, deserialize_with = "lenient::opt_int")]
    pub next_run: Option<i64>,
    /// Whether a run that was missed is made up for as soon as the node is up.
    #[serde(rename = "repeat-missed", default, deserialize_with = "lenient::flag")]
    pub repeat_missed: bool,
    /// What guests do meanwhile.
    #[serde(default, deserialize_with = "lenient::opt_word")]
    pub mode: Option<BackupMode>,
    /// How archives are compressed.
    #[serde(default, deserialize_with = "lenient::opt_word")]
    pub compress: Option<Compression>,
    /// Which backups are kept; as the storage says where none.
    #[serde(rename = "prune-backups", default, deserialize_with = "opt_retention")]
    pub prune_backups: Option<Retention>,
    /// Whether its backups are protected from pruning and deletion.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub protected: bool,
    /// The notes its backups get, with `{{guestname}}` and the like.
    #[serde(rename = "notes-template", default, deserialize_with = "lenient::opt_text")]
    pub notes_template: Option<String>,
    /// What people say about it.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub comment: Option<String>,
    /// Everything else, as Proxmox says it.
    #[serde(flatten)]
    others: Map<String, Value>,
}

const fn on() -> bool {
    true
}

/// What of a job `vzdump` takes from anybody who may back up, beside what has a field of its own
/// (`PVE::VZDump::Common`). What only root may say is left out: `dumpdir`, `script` and `tmpdir`.
const OPTIONS: &[&str] = &[
    "bwlimit",
    "exclude-path",
    "fleecing",
    "ionice",
    "lockwait",
    "mailnotification",
    "mailto",
    "notification-mode",
    "pbs-change-detection-mode",
    "performance",
    "pigz",
    "stdexcludes",
    "stopwait",
    "zstd",
];

/// A value as a call says it: a list as several, an object as a property string.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(all) => all.iter().filter_map(plain).collect(),
        Value::Object(fields) => {
            let pairs = fields.iter();
            let pairs: Vec<String> = pairs
                .filter_map(|(key, value)| Some(format!("{key}={}", plain(value)?)))
                .collect();
            vec![pairs.join(",")]
        }
        one => plain(one).into_iter().collect(),
    }
}

impl BackupJob {
    /// Whether it lists this guest by its id, to be taken or to be left out.
    pub fn names(&self, vmid: u32) -> bool {
        let text = vmid.to_string();
        self.vmid.contains(&text) || self.exclude.contains(&text)
    }

    /// What it says beside its own fields, of that what [`Vzdump::options`](crate::Vzdump::options) takes; a list once for
    /// each of its values.
    pub fn options(&self) -> Vec<(String, String)> {
        let said = |name: &&str| Some(((*name).to_owned(), self.others.get(*name)?));
        OPTIONS
            .iter()
            .filter_map(said)
            .flat_map(|(name, value)| texts(value).into_iter().map(move |text| (name.clone(), text)))
            .collect()
    }

    /// Whether older backups are removed afterwards; only where it says so they are not.
    pub fn removes(&self) -> bool {
        self.others
            .get("remove")
            .is_none_or(|said| plain(said).is_none_or(|text| text != "0"))
    }
}

/// `GET /cluster/backup/{id}/included_volumes`.
#[derive(Debug, Deserialize)]
pub(crate) struct JobGuests {
    #[serde(default)]
    pub(crate) children: Vec<JobGuest>,
}

/// A guest that a job takes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct JobGuest {
    /// Its id.
    #[serde(rename = "id", deserialize_with = "lenient::required_int")]
    pub vmid: u32,
    /// Its name.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub name: Option<String>,
    /// What it is; none where a job names one that is not there.
    #[serde(rename = "type", default, deserialize_with = "opt_kind")]
    pub kind: Option<GuestKind>,
    /// Its disks or mount points.
    #[serde(rename = "children", default)]
    pub volumes: Vec<JobVolume>,
}

/// A disk or mount point of a guest that a job takes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct JobVolume {
    /// Guest and configuration key, such as `100:scsi0`.
    #[serde(deserialize_with = "lenient::required_text")]
    pub id: String,
    /// What it is called, such as `local-lvm:vm-100-disk-0`.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub name: Option<String>,
    /// Whether it comes into the backup.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub included: bool,
    /// Why, or why not.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub reason: Option<String>,
}

/// An element of `GET /cluster/backup-info/not-backed-up`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct UncoveredGuest {
    /// Its id.
    #[serde(deserialize_with = "lenient::required_int")]
    pub vmid: u32,
    /// Its name.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub name: Option<String>,
    /// What it is.
    #[serde(rename = "type", default, deserialize_with = "opt_kind")]
    pub kind: Option<GuestKind>,
}

/// An element of `GET /cluster/jobs/schedule-analyze`.
#[derive(Debug, Deserialize)]
pub(crate) struct ScheduledRun {
    #[serde(deserialize_with = "lenient::required_int")]
    pub(crate) timestamp: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(text: &str) -> BackupJob {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn a_job_names_what_it_takes_and_what_it_leaves_out() {
        let chosen = job(r#"{"id":"night","vmid":"100,1001","enabled":"1"}"#);
        assert!(chosen.names(100) && chosen.names(1001) && !chosen.names(10));
        let rest = job(r#"{"id":"rest","all":1,"exclude":"105"}"#);
        assert!(rest.all && rest.enabled && rest.names(105) && !rest.names(100));
    }

    #[test]
    fn a_job_of_today_is_read() {
        let job = job(
            r#"{"id":"backup-1","type":"vzdump","enabled":0,"vmid":"100","storage":"nfs","schedule":"sat 02:00","mode":"stop",
                "compress":"zstd","notes-template":"{{guestname}}","prune-backups":{"keep-last":"3"},"protected":"1",
                "repeat-missed":1,"next-run":1800000000,"bwlimit":"51200","comment":"weekly","mailto":"a@b.c,root@pam",
                "mailnotification":"failure","fleecing":{"enabled":"1","storage":"local-lvm"},"exclude-path":["/tmp","/var/tmp/?*"],"script":"/root/x",
                "zstd":4}"#,
        );
        assert!(!job.enabled && job.protected && job.repeat_missed);
        assert_eq!(
            (job.mode, job.compress),
            (Some(BackupMode::Stop), Some(Compression::Zstd))
        );
        assert_eq!(job.prune_backups.unwrap().keep_last, 3);
        assert_eq!(job.next_run, Some(1_800_000_000));
        assert_eq!(job.schedule.as_deref(), Some("sat 02:00"));
        assert_eq!(job.notes_template.as_deref(), Some("{{guestname}}"));
        let said: Vec<String> = job
            .options()
            .iter()
            .map(|(name, value)| format!("{name}: {value}"))
            .collect();
        assert_eq!(
            said,
            [
                "bwlimit: 51200",
                "exclude-path: /tmp",
                "exclude-path: /var/tmp/?*",
                "fleecing: enabled=1,storage=local-lvm",
                "mailnotification: failure",
                "mailto: a@b.c,root@pam",
                "zstd: 4",
            ],
            "what root alone may say, and what is no option of a backup, is not among them"
        );
        assert!(job.removes());
    }

    #[test]
    fn a_job_of_old_and_an_odd_one_are_read() {
        let old = job(
            r#"{"id":"9f1c:1","enabled":"1","all":"1","starttime":"02:30","dow":"mon,tue","mode":"snapshot","compress":"1",
                "quiet":1,"prune-backups":"keep-daily=7"}"#,
        );
        assert_eq!((old.starttime.as_deref(), old.schedule), (Some("02:30"), None));
        assert_eq!(old.dow, ["mon", "tue"]);
        assert_eq!(old.compress, Some(Compression::Lzo));
        assert_eq!(old.prune_backups.unwrap().keep_daily, 7);
        let odd = job(
            r#"{"id":7,"mode":"levitate","compress":[],"prune-backups":[1],"bwlimit":null,"remove":0,"next-run":null}"#,
        );
        assert_eq!((odd.id.as_str(), odd.mode, odd.compress), ("7", None, None));
        assert_eq!((odd.prune_backups, odd.next_run), (None, None));
        assert!(odd.options().is_empty() && !odd.removes());
    }

    #[test]
    fn a_guest_that_is_not_there_is_in_the_list() {
        let text = r#"{"children":[{"id":"100","name":"web","type":"qemu","children":[
            {"id":"100:scsi0","name":"local-lvm:vm-100-disk-0","included":1,"reason":"enabled"},
            {"id":"100:ide2","name":"none","included":"0","reason":"CD-ROM"}]},{"id":101,"type":"unknown"}]}"#;
        let guests = serde_json::from_str::<JobGuests>(text).unwrap().children;
        assert_eq!((guests[0].vmid, guests[0].kind), (100, Some(GuestKind::Qemu)));
        let included: Vec<_> = guests[0].volumes.iter().map(|volume| volume.included).collect();
        assert_eq!(included, [true, false]);
        assert_eq!(
            (guests[1].vmid, guests[1].kind, guests[1].volumes.len()),
            (101, None, 0)
        );
    }
}
