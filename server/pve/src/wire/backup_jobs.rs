//! Backup jobs, which guests they take, and which guests none takes.

use serde::Deserialize;

use super::backup::{BackupMode, Compression, opt_kind};
use super::guest::GuestKind;
use super::lenient;
use super::retention::{Retention, opt_retention};

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
    /// Limit in KiB/s; 0 for none.
    #[serde(default, deserialize_with = "lenient::opt_int")]
    pub bwlimit: Option<u64>,
    /// What people say about it.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub comment: Option<String>,
    /// Who gets a mail.
    #[serde(default, deserialize_with = "lenient::text_list")]
    pub mailto: Vec<String>,
    /// When there is a mail: `always` or `failure`.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub mailnotification: Option<String>,
}

const fn on() -> bool {
    true
}

impl BackupJob {
    /// Whether it lists this guest by its id, to be taken or to be left out.
    pub fn names(&self, vmid: u32) -> bool {
        let text = vmid.to_string();
        self.vmid.contains(&text) || self.exclude.contains(&text)
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
                "mailnotification":"failure","fleecing":{"enabled":"1","storage":"local-lvm"},"exclude-path":["/tmp"]}"#,
        );
        assert!(!job.enabled && job.protected && job.repeat_missed);
        assert_eq!(
            (job.mode, job.compress),
            (Some(BackupMode::Stop), Some(Compression::Zstd))
        );
        assert_eq!(job.prune_backups.unwrap().keep_last, 3);
        assert_eq!((job.next_run, job.bwlimit), (Some(1_800_000_000), Some(51_200)));
        assert_eq!(job.schedule.as_deref(), Some("sat 02:00"));
        assert_eq!(job.notes_template.as_deref(), Some("{{guestname}}"));
        assert_eq!(job.mailto, ["a@b.c", "root@pam"]);
        assert_eq!(job.mailnotification.as_deref(), Some("failure"));
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
            r#"{"id":7,"mode":"levitate","compress":[],"prune-backups":[1],"bwlimit":"much","next-run":null}"#,
        );
        assert_eq!((odd.id.as_str(), odd.mode, odd.compress), ("7", None, None));
        assert_eq!((odd.prune_backups, odd.bwlimit, odd.next_run), (None, None, None));
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
