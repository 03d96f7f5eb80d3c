//! The clusters as the configuration describes them.

use std::collections::BTreeMap;

use drover_core::clusters::{ClusterConfig, Clusters};
use pve_client::{ClientConfig, Credentials, Fingerprint, Trust};
use secrecy::ExposeSecret;

use super::ConfigError;
use super::raw::RawCluster;

/// Of the one cluster that the environment can describe, and of further ones.
pub(super) fn clusters(one: Option<RawCluster>, more: Vec<RawCluster>) -> Result<Clusters, ConfigError> {
    let configs: Vec<_> = one
        .into_iter()
        .chain(more)
        .map(cluster)
        .collect::<Result<_, _>>()?;
    Clusters::connect(configs).map_err(|error| ConfigError(error.to_string()))
}

fn lower_keys(templates: BTreeMap<String, u32>) -> BTreeMap<String, u32> {
    let lower = |(system, vmid): (String, u32)| (system.to_lowercase(), vmid);
    templates.into_iter().map(lower).collect()
}

fn cluster(raw: RawCluster) -> Result<ClusterConfig, ConfigError> {
    let name = raw.name.unwrap_or_else(|| "main".to_owned());
    let wrong = |why: &str| ConfigError(format!("cluster {name}: {why}"));
    if raw.endpoint.0.is_empty() {
        return Err(wrong(
            "endpoint is missing; set it (PROXMOX_ENDPOINT) to the URLs of the nodes, such as https://pve1:8006",
        ));
    }
    let credentials = match (raw.api_token, raw.username, raw.password) {
        (Some(token), None, None) => Credentials::token(token.expose_secret()),
        (None, Some(username), Some(password)) => Credentials::password(&username, password),
        (Some(_), _, _) => {
            return Err(wrong(
                "give an API token or a user name with a password, not both",
            ));
        }
        _ => {
            return Err(wrong(
                "credentials are missing; set PROXMOX_API_TOKEN, or PROXMOX_USERNAME and PROXMOX_PASSWORD",
            ));
        }
    }
    .map_err(|error| wrong(&error.to_string()))?;
    let trust = match (raw.fingerprint.0, raw.ca_file) {
        (prints, None) if prints.is_empty() => Trust::System,
        (prints, None) => {
            let prints = prints
                .iter()
                .map(|text| text.parse::<Fingerprint>())
                .collect::<Result<_, _>>();
            Trust::Fingerprints(prints.map_err(|error| wrong(&error.to_string()))?)
        }
        (prints, Some(file)) if prints.is_empty() => Trust::CaFile(file.into()),
        _ => return Err(wrong("give a fingerprint or a CA file, not both")),
    };
    let mut client = ClientConfig::new(raw.endpoint.0, credentials);
    client.trust = trust;
    concat!("drover/", env!("CARGO_PKG_VERSION")).clone_into(&mut client.user_agent);
    Ok(ClusterConfig {
        name,
        client,
        node: raw.node,
        hdd_storage: raw.hdd_datastore,
        ssd_storage: raw.ssd_datastore,
        // Requests name a system in any case.
        templates: lower_keys(raw.templates),
    })
}
