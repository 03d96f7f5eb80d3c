//! The switch, the policies and the logs of a server's firewall, whether it has groups or none.

use drover_types::audit::{Action, FieldChanges};
use drover_types::firewall::{GuestChange, GuestOptions};
use drover_types::guest::{GuestKind, GuestRow};
use drover_types::ids::GuestId;
use drover_types::permission::Permission;
use drover_types::text::Problem;
use pve_client::{ConfigChange, FirewallOf};

use super::service::Firewall;
use super::{conflict, wire};
use crate::audit::changed;
use crate::clusters::Cluster;
use crate::context::OpContext;
use crate::error::{Error, Result};
use crate::servers::upstream;
use crate::store::tasks;

impl Firewall {
    /// Changes the options of a server's firewall, and reads them back. Those of its network devices stay.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`], [`Error::Invalid`], [`Error::Conflict`] where a task is at work on it,
    /// [`Error::Edited`] where they are not those of `digest` any more, or the cluster's.
    pub async fn change_guest(
        &self,
        ctx: &OpContext,
        guest: &GuestId,
        change: &GuestChange,
    ) -> Result<GuestOptions> {
        let actor = ctx.require(Permission::AssignFirewallGroups)?;
        let row = self.0.servers.row(actor, guest).await?;
        let update = update(change);
        if update.is_empty() {
            return Err(Error::field("enabled", Problem::Required));
        }
        if let Some(task) = tasks::unended_of(&self.0.db, guest).await? {
            return Err(Error::Conflict(Problem::TaskInTheWay { task }));
        }
        let cluster = self.0.clusters.named(Some(&guest.cluster))?;
        let before = read(cluster, &row).await?;
        let known = change.digest.as_ref().unwrap_or(&before.digest);
        let update = if known.is_empty() {
            update
        } else {
            update.digest(known)
        };
        let sent = cluster.client.change_firewall_options(of(&row), &update).await;
        if let Err(error) = sent {
            if error.is_stale_digest() {
                return Err(conflict::edited(change, &read(cluster, &row).await?)?);
            }
            return Err(conflict::refused(cluster, error));
        }
        let after = read(cluster, &row).await?;
        let mut changes = FieldChanges::new();
        changed(
            &mut changes,
            "enabled",
            Some(&before.enabled),
            Some(&after.enabled),
        );
        for (name, old, new) in [
            ("policy_in", before.policy_in, after.policy_in),
            ("policy_out", before.policy_out, after.policy_out),
        ] {
            changed(&mut changes, name, Some(&old), Some(&new));
        }
        for (name, old, new) in [
            ("log_in", before.log_in, after.log_in),
            ("log_out", before.log_out, after.log_out),
        ] {
            changed(&mut changes, name, Some(&old), Some(&new));
        }
        let action = Action::ChangeServerFirewall;
        self.record(actor, action, &guest.to_string(), changes, None)
            .await?;
        match differs(change, &after) {
            Some(field) => Err(Error::Conflict(Problem::ReadBackDiffers {
                field: field.to_owned(),
            })),
            None => Ok(after),
        }
    }
}

/// What is sent.
fn update(change: &GuestChange) -> ConfigChange {
    let mut update = ConfigChange::new();
    if let Some(on) = change.enabled {
        update = update.set("enable", u8::from(on));
    }
    for (key, policy) in [("policy_in", change.policy_in), ("policy_out", change.policy_out)] {
        if let Some(policy) = policy {
            update = update.set(key, policy);
        }
    }
    for (key, level) in [("log_level_in", change.log_in), ("log_level_out", change.log_out)] {
        if let Some(level) = level {
            update = update.set(key, level);
        }
    }
    update
}

/// The first field that is not what was asked for.
fn differs(change: &GuestChange, now: &GuestOptions) -> Option<&'static str> {
    let fields = [
        ("enabled", change.enabled.is_some_and(|on| on != now.enabled)),
        (
            "policy_in",
            change.policy_in.is_some() && change.policy_in != now.policy_in,
        ),
        (
            "policy_out",
            change.policy_out.is_some() && change.policy_out != now.policy_out,
        ),
        ("log_in", change.log_in.is_some() && change.log_in != now.log_in),
        (
            "log_out",
            change.log_out.is_some() && change.log_out != now.log_out,
        ),
    ];
    fields
        .into_iter()
        .find(|(_, differs)| *differs)
        .map(|(field, _)| field)
}

fn of(row: &GuestRow) -> FirewallOf<'_> {
    FirewallOf::Guest {
        kind: match row.kind {
            GuestKind::Qemu => pve_client::GuestKind::Qemu,
            GuestKind::Lxc => pve_client::GuestKind::Lxc,
        },
        node: &row.node,
        vmid: row.id.vmid,
    }
}

async fn read(cluster: &Cluster, row: &GuestRow) -> Result<GuestOptions> {
    let options = cluster.client.firewall_options(of(row)).await;
    Ok(wire::guest_options(&options.map_err(upstream(cluster))?))
}
