//! Which servers are shown, and how they are grouped: kept in the address.

use std::collections::BTreeSet;

use drover_types::{
    filter::{Filter, FilterError},
    monitoring::Health,
};
use leptos::prelude::*;

use crate::{clock::use_now, monitoring::Judged, paths, shared::use_address};

/// By what servers are grouped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Grouping {
    /// The node that they are on.
    #[default]
    Node,
    /// Each of their tags.
    Tag,
}

impl Grouping {
    /// The name in the address; that by node has none.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Node => "",
            Self::Tag => "tag",
        }
    }

    fn parse(name: &str) -> Self {
        if name == Self::Tag.as_str() {
            Self::Tag
        } else {
            Self::Node
        }
    }

    /// The groups that a server is in: by its node, or by each tag; a server without tags is in one of its own.
    pub fn groups(self, judged: &Judged) -> BTreeSet<(String, String)> {
        let guest = &judged.guest;
        match self {
            Self::Node => BTreeSet::from([(guest.id.cluster.clone(), guest.node.clone())]),
            Self::Tag if guest.tags.is_empty() => BTreeSet::from([(String::new(), String::new())]),
            Self::Tag => guest
                .tags
                .iter()
                .map(|tag| (String::new(), tag.clone()))
                .collect(),
        }
    }
}

/// What is chosen.
#[derive(Clone, Copy)]
pub(super) struct Narrowed {
    /// The filter, in the language of the list of servers.
    pub text: RwSignal<String>,
    /// The name of the health that is shown; empty for all.
    pub health: RwSignal<String>,
    /// The name of the grouping.
    pub group: RwSignal<String>,
    filter: Memo<Result<Filter, FilterError>>,
}

impl Narrowed {
    /// Begins with the address, and writes to it.
    pub fn from_address() -> Self {
        let names = [paths::FILTER, paths::STATE, paths::GROUP];
        let [text, health, group] = use_address(names, |[text, health, group]| {
            paths::monitoring(text, health, group)
        });
        let now = use_now();
        Self {
            text,
            health,
            group,
            filter: Memo::new(move |_| Filter::parse(&text.get(), now.get_untracked())),
        }
    }

    /// The grouping; tracked.
    pub fn grouping(self) -> Grouping {
        self.group.with(|name| Grouping::parse(name))
    }

    /// What of the filter can't be understood; tracked.
    pub fn error(self) -> Option<FilterError> {
        self.filter.with(|filter| filter.as_ref().err().cloned())
    }

    /// The servers that are shown, with their places; tracked. A filter that can't be understood lets all through.
    pub fn fitting(self, servers: &[Judged]) -> Vec<(usize, &Judged)> {
        let health = self.health.with(|name| Health::parse(name));
        self.filter.with(|filter| {
            let fits = |judged: &Judged| {
                health.is_none_or(|health| judged.health.health == health)
                    && filter
                        .as_ref()
                        .map_or(true, |filter| filter.matches(&judged.guest))
            };
            let all = servers.iter().enumerate();
            all.filter(|(_, judged)| fits(judged)).collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use drover_types::{guest::GuestRow, ids::GuestId, monitoring::GuestHealth};

    use super::*;

    #[test]
    fn a_server_is_in_the_group_of_each_of_its_tags() {
        let judged = |tags: &[&str]| Judged {
            guest: Arc::new(GuestRow {
                node: "pve1".into(),
                tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
                ..GuestRow::unknown(GuestId::new("lab", 100))
            }),
            health: Arc::new(GuestHealth::of(Vec::new())),
        };
        let names = |grouping: Grouping, tags: &[&str]| {
            let groups = grouping.groups(&judged(tags)).into_iter();
            groups.map(|(_, name)| name).collect::<Vec<_>>()
        };
        assert_eq!(names(Grouping::Tag, &["web", "prod"]), ["prod", "web"]);
        assert_eq!(names(Grouping::Tag, &[]), [""]);
        assert_eq!(names(Grouping::Node, &["web"]), ["pve1"]);
        assert_eq!(Grouping::parse("tag"), Grouping::Tag);
        assert_eq!(Grouping::parse("nonsense"), Grouping::Node);
    }
}
