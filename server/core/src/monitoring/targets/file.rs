//! The file: which servers stand in it, and how it is written.

use std::collections::BTreeMap;
use std::fs::Permissions;
use std::io::{self, Write};
use std::net::IpAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use drover_types::guest::GuestRow;
use drover_types::ids::GuestId;
use drover_types::inventory::Snapshot;
use drover_types::role::{RoleValue, RoleValues};
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

/// Where `node_exporter` listens if its role says nothing.
const PORT: i64 = 9100;

/// An entry of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    targets: Vec<String>,
    labels: BTreeMap<String, String>,
}

impl Entry {
    fn guest(&self) -> Option<GuestId> {
        let label = |name: &str| self.labels.get(name);
        Some(GuestId::new(label("cluster")?, label("vmid")?.parse().ok()?))
    }
}

/// A server that has the exporter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Exporter {
    /// The server.
    pub guest: GuestId,
    /// The variables of its role, as JSON.
    pub variables: String,
    /// The address that was set by hand for it.
    pub address: Option<String>,
}

/// The entries of the file, by server.
pub(super) type Entries = BTreeMap<GuestId, Entry>;

/// The entries for these servers. `before` is what the file holds: a server that is off tells no address and keeps the
/// one it had, so that Prometheus says that it is down; so does one of a cluster that was not heard yet.
pub(super) fn entries(exporters: &[Exporter], picture: &Snapshot, before: &Entries) -> Entries {
    let is_heard = |cluster: &str| {
        let health = picture.clusters.iter().find(|health| health.name == cluster);
        health.is_some_and(|health| health.fetched_at > 0)
    };
    let mut entries = Entries::new();
    for exporter in exporters {
        let (id, old) = (&exporter.guest, before.get(&exporter.guest));
        let entry = match picture.guests.binary_search_by(|row| row.id.cmp(id)) {
            Ok(at) => entry(exporter, &picture.guests[at], old),
            Err(_) if is_heard(&id.cluster) => None,
            Err(_) => old.cloned(),
        };
        if let Some(entry) = entry {
            entries.insert(id.clone(), entry);
        }
    }
    entries
}

fn entry(exporter: &Exporter, row: &GuestRow, before: Option<&Entry>) -> Option<Entry> {
    let variables: RoleValues = serde_json::from_str(&exporter.variables).unwrap_or_default();
    let port = match variables.get("port") {
        Some(RoleValue::Integer(port)) => *port,
        _ => PORT,
    };
    // An exporter that listens on one address answers on no other.
    let listens = match variables.get("listen_address") {
        Some(RoleValue::Text(address)) => address.parse().ok().filter(|address| leads_there(*address)),
        _ => None,
    };
    let known = || {
        let addresses = row.addresses.iter().filter_map(|address| address.parse().ok());
        addresses
            .filter(|address| leads_there(*address))
            .min_by_key(IpAddr::is_ipv6)
    };
    let host = match (listens, &exporter.address) {
        (Some(address), _) => Some(written(address)),
        (None, Some(address)) => Some(address.parse().map_or_else(|_| address.clone(), written)),
        (None, None) => known().map(written),
    };
    let targets = match host {
        Some(host) => vec![format!("{host}:{port}")],
        None => before?.targets.clone(),
    };
    let label = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    Some(Entry {
        targets,
        labels: BTreeMap::from([
            label("cluster", &row.id.cluster),
            label("vmid", &row.id.vmid.to_string()),
            label("name", &row.name),
            label("node", &row.node),
            label("role", row.role.as_ref().map_or("", |role| role.as_str())),
            label("tags", &row.tags.join(",")),
        ]),
    })
}

fn written(address: IpAddr) -> String {
    match address {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => format!("[{v6}]"),
    }
}

/// Whether another machine reaches a server by this address.
fn leads_there(address: IpAddr) -> bool {
    let is_local = match address {
        IpAddr::V4(v4) => v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_unicast_link_local(),
    };
    !address.is_loopback() && !address.is_unspecified() && !is_local
}

/// The text of the file, a line for each server.
pub(super) fn text(entries: &Entries) -> String {
    let lines = entries
        .values()
        .filter_map(|entry| serde_json::to_string(entry).ok());
    let lines: Vec<String> = lines.collect();
    if lines.is_empty() {
        return "[]\n".to_owned();
    }
    format!("[\n{}\n]\n", lines.join(",\n"))
}

/// What the file holds. One that is not there, or not ours, holds nothing.
pub(super) fn read(file: &Path) -> Entries {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let entries: Vec<Entry> = serde_json::from_str(&text).unwrap_or_default();
    let known = entries
        .into_iter()
        .filter_map(|entry| Some((entry.guest()?, entry)));
    known.collect()
}

/// Writes the file, unless it says the same already. Whoever reads it meanwhile sees the old one or the new one, whole.
///
/// # Errors
/// Where the file can't be written.
pub(super) fn write(file: &Path, text: &str) -> io::Result<bool> {
    if std::fs::read_to_string(file).is_ok_and(|before| before == text) {
        return Ok(false);
    }
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or_else(|| Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut new = NamedTempFile::new_in(folder)?;
    new.write_all(text.as_bytes())?;
    // Prometheus reads it as another user; it holds nothing secret.
    new.as_file().set_permissions(Permissions::from_mode(0o644))?;
    new.persist(file)?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use drover_types::cluster::ClusterHealth;

    use super::*;

    fn row(vmid: u32, addresses: &[&str]) -> GuestRow {
        GuestRow {
            name: format!("web-{vmid}"),
            node: "pve1".into(),
            tags: vec!["a".into(), "b\"c".into()],
            addresses: addresses.iter().map(|&address| address.to_owned()).collect(),
            ..GuestRow::unknown(GuestId::new("lab", vmid))
        }
    }

    fn picture(fetched_at: i64, guests: Vec<GuestRow>) -> Snapshot {
        Snapshot {
            guests,
            clusters: vec![ClusterHealth {
                name: "lab".into(),
                version: String::new(),
                quorate: None,
                reachable: true,
                fetched_at,
            }],
            ..Snapshot::default()
        }
    }

    fn exporter(vmid: u32, variables: &str, address: Option<&str>) -> Exporter {
        Exporter {
            guest: GuestId::new("lab", vmid),
            variables: variables.into(),
            address: address.map(str::to_owned),
        }
    }

    fn target(exporter: Exporter, row: GuestRow) -> Option<String> {
        let entries = entries(&[exporter], &picture(1, vec![row]), &Entries::new());
        entries.into_values().next().map(|entry| entry.targets.concat())
    }

    #[test]
    fn a_target_is_where_its_exporter_listens() {
        let target =
            |variables, address, known: &[&str]| target(exporter(100, variables, address), row(100, known));
        let is = |address: &str| Some(address.to_owned());
        let known = &["127.0.0.1", "fe80::1", "2001:db8::7", "10.0.0.7"];
        assert_eq!(target("{}", None, known), is("10.0.0.7:9100"));
        assert_eq!(
            target("{}", None, &["fe80::1", "2001:db8::7"]),
            is("[2001:db8::7]:9100")
        );
        assert_eq!(target(r#"{"port":9200}"#, None, known), is("10.0.0.7:9200"));
        assert_eq!(
            target(r#"{"port":9200}"#, Some("web.example.org"), known),
            is("web.example.org:9200")
        );
        assert_eq!(
            target(r#"{"listen_address":"0.0.0.0"}"#, Some("::1"), known),
            is("[::1]:9100")
        );
        assert_eq!(
            target(r#"{"listen_address":"10.9.0.1"}"#, Some("10.0.0.8"), known),
            is("10.9.0.1:9100")
        );
        assert_eq!(target("{}", None, &[]), None, "nobody knows where it is");
        assert_eq!(target("no JSON", None, known), is("10.0.0.7:9100"));
    }

    #[test]
    fn what_is_off_stays_and_what_is_gone_goes() {
        let all = [100, 101].map(|vmid| exporter(vmid, "{}", None));
        let rows = || vec![row(100, &["10.0.0.1"]), row(101, &["10.0.0.2"])];
        let first = entries(&all, &picture(5, rows()), &Entries::new());
        let read: Vec<Entry> = serde_json::from_str(&text(&first)).unwrap();
        assert_eq!(read, first.values().cloned().collect::<Vec<_>>());
        assert_eq!(read[0].guest(), Some(GuestId::new("lab", 100)));
        assert_eq!(read[0].labels["tags"], "a,b\"c");

        let off = picture(5, vec![row(100, &[]), row(101, &["10.0.0.2"])]);
        assert_eq!(entries(&all, &off, &first), first);
        let unheard = picture(0, Vec::new());
        assert_eq!(entries(&all, &unheard, &first), first);
        let gone = picture(5, vec![row(101, &["10.0.0.2"])]);
        assert_eq!(entries(&all, &gone, &first).len(), 1);
        assert!(entries(&[], &off, &first).is_empty(), "the role was taken off");
        assert_eq!(text(&Entries::new()), "[]\n");
    }

    #[test]
    fn the_file_is_replaced_as_a_whole_and_only_where_it_differs() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("deeper/targets.json");
        assert!(write(&file, "[]\n").unwrap());
        assert!(!write(&file, "[]\n").unwrap());
        let open = std::fs::File::open(&file).unwrap();
        assert!(write(&file, "[1]\n").unwrap());
        assert_eq!(
            io::read_to_string(open).unwrap(),
            "[]\n",
            "whoever reads it has the old one"
        );
        assert_eq!(
            std::fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            0o644
        );
        assert_eq!(
            file.parent().unwrap().read_dir().unwrap().count(),
            1,
            "nothing else is left"
        );
        assert!(read(&file).is_empty(), "it is none of ours");
    }
}
