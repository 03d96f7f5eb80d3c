//! A cluster: whether it answers, and what its credentials may do.

use drover_core::clusters::Cluster;
use pve_client::Error;

use super::finding::Finding;

/// What Drover needs on `/`, and what for. Privileges that only one of the supported versions has are not here.
const PRIVILEGES: &[(&str, &str)] = &[
    ("VM.Audit", "see guests"),
    ("VM.Clone", "copy templates"),
    ("VM.Allocate", "make and delete servers"),
    ("VM.Config.CPU", "set cores"),
    ("VM.Config.Memory", "set memory"),
    ("VM.Config.Disk", "add and grow disks"),
    ("VM.Config.Network", "plug in NICs"),
    ("VM.Config.Cloudinit", "write cloud-init"),
    ("VM.Config.CDROM", "add the cloud-init drive"),
    ("VM.Config.Options", "set names, tags and notes"),
    ("VM.PowerMgmt", "start and stop guests"),
    ("Datastore.Audit", "see storages"),
    ("Datastore.AllocateSpace", "make disks"),
    ("Sys.Audit", "see nodes and their tasks"),
    ("SDN.Use", "plug NICs into bridges"),
];

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
    findings.push(privileges(cluster, major).await);
    findings
}

async fn privileges(cluster: &Cluster, major: u32) -> Finding {
    let name = &cluster.name;
    let held = match cluster.client.permissions().await {
        Ok(held) => held,
        Err(error) => {
            return Finding::Bad(
                format!("cluster {name}: the token's privileges can't be read: {error}"),
                how_to_mend(&error).to_owned(),
            );
        }
    };
    // Proxmox VE 9 split the guest agent's calls off VM.Monitor.
    let agent = if major >= 9 {
        "VM.GuestAgent.Audit"
    } else {
        "VM.Monitor"
    };
    let missing: Vec<String> = PRIVILEGES
        .iter()
        .copied()
        .chain([(agent, "ask the guest agent")])
        .filter(|(privilege, _)| {
            !held
                .paths()
                .values()
                .any(|privileges| privileges.contains_key(*privilege))
        })
        .map(|(privilege, purpose)| format!("{privilege} (to {purpose})"))
        .collect();
    if missing.is_empty() {
        return Finding::Good(format!(
            "cluster {name}: the token holds every privilege that Drover uses"
        ));
    }
    Finding::Warning(
        format!("cluster {name}: the token lacks {}", missing.join(", ")),
        "Add them to its role with: pveum role modify <role> --append 1 --privs \"…\"; a token with privilege \
         separation needs the role itself too."
            .to_owned(),
    )
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
