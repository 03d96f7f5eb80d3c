//! Where Grafana shows servers. Only addresses are made here: Drover knows no credentials of Grafana's.

use std::sync::Arc;

use drover_types::ids::GuestId;
use drover_types::monitoring::{GrafanaLinks, MonitoringSources};
use drover_types::permission::Permission;
use drover_types::text::Problem;
use reqwest::Url;

use super::figures::Prometheus;
use super::options::GrafanaOptions;
use crate::context::OpContext;
use crate::error::{Error, Result};
use crate::inventory::Inventory;

/// The dashboard of all servers that comes with Drover.
const OVERVIEW: &str = "drover-overview";
/// The dashboard of one server that comes with Drover.
const SERVER: &str = "drover-server";
/// Where a node exporter usually answers; dashboards of old name a server so.
const EXPORTER_PORT: u16 = 9100;

/// A dashboard as clients are told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dashboard {
    /// Grafana's address.
    pub base_url: String,
    /// What the dashboard is known by.
    pub uid: String,
    /// The organisation that it is in.
    pub org_id: u32,
    /// Its address.
    pub url: String,
    /// Its address without Grafana's own navigation, for a frame.
    pub embed_url: String,
}

/// Grafana, where one is configured. Cheap to clone.
#[derive(Clone)]
pub struct Grafana {
    options: Option<Arc<GrafanaOptions>>,
    inventory: Inventory,
    prometheus: Prometheus,
}

impl Grafana {
    /// The one that is configured, if there is one.
    pub fn new(options: Option<GrafanaOptions>, inventory: Inventory, prometheus: Prometheus) -> Self {
        Self {
            options: options.map(Arc::new),
            inventory,
            prometheus,
        }
    }

    /// What monitoring has beside Proxmox's figures; asks Prometheus whether it answers.
    ///
    /// # Errors
    /// [`Error::Denied`].
    pub async fn sources(&self, ctx: &OpContext) -> Result<MonitoringSources> {
        ctx.require(Permission::ViewAll)?;
        let reaches_all = ctx.signed_in()?.grants.reach().is_everything();
        let grafana = match &self.options {
            // What shows all servers is not for somebody who is limited to some.
            Some(options) if reaches_all => {
                let overview = options.dashboard(OVERVIEW, &[])?;
                Some(GrafanaLinks {
                    home: overview.base_url,
                    overview: overview.url,
                    embed: overview.embed_url,
                })
            }
            Some(_) | None => None,
        };
        Ok(MonitoringSources {
            prometheus: self.prometheus.state().await,
            grafana,
        })
    }

    /// The dashboard of all servers.
    ///
    /// # Errors
    /// [`Error::NotSignedIn`]; [`Error::NotFound`] where no Grafana is configured.
    pub fn overview(&self, ctx: &OpContext) -> Result<Dashboard> {
        ctx.signed_in()?;
        self.configured()?.dashboard(OVERVIEW, &[])
    }

    /// The dashboard of the server that `named` by a name, an address or `cluster:vmid`; of all of them for `all`.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::NotFound`] for the server, or where no Grafana is configured; [`Error::Conflict`]
    /// where several servers are called so.
    pub fn of_server(&self, ctx: &OpContext, named: &str) -> Result<Dashboard> {
        let actor = ctx.require(Permission::ViewAll)?;
        let options = self.configured()?;
        if named == "all" {
            ctx.require_for_all(Permission::ViewAll)?;
            return options.dashboard(OVERVIEW, &[("var-server", "$__all")]);
        }
        let picture = self.inventory.within(actor.grants.reach());
        let id: Option<GuestId> = named.parse().ok();
        let mut found = picture.guests.iter().filter(|row| {
            id.as_ref() == Some(&row.id) || row.name == named || row.addresses.iter().any(|one| one == named)
        });
        let not_found = || {
            Error::NotFound(Problem::ServerNotFound {
                server: named.to_owned(),
            })
        };
        let row = found.next().ok_or_else(not_found)?;
        let others: Vec<GuestId> = found.map(|row| row.id.clone()).collect();
        if !others.is_empty() {
            let guests = std::iter::once(row.id.clone()).chain(others).collect();
            let name = named.to_owned();
            return Err(Error::Conflict(Problem::ServerNameAmbiguous { name, guests }));
        }
        let address = row
            .addresses
            .iter()
            .find(|one| *one == named)
            .or(row.addresses.first());
        let instance = address.map(|address| format!("{address}:{EXPORTER_PORT}"));
        options.dashboard(
            SERVER,
            &[
                ("var-cluster", &row.id.cluster),
                ("var-vmid", &row.id.vmid.to_string()),
                ("var-name", &row.name),
                ("var-server", &instance.unwrap_or_default()),
            ],
        )
    }

    fn configured(&self) -> Result<&GrafanaOptions> {
        self.options
            .as_deref()
            .ok_or(Error::NotFound(Problem::GrafanaOff))
    }
}

impl GrafanaOptions {
    /// The installation's own dashboard, or `uid`, with these variables.
    fn dashboard(&self, uid: &str, variables: &[(&str, &str)]) -> Result<Dashboard> {
        let uid = self.dashboard_uid.as_deref().unwrap_or(uid);
        let broken = |error| Error::Internal(format!("Grafana's address can't be used: {error}"));
        let mut url: Url = format!("{}/d/{uid}", self.base_url).parse().map_err(broken)?;
        url.query_pairs_mut()
            .append_pair("orgId", &self.org_id.to_string())
            .extend_pairs(variables);
        let mut embed = url.clone();
        embed.query_pairs_mut().append_key_only("kiosk");
        Ok(Dashboard {
            base_url: self.base_url.clone(),
            uid: uid.to_owned(),
            org_id: self.org_id,
            url: url.into(),
            embed_url: embed.into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dashboard_is_found_whatever_a_server_is_called() {
        let mut options = GrafanaOptions {
            base_url: "https://grafana.example.org/g".into(),
            dashboard_uid: None,
            org_id: 2,
        };
        let shown = options.dashboard(SERVER, &[("var-name", "a&b c")]).unwrap();
        assert_eq!(
            shown.url,
            "https://grafana.example.org/g/d/drover-server?orgId=2&var-name=a%26b+c"
        );
        assert_eq!(shown.embed_url, format!("{}&kiosk", shown.url));
        options.dashboard_uid = Some("own".into());
        assert_eq!(options.dashboard(SERVER, &[]).unwrap().uid, "own");
    }
}
