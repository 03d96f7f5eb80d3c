//! One role after another on one server. What a run before a restart has ended is not run again; one that was cut off
//! is run once more, as roles change only what is not as it should be.

use drover_types::guest::GuestKind;
use drover_types::ids::GuestId;
use drover_types::role::{RoleInfo, RoleKey, RoleRun, RoleValues, RunKind, RunOutcome, StandingState};
use drover_types::text::{Problem, Progress};
use pve_client::GuestConfig;
use secrecy::ExposeSecret;

use super::follow::{Part, Played, follow};
use super::input::{RoleWork, RolesWork, VARIABLES};
use super::masks::Masks;
use crate::ansible::{Ansible, Contact, Play, RunFolder, version};
use crate::clusters::Cluster;
use crate::events::Change;
use crate::roles::SshKey;
use crate::store::role_runs::{self, Ended};
use crate::store::server_roles::{self, RoleRecord};
use crate::store::tasks::{decode, encode};
use crate::tasks::context::StepContext;
use crate::tasks::kinds::remove_server::Identity;
use crate::tasks::step::StepError;
use crate::vault::Vault;

/// What running roles takes.
pub(in crate::tasks::kinds) struct Runner {
    pub cluster: Cluster,
    pub ansible: Ansible,
    pub vault: Vault,
    pub key: SshKey,
}

/// The server as it was found.
pub(in crate::tasks::kinds) struct Subject {
    pub guest: GuestId,
    pub name: String,
    pub kind: GuestKind,
    pub node: String,
    pub config: GuestConfig,
    pub identity: Identity,
    /// Whether it has just been made, so that it may still be getting ready.
    pub is_new: bool,
}

impl Runner {
    /// Does the work. What could not be begun is on record as failed, unless it goes on after the next start.
    pub(in crate::tasks::kinds) async fn run(
        &self,
        cx: &mut StepContext,
        subject: &Subject,
        work: &RolesWork,
    ) -> Result<(), StepError> {
        let (kind, keys): (_, Vec<RoleKey>) = match work {
            RolesWork::Apply { roles, replaces } => {
                let done = role_runs::of_task(cx.db(), cx.task()).await?;
                let is_begun = |one: &&RoleWork| done.iter().any(|run| run.role == one.role);
                let new: Vec<&RoleWork> = roles.iter().filter(|one| !is_begun(one)).collect();
                put_on_record(cx, subject, &new, *replaces).await?;
                (RunKind::Apply, roles.iter().map(|one| one.role.clone()).collect())
            }
            RolesWork::Check { roles } => (RunKind::Check, roles.clone()),
            RolesWork::Remove { role } => (RunKind::Remove, vec![role.clone()]),
        };
        let worked = self.work(cx, subject, kind, &keys).await;
        if matches!(worked, Err(StepError::Failed { .. } | StepError::Cancelled)) {
            let outcome = match worked {
                Err(StepError::Cancelled) => RunOutcome::Cancelled,
                _ => RunOutcome::Failed,
            };
            never_begun(cx, subject, (kind, outcome), &keys).await?;
        }
        worked
    }

    async fn work(
        &self,
        cx: &mut StepContext,
        subject: &Subject,
        kind: RunKind,
        keys: &[RoleKey],
    ) -> Result<(), StepError> {
        let done = role_runs::of_task(cx.db(), cx.task()).await?;
        let known = self.ansible.catalogue().known().await?;
        let info = |key: &RoleKey| known.roles.get(key).map(|role| &role.info);
        let total = keys.iter().filter_map(info).map(|role| role.tasks).sum();
        // Ansible takes nothing of Proxmox's.
        let _aside = cx.stand_aside();
        let key = self.key.get().await?;
        let (contact, folder) = self.sign_in(cx, subject, &key).await?;
        if !self.ansible.has_turn() {
            cx.log(Progress::WaitingForOtherRoles).await?;
        }
        let _turn = cx.unless_stopped(self.ansible.turn()).await??;
        let mut failure = None;
        let mut before = 0;
        for key in keys {
            let earlier = done.iter().find(|run| run.role == *key && run.ended_at.is_some());
            let failed = match (earlier, info(key)) {
                (Some(run), _) if run.outcome == Some(RunOutcome::Failed) => {
                    Some(failed(key, run.failed_task.clone(), None))
                }
                (Some(_), _) => None,
                (None, None) => {
                    let role = key.to_string();
                    Some(StepError::failed(Problem::RoleNotFound { role }))
                }
                (None, Some(role)) => {
                    let part = Part { before, total };
                    let one = One {
                        role,
                        kind,
                        contact: &contact,
                        folder: &folder,
                    };
                    self.run_one(cx, subject, &one, part).await?
                }
            };
            before += info(key).map_or(0, |role| role.tasks);
            failure = failure.or(failed);
        }
        failure.map_or(Ok(()), Err)
    }

    /// Runs one role; what is said where it failed.
    async fn run_one(
        &self,
        cx: &mut StepContext,
        subject: &Subject,
        one: &One<'_>,
        part: Part,
    ) -> Result<Option<StepError>, StepError> {
        let (role, kind) = (&one.role.key, one.kind);
        let on_record = server_roles::of(cx.db(), &subject.guest).await?;
        let Some(record) = on_record.into_iter().find(|record| record.role == *role) else {
            return Ok(Some(StepError::failed(Problem::RoleNotAssigned {
                server: subject.name.clone(),
                role: role.to_string(),
            })));
        };
        let (values, masks) = self.values(&record)?;
        let run = new_run(cx, role, kind, version(one.role, &record.digest));
        begin(cx, subject, &run).await?;
        cx.log(Progress::RunningRole {
            role: role.to_string(),
            kind,
        })
        .await?;
        let play = Play {
            role: one.role,
            kind,
            values: &values,
            contact: one.contact,
        };
        let playing = self.ansible.play(one.folder, &play)?;
        let played = match follow(cx, playing, part, masks).await {
            Ok(played) => played,
            Err(StepError::Cancelled) => {
                end(cx, subject, &run, RunOutcome::Cancelled, &Played::default()).await?;
                return Err(StepError::Cancelled);
            }
            Err(other) => return Err(other),
        };
        let outcome = if played.succeeded {
            RunOutcome::Completed
        } else {
            RunOutcome::Failed
        };
        end(cx, subject, &run, outcome, &played).await?;
        let named = played.failed_task.unwrap_or_default();
        Ok((!played.succeeded).then(|| failed(role, named, played.cause)))
    }

    /// Every value of a role, and what must not be read in what is said of it.
    fn values(&self, record: &RoleRecord) -> Result<(RoleValues, Masks), StepError> {
        let mut values: RoleValues = decode("the variables of a role", &record.variables)?;
        let Some(sealed) = &record.secret else {
            return Ok((values, Masks::default()));
        };
        let opened = self.vault.open(VARIABLES, sealed)?;
        let mut secrets: RoleValues = decode("the secrets of a role", opened.expose_secret())?;
        let masks = Masks::of(&secrets);
        values.append(&mut secrets);
        Ok((values, masks))
    }
}

/// A role and the way to where it is run.
struct One<'a> {
    role: &'a RoleInfo,
    kind: RunKind,
    contact: &'a Contact,
    folder: &'a RunFolder,
}

fn failed(role: &RoleKey, task: String, cause: Option<String>) -> StepError {
    let role = role.to_string();
    let problem = if task.is_empty() {
        Problem::PlaybookFailed { role }
    } else {
        Problem::RoleFailed { role, task }
    };
    StepError::Failed { problem, cause }
}

/// Writes a run for each role that has had none, so that everybody sees when it was last tried.
async fn never_begun(
    cx: &StepContext,
    subject: &Subject,
    (kind, outcome): (RunKind, RunOutcome),
    keys: &[RoleKey],
) -> Result<(), StepError> {
    let done = role_runs::of_task(cx.db(), cx.task()).await?;
    let left = keys
        .iter()
        .filter(|key| !done.iter().any(|run| run.role == **key));
    let mut write = cx.write().await?;
    for key in left {
        role_runs::begin(
            &mut write.tx,
            &subject.guest,
            &new_run(cx, key, kind, String::new()),
        )
        .await?;
        let ended = Ended {
            outcome,
            ok: 0,
            changed: 0,
            failed: 0,
            failed_task: "",
            at: cx.now(),
        };
        role_runs::end(&mut write.tx, cx.task(), key, &ended).await?;
        if kind == RunKind::Apply {
            let state = StandingState::Failed;
            server_roles::set_state(&mut write.tx, &subject.guest, key, state, None).await?;
        }
    }
    write.changed(Change::Roles);
    write.commit().await?;
    Ok(())
}

fn new_run(cx: &StepContext, role: &RoleKey, kind: RunKind, version: String) -> RoleRun {
    RoleRun {
        task: cx.task(),
        role: role.clone(),
        kind,
        version,
        by: cx.actor().to_owned(),
        started_at: cx.now(),
        ended_at: None,
        outcome: None,
        ok: 0,
        changed: 0,
        failed: 0,
        failed_task: String::new(),
    }
}

/// Puts roles on a server's record, before anything is installed: what is there is on record from its first moment.
async fn put_on_record(
    cx: &StepContext,
    subject: &Subject,
    roles: &[&RoleWork],
    replaces: bool,
) -> Result<(), StepError> {
    if roles.is_empty() {
        return Ok(());
    }
    let identity = encode(&subject.identity)?;
    let mut write = cx.write().await?;
    let on_record = server_roles::of_in(&mut write.tx, &subject.guest).await?;
    let mut kept = Vec::new();
    for old in on_record {
        let known: Identity = decode("what a guest is known by", &old.identity)?;
        let is_of_another = known.was_replaced_by(&subject.config);
        let is_replaced = replaces && old.role.is_purpose() && !roles.iter().any(|new| new.role == old.role);
        if is_of_another {
            role_runs::forget(&mut write.tx, &subject.guest).await?;
        }
        if is_replaced || is_of_another {
            server_roles::remove(&mut write.tx, &subject.guest, &old.role).await?;
        } else {
            kept.push(old);
        }
    }
    for work in roles {
        let version = kept.iter().find(|old| old.role == work.role);
        let record = RoleRecord {
            guest: subject.guest.clone(),
            role: work.role.clone(),
            identity: identity.clone(),
            variables: encode(&work.variables)?,
            secret: work.secret.clone(),
            digest: work.digest.clone(),
            state: StandingState::Pending,
            version: version.map(|old| old.version.clone()).unwrap_or_default(),
            assigned_by: cx.actor().to_owned(),
            assigned_at: cx.now(),
        };
        server_roles::put(&mut write.tx, &record).await?;
    }
    write.changed(Change::Roles);
    write.commit().await?;
    Ok(())
}

async fn begin(cx: &StepContext, subject: &Subject, run: &RoleRun) -> Result<(), StepError> {
    let mut write = cx.write().await?;
    role_runs::begin(&mut write.tx, &subject.guest, run).await?;
    if run.kind == RunKind::Apply {
        let state = StandingState::Applying;
        server_roles::set_state(&mut write.tx, &subject.guest, &run.role, state, None).await?;
        write.changed(Change::Roles);
    }
    write.commit().await?;
    Ok(())
}

async fn end(
    cx: &StepContext,
    subject: &Subject,
    run: &RoleRun,
    outcome: RunOutcome,
    played: &Played,
) -> Result<(), StepError> {
    let counts = played.counts;
    let failed = counts.failed + counts.unreachable;
    let mut write = cx.write().await?;
    let ended = Ended {
        outcome,
        ok: counts.ok.saturating_sub(counts.changed),
        changed: counts.changed,
        failed,
        failed_task: played.failed_task.as_deref().unwrap_or_default(),
        at: cx.now(),
    };
    role_runs::end(&mut write.tx, run.task, &run.role, &ended).await?;
    let is_done = outcome == RunOutcome::Completed;
    match run.kind {
        RunKind::Apply if is_done => {
            let version = Some(run.version.as_str());
            let state = StandingState::Applied;
            server_roles::set_state(&mut write.tx, &subject.guest, &run.role, state, version).await?;
        }
        RunKind::Apply => {
            let state = StandingState::Failed;
            server_roles::set_state(&mut write.tx, &subject.guest, &run.role, state, None).await?;
        }
        RunKind::Remove if is_done => {
            server_roles::remove(&mut write.tx, &subject.guest, &run.role).await?;
        }
        RunKind::Remove | RunKind::Check => {}
    }
    write.changed(Change::Roles);
    write.commit().await?;
    cx.log(Progress::RoleDone {
        role: run.role.to_string(),
        kind: run.kind,
        ok: ended.ok,
        changed: counts.changed,
        failed,
    })
    .await
}
