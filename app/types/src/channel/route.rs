//! What a channel lets through.

use serde::{Deserialize, Serialize};

use super::reach::Concerned;
use crate::ids::GuestId;
use crate::notification::Level;
use crate::text::Note;

/// The categories of notifications, as the API names them.
pub const CATEGORIES: &[&str] = &[
    "server",
    "backup",
    "firewall",
    "role",
    "user",
    "monitoring",
    "system",
];

/// One way through a channel. A notification goes out where one of a channel's routes lets it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Route {
    /// Nothing that is less grave.
    pub level: Level,
    /// Only these categories; empty for all.
    #[serde(default)]
    pub categories: Vec<String>,
    /// Only what is about a server with one of these tags, or about one of `servers`; both empty for everything.
    #[serde(default)]
    pub tags: Vec<String>,
    /// Only what is about one of these servers, or about one with one of `tags`: each by its id, `cluster:vmid`, or by its
    /// name where no server has that name yet.
    #[serde(default)]
    pub servers: Vec<String>,
}

/// Whether a route lets a notification through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Passes {
    /// It does not.
    No,
    /// It depends on the tags of a server, which are not known.
    Perhaps,
    /// It does.
    Yes,
}

impl Route {
    /// A route for everything of this gravity.
    pub const fn from_level(level: Level) -> Self {
        Self {
            level,
            categories: Vec::new(),
            tags: Vec::new(),
            servers: Vec::new(),
        }
    }

    /// Whether it lets `note` through, which is about `servers`. `tags_of` knows the tags of a server; `None` where it does
    /// not.
    pub fn passes(
        &self,
        note: &Note,
        servers: &[Concerned],
        tags_of: impl Fn(&Concerned) -> Option<Vec<String>>,
    ) -> Passes {
        let category = note.category();
        let is_meant = note.gravity() >= self.level
            && (self.categories.is_empty() || self.categories.iter().any(|of| of == category));
        if !is_meant {
            return Passes::No;
        }
        if self.tags.is_empty() && self.servers.is_empty() {
            return Passes::Yes;
        }
        let is_named = |server: &Concerned| self.servers.iter().any(|of| is_called(server, of));
        if servers.iter().any(is_named) {
            return Passes::Yes;
        }
        if self.tags.is_empty() {
            return Passes::No;
        }
        let tagged = |server: &Concerned| match tags_of(server) {
            Some(tags) if tags.iter().any(|tag| self.tags.contains(tag)) => Passes::Yes,
            Some(_) => Passes::No,
            None => Passes::Perhaps,
        };
        servers.iter().map(tagged).max().unwrap_or(Passes::No)
    }
}

/// Whether a server is the one that a route names. No name of a server has a colon in it.
fn is_called(server: &Concerned, of: &str) -> bool {
    match of.parse::<GuestId>() {
        Ok(id) => server.id.as_ref() == Some(&id),
        // Names of hosts know no case.
        Err(_) => of.eq_ignore_ascii_case(&server.name),
    }
}
