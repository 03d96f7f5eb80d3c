//! Ends the adoption of guests that are gone, and forgets which firewall groups and roles they were given: another guest
//! which gets the id later is nobody's, and was given none.

use std::collections::BTreeSet;

use drover_types::ids::GuestId;

use super::service::{Servers, upstream};
use super::survey::Survey;
use crate::clusters::Cluster;
use crate::error::Result;
use crate::events::Change;
use crate::roles::forget_roles;
use crate::store::{adopted, firewall_groups, server_roles};

impl Servers {
    /// Forgets the guests that a cluster no longer has; tells how many. What a cluster that does not answer
    /// has is not known, and stays. For the house-keeping.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub async fn forget_gone(&self) -> Result<u64> {
        let adopted = adopted::all(&self.0.db).await?.into_iter().map(|one| one.guest);
        let with_groups = firewall_groups::all(&self.0.db).await?.into_keys();
        let with_roles = server_roles::all(&self.0.db)
            .await?
            .into_iter()
            .map(|one| one.guest);
        let on_record: BTreeSet<GuestId> = adopted.chain(with_groups).chain(with_roles).collect();
        let mut gone = Vec::new();
        for cluster in &self.0.clusters {
            let of_it = on_record.iter().filter(|guest| guest.cluster == *cluster.name);
            let ids: Vec<&GuestId> = of_it.collect();
            if ids.is_empty() {
                continue;
            }
            match gone_of(cluster, &ids).await {
                Ok(some) => gone.extend(some),
                Err(error) => tracing::debug!(%error, "whether guests on record are gone is not known"),
            }
        }
        if gone.is_empty() {
            return Ok(0);
        }
        let mut write = self.0.events.begin().await?;
        let mut count = 0;
        for id in &gone {
            let was_adopted = adopted::delete(&mut write.tx, id).await?;
            let had_groups = firewall_groups::forget(&mut write.tx, id).await? > 0;
            let had_roles = forget_roles(&mut write, id).await?;
            count += u64::from(was_adopted || had_groups || had_roles);
        }
        write.changed(Change::Adoptions);
        write.changed(Change::Firewall);
        write.commit().await?;
        Ok(count)
    }
}

async fn gone_of(cluster: &Cluster, ids: &[&GuestId]) -> Result<Vec<GuestId>> {
    let there: BTreeSet<u32> = Survey::read(cluster).await?.vmids().into_iter().collect();
    let mut gone = Vec::new();
    for id in ids.iter().filter(|id| !there.contains(&id.vmid)) {
        // The list leaves out what the token may not see; this does not.
        let free = cluster.client.vmid_is_free(id.vmid).await;
        if free.map_err(upstream(cluster))? {
            gone.push((*id).clone());
        }
    }
    Ok(gone)
}
