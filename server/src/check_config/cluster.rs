//! A cluster: whether it answers, and what its credentials may do.

use drover_core::clusters::Cluster;
use pve_client::Error;

use super::finding::Finding;
use super::privileges::judge;

/// Tries one.
pub(super) async fn check_cluster(cluster: &Cluster) -> Vec<Finding> {
    let name = &cluster.name;
    let version = match cluster.client.version().await {
        Ok(version) => version,
        Err(error) => {
            let mend = how_to_mend(&error).to_owned();
            return vec![Finding::Bad(format!("cluster {name}: {error}"), mend)];
        }
    };
    let mut findings = vec![Finding::Good(format!(
        "cluster {name} answers: Proxmox VE {}",
        version.version
    ))];
    let major = version
        .version
        .split('.')
        .next()
        .and_then(|n| n.parse::<u32>().ok())
        .unwrap_or_default();
    if !(8..=9).contains(&major) {
        findings.push(Finding::Warning(
            format!("cluster {name}: Drover is made for Proxmox VE 8 and 9"),
            "Other versions may work; nothing is tested with them.".to_owned(),
        ));
    }
    findings.push(match cluster.client.cluster_status().await {
        Ok(status) if status.quorate => Finding::Good(format!("cluster {name} has quorum")),
        Ok(_) => Finding::Warning(
            format!("cluster {name} has no quorum"),
            "Proxmox refuses changes until enough nodes are back.".to_owned(),
        ),
        Err(error) => Finding::Bad(
            format!("cluster {name}: {error}"),
            "The token needs Sys.Audit on /.".to_owned(),
        ),
    });
    findings.extend(privileges(cluster, major).await);
    findings.extend(silent(cluster));
    findings
}

async fn privileges(cluster: &Cluster, major: u32) -> Vec<Finding> {
    match cluster.client.permissions().await {
        Ok(held) => judge(&cluster.name, major, &held),
        Err(error) => vec![Finding::Bad(
            format!(
                "cluster {}: the token's privileges can't be read: {error}",
                cluster.name
            ),
            how_to_mend(&error).to_owned(),
        )],
    }
}

/// Those of its addresses that were tried in vain, while another one answered.
fn silent(cluster: &Cluster) -> impl Iterator<Item = Finding> {
    let failed = cluster
        .client
        .endpoints()
        .into_iter()
        .filter(|one| one.failures > 0);
    failed.map(|one| {
        Finding::Warning(
            format!(
                "cluster {}: {} does not answer: {}",
                cluster.name,
                one.endpoint,
                one.reason.unwrap_or_default()
            ),
            "Another node does its work. Check the address, and whether that node is up.".to_owned(),
        )
    })
}

fn how_to_mend(error: &Error) -> &'static str {
    match error {
        Error::Tls { .. } => {
            "Set PROXMOX_FINGERPRINT to the node's certificate (Datacenter > Node > Certificates shows its \
             SHA-256), or PROXMOX_CA_FILE to a copy of /etc/pve/pve-root-ca.pem."
        }
        Error::Unauthorized { .. } => {
            "Check the token's id and secret: PROXMOX_API_TOKEN has the form user@realm!name=secret."
        }
        Error::Forbidden { .. } => "Give the token a role with the privilege that Proxmox names.",
        Error::Unreachable { .. } | Error::Timeout { .. } | Error::Interrupted { .. } => {
            "Check the address and port (8006 as a rule), and that no firewall is in between."
        }
        _ => "See what Proxmox says, and the node's own log.",
    }
}
