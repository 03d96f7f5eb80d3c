//! A server's configuration and what of it waits for the next start, asked of its node.

use drover_types::configuration::{PendingChange, ServerConfiguration};
use drover_types::guest::{GuestKind, GuestRow};
use drover_types::ids::GuestId;
use drover_types::permission::Permission;
use drover_types::server::ServerNic;
use drover_types::text::Problem;
use pve_client::{ConfigView, GuestConfig, PendingValue};

use super::detail::{disks, server_nic};
use super::service::{Servers, upstream};
use crate::context::OpContext;
use crate::error::{Error, Result};

impl Servers {
    /// The configuration of a server as it runs now.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`], or the cluster's.
    pub async fn configuration(&self, ctx: &OpContext, id: &GuestId) -> Result<ServerConfiguration> {
        ctx.require(Permission::ViewAll)?;
        let row = self.get(ctx, id).await?;
        let gone = || {
            Error::NotFound(Problem::ServerNotFound {
                server: id.to_string(),
            })
        };
        let cluster = self.cluster(Some(&id.cluster)).map_err(|_| gone())?;
        let (client, node, vmid) = (&cluster.client, row.node.as_str(), id.vmid);
        let failed = |error: pve_client::Error| {
            if error.is_not_found() {
                gone()
            } else {
                upstream(cluster)(error)
            }
        };
        let view = ConfigView::Current;
        let (config, pending) = match row.kind {
            GuestKind::Qemu => {
                let asked = (
                    client.qemu_config(node, vmid, view),
                    client.qemu_pending(node, vmid),
                );
                let (config, pending) = tokio::try_join!(asked.0, asked.1).map_err(failed)?;
                (config, pending)
            }
            // What waits in a container stands in its configuration's other view.
            GuestKind::Lxc => {
                let now = client.lxc_config(node, vmid, view);
                let then = client.lxc_config(node, vmid, ConfigView::Pending);
                let (now, then) = tokio::try_join!(now, then).map_err(failed)?;
                let pending = differences(&now, &then);
                (now, pending)
            }
        };
        Ok(configuration(&row, &config, pending))
    }
}

/// What `then` has otherwise than `now`, in the shape in which a virtual machine's changes come.
fn differences(now: &GuestConfig, then: &GuestConfig) -> Vec<PendingValue> {
    let keys = now.values().keys().chain(then.values().keys());
    let keys: std::collections::BTreeSet<_> = keys.filter(|key| *key != "digest").collect();
    keys.into_iter()
        .map(|key| PendingValue {
            key: key.clone(),
            value: now.get(key).map(str::to_owned),
            pending: then
                .get(key)
                .filter(|then| now.get(key) != Some(then))
                .map(str::to_owned),
            delete: then.get(key).is_none(),
        })
        .collect()
}

fn configuration(row: &GuestRow, config: &GuestConfig, pending: Vec<PendingValue>) -> ServerConfiguration {
    let ips = config.ip_configs();
    let nic = |nic: &pve_client::Nic| -> ServerNic {
        server_nic(nic, ips.iter().find(|ip| ip.index == nic.index), &[])
    };
    ServerConfiguration {
        id: row.id.clone(),
        name: row.name.clone(),
        node: row.node.clone(),
        status: row.status,
        cores: config.cores().unwrap_or(row.cores),
        sockets: config.sockets().unwrap_or(1),
        cpu_type: config.get("cpu").unwrap_or_default().to_owned(),
        memory_mb: config.memory().unwrap_or(512),
        balloon_mb: config.get("balloon").and_then(|text| text.parse().ok()),
        disks: disks(config),
        nics: config.nics().iter().map(nic).collect(),
        description: config.description().unwrap_or_default().to_owned(),
        tags: config.tags(),
        on_boot: config.get("onboot") == Some("1"),
        protected: config.is_protected(),
        digest: config.digest().unwrap_or_default().to_owned(),
        pending: pending
            .into_iter()
            .filter(|one| one.delete || one.pending.is_some())
            .map(|one| PendingChange {
                key: one.key,
                now: one.value,
                then: one.pending.filter(|_| !one.delete),
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_differs_waits() {
        let read = |value: serde_json::Value| -> GuestConfig { serde_json::from_value(value).unwrap() };
        let now = read(json!({"memory": 512, "hostname": "ct", "swap": 128, "digest": "a"}));
        let then = read(json!({"memory": 1024, "hostname": "ct", "cores": 2, "digest": "b"}));
        let waiting: Vec<_> = differences(&now, &then)
            .into_iter()
            .filter(|one| one.delete || one.pending.is_some())
            .map(|one| (one.key, one.value, one.pending))
            .collect();
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(
            waiting,
            [
                ("cores".to_owned(), None, text("2")),
                ("memory".to_owned(), text("512"), text("1024")),
                ("swap".to_owned(), text("128"), None),
            ]
        );
    }
}
