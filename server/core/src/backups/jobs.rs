//! Proxmox's own backup jobs. They concern every server, and so does whoever changes them.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use drover_types::audit::{Action, FieldChanges, ObjectKind};
use drover_types::backup::{BackUp, BackupJob, Compression, JobChoice, JobDraft};
use drover_types::many::ManyActed;
use drover_types::permission::Permission;
use drover_types::text::Problem;
use futures::future::join_all;
use pve_client::{JobChange, JobSelection};
use tokio::time::Instant;
use uuid::Uuid;

use super::coverage::takes;
use super::next_runs::runs;
use super::service::Backups;
use super::wire;
use crate::audit::{self, Entry, changed};
use crate::clusters::Cluster;
use crate::context::{Actor, OpContext};
use crate::error::{Edited, Error, Result};
use crate::servers::upstream;

/// For how long what was read of the jobs is taken for true, where only coverage is shown.
const BELIEVED: Duration = Duration::from_secs(30);

type WireJob = pve_client::BackupJob;

impl Backups {
    /// The jobs of all clusters, with their next runs.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Limited`], or a cluster's.
    pub async fn jobs(&self, ctx: &OpContext) -> Result<Vec<BackupJob>> {
        ctx.require_for_all(Permission::BackupManagement)?;
        let read = self.0.clusters.iter().map(|cluster| async move {
            let jobs = self.read_jobs(cluster).await?;
            Ok(join_all(jobs.iter().map(|job| self.told(cluster, job))).await)
        });
        let (mut all, mut failed) = (Vec::new(), None);
        for of_cluster in join_all(read).await {
            match of_cluster {
                Ok(jobs) => all.extend(jobs),
                Err(error) => {
                    tracing::warn!(%error, "the backup jobs of a cluster can't be read");
                    failed.get_or_insert(error);
                }
            }
        }
        match failed {
            // Those of the others are told; the overview names the silent ones.
            Some(error) if all.is_empty() => Err(error),
            _ => Ok(all),
        }
    }

    /// A job as it stands this moment.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Limited`], [`Error::NotFound`], or the cluster's.
    pub async fn job(&self, ctx: &OpContext, cluster: &str, id: &str) -> Result<JobDraft> {
        ctx.require_for_all(Permission::BackupManagement)?;
        Ok(draft(&one(self.0.clusters.named(Some(cluster))?, id).await?))
    }

    /// Makes a job.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Limited`], [`Error::Invalid`], or the cluster's.
    pub async fn create_job(&self, ctx: &OpContext, cluster: &str, job: &JobDraft) -> Result<()> {
        let actor = ctx.require_for_all(Permission::BackupManagement)?;
        let cluster = self.0.clusters.named(Some(cluster))?;
        self.check_job(cluster, job).await?;
        let id = new_id();
        let made = cluster
            .client
            .create_backup_job(&change(job).set("id", &id))
            .await;
        if let Err(error) = made {
            // What was not answered may have been done.
            if !error.was_sent() || cluster.client.backup_job(&id).await.is_err() {
                return Err(upstream(cluster)(error));
            }
        }
        let changes = differences(None, Some(job));
        self.record_job(actor, cluster, Action::CreateBackupJob, &id, changes)
            .await
    }

    /// Changes a job, if it is still as the caller has `seen` it where they say so.
    ///
    /// # Errors
    /// As [`Backups::create_job`]; [`Error::NotFound`]; or [`Error::Edited`] where somebody else has changed it.
    pub async fn change_job(
        &self,
        ctx: &OpContext,
        cluster: &str,
        id: &str,
        job: &JobDraft,
        seen: Option<&JobDraft>,
    ) -> Result<()> {
        let actor = ctx.require_for_all(Permission::BackupManagement)?;
        let cluster = self.0.clusters.named(Some(cluster))?;
        self.check_job(cluster, job).await?;
        let current = draft(&one(cluster, id).await?);
        if seen.is_some_and(|seen| *seen != current) {
            let json = |of: &JobDraft| serde_json::to_value(of).unwrap_or_default();
            return Err(Error::Edited(Box::new(Edited {
                problem: Problem::BackupJobChanged { id: id.to_owned() },
                yours: json(job),
                current: json(&current),
            })));
        }
        let sent = cluster
            .client
            .change_backup_job(id, &changes_of(&current, job))
            .await;
        sent.map_err(upstream(cluster))?;
        let changes = differences(Some(&current), Some(job));
        self.record_job(actor, cluster, Action::ChangeBackupJob, id, changes)
            .await
    }

    /// Deletes a job. What it has made stays.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Limited`], [`Error::NotFound`], or the cluster's.
    pub async fn delete_job(&self, ctx: &OpContext, cluster: &str, id: &str) -> Result<()> {
        let actor = ctx.require_for_all(Permission::BackupManagement)?;
        let cluster = self.0.clusters.named(Some(cluster))?;
        let current = draft(&one(cluster, id).await?);
        let deleted = cluster.client.delete_backup_job(id).await;
        deleted.map_err(upstream(cluster))?;
        let changes = differences(Some(&current), None);
        self.record_job(actor, cluster, Action::DeleteBackupJob, id, changes)
            .await
    }

    /// Backs up now what a job would, as a task for each server.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Limited`], [`Error::NotFound`], or the cluster's.
    pub async fn run_job(&self, ctx: &OpContext, cluster: &str, id: &str) -> Result<ManyActed> {
        let actor = ctx.require_for_all(Permission::BackupManagement)?;
        let cluster = self.0.clusters.named(Some(cluster))?;
        let job = one(cluster, id).await?;
        let draft = draft(&job);
        let how = BackUp {
            storage: draft.storage,
            mode: draft.mode,
            compression: draft.compression,
            notes: draft.notes,
            protected: draft.protected,
            // As in the job itself (`PVE::VZDump`, `new`); one that removes nothing keeps what there is.
            as_storage_says: draft.retention.is_none() && job.removes(),
            retention: draft.retention.filter(|_| job.removes()),
        };
        super::back_up::check(&how)?;
        let picture = self.0.inventory.snapshot();
        let rows = picture
            .guests
            .iter()
            .filter(|row| *row.id.cluster == *cluster.name);
        let taken = rows.filter(|row| takes(&job, row)).cloned().collect();
        self.accept(actor, taken, Vec::new(), &how, &job.options()).await
    }

    /// The jobs of a cluster, read some seconds ago at the most.
    pub(super) async fn known_jobs(&self, cluster: &Cluster) -> Result<Arc<[WireJob]>> {
        let known = {
            let all = self.0.jobs.lock().unwrap_or_else(PoisonError::into_inner);
            all.get(&*cluster.name).cloned()
        };
        match known {
            Some((at, jobs)) if at.elapsed() < BELIEVED => Ok(jobs),
            _ => self.read_jobs(cluster).await,
        }
    }

    async fn read_jobs(&self, cluster: &Cluster) -> Result<Arc<[WireJob]>> {
        let read = cluster.client.backup_jobs().await;
        let jobs: Arc<[WireJob]> = read.map_err(upstream(cluster))?.into();
        let mut all = self.0.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(cluster.name.to_string(), (Instant::now(), Arc::clone(&jobs)));
        Ok(jobs)
    }

    async fn told(&self, cluster: &Cluster, job: &WireJob) -> BackupJob {
        let picture = self.0.inventory.snapshot();
        let rows = picture
            .guests
            .iter()
            .filter(|row| *row.id.cluster == *cluster.name);
        let servers = rows.filter(|row| takes(job, row)).count();
        let draft = draft(job);
        let next_runs = if job.enabled {
            // An older Proxmox tells the next one only.
            let analysed = runs(cluster, &draft.schedule).await;
            analysed.unwrap_or_else(|_| job.next_run.into_iter().collect())
        } else {
            Vec::new()
        };
        BackupJob {
            cluster: cluster.name.to_string(),
            id: job.id.clone(),
            next_runs,
            servers: u32::try_from(servers).unwrap_or(u32::MAX),
            job: draft,
        }
    }

    /// Refuses what Proxmox would, with the field.
    async fn check_job(&self, cluster: &Cluster, job: &JobDraft) -> Result<()> {
        let problems = job.problems();
        if !problems.is_empty() {
            return Err(Error::Invalid(problems));
        }
        let picture = self.0.inventory.snapshot();
        let mut storages = picture
            .storages
            .iter()
            .filter(|row| *row.cluster == *cluster.name);
        if !storages.any(|row| row.name == job.storage && super::places::holds_backups(row)) {
            let storage = job.storage.clone();
            return Err(Error::field(
                "storage",
                Problem::StorageWithoutBackups { storage },
            ));
        }
        let mut nodes = picture.nodes.iter().filter(|row| *row.cluster == *cluster.name);
        if let Some(node) = &job.node
            && !nodes.any(|row| row.name == *node)
        {
            let (given, known) = (node.clone(), Vec::new());
            return Err(Error::field("node", Problem::UnknownChoice { given, known }));
        }
        runs(cluster, &job.schedule).await.map(drop)
    }

    async fn record_job(
        &self,
        actor: &Actor,
        cluster: &Cluster,
        action: Action,
        object: &str,
        changes: FieldChanges,
    ) -> Result<()> {
        {
            let mut known = self.0.jobs.lock().unwrap_or_else(PoisonError::into_inner);
            known.remove(&*cluster.name);
        }
        let mut write = self.0.events.begin().await?;
        let entry = Entry::done(action, ObjectKind::Backup, object).changing(changes);
        audit::record(&mut write.tx, actor.into(), &entry, self.0.clock.now()).await?;
        Ok(write.commit().await?)
    }
}

/// The job of this name, as it stands this moment.
async fn one(cluster: &Cluster, id: &str) -> Result<WireJob> {
    match cluster.client.backup_job(id).await {
        Err(error) if error.is_not_found() => {
            let id = id.to_owned();
            Err(Error::NotFound(Problem::BackupJobNotFound { id }))
        }
        other => other.map_err(upstream(cluster)),
    }
}

/// What Proxmox says of a job, in Drover's words.
fn draft(job: &WireJob) -> JobDraft {
    let vmids = |texts: &[String]| texts.iter().filter_map(|text| text.parse().ok()).collect();
    let choice = if job.all {
        JobChoice::All {
            except: vmids(&job.exclude),
        }
    } else if let Some(pool) = &job.pool {
        JobChoice::Pool { pool: pool.clone() }
    } else {
        JobChoice::Some {
            vmids: vmids(&job.vmid),
        }
    };
    // Before Proxmox VE 7.1 a job had days and a time of day (`PVE::API2::Backup`, `$convert_to_schedule`).
    let old = || {
        let time = job.starttime.clone().unwrap_or_default();
        if job.dow.is_empty() || time.is_empty() {
            time
        } else {
            format!("{} {time}", job.dow.join(","))
        }
    };
    JobDraft {
        enabled: job.enabled,
        schedule: job.schedule.clone().unwrap_or_else(old),
        storage: job.storage.clone().unwrap_or_default(),
        node: job.node.clone(),
        choice,
        mode: job.mode.map(wire::mode_of).unwrap_or_default(),
        // Proxmox's own default (`PVE::VZDump::Common`).
        compression: job.compress.map_or(Compression::None, wire::compression_of),
        retention: job.prune_backups.as_ref().map(wire::retention_of),
        notes: job
            .notes_template
            .as_deref()
            .map(wire::unescaped)
            .unwrap_or_default(),
        protected: job.protected,
        repeat_missed: job.repeat_missed,
        comment: job.comment.clone().unwrap_or_default(),
    }
}

/// The job as Proxmox is told it.
fn change(job: &JobDraft) -> JobChange {
    let filled = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
    let selection = match &job.choice {
        JobChoice::All { except } => JobSelection::All {
            exclude: except.clone(),
        },
        JobChoice::Some { vmids } => JobSelection::Guests(vmids.clone()),
        JobChoice::Pool { pool } => JobSelection::Pool(pool.clone()),
    };
    let flag = |is_on: bool| u8::from(is_on);
    JobChange::new()
        .set("enabled", flag(job.enabled))
        .set("schedule", job.schedule.trim())
        .set("storage", &job.storage)
        .set("mode", wire::mode(job.mode))
        .set("compress", wire::compression(job.compression))
        .set("repeat-missed", flag(job.repeat_missed))
        .set_or_delete("protected", job.protected.then_some(1))
        .set_or_delete("node", job.node.as_deref().and_then(filled))
        .set_or_delete(
            "notes-template",
            filled(&job.notes).map(|notes| wire::escaped(&notes)),
        )
        .set_or_delete("comment", filled(&job.comment))
        .guests(&selection)
        .retention(job.retention.as_ref().map(wire::retention).as_ref())
}

/// What of a job is to be changed: what nobody touched is left as Proxmox has it, said or not.
fn changes_of(current: &JobDraft, job: &JobDraft) -> JobChange {
    let (was, will) = (change(current), change(job));
    let mut changes = JobChange::new();
    for (key, value) in will.values() {
        if was.values().get(key) != Some(value) {
            changes = changes.set(key.clone(), value);
        }
    }
    for key in will.deleted().difference(was.deleted()) {
        changes = changes.delete(key.clone());
    }
    changes
}

/// The name of a new job, in the form of those that Proxmox makes up.
fn new_id() -> String {
    let id = Uuid::new_v4().simple().to_string();
    format!("backup-{}-{}", &id[..8], &id[8..12])
}

/// The fields that differ.
fn differences(before: Option<&JobDraft>, after: Option<&JobDraft>) -> FieldChanges {
    let fields = |job: Option<&JobDraft>| match serde_json::to_value(job) {
        Ok(serde_json::Value::Object(fields)) => fields,
        _ => serde_json::Map::new(),
    };
    let (before, after) = (fields(before), fields(after));
    let mut changes = FieldChanges::new();
    for field in before.keys().chain(after.keys()) {
        changed(&mut changes, field, before.get(field), after.get(field));
    }
    changes
}

#[cfg(test)]
mod tests {
    use drover_types::backup::BackupMode;

    use super::*;

    fn job(text: &str) -> JobDraft {
        draft(&serde_json::from_str(text).unwrap())
    }

    #[test]
    fn a_job_is_read_as_it_was_written() {
        let written = JobDraft {
            enabled: true,
            schedule: "mon..fri 02:00".into(),
            storage: "nfs".into(),
            node: Some("pve1".into()),
            choice: JobChoice::Some {
                vmids: vec![100, 101],
            },
            mode: BackupMode::Stop,
            compression: Compression::Gzip,
            retention: Some(wire::retention_of(&"keep-last=3".parse().unwrap())),
            notes: "two\nlines".into(),
            protected: true,
            repeat_missed: true,
            comment: "nightly".into(),
        };
        let sent = change(&written);
        let mut answer = serde_json::to_value(sent.values()).unwrap();
        answer["id"] = "night".into();
        assert_eq!(draft(&serde_json::from_value(answer).unwrap()), written);
    }

    #[test]
    fn an_old_job_has_days_and_a_time() {
        let old = job(r#"{"id":"a","dow":"sat,sun","starttime":"03:30","all":1,"exclude":"100"}"#);
        assert_eq!(old.schedule, "sat,sun 03:30");
        assert_eq!(old.choice, JobChoice::All { except: vec![100] });
        assert_eq!(
            job(r#"{"id":"a","starttime":"03:30","pool":"web"}"#).schedule,
            "03:30"
        );
    }

    #[test]
    fn only_what_differs_is_sent() {
        let current = job(r#"{"id":"a","schedule":"daily","storage":"nfs","all":1,"prune-backups":"odd"}"#);
        let off = JobDraft {
            enabled: false,
            ..current.clone()
        };
        let sent = changes_of(&current, &off);
        assert_eq!(sent.values().keys().collect::<Vec<_>>(), ["enabled"]);
        assert!(sent.deleted().is_empty(), "what can't be read is left alone");
        let some = JobDraft {
            choice: JobChoice::Some { vmids: vec![100] },
            ..current.clone()
        };
        let sent = changes_of(&current, &some);
        assert_eq!(sent.values().keys().collect::<Vec<_>>(), ["vmid"]);
        assert_eq!(sent.deleted().iter().collect::<Vec<_>>(), ["all"]);
    }

    #[test]
    fn what_differs_is_told_field_by_field() {
        let before = job(r#"{"id":"a","schedule":"daily","storage":"nfs","all":1}"#);
        let after = JobDraft {
            storage: "pbs".into(),
            ..before.clone()
        };
        let changes = differences(Some(&before), Some(&after));
        assert_eq!(changes.keys().collect::<Vec<_>>(), ["storage"]);
        assert!(differences(None, Some(&after)).contains_key("schedule"));
    }
}
