//! What a server is there for, by Drover's record of it.

use serde::{Deserialize, Serialize};

use crate::text::Problem;

/// The role of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum ServerRole {
    /// Serves pages.
    Web,
    /// Runs applications.
    Was,
    /// Keeps data.
    Db,
    /// Runs Java.
    Java,
    /// Searches.
    Search,
    /// Serves files.
    Ftp,
}

impl ServerRole {
    /// Every role.
    pub const ALL: &'static [Self] = &[
        Self::Web,
        Self::Was,
        Self::Db,
        Self::Java,
        Self::Search,
        Self::Ftp,
    ];

    /// The word for a server without one.
    pub const NONE: &'static str = "none";

    /// The name in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Was => "was",
            Self::Db => "db",
            Self::Java => "java",
            Self::Search => "search",
            Self::Ftp => "ftp",
        }
    }

    /// The role that is called `name`.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|role| role.as_str() == name)
    }

    /// Reads what a client gave: a role's name, or nothing or `none` for a server without one.
    ///
    /// # Errors
    /// The names that would be understood.
    pub fn read(given: &str) -> Result<Option<Self>, Problem> {
        if given.is_empty() || given == Self::NONE {
            return Ok(None);
        }
        Self::named(given)
            .map(Some)
            .ok_or_else(|| Problem::UnknownChoice {
                given: given.to_owned(),
                known: Self::ALL
                    .iter()
                    .map(|role| role.as_str())
                    .chain([Self::NONE])
                    .map(str::to_owned)
                    .collect(),
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_read_by_its_name_and_nothing_else_is() {
        for role in ServerRole::ALL {
            assert_eq!(ServerRole::read(role.as_str()), Ok(Some(*role)));
        }
        assert_eq!(ServerRole::read(""), Ok(None));
        assert_eq!(ServerRole::read("none"), Ok(None));
        assert!(matches!(
            ServerRole::read("cook"),
            Err(Problem::UnknownChoice { .. })
        ));
    }
}
