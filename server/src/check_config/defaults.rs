//! What the configuration names of a cluster: the node, the storages and the templates of new servers.

use drover_core::clusters::{Cluster, Defaults};
use pve_client::{GuestKind, Resource};

use super::finding::Finding;

/// What a storage must be able to hold for disks.
const IMAGES: &str = "images";

/// Looks for each of them. Says nothing where nothing is named.
pub(super) async fn check_defaults(cluster: &Cluster) -> Vec<Finding> {
    if cluster.defaults == Defaults::default() {
        return Vec::new();
    }
    match cluster.client.cluster_resources(None).await {
        Ok(resources) => judge(&cluster.name, &cluster.defaults, &resources),
        Err(error) => vec![Finding::Bad(
            format!("cluster {}: {error}", cluster.name),
            "What it holds can't be read, so the defaults for new servers are not checked.".to_owned(),
        )],
    }
}

fn judge(cluster: &str, defaults: &Defaults, resources: &[Resource]) -> Vec<Finding> {
    let node = defaults.node.iter().map(|name| node(cluster, name, resources));
    let storages = [
        ("PROXMOX_HDD_DATASTORE", &defaults.hdd_storage),
        ("PROXMOX_SSD_DATASTORE", &defaults.ssd_storage),
    ];
    let storages = storages
        .into_iter()
        .filter_map(|(key, name)| Some(storage(cluster, key, name.as_deref()?, resources)));
    let templates = defaults
        .templates
        .iter()
        .map(|(system, vmid)| template(cluster, system, *vmid, resources));
    node.chain(storages).chain(templates).collect()
}

fn node(cluster: &str, name: &str, resources: &[Resource]) -> Finding {
    let known = resources.iter().filter_map(|resource| match resource {
        Resource::Node(node) => Some(node.node.as_str()),
        _ => None,
    });
    let known: Vec<_> = known.collect();
    if known.contains(&name) {
        return Finding::Good(format!("cluster {cluster}: PROXMOX_NODE names its node {name}"));
    }
    Finding::Bad(
        format!("cluster {cluster}: PROXMOX_NODE is {name:?}, which is none of its nodes"),
        one_of(known),
    )
}

fn storage(cluster: &str, key: &str, name: &str, resources: &[Resource]) -> Finding {
    let known = resources.iter().filter_map(|resource| match resource {
        Resource::Storage(storage) => Some(storage),
        _ => None,
    });
    let fitting: Vec<_> = known
        .clone()
        .filter(|storage| storage.content.iter().any(|content| content == IMAGES))
        .map(|storage| storage.storage.as_str())
        .collect();
    if fitting.contains(&name) {
        return Finding::Good(format!("cluster {cluster}: {key} names its storage {name}"));
    }
    let why = if known.clone().any(|storage| storage.storage == name) {
        "which holds no disk images"
    } else {
        "which is none of its storages"
    };
    Finding::Bad(
        format!("cluster {cluster}: {key} is {name:?}, {why}"),
        one_of(fitting),
    )
}

fn template(cluster: &str, system: &str, vmid: u32, resources: &[Resource]) -> Finding {
    let guest = resources.iter().find_map(|resource| match resource {
        Resource::Guest(guest) if guest.vmid == vmid => Some(guest),
        _ => None,
    });
    let why = match guest {
        Some(guest) if guest.template && guest.kind == GuestKind::Qemu => {
            return Finding::Good(format!("cluster {cluster}: {system} has the template {vmid}"));
        }
        Some(_) => "is no template of virtual machines",
        None => "is not there, or the token may not see it",
    };
    Finding::Bad(
        format!("cluster {cluster}: the template of {system}, {vmid}, {why}"),
        "Name the id of a template under proxmox.templates.".to_owned(),
    )
}

fn one_of(mut known: Vec<&str>) -> String {
    known.sort_unstable();
    known.dedup();
    if known.is_empty() {
        return "The token sees none at all: it needs privileges on / (see the README).".to_owned();
    }
    format!("Name one of {}.", known.join(", "))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;

    fn resources() -> Vec<Resource> {
        serde_json::from_value(json!([
            {"type": "node", "id": "node/a", "node": "a", "status": "online"},
            {"type": "storage", "id": "storage/a/fast", "node": "a", "storage": "fast", "status": "available", "content": "images,rootdir"},
            {"type": "storage", "id": "storage/a/iso", "node": "a", "storage": "iso", "status": "available", "content": "iso,backup"},
            {"type": "qemu", "id": "qemu/9000", "node": "a", "vmid": 9000, "name": "debian", "status": "stopped", "template": 1},
            {"type": "qemu", "id": "qemu/100", "node": "a", "vmid": 100, "name": "web", "status": "running", "template": 0},
        ]))
        .unwrap()
    }

    fn found(defaults: &Defaults) -> Vec<Finding> {
        judge("main", defaults, &resources())
    }

    #[test]
    fn what_is_there_is_good() {
        let defaults = Defaults {
            node: Some("a".into()),
            hdd_storage: Some("fast".into()),
            ssd_storage: Some("fast".into()),
            templates: BTreeMap::from([("debian".into(), 9000)]),
        };
        let found = found(&defaults);
        assert_eq!(found.len(), 4);
        assert!(
            found.iter().all(|one| matches!(one, Finding::Good(_))),
            "{found:?}"
        );
    }

    #[test]
    fn what_is_not_is_named_with_what_would_do() {
        let defaults = Defaults {
            node: Some("b".into()),
            hdd_storage: Some("iso".into()),
            ssd_storage: Some("gone".into()),
            templates: BTreeMap::from([("debian".into(), 100), ("suse".into(), 1)]),
        };
        let told: Vec<String> = found(&defaults).iter().map(ToString::to_string).collect();
        let expected = [
            ["PROXMOX_NODE is \"b\"", "Name one of a."],
            [
                "PROXMOX_HDD_DATASTORE is \"iso\", which holds no disk images",
                "Name one of fast.",
            ],
            [
                "PROXMOX_SSD_DATASTORE is \"gone\", which is none",
                "Name one of fast.",
            ],
            ["debian, 100, is no template", "proxmox.templates"],
            ["suse, 1, is not there", "proxmox.templates"],
        ];
        assert_eq!(told.len(), expected.len());
        for (told, parts) in told.iter().zip(expected) {
            assert!(told.starts_with("FAIL"), "{told}");
            assert!(parts.iter().all(|part| told.contains(part)), "{told}");
        }
    }
}
