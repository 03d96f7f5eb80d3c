//! Backup jobs and replication jobs, as far as they name guests.

use serde::Deserialize;

use super::lenient;

/// An element of `GET /cluster/backup`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
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

/// An element of `GET /cluster/replication`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ReplicationJob {
    /// Its name, such as `100-0`.
    #[serde(deserialize_with = "lenient::required_text")]
    pub id: String,
    /// The guest.
    #[serde(default, deserialize_with = "lenient::opt_int")]
    pub guest: Option<u32>,
    /// The node it is copied to.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub target: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backup_job_names_what_it_takes_and_what_it_leaves_out() {
        let job = |text: &str| serde_json::from_str::<BackupJob>(text).unwrap();
        let chosen = job(r#"{"id":"night","vmid":"100,1001","enabled":"1"}"#);
        assert!(chosen.names(100) && chosen.names(1001) && !chosen.names(10));
        let rest = job(r#"{"id":"rest","all":1,"exclude":"105"}"#);
        assert!(rest.all && rest.enabled && rest.names(105) && !rest.names(100));
    }
}
