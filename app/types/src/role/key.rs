//! How roles are called.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::text::Problem;

/// The longest name of a role.
const LONGEST: usize = 40;

/// What names something else: a server without a role, Ansible's and Drover's own variables, addresses of the API.
const RESERVED: &[&str] = &[
    "none",
    "ansible",
    "drover",
    "available",
    "standings",
    "checks",
    "validate",
];

/// The name of a role: that of its folder, which is also what its variables begin with in Ansible.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(try_from = "String", into = "String")]
pub struct RoleKey(String);

impl RoleKey {
    /// The word for a server without a role.
    pub const NONE: &'static str = "none";
    /// The roles that a server can be there for whatever the catalogue has.
    pub const USUAL: &[&str] = &["web", "was", "db", "java", "search", "ftp"];
    /// The role that lets a server be measured from inside. It comes beside the role that a server is there for.
    pub const NODE_EXPORTER: &'static str = "node_exporter";

    /// The role that `name` can be the name of: small letters, digits and underscores, a letter first.
    pub fn parse(name: &str) -> Option<Self> {
        let mut bytes = name.bytes();
        let is_name = name.len() <= LONGEST
            && !RESERVED.contains(&name)
            && bytes.next().is_some_and(|first| first.is_ascii_lowercase())
            && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        is_name.then(|| Self(name.to_owned()))
    }

    /// Reads what a client gave: a role's name, or nothing or `none` for a server without one.
    ///
    /// # Errors
    /// [`Problem::RoleNotFound`] where nothing can be called so.
    pub fn read(given: &str) -> Result<Option<Self>, Problem> {
        if given.is_empty() || given == Self::NONE {
            return Ok(None);
        }
        Self::parse(given).map(Some).ok_or_else(|| Problem::RoleNotFound {
            role: given.to_owned(),
        })
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a server can be there for it, and not only be measured by it.
    pub fn is_purpose(&self) -> bool {
        self.0 != Self::NODE_EXPORTER
    }
}

impl fmt::Display for RoleKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for RoleKey {
    type Error = String;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        Self::parse(&name).ok_or_else(|| format!("{name:?} is not the name of a role"))
    }
}

impl From<RoleKey> for String {
    fn from(key: RoleKey) -> Self {
        key.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_read_by_its_name_and_nothing_else_is() {
        for name in ["web", "node_exporter", "a1"] {
            assert_eq!(RoleKey::read(name), Ok(RoleKey::parse(name)));
            assert!(RoleKey::parse(name).is_some());
        }
        assert_eq!(RoleKey::read(""), Ok(None));
        assert_eq!(RoleKey::read("none"), Ok(None));
        for other in [
            "Web",
            "1a",
            "../web",
            "웹",
            "_web",
            "a-b",
            "drover",
            &"a".repeat(41),
        ] {
            assert!(
                matches!(RoleKey::read(other), Err(Problem::RoleNotFound { .. })),
                "{other}"
            );
        }
    }
}
