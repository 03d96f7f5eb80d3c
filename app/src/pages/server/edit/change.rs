//! The request for what was typed, and which field of the form each of its answers belongs to. Pure.

use std::collections::{BTreeMap, BTreeSet};

use drover_types::{
    configuration::{
        CloudInitChange, ConfigurationChange, NicAddresses, NicEdit, NicSettings, ServerConfiguration,
    },
    error::FieldProblems,
    text::Problem,
};

use super::{
    field::{AddressPart, Field, NicPart},
    read,
    values::Values,
};

/// The highest rate of a NIC, in MB/s, that the check of a change lets through.
const MOST_RATE: i64 = 10_240;

/// What is wrong with which field of the form.
pub type Problems = BTreeMap<Field, Problem>;

/// A request, with the NICs that its lists are about.
pub struct Request {
    /// What is asked for.
    pub change: ConfigurationChange,
    nics: Vec<u32>,
    addresses: Vec<u32>,
    /// What is wrong with the texts themselves.
    pub problems: Problems,
}

/// The request that makes `fields` of a server what is typed.
pub fn of(configuration: &ServerConfiguration, typed: &Values, fields: &[Field]) -> Request {
    let mut problems = Problems::new();
    let has = |field: Field| fields.contains(&field);
    let text = |field: Field| has(field).then(|| typed.get(field).trim().to_owned());
    let flag = |field: Field| has(field).then(|| typed.get(field) == "1");
    let mut number = |field: Field| {
        let text = text(field)?;
        let number = text.parse::<u64>().ok();
        if number.is_none() {
            problems.insert(field, Problem::Required);
        }
        number
    };
    let small = |number: Option<u64>| number.map(|number| u32::try_from(number).unwrap_or(u32::MAX));
    let (cores, sockets) = (small(number(Field::Cores)), small(number(Field::Sockets)));
    let memory_mb = number(Field::Memory);
    // Nothing said is as much as the memory.
    let balloon_mb = if typed.get(Field::Balloon).trim().is_empty() {
        let all = typed.get(Field::Memory).trim().parse().ok();
        all.filter(|_| has(Field::Balloon))
    } else {
        number(Field::Balloon)
    };
    let list = |field: Field, separators: &[char]| {
        let words = text(field)?;
        let words = words
            .split(separators)
            .map(str::trim)
            .filter(|word| !word.is_empty());
        Some(words.map(str::to_owned).collect::<Vec<_>>())
    };
    let touched: BTreeSet<u32> = fields.iter().filter_map(|field| nic_of(*field)).collect();
    // New ones first: they take the first place that is free, and what goes in the same request frees none for them.
    let (mut nics, old): (Vec<u32>, Vec<u32>) = touched
        .into_iter()
        .partition(|index| !is_known(configuration, *index));
    nics.extend(old);
    let addressed: BTreeSet<u32> = fields.iter().filter_map(|field| address_of(*field)).collect();
    let edits = nics
        .iter()
        .map(|index| nic_edit(configuration, typed, *index, &mut problems))
        .collect();
    let (mut addresses, mut given) = (Vec::new(), Vec::new());
    for index in addressed {
        // What goes takes its addresses along.
        if typed.has(Field::Nic(index, NicPart::Bridge)) {
            addresses.push(index);
            given.push(nic_addresses(typed, index));
        }
    }
    let change = ConfigurationChange {
        name: text(Field::Name),
        cores,
        sockets,
        cpu_type: text(Field::CpuType),
        memory_mb,
        balloon_mb,
        description: text(Field::Description),
        tags: list(Field::Tags, &[',', ' ', '\n']),
        on_boot: flag(Field::OnBoot),
        protected: flag(Field::Protection),
        boot_order: list(Field::Boot, &[';']),
        nics: edits,
        addresses: given,
        cloud_init: CloudInitChange {
            user: text(Field::CloudUser),
            password: has(Field::CloudPassword).then(|| typed.get(Field::CloudPassword).to_owned()),
            ssh_keys: text(Field::SshKeys),
            nameserver: text(Field::Nameserver),
            search_domain: text(Field::SearchDomain),
        },
        digest: Some(configuration.digest.clone()),
        ..ConfigurationChange::default()
    };
    let mut request = Request {
        change,
        nics,
        addresses,
        problems: Problems::new(),
    };
    // A number that is none says so before it is checked for its size.
    let (mut checked, _) = request.read(&request.change.problems());
    checked.extend(problems);
    request.problems = checked;
    request
}

fn nic_of(field: Field) -> Option<u32> {
    match field {
        Field::Nic(index, _) => Some(index),
        _ => None,
    }
}

fn address_of(field: Field) -> Option<u32> {
    match field {
        Field::Address(index, _) => Some(index),
        _ => None,
    }
}

fn nic_edit(
    configuration: &ServerConfiguration,
    typed: &Values,
    index: u32,
    problems: &mut Problems,
) -> NicEdit {
    let interface = format!("net{index}");
    if !typed.has(Field::Nic(index, NicPart::Bridge)) {
        return NicEdit::Remove { interface };
    }
    let text = |part| typed.get(Field::Nic(index, part)).trim();
    let vlan = text(NicPart::Vlan);
    if !vlan.is_empty() && vlan.parse::<u16>().is_err() {
        problems.insert(
            Field::Nic(index, NicPart::Vlan),
            Problem::OutOfRange { min: 1, max: 4094 },
        );
    }
    let rate = text(NicPart::Rate);
    if !rate.is_empty() && rate.parse::<f64>().is_err() {
        let (min, max) = (0, MOST_RATE);
        problems.insert(Field::Nic(index, NicPart::Rate), Problem::OutOfRange { min, max });
    }
    let settings = NicSettings {
        bridge: text(NicPart::Bridge).to_owned(),
        model: text(NicPart::Model).to_owned(),
        vlan: vlan.parse().ok(),
        firewall: text(NicPart::Firewall) == "1",
        rate: rate.parse().ok(),
        link_down: text(NicPart::Link) == "0",
    };
    if is_known(configuration, index) {
        NicEdit::Change { interface, settings }
    } else {
        NicEdit::Add { settings }
    }
}

fn nic_addresses(typed: &Values, index: u32) -> NicAddresses {
    let text = |part| typed.get(Field::Address(index, part)).trim().to_owned();
    NicAddresses {
        interface: format!("net{index}"),
        ip: text(AddressPart::V4),
        gateway: text(AddressPart::Gateway4),
        ip6: text(AddressPart::V6),
        gateway6: text(AddressPart::Gateway6),
    }
}

impl Request {
    /// What is wrong with the fields of the form, and what is wrong with anything else.
    pub fn read(&self, problems: &FieldProblems) -> (Problems, FieldProblems) {
        let (mut known, mut other) = (Problems::new(), FieldProblems::new());
        for (path, problem) in problems {
            match self.field(path) {
                Some(field) => known.insert(field, problem.clone()),
                None => other.insert(path.clone(), problem.clone()),
            };
        }
        (known, other)
    }

    fn field(&self, path: &str) -> Option<Field> {
        Some(match path {
            "name" => Field::Name,
            "cpu.cores" => Field::Cores,
            "cpu.sockets" => Field::Sockets,
            "cpu.type" => Field::CpuType,
            "memory.size_mb" => Field::Memory,
            "memory.balloon" => Field::Balloon,
            "boot_order" => Field::Boot,
            "description" => Field::Description,
            "tags" => Field::Tags,
            "cloud_init.user" => Field::CloudUser,
            "cloud_init.password" => Field::CloudPassword,
            "cloud_init.ssh_keys" => Field::SshKeys,
            "cloud_init.nameserver" => Field::Nameserver,
            "cloud_init.search_domain" => Field::SearchDomain,
            _ => return self.device(path),
        })
    }

    fn device(&self, path: &str) -> Option<Field> {
        let (list, rest) = path.split_once('[')?;
        let (place, part) = rest.split_once(']')?;
        let place: usize = place.parse().ok()?;
        let part = part.strip_prefix('.').unwrap_or_default();
        if list == "nics" {
            let part = match part {
                "model" => NicPart::Model,
                "vlan" => NicPart::Vlan,
                "rate" => NicPart::Rate,
                "bridge" | "interface" | "" => NicPart::Bridge,
                _ => return None,
            };
            return Some(Field::Nic(*self.nics.get(place)?, part));
        }
        let part = match part {
            "gateway" => AddressPart::Gateway4,
            "ip6" => AddressPart::V6,
            "gateway6" => AddressPart::Gateway6,
            _ => AddressPart::V4,
        };
        (list == "addresses").then(|| Some(Field::Address(*self.addresses.get(place)?, part)))?
    }
}

/// Whether the server has a NIC of this number, or will have it at its next start.
fn is_known(configuration: &ServerConfiguration, index: u32) -> bool {
    read::values(configuration).has(Field::Nic(index, NicPart::Bridge))
}

/// The first number of a NIC that neither the server nor the form has.
pub fn free_nic(configuration: &ServerConfiguration, typed: &Values) -> Option<u32> {
    let known = read::values(configuration);
    (0..32).find(|index| {
        let field = Field::Nic(*index, NicPart::Bridge);
        !typed.has(field) && !known.has(field)
    })
}

#[cfg(test)]
mod tests;
