//! A rule, what is sent to make one, and the list of a guest.

use serde::{Deserialize, Serialize};

use super::words::{Action, Direction, LogLevel};

/// A rule as Proxmox has it. A text that is empty says nothing: any protocol, any address, any port.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Rule {
    /// Its place in its list, from 0.
    pub pos: u32,
    /// Which way.
    pub direction: Direction,
    /// What becomes of what it matches.
    pub action: Action,
    /// Whether it counts.
    pub enabled: bool,
    /// The macro that stands for protocols and ports.
    #[serde(rename = "macro", default)]
    pub macro_name: String,
    /// Name or number of the protocol.
    #[serde(default)]
    pub protocol: String,
    /// Where it comes from: addresses, a set or an alias.
    #[serde(default)]
    pub source: String,
    /// Where it goes to: addresses, a set or an alias.
    #[serde(default)]
    pub dest: String,
    /// The port it comes from.
    #[serde(default)]
    pub source_port: String,
    /// The port it goes to.
    #[serde(default)]
    pub dest_port: String,
    /// The type of ICMP.
    #[serde(default)]
    pub icmp_type: String,
    /// The network device it is for, such as `net0`.
    #[serde(default)]
    pub interface: String,
    /// How loud a match is logged.
    #[serde(default)]
    pub log: Option<LogLevel>,
    /// What somebody noted.
    #[serde(default)]
    pub comment: String,
}

/// A rule as it is sent. [`RuleDraft::problems`] says what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RuleDraft {
    /// Which way; inbound where nothing is said.
    #[serde(default)]
    pub direction: Direction,
    /// What becomes of what it matches.
    pub action: Action,
    /// Whether it counts. Proxmox takes a rule that says nothing for one that is off; here it is on.
    #[serde(default = "on")]
    pub enabled: bool,
    /// The macro that stands for protocols and ports.
    #[serde(rename = "macro", default)]
    pub macro_name: String,
    /// Name or number of the protocol.
    #[serde(default)]
    pub protocol: String,
    /// Where it comes from: addresses, a set or an alias.
    #[serde(default)]
    pub source: String,
    /// Where it goes to: addresses, a set or an alias.
    #[serde(default)]
    pub dest: String,
    /// The port it comes from.
    #[serde(default)]
    pub source_port: String,
    /// The port it goes to.
    #[serde(default)]
    pub dest_port: String,
    /// The type of ICMP.
    #[serde(default)]
    pub icmp_type: String,
    /// The network device it is for, such as `net0`.
    #[serde(default)]
    pub interface: String,
    /// How loud a match is logged.
    #[serde(default)]
    pub log: Option<LogLevel>,
    /// What somebody noted.
    #[serde(default)]
    pub comment: String,
}

const fn on() -> bool {
    true
}

impl RuleDraft {
    /// A rule that matches everything of its direction.
    pub const fn new(direction: Direction, action: Action) -> Self {
        Self {
            direction,
            action,
            enabled: true,
            macro_name: String::new(),
            protocol: String::new(),
            source: String::new(),
            dest: String::new(),
            source_port: String::new(),
            dest_port: String::new(),
            icmp_type: String::new(),
            interface: String::new(),
            log: None,
            comment: String::new(),
        }
    }

    /// The rule that it is at a place.
    pub fn at(self, pos: u32) -> Rule {
        Rule {
            pos,
            direction: self.direction,
            action: self.action,
            enabled: self.enabled,
            macro_name: self.macro_name,
            protocol: self.protocol,
            source: self.source,
            dest: self.dest,
            source_port: self.source_port,
            dest_port: self.dest_port,
            icmp_type: self.icmp_type,
            interface: self.interface,
            log: self.log,
            comment: self.comment,
        }
    }
}

impl From<Rule> for RuleDraft {
    fn from(rule: Rule) -> Self {
        Self {
            direction: rule.direction,
            action: rule.action,
            enabled: rule.enabled,
            macro_name: rule.macro_name,
            protocol: rule.protocol,
            source: rule.source,
            dest: rule.dest,
            source_port: rule.source_port,
            dest_port: rule.dest_port,
            icmp_type: rule.icmp_type,
            interface: rule.interface,
            log: rule.log,
            comment: rule.comment,
        }
    }
}

/// A guest's reference to a group, which stands in its list like a rule.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GroupReference {
    /// Its place in the guest's list, from 0.
    pub pos: u32,
    /// The group's name in the guest's cluster.
    pub group: String,
    /// Whether it counts.
    pub enabled: bool,
    /// The one network device that the group's rules are for; empty for all.
    #[serde(default)]
    pub interface: String,
    /// What somebody noted.
    #[serde(default)]
    pub comment: String,
    /// Whether Drover put it there; no other is ever taken away by it.
    #[serde(default)]
    pub assigned_here: bool,
}

/// What stands at one place of a guest's list.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ChainEntry {
    /// A rule of the guest's own.
    Rule(Rule),
    /// All rules of a group.
    Group(GroupReference),
}

impl ChainEntry {
    /// Its place in the guest's list.
    pub const fn pos(&self) -> u32 {
        match self {
            Self::Rule(rule) => rule.pos,
            Self::Group(group) => group.pos,
        }
    }

    /// Whether it counts.
    pub const fn enabled(&self) -> bool {
        match self {
            Self::Rule(rule) => rule.enabled,
            Self::Group(group) => group.enabled,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_that_says_little_is_inbound_and_on() {
        let draft: RuleDraft = serde_json::from_str(r#"{"action":"DENY","macro":"SSH"}"#).unwrap();
        let expected = RuleDraft {
            macro_name: "SSH".into(),
            ..RuleDraft::new(Direction::In, Action::Drop)
        };
        assert_eq!(draft, expected);
        assert_eq!(RuleDraft::from(draft.clone().at(7)), draft);
    }

    #[test]
    fn an_entry_says_what_it_is() {
        let text = r#"{"kind":"group","pos":1,"group":"web","enabled":true}"#;
        let entry: ChainEntry = serde_json::from_str(text).unwrap();
        assert_eq!((entry.pos(), entry.enabled()), (1, true));
        let again = serde_json::to_string(&entry).unwrap();
        assert_eq!(serde_json::from_str::<ChainEntry>(&again).unwrap(), entry);
    }
}
