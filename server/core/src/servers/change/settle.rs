//! Compares the record of a server with what it has, after a change, until they agree: an address is given back once
//! neither the configuration has it nor the guest that runs. What can't be read now is read later, whichever process
//! began the change.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use drover_types::guest::{GuestRow, GuestStatus};
use drover_types::ids::TaskId;
use pve_client::{ConfigView, GuestConfig, GuestState, IpConfig};
use tokio::time::{Instant, MissedTickBehavior};
use tokio_util::sync::CancellationToken;

use super::record::plain;
use crate::clusters::Cluster;
use crate::error::Result;
use crate::events::Change;
use crate::servers::cloud_init;
use crate::servers::service::{Servers, upstream};
use crate::store::{reservations, reserved_addresses, unsettled};

/// How often the database is asked which records are to be compared.
const PERIOD: Duration = Duration::from_secs(3);
/// The longest pause between two looks at one server; it is looked at anew once it shows otherwise.
const LONGEST: Duration = Duration::from_mins(5);

/// When a server is looked at next.
struct Turn {
    shown: (GuestStatus, i64),
    pause: Duration,
    due: Instant,
}

/// An address that is reserved, with when it was taken where the server was not made with it.
type Held = (String, Option<DateTime<Utc>>);

impl Servers {
    /// Lets the records of servers follow what they have, until `stop`.
    pub async fn run(&self, stop: CancellationToken) {
        let mut turns = HashMap::new();
        let mut ticks = tokio::time::interval(PERIOD);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let follow = async {
            loop {
                ticks.tick().await;
                if let Err(error) = self.settle_due(&mut turns).await {
                    tracing::warn!(%error, "which records of servers are to follow can't be read");
                }
            }
        };
        let _: Option<()> = stop.run_until_cancelled(follow).await;
    }

    async fn settle_due(&self, turns: &mut HashMap<TaskId, Turn>) -> Result<()> {
        let due = unsettled::due(&self.0.db, self.0.clock.now()).await?;
        turns.retain(|task, _| due.iter().any(|(other, _)| other == task));
        let picture = self.0.inventory.snapshot();
        for (task, until) in due {
            let Some(taken) = reservations::of(&self.0.db, task).await? else {
                continue;
            };
            let answers = |name: &str| {
                picture
                    .clusters
                    .iter()
                    .any(|one| one.name == name && one.reachable)
            };
            // Of a guest that is gone the next creation gives everything back.
            let Some(row) = self.0.inventory.guest(&taken.guest) else {
                continue;
            };
            if !answers(&taken.guest.cluster) || !is_turn(turns, task, &row) {
                continue;
            }
            if let Err(error) = self.settle(&row, task, until, &[]).await {
                tracing::warn!(%error, guest = %row.id, "the record of a server does not follow it yet");
            }
        }
        Ok(())
    }

    /// Gives back what the server neither has nor runs with. `never` are addresses that it was not given.
    pub(super) async fn settle(
        &self,
        row: &GuestRow,
        task: TaskId,
        until: DateTime<Utc>,
        never: &[String],
    ) -> Result<()> {
        let cluster = self.cluster(Some(&row.id.cluster))?;
        let next = self.next_config(row).await?;
        let now = cluster
            .client
            .qemu_config(&row.node, row.id.vmid, ConfigView::Current)
            .await
            .map_err(upstream(cluster))?;
        let mut kept = addresses_of(&next);
        kept.extend(addresses_of(&now));
        let mut left = reserved_addresses::with_times(&self.0.db, task).await?;
        left.retain(|(address, _)| !kept.contains(address));
        let certain = left.iter().all(|(address, _)| never.contains(address));
        let in_force = if certain {
            Vec::new()
        } else {
            let doubtful = left.iter().filter(|(address, _)| !never.contains(address));
            self.in_force(cluster, row, &now, until, doubtful).await?
        };
        let Some(taken) = reservations::of(&self.0.db, task).await? else {
            return Ok(());
        };
        let mut write = self.0.events.begin().await?;
        let more = (!in_force.is_empty()).then_some(until);
        if !unsettled::go_on(&mut write.tx, task, until, more).await? {
            return Ok(());
        }
        for (address, _) in left.iter().filter(|(address, _)| !in_force.contains(address)) {
            reserved_addresses::remove(&mut write.tx, task, address).await?;
        }
        if let Some(name) = next.name().filter(|name| *name != taken.name) {
            reservations::rename(&mut write.tx, task, name).await?;
        }
        // The picture shows the addresses of the record until the agent tells its own.
        write.changed(Change::Task(task));
        write.commit().await?;
        Ok(())
    }

    /// Those of the addresses that the guest may run with: it has them from the drive that was made at its start.
    async fn in_force<'a>(
        &self,
        cluster: &Cluster,
        row: &GuestRow,
        config: &GuestConfig,
        until: DateTime<Utc>,
        doubtful: impl Iterator<Item = &'a Held>,
    ) -> Result<Vec<String>> {
        let (client, node, vmid) = (&cluster.client, row.node.as_str(), row.id.vmid);
        let status = client.qemu_status(node, vmid).await.map_err(upstream(cluster))?;
        let now = self.0.clock.now();
        // What sleeps on disk wakes up with what it had.
        let sleeps = status.lock.as_deref() == Some("suspended");
        if status.status == GuestState::Stopped && !sleeps {
            return Ok(Vec::new());
        }
        let drive = client
            .qemu_cloud_init(node, vmid)
            .await
            .map_err(upstream(cluster))?;
        let mut on_drive = BTreeSet::new();
        let mut unknown = false;
        for one in cloud_init::waiting(config, drive) {
            if cloud_init::is_address(&one.key) {
                unknown |= one.value.is_none() && one.delete;
                on_drive.extend(one.value.as_deref().map(addresses_in).unwrap_or_default());
            }
        }
        let uptime = TimeDelta::seconds(i64::try_from(status.uptime).unwrap_or_default());
        // Up to a second later than it was: Proxmox tells whole seconds.
        let started = now - uptime;
        let runs_on = sleeps || status.status == GuestState::Unknown || started < until;
        let may_have = |(address, taken): &&Held| {
            let is_later = !sleeps && taken.is_some_and(|at| at > started);
            !is_later && (runs_on || unknown || on_drive.contains(address))
        };
        Ok(doubtful
            .filter(may_have)
            .map(|(address, _)| address.clone())
            .collect())
    }
}

/// Whether a server is to be looked at now, and when next.
fn is_turn(turns: &mut HashMap<TaskId, Turn>, task: TaskId, row: &GuestRow) -> bool {
    let shown = (row.status, row.started_at);
    let now = Instant::now();
    let turn = turns.entry(task).or_insert(Turn {
        shown,
        pause: PERIOD,
        due: now,
    });
    if turn.shown != shown {
        *turn = Turn {
            shown,
            pause: PERIOD,
            due: now,
        };
    }
    if turn.due > now {
        return false;
    }
    turn.due = now + turn.pause;
    turn.pause = turn.pause.saturating_mul(2).min(LONGEST);
    true
}

/// The addresses that cloud-init gives to a machine.
fn addresses_of(config: &GuestConfig) -> BTreeSet<String> {
    let of = |one: IpConfig| [one.ip, one.ip6];
    let all = config.ip_configs().into_iter().flat_map(of).flatten();
    all.filter_map(|text| plain(&text)).collect()
}

/// The addresses of one NIC, as Proxmox writes them.
fn addresses_in(text: &str) -> Vec<String> {
    let values = text.split(',').filter_map(|part| part.split_once('='));
    values
        .filter(|(key, _)| matches!(*key, "ip" | "ip6"))
        .filter_map(|(_, value)| plain(value))
        .collect()
}
