//! From the body to the input of the service.

use std::net::{IpAddr, Ipv4Addr};

use drover_types::server::{CreateServer, DiskSpec, NicSpec};
use drover_types::storage::DiskKind;
use drover_types::text::Problem;

use super::roles::{RoleFields, read_roles};
use crate::api::input::Object;
use crate::api::servers::fields::{Fields, Notes};

/// What stands for a storage that is not named: the original's own default among them.
const UNNAMED: &[&str] = &["auto", "local-lvm"];
const DISK_TYPES: &[&str] = &["hdd", "ssd"];

/// A body that was read.
#[derive(Debug)]
pub(super) struct Read {
    /// The input. Disks in `open` have no storage yet.
    pub server: CreateServer,
    /// What each disk of the input asks for whose storage is open.
    pub open: Vec<(usize, Open)>,
    /// Where each of its roles is named.
    pub role_fields: RoleFields,
    /// What is wrong, and what was ignored.
    pub notes: Notes,
}

/// A storage that is left open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Open {
    /// What the disk is wanted for.
    pub kind: DiskKind,
}

/// Reads `body`.
pub(super) fn read(body: Object) -> Read {
    let mut notes = Notes::default();
    let mut fields = Fields::new(body);
    let mut server = CreateServer {
        name: fields.text("name", &mut notes).unwrap_or_default(),
        cluster: fields.text("cluster", &mut notes),
        node: fields.text("node", &mut notes),
        template: narrow(&mut fields, "template_vm_id", &mut notes),
        os_type: fields
            .text("os_type", &mut notes)
            .map(|text| text.to_ascii_lowercase()),
        cores: narrow(&mut fields, "cpu", &mut notes).unwrap_or(2),
        memory_mb: fields.number("memory", &mut notes).unwrap_or(2048),
        username: fields.text("vm_username", &mut notes),
        password: fields.exact_text("vm_password", &mut notes),
        ssh_keys: Some(fields.texts("ssh_keys", &['\n'], &mut notes).join("\n"))
            .filter(|keys| !keys.is_empty()),
        description: fields.text("description", &mut notes),
        tags: fields.texts("tags", &[',', ';', ' '], &mut notes),
        ..CreateServer::default()
    };
    let mut open = Vec::new();
    for (n, disk) in fields.objects("disks", &mut notes).into_iter().enumerate() {
        let (spec, kind) = read_disk(n, disk, &mut notes);
        if let Some(kind) = kind {
            open.push((n, Open { kind }));
        }
        server.disks.push(spec);
    }
    let nics = fields.objects("network_devices", &mut notes);
    server.nics = nics.into_iter().map(|nic| read_nic(nic, &mut notes)).collect();
    same_address(&mut fields, &server, &mut notes);
    let first = fields.text("firewall_group", &mut notes);
    let more = fields.texts("firewall_groups", &[',', ';', ' '], &mut notes);
    for group in first.into_iter().filter(|text| text != "none").chain(more) {
        if !server.firewall_groups.contains(&group) {
            server.firewall_groups.push(group);
        }
    }
    let role_fields;
    (server.roles, role_fields) = read_roles(&mut fields, &mut notes);
    fields.finish(&mut notes);
    Read {
        server,
        open,
        role_fields,
        notes,
    }
}

fn read_disk(n: usize, mut fields: Fields, notes: &mut Notes) -> (DiskSpec, Option<DiskKind>) {
    let storage = fields.text("datastore_id", notes);
    let storage = storage.filter(|name| !UNNAMED.contains(&name.as_str()));
    let kind = match fields
        .text("disk_type", notes)
        .map(|text| text.to_ascii_lowercase())
        .as_deref()
    {
        None | Some("hdd") => DiskKind::Hdd,
        Some("ssd") => DiskKind::Ssd,
        Some(given) => {
            let known = DISK_TYPES.iter().map(|&name| name.to_owned()).collect();
            let problem = Problem::UnknownChoice {
                given: given.to_owned(),
                known,
            };
            notes.problems.insert(fields.path("disk_type"), problem);
            DiskKind::Hdd
        }
    };
    if fields
        .text("file_format", notes)
        .is_some_and(|format| format != "auto")
    {
        notes.ignored.push(fields.path("file_format"));
    }
    let spec = DiskSpec {
        interface: fields
            .text("interface", notes)
            .unwrap_or_else(|| format!("scsi{n}")),
        size_gb: fields.number("size", notes).unwrap_or(20),
        storage,
    };
    fields.finish(notes);
    let open = spec.storage.is_none().then_some(kind);
    (spec, open)
}

fn read_nic(mut fields: Fields, notes: &mut Notes) -> NicSpec {
    let text = fields
        .text("ip_address", notes)
        .filter(|text| !text.eq_ignore_ascii_case("dhcp"));
    let (address, length) = match text
        .as_deref()
        .map(|text| text.split_once('/').unwrap_or((text, "")))
    {
        None => (None, String::new()),
        Some((address, length)) => (
            parse(address, &fields.path("ip_address"), notes),
            length.to_owned(),
        ),
    };
    let subnet = fields.text("subnet", notes).unwrap_or(length);
    let prefix = prefix(&subnet, address).unwrap_or_else(|| {
        let max = if address.is_some_and(|address| address.is_ipv6()) {
            128
        } else {
            32
        };
        notes
            .problems
            .insert(fields.path("subnet"), Problem::OutOfRange { min: 1, max });
        0
    });
    let gateway = fields.text("gateway", notes);
    let nic = NicSpec {
        bridge: fields.text("bridge", notes).unwrap_or_default(),
        address,
        prefix,
        gateway: gateway.and_then(|text| parse(&text, &fields.path("gateway"), notes)),
    };
    fields.finish(notes);
    nic
}

/// A prefix length: `24`, `/24` or `255.255.255.0`.
fn prefix(text: &str, address: Option<IpAddr>) -> Option<u8> {
    if text.is_empty() {
        return Some(if address.is_some_and(|address| address.is_ipv6()) {
            64
        } else {
            24
        });
    }
    if let Ok(mask) = text.parse::<Ipv4Addr>() {
        let bits = u32::from(mask);
        let length = bits.leading_ones();
        return if length + bits.trailing_zeros() == 32 {
            u8::try_from(length).ok()
        } else {
            None
        };
    }
    text.trim_start_matches('/').parse().ok()
}

fn parse(text: &str, path: &str, notes: &mut Notes) -> Option<IpAddr> {
    let parsed = text.trim().parse().ok();
    if parsed.is_none() {
        notes.problems.insert(path.to_owned(), Problem::InvalidAddress);
    }
    parsed
}

/// A number that fits into 32 bits.
fn narrow(fields: &mut Fields, name: &str, notes: &mut Notes) -> Option<u32> {
    let number = fields.number(name, notes)?;
    u32::try_from(number).ok().or_else(|| {
        let problem = Problem::OutOfRange {
            min: 1,
            max: u32::MAX.into(),
        };
        notes.problems.insert(fields.path(name), problem);
        None
    })
}

/// The first version of the API says the first NIC's address twice.
fn same_address(fields: &mut Fields, server: &CreateServer, notes: &mut Notes) {
    let Some(text) = fields.text("ip_address", notes) else {
        return;
    };
    let path = fields.path("ip_address");
    let Some(address) = parse(text.split('/').next().unwrap_or_default(), &path, notes) else {
        return;
    };
    let first = server.nics.first().and_then(|nic| nic.address);
    // An address that can't be read is named at its own field.
    let is_named = notes.problems.contains_key("network_devices[0].ip_address");
    if first != Some(address) && !is_named {
        notes.problems.insert(path, Problem::AddressesDiffer);
    }
}
