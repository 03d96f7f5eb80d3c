//! The step of the tasks that assign and remove groups. What was done stays where it fails. The record names every
//! group that may be on the guest while it is at work, and once it has failed those that are there: the next task takes
//! away what this one has left.

use std::collections::BTreeSet;

use drover_types::guest::GuestKind as Kind;
use drover_types::ids::GuestId;
use drover_types::task::StepName;
use drover_types::text::Problem;
use futures::FutureExt;
use futures::future::BoxFuture;
use pve_client::{FirewallOf, FirewallRule, GuestConfig, GuestKind, RulesOf};
use serde::{Deserialize, Serialize};

use super::arrange::{arrange, check_groups};
use super::moves::Arrangement;
use super::switches::{enable_guest, filter_nics, say_what_is_off};
use crate::clusters::Cluster;
use crate::error::Error;
use crate::events::Change;
use crate::store::tasks::{decode, encode};
use crate::store::{Db, firewall_changes, firewall_groups};
use crate::tasks::context::StepContext;
use crate::tasks::kinds::converge::{Known, Machine};
use crate::tasks::kinds::guest::{self, Whereabouts};
use crate::tasks::kinds::remove_server::Identity;
use crate::tasks::step::{Step, StepError};

/// A guest whose groups are to be changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FirewallInput {
    /// Which one.
    pub guest: GuestId,
    /// What it is.
    pub kind: Kind,
    /// Where it was when this was asked for.
    pub node: String,
    /// What the guest is known again by.
    pub identity: Identity,
    /// What is done.
    pub work: FirewallWork,
}

/// What is done to a guest's groups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub(crate) enum FirewallWork {
    /// These come in place of those that Drover has put there.
    Replace {
        /// In their order.
        groups: Vec<String>,
        /// Whether the guest's own firewall is switched on.
        enable: bool,
        /// Whether its NICs are filtered.
        nics: bool,
    },
    /// These of those that Drover has put there go; the others stay as they stand.
    TakeOff {
        /// Which.
        groups: Vec<String>,
    },
    /// A group goes from the guest, whoever has put it there, as it is to be deleted.
    Without {
        /// Which.
        group: String,
    },
}

pub(in crate::tasks::kinds) struct Assign {
    pub cluster: Cluster,
    pub input: FirewallInput,
}

impl Step for Assign {
    fn name(&self) -> StepName {
        StepName::Firewall
    }

    fn run<'a>(&'a self, cx: &'a mut StepContext) -> BoxFuture<'a, Result<(), StepError>> {
        self.assign(cx).boxed()
    }

    fn undo<'a>(&'a self, cx: &'a mut StepContext) -> BoxFuture<'a, Result<(), StepError>> {
        async move {
            cx.halt(&self.cluster).await?;
            self.record_what_stands(cx).await
        }
        .boxed()
    }
}

impl Assign {
    /// Strikes out of the record what is not on the guest. Where the guest can't be read the record stays as it is, as
    /// it names too many rather than too few: the task ends all the same, and the next one reads the list anew.
    async fn record_what_stands(&self, cx: &StepContext) -> Result<(), StepError> {
        let recorded = firewall_groups::of(cx.db(), &self.input.guest).await?;
        if recorded.is_empty() {
            return Ok(());
        }
        if !cx.journal.open().is_empty() {
            // It may still arrive, and what it puts there has to be on record.
            cx.pause(cx.settings().late_call).await?;
        }
        let FirewallInput { guest, node, .. } = &self.input;
        let of = RulesOf::Firewall(FirewallOf::Guest {
            kind: wire_kind(self.input.kind),
            node,
            vmid: guest.vmid,
        });
        // Asked once: a cluster that says nothing keeps no task from its end.
        let read = cx.unless_stopped(self.cluster.client.firewall_rules(of)).await?;
        let rules = match read {
            Ok(rules) => rules,
            Err(error) => {
                tracing::warn!(task = %cx.task(), %guest, %error, "which groups a guest has can't be read");
                return Ok(());
            }
        };
        let standing: Vec<String> = recorded
            .iter()
            .filter(|name| {
                let stands = |rule: &FirewallRule| {
                    rule.spec.group_name() == Some(name.as_str()) && rule.spec.iface.is_none()
                };
                rules.iter().any(stands)
            })
            .cloned()
            .collect();
        if standing == recorded {
            return Ok(());
        }
        record(cx, (guest, &self.input.identity), &standing, &[]).await
    }

    async fn assign(&self, cx: &mut StepContext) -> Result<(), StepError> {
        let FirewallInput {
            guest,
            identity,
            work,
            ..
        } = &self.input;
        let kind = wire_kind(self.input.kind);
        let meant = (self.input.node.as_str(), kind);
        let (node, config) = match guest::find(cx, &self.cluster, guest.vmid, meant).await? {
            Whereabouts::At { node, config } => (node, config),
            Whereabouts::OtherKind => return Err(StepError::failed(Problem::GuestReplaced)),
            Whereabouts::Nowhere => return Err(StepError::failed(Problem::GuestGone)),
        };
        if !identity.is_of(&config) {
            return Err(StepError::failed(Problem::GuestReplaced));
        }
        let ours = given(cx.db(), guest, &config).await?;
        let at = (kind, node.as_str(), guest.vmid);
        match work {
            FirewallWork::Replace { groups, enable, nics } => {
                check_groups(cx, &self.cluster, groups).await?;
                exchange(cx, &self.cluster, (guest, identity), at, (groups, ours)).await?;
                if *enable {
                    enable_guest(cx, &self.cluster, at).await?;
                }
                if *nics {
                    let machine = Machine {
                        cluster: &self.cluster,
                        node: &node,
                        vmid: guest.vmid,
                        kind,
                        known: Known::Identity(identity.clone()),
                    };
                    filter_nics(cx, &machine).await?;
                }
                if !groups.is_empty() {
                    say_what_is_off(cx, &self.cluster).await?;
                }
                Ok(())
            }
            FirewallWork::TakeOff { groups } => {
                let gone = groups.iter().filter(|name| ours.contains(name)).cloned();
                self.take_off(cx, at, gone.collect(), false).await
            }
            FirewallWork::Without { group } => {
                self.take_off(cx, at, BTreeSet::from([group.clone()]), true).await
            }
        }
    }

    /// Takes groups off the guest and out of the record.
    async fn take_off(
        &self,
        cx: &mut StepContext,
        at: (GuestKind, &str, u32),
        gone: BTreeSet<String>,
        wherever: bool,
    ) -> Result<(), StepError> {
        let arrangement = Arrangement {
            wanted: Vec::new(),
            gone,
            wherever,
        };
        arrange(cx, &self.cluster, at, &arrangement).await?;
        let guest = &self.input.guest;
        let mut left = firewall_groups::of(cx.db(), guest).await?;
        left.retain(|name| !arrangement.gone.contains(name));
        record(cx, (guest, &self.input.identity), &left, &[]).await
    }
}

const fn wire_kind(kind: Kind) -> GuestKind {
    match kind {
        Kind::Qemu => GuestKind::Qemu,
        Kind::Lxc => GuestKind::Lxc,
    }
}

/// The groups on record for the guest that has this configuration. Those of another one, which had its id before, are
/// forgotten.
pub(crate) async fn given(db: &Db, guest: &GuestId, config: &GuestConfig) -> Result<Vec<String>, Error> {
    if let Some(known) = firewall_groups::identity(db, guest).await? {
        let identity: Identity = decode("what a guest is known by", &known)?;
        if identity.was_replaced_by(config) {
            let mut tx = db.begin().await?;
            firewall_groups::forget_of(&mut tx, guest, &known).await?;
            tx.commit().await?;
        }
    }
    Ok(firewall_groups::of(db, guest).await?)
}

/// Gives a guest that is new its groups. What is on record is of a guest that had its id before.
pub(in crate::tasks::kinds) async fn give(
    cx: &mut StepContext,
    cluster: &Cluster,
    guest: (&GuestId, &Identity),
    at: (GuestKind, &str, u32),
    groups: &[String],
) -> Result<(), StepError> {
    exchange(cx, cluster, guest, at, (groups, Vec::new())).await
}

/// Puts `groups` in place of `ours`, which Drover has put on the guest.
async fn exchange(
    cx: &mut StepContext,
    cluster: &Cluster,
    guest: (&GuestId, &Identity),
    at: (GuestKind, &str, u32),
    (groups, ours): (&[String], Vec<String>),
) -> Result<(), StepError> {
    let old: Vec<String> = ours.into_iter().filter(|name| !groups.contains(name)).collect();
    // Before the first change, so that nothing is on the guest of which nobody knows who has put it there.
    let both: Vec<String> = groups.iter().chain(&old).cloned().collect();
    record(cx, guest, &both, groups).await?;
    let arrangement = Arrangement {
        wanted: groups.to_vec(),
        gone: old.into_iter().collect(),
        wherever: false,
    };
    arrange(cx, cluster, at, &arrangement).await?;
    record(cx, guest, groups, &[]).await
}

/// Writes down what is on the guest. Fails, and writes nothing, where one of those that are `coming` is about to be
/// deleted or renamed: whoever does that has seen the record without it, and does not look again.
async fn record(
    cx: &StepContext,
    (guest, identity): (&GuestId, &Identity),
    groups: &[String],
    coming: &[String],
) -> Result<(), StepError> {
    let identity = encode(identity)?;
    let mut write = cx.write().await?;
    firewall_groups::lock(&mut write.tx).await?;
    let in_change = firewall_changes::under_way(&mut write.tx, &guest.cluster, cx.now()).await?;
    if let Some(name) = coming.iter().find(|name| in_change.contains(name)) {
        let name = name.clone();
        return Err(StepError::failed(Problem::FirewallGroupInChange { name }));
    }
    firewall_groups::set(&mut write.tx, guest, groups, Some(&identity)).await?;
    write.changed(Change::Firewall);
    write.commit().await?;
    Ok(())
}
