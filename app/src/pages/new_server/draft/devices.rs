//! Disks and NICs as they stand in the form.

use std::net::IpAddr;

use drover_types::error::FieldProblems;
use drover_types::server::{DiskSpec, NicSpec};
use drover_types::storage::StorageDefaults;
use drover_types::text::Problem;
use serde::{Deserialize, Serialize};

use super::{fields, filled};

/// What the storage of a disk says for the cluster's default for speed. No storage's name has a colon.
pub const SSD: &str = ":ssd";
/// What it says for the template's own.
pub const OF_TEMPLATE: &str = ":template";

/// A disk's row.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiskDraft {
    /// Tells rows apart while others come and go.
    pub key: u32,
    pub interface: String,
    pub size: Option<i64>,
    /// Empty for the cluster's default, [`SSD`], [`OF_TEMPLATE`], or a storage's name.
    pub storage: String,
    /// Its size in the template, where it is the template's.
    pub grown_from: Option<u64>,
}

/// A NIC's row.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NicDraft {
    /// Tells rows apart while others come and go.
    pub key: u32,
    /// Empty for the template's.
    pub bridge: String,
    pub is_static: bool,
    pub address: String,
    pub prefix: Option<i64>,
    pub gateway: String,
}

impl DiskDraft {
    pub(super) fn read(&self, defaults: &StorageDefaults) -> DiskSpec {
        let storage = match self.storage.as_str() {
            "" => defaults.hdd.name().map(str::to_owned),
            SSD => defaults.ssd.name().map(str::to_owned),
            OF_TEMPLATE => None,
            name => filled(name),
        };
        DiskSpec {
            interface: self.interface.trim().to_owned(),
            size_gb: self.size.and_then(|size| u64::try_from(size).ok()).unwrap_or(0),
            storage,
        }
    }
}

impl NicDraft {
    pub(super) fn read(&self, n: usize, problems: &mut FieldProblems) -> NicSpec {
        let bridge = self.bridge.clone();
        if !self.is_static {
            return NicSpec {
                bridge,
                ..NicSpec::default()
            };
        }
        let mut address = |text: &str, part: &str, is_required: bool| -> Option<IpAddr> {
            let text = text.trim();
            if text.is_empty() && !is_required {
                return None;
            }
            let problem = if text.is_empty() {
                Problem::Required
            } else {
                Problem::InvalidAddress
            };
            let parsed = text.parse().ok();
            if parsed.is_none() {
                problems.insert(fields::nic(n, part), problem);
            }
            parsed
        };
        NicSpec {
            bridge,
            address: address(&self.address, fields::ADDRESS, true),
            gateway: address(&self.gateway, fields::GATEWAY, false),
            prefix: self.prefix_length().unwrap_or(0),
        }
    }

    /// The prefix length, where one stands there.
    pub(super) fn prefix_length(&self) -> Option<u8> {
        self.prefix.and_then(|prefix| u8::try_from(prefix).ok())
    }
}
