//! Drover's record of a server follows its configuration. A new name and new addresses are taken before Proxmox is
//! asked, so that no creation is given them meanwhile; the old ones are given back once the configuration was read
//! again and no longer has them.

use std::collections::BTreeSet;
use std::net::IpAddr;

use drover_types::configuration::{ConfigurationChange, NicAddresses, NicEdit};
use drover_types::guest::GuestRow;
use drover_types::text::Problem;
use pve_client::{ConfigView, GuestConfig, IpConfig};

use super::service::Others;
use crate::error::{Error, Result};
use crate::events::Change;
use crate::servers::service::{Servers, upstream};
use crate::store::reservations::{self, Reservation};
use crate::store::{Unique, adopted, reserved_addresses, violated};

/// What was taken for a change.
pub(super) struct Taken {
    /// As it stood before; `None` for a server that was adopted.
    reservation: Option<Reservation>,
    /// The name that the record has now.
    name: String,
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
                reservation: None,
                name: name.clone(),
            }));
        };
        let mut held = reserved_addresses::of(&self.0.db, reservation.task).await?;
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
            let added = reserved_addresses::add(&mut write.tx, &reservation, &address).await;
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
            held.push(address);
        }
        write.commit().await?;
        Ok(Some(Taken {
            reservation: Some(reservation),
            name,
        }))
    }

    /// Reads the configuration again and gives back what the server does not have: the old, or, where the change was
    /// refused, the new. Where it can't be read both stay taken.
    pub(super) async fn settle(&self, row: &GuestRow, taken: &Taken) {
        if let Err(error) = self.follow(row, taken).await {
            tracing::warn!(%error, guest = %row.id, "the record of a server does not follow its configuration yet");
        }
    }

    async fn follow(&self, row: &GuestRow, taken: &Taken) -> Result<()> {
        let next = self.next_config(row).await?;
        let name = next.name().unwrap_or(&taken.name);
        let Some(reservation) = &taken.reservation else {
            let mut write = self.0.events.begin().await?;
            adopted::rename(&mut write.tx, &row.id, name).await?;
            write.changed(Change::Adoptions);
            write.commit().await?;
            return Ok(());
        };
        let cluster = self.cluster(Some(&row.id.cluster))?;
        let now = cluster
            .client
            .qemu_config(&row.node, row.id.vmid, ConfigView::Current)
            .await
            .map_err(upstream(cluster))?;
        let kept: BTreeSet<String> = addresses_of(&next)
            .into_iter()
            .chain(addresses_of(&now))
            .collect();
        let held = reserved_addresses::of(&self.0.db, reservation.task).await?;
        let mut write = self.0.events.begin().await?;
        for address in held.iter().filter(|address| !kept.contains(*address)) {
            reserved_addresses::remove(&mut write.tx, reservation.task, address).await?;
        }
        if name != taken.name {
            reservations::rename(&mut write.tx, reservation.task, name).await?;
        }
        // The picture shows the addresses of the record until the agent tells its own.
        write.changed(Change::Task(reservation.task));
        write.commit().await?;
        Ok(())
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

/// The addresses that cloud-init gives to a machine.
fn addresses_of(config: &GuestConfig) -> BTreeSet<String> {
    let of = |one: IpConfig| [one.ip, one.ip6];
    let all = config.ip_configs().into_iter().flat_map(of).flatten();
    all.filter_map(|text| plain(&text)).collect()
}

/// An address as it is reserved, without the prefix length; `None` for `dhcp` and the like.
pub(super) fn plain(text: &str) -> Option<String> {
    let address = text.split('/').next().unwrap_or(text);
    address.parse::<IpAddr>().ok().map(|address| address.to_string())
}
