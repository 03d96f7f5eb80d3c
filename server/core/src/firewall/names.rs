//! Names as Proxmox allows them (`PVE::Firewall`: `$security_group_name_pattern` and the limits of
//! `pve-security-group-name`, aliases and sets).

use drover_types::text::Problem;

use crate::error::{Error, Result};

/// A group's name: 2 to 18 characters.
pub(super) fn group(field: &str, name: &str) -> Result<()> {
    checked(field, name, 18)
}

/// An alias's or a set's name: 2 to 64 characters.
pub(super) fn named(field: &str, name: &str) -> Result<()> {
    checked(field, name, 64)
}

fn checked(field: &str, name: &str, max: u32) -> Result<()> {
    let count = u32::try_from(name.chars().count()).unwrap_or(u32::MAX);
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let problem = if name.is_empty() {
        Problem::Required
    } else if !name.starts_with(|c: char| c.is_ascii_alphabetic()) || !name.chars().all(fits) {
        Problem::InvalidFirewallName
    } else if count < 2 {
        Problem::TooShort { min: 2 }
    } else if count > max {
        Problem::TooLong { max }
    } else {
        return Ok(());
    };
    Err(Error::field(field, problem))
}

/// A comment: one line, which Proxmox keeps behind a `#`.
pub(super) fn comment(field: &str, text: &str) -> Result<()> {
    if text.contains(|c: char| c.is_control()) {
        return Err(Error::field(field, Problem::NoLineBreaks));
    }
    if text.chars().count() > 256 {
        return Err(Error::field(field, Problem::TooLong { max: 256 }));
    }
    Ok(())
}
