//! Drover's record of a server follows its configuration. A new name and new addresses are taken before Proxmox is
//! asked, so that no creation is given them meanwhile; the old ones are given back once the server no longer has them
//! and no longer runs with them.

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use drover_types::configuration::{ConfigurationChange, NicAddresses, NicEdit};
use drover_types::guest::GuestRow;
use drover_types::ids::TaskId;
use drover_types::text::Problem;
use pve_client::GuestConfig;

use super::service::Others;
use crate::error::{Error, Result};
use crate::events::Change;
use crate::servers::service::Servers;
use crate::store::{Unique, adopted, reservations, reserved_addresses, unsettled, violated};

/// For how long a change may take effect after all whose answer was lost, or which a process began that is gone: longer
/// than Proxmox waits for a guest's lock (`lock_config` of `PVE::AbstractConfig`: ten seconds), and than a slow call lasts.
const LATE: TimeDelta = TimeDelta::minutes(1);

/// What was taken for a change.
pub(super) struct Taken {
    /// What of the record is in the balance; `None` for a server that was adopted.
    record: Option<Record>,
    /// The name that the record has now.
    name: String,
}

/// A server's reservation that was changed ahead of the server.
struct Record {
    task: TaskId,
    /// The addresses that were taken for the change.
    added: Vec<String>,
    /// Until when the change may take effect, as far as the record knows.
    until: DateTime<Utc>,
}

impl Servers {
    /// Takes what `change` gives to the server of `row`; `None` where there is nothing on record that it touches.
    pub(super) async fn take(
        &self,
        row: &GuestRow,
        config: &GuestConfig,
        change: &ConfigurationChange,
        others: &Others,
    ) -> Result<Option<Taken>> {
        let name = change.name.as_ref().filter(|name| config.name() != Some(name));
        let is_readdressed = !change.addresses.is_empty()
            || change
                .nics
                .iter()
                .any(|edit| matches!(edit, NicEdit::Remove { .. }));
        if name.is_none() && !is_readdressed {
            return Ok(None);
        }
        let made = reservations::at(&self.0.db, &row.id)
            .await?
            .filter(|one| one.made);
        let Some(reservation) = made else {
            return Ok(name.map(|name| Taken {
                record: None,
                name: name.clone(),
            }));
        };
        let mut held = reserved_addresses::of(&self.0.db, reservation.task).await?;
        let now = self.0.clock.now();
        let mut record = Record {
            task: reservation.task,
            added: Vec::new(),
            until: now + LATE,
        };
        let mut write = self.0.events.begin().await?;
        if !others.alive.is_empty() {
            // As a creation does: what is kept for servers that are gone stands in nobody's way.
            reservations::release_gone(&mut write.tx, &row.id.cluster, &others.alive).await?;
        }
        let name = name.unwrap_or(&reservation.name).clone();
        if name != reservation.name {
            let renamed = reservations::rename(&mut write.tx, reservation.task, &name).await;
            renamed.map_err(|error| match violated(&error) {
                Some(Unique::ReservedName) => Error::field("name", Problem::NameTaken { name: name.clone() }),
                _ => error.into(),
            })?;
        }
        for (field, address) in given(&change.addresses) {
            if held.contains(&address) {
                continue;
            }
            let added = reserved_addresses::add(&mut write.tx, &reservation, &address, now).await;
            if let Err(error) = added {
                if violated(&error) != Some(Unique::ReservedAddress) {
                    return Err(error.into());
                }
                drop(write);
                let all = reservations::in_cluster(&self.0.db, &row.id.cluster).await?;
                let holder = all.into_iter().find(|one| one.addresses.contains(&address));
                let by = holder.map(|one| one.taken.name).unwrap_or_default();
                return Err(Error::field(field, Problem::AddressTaken { address, by }));
            }
            record.added.push(address.clone());
            held.push(address);
        }
        unsettled::begin(&mut write.tx, record.task, record.until).await?;
        write.commit().await?;
        Ok(Some(Taken {
            record: Some(record),
            name,
        }))
    }

    /// Proxmox has answered: what the server does not have is given back, the old, or, where the change was refused,
    /// the new. What can't be told yet stays taken, and is told later.
    pub(super) async fn answered(&self, row: &GuestRow, taken: &Taken, refused: bool) {
        if let Err(error) = self.follow(row, taken, refused).await {
            tracing::warn!(%error, guest = %row.id, "the record of a server does not follow its configuration yet");
        }
    }

    async fn follow(&self, row: &GuestRow, taken: &Taken, refused: bool) -> Result<()> {
        let Some(record) = &taken.record else {
            let next = self.next_config(row).await?;
            let name = next.name().unwrap_or(&taken.name);
            let mut write = self.0.events.begin().await?;
            adopted::rename(&mut write.tx, &row.id, name).await?;
            write.changed(Change::Adoptions);
            write.commit().await?;
            return Ok(());
        };
        let now = self.0.clock.now();
        let mut write = self.0.events.begin().await?;
        if !unsettled::go_on(&mut write.tx, record.task, record.until, Some(now)).await? {
            return Ok(());
        }
        write.commit().await?;
        let never = if refused { &record.added[..] } else { &[] };
        self.settle(row, record.task, now, never).await
    }
}

/// The addresses that a change gives, each with its field.
fn given(all: &[NicAddresses]) -> impl Iterator<Item = (String, String)> {
    all.iter().enumerate().flat_map(|(n, of)| {
        [("ip", &of.ip), ("ip6", &of.ip6)]
            .into_iter()
            .filter_map(move |(field, text)| Some((format!("addresses[{n}].{field}"), plain(text)?)))
    })
}

/// An address as it is reserved, without the prefix length; `None` for `dhcp` and the like.
pub(super) fn plain(text: &str) -> Option<String> {
    let address = text.split('/').next().unwrap_or(text);
    address.parse::<IpAddr>().ok().map(|address| address.to_string())
}
