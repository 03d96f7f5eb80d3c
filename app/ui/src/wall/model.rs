//! What stands on a wall.

use std::sync::Arc;

use crate::IconName;

/// How the thing behind a tile is. Each has a colour and a shape of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TileState {
    /// As it should be.
    Good,
    /// Needs a look.
    Warning,
    /// Broken.
    Critical,
    /// Nobody can tell.
    #[default]
    Unknown,
    /// Off, and not watched.
    Off,
}

impl TileState {
    /// The value of the `data-state` attribute.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Warning => "warning",
            Self::Critical => "critical",
            Self::Unknown => "unknown",
            Self::Off => "off",
        }
    }

    /// The picture in the card.
    pub const fn icon(self) -> IconName {
        match self {
            Self::Good => IconName::CheckCircle,
            Self::Warning => IconName::Alert,
            Self::Critical => IconName::XCircle,
            Self::Unknown => IconName::Help,
            Self::Off => IconName::Circle,
        }
    }
}

/// One tile. Shared, so that a wall of thousands is compared and handed on at once where nothing changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WallTile {
    /// What no other tile of its group has.
    pub key: String,
    /// The thing's name, in the card.
    pub title: String,
    /// Its state in a word, in the card.
    pub state_name: String,
    /// Its state.
    pub state: TileState,
    /// Why it is so, one sentence each.
    pub reasons: Vec<String>,
    /// Where one sees more.
    pub href: String,
}

impl WallTile {
    /// What screen readers say: `web-01: critical, CPU 97 %`.
    pub fn label(&self) -> String {
        let mut label = format!("{}: {}", self.title, self.state_name);
        for reason in &self.reasons {
            label.push_str(", ");
            label.push_str(reason);
        }
        label
    }
}

/// Tiles that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WallGroup {
    /// What no other group has.
    pub key: String,
    /// What they have in common.
    pub label: String,
    /// What stands behind the label, such as how many of them need a look.
    pub note: String,
    /// The tiles, in order.
    pub tiles: Vec<Arc<WallTile>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tile_says_its_name_its_state_and_why() {
        let tile = WallTile {
            title: "web-01".into(),
            state_name: "critical".into(),
            reasons: vec!["CPU 97 %".into(), "disk 91 %".into()],
            ..WallTile::default()
        };
        assert_eq!(tile.label(), "web-01: critical, CPU 97 %, disk 91 %");
    }
}
