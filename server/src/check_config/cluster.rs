//! A cluster: whether each of its addresses answers, what its credentials may do, and whether it has what the
//! configuration names.

use drover_core::clusters::Cluster;
use pve_client::{Error, Version};

use super::defaults::check_defaults;
use super::finding::Finding;
use super::privileges::judge;

/// Tries one.
pub(super) async fn check_cluster(cluster: &Cluster) -> Vec<Finding> {
    let name = &cluster.name;
    let (version, mut findings) = endpoints(cluster).await;
    let Some(version) = version else {
        return findings;
    };
    let major = version
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
    findings.extend(check_defaults(cluster).await);
    findings
}

/// The version of Proxmox, if any address answers, and how each of them fared. Those that do not are no more than
/// a warning beside one that does.
async fn endpoints(cluster: &Cluster) -> (Option<String>, Vec<Finding>) {
    let name = &cluster.name;
    let mut version = None;
    let mut answers = Vec::new();
    for client in cluster.client.apart() {
        let address: String = client.endpoints().into_iter().map(|one| one.endpoint).collect();
        let answer = client.version().await;
        if let Ok(answer) = &answer {
            version.get_or_insert_with(|| answer.version.clone());
        }
        answers.push((address, answer));
    }
    let finding = |(address, answer): (String, Result<Version, Error>)| match answer {
        Ok(answer) => Finding::Good(format!(
            "cluster {name}: {address} answers: Proxmox VE {}",
            answer.version
        )),
        Err(error) => {
            let (what, mend) = (
                format!("cluster {name}: {address}: {error}"),
                how_to_mend(&error).to_owned(),
            );
            if version.is_some() {
                Finding::Warning(what, mend)
            } else {
                Finding::Bad(what, mend)
            }
        }
    };
    let findings = answers.into_iter().map(finding).collect();
    (version, findings)
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
