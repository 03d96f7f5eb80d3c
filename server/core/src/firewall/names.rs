//! Names and comments, checked as forms check them.

use drover_types::firewall::input;
use drover_types::text::Problem;

use crate::error::{Error, Result};

fn field(name: &str, checked: std::result::Result<(), Problem>) -> Result<()> {
    checked.map_err(|problem| Error::field(name, problem))
}

/// A group's name.
pub(super) fn group(of: &str, name: &str) -> Result<()> {
    field(of, input::group_name(name))
}

/// A set's name.
pub(super) fn ip_set(of: &str, name: &str) -> Result<()> {
    field(of, input::ip_set_name(name))
}

/// An alias's name.
pub(super) fn alias(of: &str, name: &str) -> Result<()> {
    field(of, input::alias_name(name))
}

/// A comment.
pub(super) fn comment(of: &str, text: &str) -> Result<()> {
    field(of, input::comment(text))
}

/// A comment as it is sent: none where it says nothing.
pub(super) fn said(comment: &str) -> Option<&str> {
    Some(comment.trim()).filter(|text| !text.is_empty())
}
