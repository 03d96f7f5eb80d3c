//! Brings a guest's configuration to what it should be: read it, change what is missing, read it again. A change
//! that was cut off is settled first, and each carries the digest of what was read, so that one which arrives
//! late is refused instead of being made twice.

use drover_types::text::{Problem, Progress};
use pve_client::{ConfigChange, Error, GuestConfig, GuestKind, MoveDisk};

use super::guest::{self, task_failed, was_locked};
use super::remove_server::Identity;
use crate::clusters::Cluster;
use crate::tasks::call::{Ended, Patience};
use crate::tasks::context::StepContext;
use crate::tasks::journal::Past;
use crate::tasks::step::StepError;

/// How often a change is made before what Proxmox has is taken for its last word.
const ROUNDS: u32 = 3;
/// How often somebody else's change may come between.
const STALE: u32 = 10;

/// A guest that is being made or changed.
pub(super) struct Machine<'a> {
    pub cluster: &'a Cluster,
    pub node: &'a str,
    pub vmid: u32,
    pub kind: GuestKind,
    pub known: Known,
}

/// What a machine is known by. Another one that has been put in its place is left alone; the digest of what was read
/// makes sure that none comes between.
pub(super) enum Known {
    /// Its description says this.
    Mark(String),
    /// It was given this when it was made.
    Identity(Identity),
}

impl Known {
    fn is(&self, config: &GuestConfig) -> bool {
        match self {
            Self::Mark(mark) => guest::says(config, mark),
            Self::Identity(identity) => !identity.is_of_another(config),
        }
    }
}

/// What a configuration lacks.
pub(super) struct Missing {
    /// What it is about, for people.
    pub field: String,
    /// Said before it is changed.
    pub message: Progress,
    /// The change.
    pub change: Change,
}

/// A change to a configuration.
pub(super) enum Change {
    /// Keys are set.
    Set(ConfigChange),
    /// Keys are set by a task of Proxmox's, because it takes time.
    SetSlowly(ConfigChange),
    /// A disk is grown to so many bytes.
    Grow(String, u64),
    /// A disk is copied to another storage.
    Move {
        device: String,
        storage: String,
        delete_source: bool,
    },
}

/// Changes what `missing` finds until it finds nothing more. `missing` is told whether a change of this `key`
/// has been made before: not all that is set can be read back.
pub(super) async fn converge<F>(
    cx: &mut StepContext,
    machine: &Machine<'_>,
    key: &str,
    missing: F,
) -> Result<(), StepError>
where
    F: Fn(&GuestConfig, bool) -> Result<Option<Missing>, StepError> + Send + Sync,
{
    let Machine {
        cluster, node, vmid, ..
    } = *machine;
    let mut patience = Patience::default();
    let (mut rounds, mut stale) = (0, 0);
    let mut ended = cx.settle(cluster, key).await?;
    loop {
        match ended.take() {
            None | Some(Ended::Done | Ended::Lost) => {}
            Some(Ended::Unanswered(_)) => guest::quiet(cx, cluster, node, vmid).await?,
            Some(Ended::Failed(reason)) => {
                if !was_locked(&reason) {
                    return Err(task_failed(&cx.kind_of(key), reason));
                }
                cx.forget(key).await?;
                let locked = Error::Locked {
                    lock: None,
                    message: reason,
                };
                cx.bide(cluster, &mut patience, &locked).await?;
            }
            Some(Ended::Refused(error)) if error.is_stale_digest() && stale < STALE => {
                stale += 1;
                cx.pause(cx.settings().proxmox_poll).await?;
            }
            Some(Ended::Refused(error)) => return Err(StepError::proxmox(&cluster.name, &error)),
        }
        let found = guest::config_of(cx, cluster, machine.kind, (node, vmid)).await?;
        let Some(config) = found.filter(|config| machine.known.is(config)) else {
            return Err(StepError::failed(Problem::GuestGone));
        };
        let Some(found) = missing(&config, cx.past(key) == Past::Ended)? else {
            return Ok(());
        };
        if rounds >= ROUNDS + stale {
            return Err(StepError::failed(Problem::ReadBackDiffers { field: found.field }));
        }
        if rounds == 0 {
            cx.log(found.message).await?;
        }
        rounds += 1;
        ended = Some(send(cx, machine, key, found.change, &config).await?);
    }
}

async fn send(
    cx: &mut StepContext,
    machine: &Machine<'_>,
    key: &str,
    change: Change,
    config: &GuestConfig,
) -> Result<Ended, StepError> {
    let Machine {
        cluster, node, vmid, ..
    } = *machine;
    let client = &cluster.client;
    let digest = config.digest();
    let with_digest = |change: ConfigChange| match digest {
        Some(digest) => change.digest(digest),
        None => change,
    };
    match change {
        Change::Set(change) => {
            let change = with_digest(change);
            cx.change(cluster, key, || async {
                let done = match machine.kind {
                    GuestKind::Qemu => client.update_qemu(node, vmid, &change).await,
                    GuestKind::Lxc => client.update_lxc(node, vmid, &change).await,
                };
                done.map(|()| None)
            })
            .await
        }
        Change::SetSlowly(change) => {
            let change = with_digest(change);
            cx.change(cluster, key, || client.update_qemu_async(node, vmid, &change))
                .await
        }
        Change::Move {
            device,
            storage,
            delete_source,
        } => {
            let to = MoveDisk {
                storage: &storage,
                delete_source,
            };
            cx.change(cluster, key, || async {
                client.move_disk(node, vmid, &device, to, digest).await.map(Some)
            })
            .await
        }
        Change::Grow(disk, bytes) => {
            cx.change(cluster, key, || async {
                match machine.kind {
                    GuestKind::Qemu => client.resize_disk(node, vmid, &disk, bytes, digest).await,
                    GuestKind::Lxc => {
                        let grown = client.resize_lxc(node, vmid, &disk, bytes, digest).await;
                        grown.map(Some)
                    }
                }
            })
            .await
        }
    }
}
