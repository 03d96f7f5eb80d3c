//! What stands in the form, as it was typed: pure, so that nothing is lost by a reload or an error.

use drover_types::cluster::TemplateRow;
use drover_types::error::FieldProblems;
use drover_types::server::CreateServer;
use drover_types::storage::StorageDefaults;
use drover_types::text::Problem;
use serde::{Deserialize, Serialize};

use super::fields;
pub use super::memory_unit::MemoryUnit;
use crate::pages::roles::Typed;

mod cells;
mod devices;
mod paste;
mod reading;
mod roles;
mod rows;

pub use cells::Cell;
pub use devices::{DiskDraft, NicDraft, OF_TEMPLATE, SSD};
pub use reading::{ReadRow, Reading};
pub use rows::RowDraft;

const MIB_PER_GIB: i64 = 1024;

/// The form's content.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The name, or a series such as `web-{01..20}`.
    pub name: String,
    /// How many servers there are to be, where the name doesn't say so itself.
    pub count: Option<i64>,
    pub cluster: String,
    /// The template's id; empty until one is chosen.
    pub template: String,
    /// The node; empty for whichever fits.
    pub node: String,
    pub cores: Option<i64>,
    pub memory: Option<i64>,
    pub unit: MemoryUnit,
    pub disks: Vec<DiskDraft>,
    pub nics: Vec<NicDraft>,
    pub username: String,
    /// Never kept.
    #[serde(skip)]
    pub password: String,
    pub ssh_keys: String,
    pub tags: String,
    pub description: String,
    /// The firewall group; empty for none.
    #[serde(default)]
    pub firewall_group: String,
    /// What the servers are there for; empty for nothing.
    #[serde(default)]
    pub role: String,
    /// What is typed for the variables of roles.
    #[serde(default)]
    pub variables: Typed,
    /// Whether the servers are to be measured from inside.
    #[serde(default)]
    pub is_measured: bool,
    /// What is said of single servers, in their order.
    pub rows: Vec<RowDraft>,
    /// The key of the next device.
    next_key: u32,
}

impl Default for Draft {
    fn default() -> Self {
        let mut draft = Self {
            name: String::new(),
            count: Some(1),
            cluster: String::new(),
            template: String::new(),
            node: String::new(),
            cores: None,
            memory: None,
            unit: MemoryUnit::Gib,
            disks: Vec::new(),
            nics: Vec::new(),
            username: String::new(),
            password: String::new(),
            ssh_keys: String::new(),
            tags: String::new(),
            description: String::new(),
            firewall_group: String::new(),
            role: String::new(),
            variables: Typed::default(),
            is_measured: false,
            rows: Vec::new(),
            next_key: 0,
        };
        draft.add_nic("");
        draft
    }
}

impl Draft {
    fn key(&mut self) -> u32 {
        self.next_key += 1;
        self.next_key
    }

    /// Takes a template: its disks stand in for those of the last one, its size for what was not changed.
    pub fn choose_template(&mut self, template: &TemplateRow, last: Option<&TemplateRow>) {
        self.template = template.vmid.to_string();
        if self.cluster != template.cluster {
            // Groups are a cluster's own.
            self.firewall_group.clear();
        }
        self.cluster.clone_from(&template.cluster);
        if self.cores.is_none() || self.cores == last.map(|last| i64::from(last.cores)) {
            self.cores = Some(i64::from(template.cores));
        }
        if self.memory.is_none() || self.memory_mb() == last.map(|last| last.memory_mb) {
            let memory = i64::try_from(template.memory_mb).unwrap_or(i64::MAX);
            (self.memory, self.unit) = if memory % MIB_PER_GIB == 0 {
                (Some(memory / MIB_PER_GIB), MemoryUnit::Gib)
            } else {
                (Some(memory), MemoryUnit::Mib)
            };
        }
        let mut added = std::mem::take(&mut self.disks);
        added.retain(|disk| {
            disk.grown_from.is_none() && template.disks.iter().all(|own| own.interface != disk.interface)
        });
        for own in &template.disks {
            let key = self.key();
            self.disks.push(DiskDraft {
                key,
                interface: own.interface.clone(),
                size: i64::try_from(own.size_gb).ok(),
                storage: String::new(),
                grown_from: Some(own.size_gb),
            });
        }
        self.disks.append(&mut added);
        if !template.any_node {
            self.node.clear();
        }
    }

    /// Adds a disk at the next free place of the bus that the others are on.
    pub fn add_disk(&mut self) {
        let bus = self
            .disks
            .first()
            .map(|disk| disk.interface.trim_end_matches(|c: char| c.is_ascii_digit()))
            .filter(|bus| !bus.is_empty())
            .unwrap_or("scsi")
            .to_owned();
        let interface = (0..=30)
            .map(|number| format!("{bus}{number}"))
            .find(|free| self.disks.iter().all(|disk| disk.interface != *free))
            .unwrap_or_default();
        let key = self.key();
        self.disks.push(DiskDraft {
            key,
            interface,
            size: Some(10),
            storage: String::new(),
            grown_from: None,
        });
    }

    /// Adds a NIC with DHCP.
    pub fn add_nic(&mut self, bridge: &str) {
        let key = self.key();
        self.nics.push(NicDraft {
            key,
            bridge: bridge.to_owned(),
            is_static: false,
            address: String::new(),
            prefix: Some(24),
            gateway: String::new(),
        });
    }

    /// Memory in MiB; `None` while no number stands there.
    pub fn memory_mb(&self) -> Option<u64> {
        let factor = if self.unit == MemoryUnit::Gib {
            MIB_PER_GIB
        } else {
            1
        };
        u64::try_from(self.memory?.checked_mul(factor)?).ok()
    }

    /// What all servers have in common, and what is wrong with the texts.
    fn common(&self, defaults: &StorageDefaults) -> (CreateServer, FieldProblems) {
        let mut problems = FieldProblems::new();
        for (field, is_empty) in [
            (fields::CORES.to_owned(), self.cores.is_none()),
            (fields::MEMORY.to_owned(), self.memory.is_none()),
            (fields::TEMPLATE.to_owned(), self.template.is_empty()),
        ] {
            if is_empty {
                problems.insert(field, Problem::Required);
            }
        }
        for (n, disk) in self.disks.iter().enumerate() {
            if disk.size.is_none() {
                problems.insert(fields::disk(n, fields::SIZE), Problem::Required);
            }
        }
        let nics = (0..)
            .zip(&self.nics)
            .map(|(n, nic)| nic.read(n, &mut problems))
            .collect();
        let request = CreateServer {
            name: self.name.trim().to_owned(),
            cluster: filled(&self.cluster),
            node: filled(&self.node),
            template: self.template.parse().ok(),
            os_type: None,
            cores: self
                .cores
                .and_then(|cores| u32::try_from(cores).ok())
                .unwrap_or(0),
            memory_mb: self.memory_mb().unwrap_or(0),
            disks: self.disks.iter().map(|disk| disk.read(defaults)).collect(),
            nics,
            username: filled(&self.username),
            password: Some(self.password.clone()).filter(|password| !password.is_empty()),
            ssh_keys: filled(&self.ssh_keys),
            description: filled(&self.description),
            tags: self.tags.split([',', ' ', '\n']).filter_map(filled).collect(),
            firewall_groups: filled(&self.firewall_group).into_iter().collect(),
            roles: Vec::new(),
        };
        (request, problems)
    }
}

fn filled(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests;
