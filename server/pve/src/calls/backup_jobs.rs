//! The cluster's backup jobs: what they are, whom they take, and when their schedules fall due.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::client::Client;
use crate::error::Result;
use crate::request::Call;
use crate::wire::{BackupJob, JobGuest, JobGuests, Retention, ScheduledRun, UncoveredGuest};

/// Which guests a job takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobSelection {
    /// All but these.
    All {
        /// Those that are left out.
        exclude: Vec<u32>,
    },
    /// These.
    Guests(Vec<u32>),
    /// Those of a pool.
    Pool(String),
}

/// Keys of a job to set and to take out. What isn't named stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct JobChange {
    set: BTreeMap<String, String>,
    delete: BTreeSet<String>,
}

impl JobChange {
    /// A change that changes nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a key. With `schedule`, Proxmox takes out an old job's `starttime` and `dow` by itself.
    #[must_use]
    pub fn set(mut self, key: impl Into<String>, value: impl fmt::Display) -> Self {
        let key = key.into();
        self.delete.remove(&key);
        self.set.insert(key, value.to_string());
        self
    }

    /// Takes a key out.
    #[must_use]
    pub fn delete(mut self, key: impl Into<String>) -> Self {
        let key = key.into();
        self.set.remove(&key);
        self.delete.insert(key);
        self
    }

    /// Sets a key where there is a value, and takes it out where there is none.
    #[must_use]
    pub fn set_or_delete(self, key: impl Into<String>, value: Option<impl fmt::Display>) -> Self {
        match value {
            Some(value) => self.set(key, value),
            None => self.delete(key),
        }
    }

    /// Sets which guests it takes, in place of whatever it said before: Proxmox refuses a job that says it in two ways.
    #[must_use]
    pub fn guests(self, guests: &JobSelection) -> Self {
        let none: Option<&str> = None;
        let list = |vmids: &[u32]| vmids.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
        let (all, exclude, vmid, pool) = match guests {
            JobSelection::All { exclude } => {
                let exclude = (!exclude.is_empty()).then(|| list(exclude));
                (Some("1"), exclude, None, none)
            }
            JobSelection::Guests(vmids) => (none, None, Some(list(vmids)), none),
            JobSelection::Pool(pool) => (none, None, None, Some(pool.as_str())),
        };
        self.set_or_delete("all", all)
            .set_or_delete("exclude", exclude)
            .set_or_delete("vmid", vmid)
            .set_or_delete("pool", pool)
    }

    /// Sets which backups are kept; as the storage says where none.
    #[must_use]
    pub fn retention(self, retention: Option<&Retention>) -> Self {
        self.set_or_delete("prune-backups", retention)
    }

    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        self.set.is_empty() && self.delete.is_empty()
    }

    /// The keys it sets.
    pub fn values(&self) -> &BTreeMap<String, String> {
        &self.set
    }

    /// The keys it takes out.
    pub fn deleted(&self) -> &BTreeSet<String> {
        &self.delete
    }

    fn set_in(&self, mut call: Call) -> Call {
        for (key, value) in &self.set {
            call = call.param(key.clone(), value);
        }
        call
    }
}

impl Client {
    /// The cluster's backup jobs.
    ///
    /// # Errors
    /// See [`Error`](crate::Error), as for all calls.
    pub async fn backup_jobs(&self) -> Result<Vec<BackupJob>> {
        self.list(Call::get("/cluster/backup", &[])).await
    }

    /// A backup job.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); `is_not_found` where there is none of that name.
    pub async fn backup_job(&self, id: &str) -> Result<BackupJob> {
        self.one(Call::get("/cluster/backup/{id}", &[&id])).await
    }

    /// Makes a backup job. The keys are those of `PVE::API2::Backup`; without `id`, Proxmox makes a name up and doesn't
    /// tell it. What the change takes out is nothing to a job that isn't there yet.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); `is_name_taken` where there is one of that name.
    pub async fn create_backup_job(&self, job: &JobChange) -> Result<()> {
        self.done(job.set_in(Call::post("/cluster/backup", &[]))).await
    }

    /// Changes a backup job. Proxmox has no digest for it: the last change counts.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); `is_not_found` where there is none of that name.
    pub async fn change_backup_job(&self, id: &str, change: &JobChange) -> Result<()> {
        let mut call = change.set_in(Call::put("/cluster/backup/{id}", &[&id]));
        if !change.delete.is_empty() {
            let keys: Vec<&str> = change.delete.iter().map(String::as_str).collect();
            call = call.param("delete", keys.join(","));
        }
        self.done(call.repeatable()).await
    }

    /// Deletes a backup job; its backups stay.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); `is_not_found` where there is none of that name.
    pub async fn delete_backup_job(&self, id: &str) -> Result<()> {
        self.done(Call::delete("/cluster/backup/{id}", &[&id])).await
    }

    /// The guests that a job takes, and which of their disks come into the backup.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); `is_not_found` where there is no job of that name.
    pub async fn backup_job_volumes(&self, id: &str) -> Result<Vec<JobGuest>> {
        let call = Call::get("/cluster/backup/{id}/included_volumes", &[&id]);
        let guests: JobGuests = self.one(call).await?;
        Ok(guests.children)
    }

    /// The guests that no job takes, whether it is on or not, as far as the credentials may see them.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub async fn not_backed_up(&self) -> Result<Vec<UncoveredGuest>> {
        self.list(Call::get("/cluster/backup-info/not-backed-up", &[]))
            .await
    }

    /// When a schedule falls due next: so many times after `start`, or after now, in seconds since 1970.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); [`Error::Invalid`](crate::Error::Invalid) where Proxmox can't read the schedule.
    pub async fn analyze_schedule(
        &self,
        schedule: &str,
        start: Option<i64>,
        iterations: u32,
    ) -> Result<Vec<i64>> {
        let call = Call::get("/cluster/jobs/schedule-analyze", &[])
            .param("schedule", schedule)
            .opt("starttime", start)
            .param("iterations", iterations);
        let runs: Vec<ScheduledRun> = self.list(call).await?;
        Ok(runs.into_iter().map(|run| run.timestamp).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deleted(change: &JobChange) -> Vec<&str> {
        change.deleted().iter().map(String::as_str).collect()
    }

    #[test]
    fn one_way_to_name_guests_takes_the_place_of_another() {
        let all = JobChange::new().guests(&JobSelection::All {
            exclude: vec![100, 101],
        });
        assert_eq!(all.values()["all"], "1");
        assert_eq!(all.values()["exclude"], "100,101");
        assert_eq!(deleted(&all), ["pool", "vmid"]);

        let some = all.clone().guests(&JobSelection::Guests(vec![102, 103]));
        assert_eq!(
            some.values(),
            &BTreeMap::from([("vmid".into(), "102,103".into())])
        );
        assert_eq!(deleted(&some), ["all", "exclude", "pool"]);

        let pool = some.guests(&JobSelection::Pool("web".into()));
        assert_eq!(pool.values(), &BTreeMap::from([("pool".into(), "web".into())]));
        assert_eq!(deleted(&pool), ["all", "exclude", "vmid"]);

        let everything = all.guests(&JobSelection::All { exclude: Vec::new() });
        assert_eq!(deleted(&everything), ["exclude", "pool", "vmid"]);
    }

    #[test]
    fn a_key_is_set_or_taken_out_but_not_both() {
        let change = JobChange::new().set("comment", "x").delete("comment");
        assert!(change.values().is_empty() && deleted(&change) == ["comment"]);
        let change = change.set("comment", "y");
        assert!(change.values()["comment"] == "y" && change.deleted().is_empty());
        let kept = change.retention(Some(&Retention::ALL)).retention(None);
        assert_eq!(deleted(&kept), ["prune-backups"]);
        assert!(JobChange::new().is_empty() && !kept.is_empty());
    }
}
