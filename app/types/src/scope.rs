//! Which servers a grant reaches. A scope is written as the list's filter is: `tag:web`, `pool:shop`, `node:pve1`,
//! `name:db-*`. Whatever it does not cover is not there for whoever holds it.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::filter::Pattern;
use crate::guest::GuestRow;
use crate::text::Problem;

/// How long a rule may be.
const LONGEST_RULE: usize = 120;
/// How many rules somebody may be limited by.
const MOST_RULES: usize = 50;

/// By what a rule names servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum ScopeKey {
    Tag,
    Pool,
    Node,
    Name,
}

impl ScopeKey {
    const ALL: [Self; 4] = [Self::Tag, Self::Pool, Self::Node, Self::Name];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Tag => "tag",
            Self::Pool => "pool",
            Self::Node => "node",
            Self::Name => "name",
        }
    }
}

/// The servers with a tag, of a pool, on a node or of a name; an asterisk stands for any part, and case does not
/// matter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct ScopeRule {
    key: ScopeKey,
    /// In lower case.
    pattern: String,
}

impl ScopeRule {
    fn covers(&self, row: &GuestRow) -> bool {
        let is = |word: &str| Pattern::matches_text(&self.pattern, word);
        match self.key {
            ScopeKey::Tag => row.tags.iter().any(|tag| is(tag)),
            ScopeKey::Pool => row.pool.as_deref().is_some_and(is),
            ScopeKey::Node => is(&row.node),
            ScopeKey::Name => is(&row.name),
        }
    }
}

impl fmt::Display for ScopeRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.key.as_str(), self.pattern)
    }
}

impl From<ScopeRule> for String {
    fn from(rule: ScopeRule) -> Self {
        rule.to_string()
    }
}

/// A text that is no rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no rule of a scope: {0}")]
pub struct NoScopeRule(pub String);

impl FromStr for ScopeRule {
    type Err = NoScopeRule;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || NoScopeRule(text.to_owned());
        let (key, pattern) = text.split_once(':').ok_or_else(wrong)?;
        let (key, pattern) = (key.trim().to_lowercase(), pattern.trim().to_lowercase());
        let key = ScopeKey::ALL.into_iter().find(|one| one.as_str() == key);
        let is_word = |c: char| !c.is_whitespace() && !c.is_control() && c != ',';
        if pattern.is_empty() || text.len() > LONGEST_RULE || !pattern.chars().all(is_word) {
            return Err(wrong());
        }
        let key = key.ok_or_else(wrong)?;
        Ok(Self { key, pattern })
    }
}

impl TryFrom<String> for ScopeRule {
    type Error = NoScopeRule;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

/// Which servers a grant reaches: those that a rule of every limit names. Without a limit, all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Scope(Vec<BTreeSet<ScopeRule>>);

impl Scope {
    /// Every server.
    pub const EVERYTHING: Self = Self(Vec::new());

    /// What `rules` name; everything where there is none.
    pub fn of(rules: BTreeSet<ScopeRule>) -> Self {
        if rules.is_empty() {
            Self::EVERYTHING
        } else {
            Self(vec![rules])
        }
    }

    /// Reads rules as people write them; none is everything.
    ///
    /// # Errors
    /// [`Problem::InvalidScope`] with the first that is none, [`Problem::OutOfRange`] where they are too many.
    pub fn read(rules: &[String]) -> Result<Self, Problem> {
        if rules.len() > MOST_RULES {
            let max = i64::try_from(MOST_RULES).unwrap_or(i64::MAX);
            return Err(Problem::OutOfRange { min: 0, max });
        }
        let read = rules.iter().map(|rule| rule.parse());
        let read: Result<BTreeSet<ScopeRule>, NoScopeRule> = read.collect();
        read.map(Self::of)
            .map_err(|NoScopeRule(given)| Problem::InvalidScope { given })
    }

    /// Reads what was stored. A rule that a newer Drover wrote names nothing here, so that less is reached and not more.
    pub fn read_stored(limits: Vec<Vec<String>>) -> Self {
        let read = |limit: Vec<String>| limit.iter().filter_map(|rule| rule.parse().ok()).collect();
        Self(limits.into_iter().map(read).collect())
    }

    /// The rules as they were written; those of every limit where there are several.
    pub fn rules(&self) -> BTreeSet<ScopeRule> {
        self.0.iter().flatten().cloned().collect()
    }

    /// The rules as texts, for people and for the API.
    pub fn written(&self) -> Vec<String> {
        self.rules().iter().map(ToString::to_string).collect()
    }

    /// Whether it reaches every server.
    pub const fn is_everything(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it reaches the guest.
    pub fn covers(&self, row: &GuestRow) -> bool {
        self.0
            .iter()
            .all(|limit| limit.iter().any(|rule| rule.covers(row)))
    }

    /// What both reach.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let mut limits = self.0.clone();
        limits.extend(other.0.iter().filter(|limit| !self.0.contains(limit)).cloned());
        Self(limits)
    }

    /// Whether this surely reaches nothing that `wider` does not: each limit of `wider` is one here, or only some of
    /// its rules are.
    pub fn is_within(&self, wider: &Self) -> bool {
        wider
            .0
            .iter()
            .all(|limit| self.0.iter().any(|own| own.is_subset(limit)))
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, limit) in self.0.iter().enumerate() {
            let between = if n > 0 { " + " } else { "" };
            let rules: Vec<String> = limit.iter().map(ToString::to_string).collect();
            write!(f, "{between}{}", rules.join(", "))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::GuestId;

    fn scope(rules: &[&str]) -> Scope {
        let rules: Vec<String> = rules.iter().map(|&rule| rule.to_owned()).collect();
        Scope::read(&rules).unwrap()
    }

    fn web() -> GuestRow {
        GuestRow {
            name: "Web-01".to_owned(),
            node: "pve1".to_owned(),
            tags: vec!["prod".to_owned(), "shop".to_owned()],
            pool: Some("Shop".to_owned()),
            ..GuestRow::unknown(GuestId::new("lab", 100))
        }
    }

    #[test]
    fn a_rule_names_servers_by_tag_pool_node_or_name() {
        for covering in [
            "tag:shop",
            "TAG:Shop",
            "pool:shop",
            "node:pve1",
            "name:web-*",
            "name:*-01",
            "tag:sh*",
        ] {
            assert!(scope(&[covering]).covers(&web()), "{covering}");
        }
        for other in [
            "tag:sho",
            "pool:",
            "pool:shops",
            "node:pve",
            "name:web",
            "name:01",
        ] {
            assert!(
                other
                    .parse::<ScopeRule>()
                    .map_or(true, |rule| !rule.covers(&web())),
                "{other}"
            );
        }
        let bare = GuestRow::unknown(GuestId::new("lab", 101));
        assert!(scope(&[]).covers(&bare) && !scope(&["pool:*", "tag:*"]).covers(&bare));
    }

    #[test]
    fn what_is_no_rule_is_told() {
        for wrong in [
            "web",
            "tag:",
            "tag: ",
            "status:running",
            "name:a b",
            "name:a,b",
            ":x",
            "",
        ] {
            assert_eq!(
                Scope::read(&["tag:a".to_owned(), wrong.to_owned()]),
                Err(Problem::InvalidScope {
                    given: wrong.to_owned()
                }),
                "{wrong}"
            );
        }
        let many = vec!["tag:a".to_owned(); MOST_RULES + 1];
        assert!(matches!(Scope::read(&many), Err(Problem::OutOfRange { .. })));
    }

    #[test]
    fn two_scopes_reach_what_both_do() {
        let (shop, prod) = (scope(&["tag:shop", "pool:other"]), scope(&["tag:prod"]));
        let both = shop.and(&prod);
        assert!(both.covers(&web()));
        let test = GuestRow {
            tags: vec!["shop".to_owned()],
            ..web()
        };
        assert!(shop.covers(&test) && !both.covers(&test));
        assert_eq!(both.and(&shop), both);
        assert_eq!(Scope::EVERYTHING.and(&shop), shop);
        assert_eq!(both.to_string(), "tag:shop, pool:other + tag:prod");
    }

    #[test]
    fn a_scope_is_within_another_that_has_its_rules() {
        let (one, two) = (scope(&["tag:a"]), scope(&["tag:a", "node:b"]));
        assert!(one.is_within(&two) && !two.is_within(&one));
        assert!(two.is_within(&Scope::EVERYTHING) && !Scope::EVERYTHING.is_within(&two));
        assert!(one.and(&scope(&["pool:x"])).is_within(&two));
    }

    #[test]
    fn a_scope_is_written_as_texts() {
        let json = serde_json::to_value(scope(&["name:DB-*"])).unwrap();
        assert_eq!(json, serde_json::json!([["name:db-*"]]));
        assert_eq!(
            serde_json::from_value::<Scope>(json).unwrap(),
            scope(&["name:db-*"])
        );
        assert!(serde_json::from_str::<Scope>(r#"[["owner:me"]]"#).is_err());
        let stored = Scope::read_stored(vec![vec!["owner:me".to_owned()]]);
        assert!(
            !stored.is_everything() && !stored.covers(&web()),
            "never more than was meant"
        );
    }
}
