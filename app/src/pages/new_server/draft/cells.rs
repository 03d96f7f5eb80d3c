//! The columns of the table of servers: which field of the API each is, and how its texts are read.

use std::net::IpAddr;

use drover_types::server::CreateServer;
use drover_types::text::Problem;
use serde::{Deserialize, Serialize};

use super::{MIB_PER_GIB, NicDraft};
use crate::pages::new_server::{draft::MemoryUnit, fields};

/// What says in a cell that there is no address of its own.
pub const DHCP: &str = "DHCP";

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cell {
    Name,
    /// The address of the NIC with this key.
    Address(u32),
    Node,
    Cores,
    Memory,
    /// The storage of the boot disk.
    Storage,
}

impl Cell {
    /// The field of the API that the column is, where `nics` are those of the form.
    pub fn field(self, nics: &[NicDraft]) -> String {
        match self {
            Self::Name => fields::NAME.to_owned(),
            Self::Address(key) => {
                let place = nics.iter().position(|nic| nic.key == key).unwrap_or(nics.len());
                fields::nic(place, fields::ADDRESS)
            }
            Self::Node => fields::NODE.to_owned(),
            Self::Cores => fields::CORES.to_owned(),
            Self::Memory => fields::MEMORY.to_owned(),
            Self::Storage => fields::disk(0, fields::STORAGE),
        }
    }

    /// Puts a text into a request in place of what all have in common.
    ///
    /// # Errors
    /// Where the text can't be read.
    pub fn put(
        self,
        text: &str,
        row: &mut CreateServer,
        nics: &[NicDraft],
        unit: MemoryUnit,
    ) -> Result<(), Problem> {
        let text = text.trim();
        match self {
            Self::Name => text.clone_into(&mut row.name),
            Self::Node => row.node = Some(text.to_owned()),
            Self::Cores => {
                row.cores = text
                    .parse()
                    .map_err(|_| Problem::OutOfRange { min: 1, max: 512 })?;
            }
            Self::Memory => row.memory_mb = memory(text, unit).ok_or(Problem::MemoryInMegabytes)?,
            Self::Storage => {
                if let Some(disk) = row.disks.first_mut() {
                    disk.storage = Some(text.to_owned());
                }
            }
            Self::Address(key) => {
                let place = nics.iter().position(|nic| nic.key == key);
                if let Some((nic, typed)) = place.and_then(|n| Some((row.nics.get_mut(n)?, nics.get(n)?))) {
                    if text.eq_ignore_ascii_case(DHCP) {
                        (nic.address, nic.gateway, nic.prefix) = (None, None, 0);
                    } else {
                        let (address, prefix) = address(text)?;
                        nic.address = Some(address);
                        nic.prefix = prefix.or_else(|| typed.prefix_length()).unwrap_or(0);
                    }
                }
            }
        }
        Ok(())
    }

    /// What a request says in this column, as one would type it.
    pub fn text(self, row: &CreateServer, nics: &[NicDraft]) -> String {
        match self {
            Self::Name => row.name.clone(),
            Self::Node => row.node.clone().unwrap_or_default(),
            Self::Cores if row.cores == 0 => String::new(),
            Self::Cores => row.cores.to_string(),
            Self::Memory if row.memory_mb == 0 => String::new(),
            Self::Memory if row.memory_mb.is_multiple_of(1024) => format!("{} GiB", row.memory_mb / 1024),
            Self::Memory => format!("{} MiB", row.memory_mb),
            Self::Storage => {
                let boot = row.disks.first();
                boot.and_then(|disk| disk.storage.clone()).unwrap_or_default()
            }
            Self::Address(key) => {
                let place = nics.iter().position(|nic| nic.key == key);
                let nic = place.and_then(|n| Some((row.nics.get(n)?, nics.get(n)?)));
                match nic {
                    Some((nic, typed)) => match nic.address {
                        Some(address) => address.to_string(),
                        None if typed.is_static => String::new(),
                        None => DHCP.to_owned(),
                    },
                    None => String::new(),
                }
            }
        }
    }
}

/// `10.0.0.5` or `10.0.0.5/24`.
fn address(text: &str) -> Result<(IpAddr, Option<u8>), Problem> {
    let (address, prefix) = match text.split_once('/') {
        Some((address, prefix)) => {
            let prefix = prefix.trim().parse().map_err(|_| Problem::InvalidAddress)?;
            (address, Some(prefix))
        }
        None => (text, None),
    };
    let address = address.trim().parse().map_err(|_| Problem::InvalidAddress)?;
    Ok((address, prefix))
}

/// MiB; a bare number is in the form's unit, and a `G` or an `M` behind it is a unit of its own.
fn memory(text: &str, unit: MemoryUnit) -> Option<u64> {
    let text = text.to_ascii_uppercase();
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let factor = match text[digits.len()..].trim() {
        "" => unit,
        "G" | "GB" | "GIB" => MemoryUnit::Gib,
        "M" | "MB" | "MIB" => MemoryUnit::Mib,
        _ => return None,
    };
    let number: u64 = digits.parse().ok()?;
    match factor {
        MemoryUnit::Gib => number.checked_mul(MIB_PER_GIB.unsigned_abs()),
        MemoryUnit::Mib => Some(number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_with_its_unit() {
        for (text, unit, expected) in [
            ("4", MemoryUnit::Gib, Some(4096)),
            ("512", MemoryUnit::Mib, Some(512)),
            ("2 GiB", MemoryUnit::Mib, Some(2048)),
            ("768m", MemoryUnit::Gib, Some(768)),
            ("1.5 GiB", MemoryUnit::Gib, None),
            ("much", MemoryUnit::Gib, None),
            ("4T", MemoryUnit::Gib, None),
        ] {
            assert_eq!(memory(text, unit), expected, "{text}");
        }
    }

    #[test]
    fn an_address_may_bring_its_prefix_length() {
        let parsed = |text| address(text).map(|(address, prefix)| (address.to_string(), prefix));
        assert_eq!(parsed("10.0.0.5"), Ok(("10.0.0.5".to_owned(), None)));
        assert_eq!(parsed("fd00::5/64"), Ok(("fd00::5".to_owned(), Some(64))));
        assert_eq!(parsed("10.0.0.5/x"), Err(Problem::InvalidAddress));
        assert_eq!(parsed("10.0.0"), Err(Problem::InvalidAddress));
    }
}
