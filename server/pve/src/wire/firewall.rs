//! What Proxmox's firewall has: rules, groups, options, macros, and what rules may refer to. The shapes are those of
//! `PVE::API2::Firewall`.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

use super::lenient;

/// A rule of a cluster, a node, a guest or a security group.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct FirewallRule {
    /// Its place in the order, from 0.
    #[serde(deserialize_with = "lenient::required_int")]
    pub pos: u32,
    /// What it says.
    #[serde(flatten)]
    pub spec: FirewallRuleSpec,
    /// The IP version that its addresses fix it to: 4 or 6.
    #[serde(default, deserialize_with = "lenient::opt_int")]
    pub ipversion: Option<u8>,
    /// That of the whole list that the rule is in.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub digest: Option<String>,
}

/// What a rule says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct FirewallRuleSpec {
    /// `in`, `out`, `forward`, or `group` for a security group.
    #[serde(rename = "type", default, deserialize_with = "lenient::opt_text")]
    pub direction: Option<String>,
    /// What it does, or the security group's name.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub action: Option<String>,
    /// Whether it counts. Proxmox takes one that says nothing for one that does not.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub enable: bool,
    /// A macro's name.
    #[serde(rename = "macro", default, deserialize_with = "lenient::opt_text")]
    pub macro_name: Option<String>,
    /// Where packets come from.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub source: Option<String>,
    /// Where they go.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub dest: Option<String>,
    /// The protocol.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub proto: Option<String>,
    /// The ports they come from.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub sport: Option<String>,
    /// The ports they go to.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub dport: Option<String>,
    /// The type of ICMP message.
    #[serde(rename = "icmp-type", default, deserialize_with = "lenient::opt_text")]
    pub icmp_type: Option<String>,
    /// The NIC.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub iface: Option<String>,
    /// The level at which it writes to the log.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub log: Option<String>,
    /// What people say about it.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub comment: Option<String>,
}

impl FirewallRuleSpec {
    /// A rule that lets packets through a security group.
    pub fn group(name: &str) -> Self {
        Self {
            direction: Some("group".to_owned()),
            action: Some(name.to_owned()),
            enable: true,
            ..Self::default()
        }
    }

    /// The security group that it names, if that is what it is.
    pub fn group_name(&self) -> Option<&str> {
        (self.direction.as_deref() == Some("group"))
            .then_some(self.action.as_deref())
            .flatten()
    }

    /// What may be left out, by Proxmox's names.
    pub(crate) fn options(&self) -> [(&'static str, Option<&str>); 9] {
        [
            ("macro", self.macro_name.as_deref()),
            ("source", self.source.as_deref()),
            ("dest", self.dest.as_deref()),
            ("proto", self.proto.as_deref()),
            ("sport", self.sport.as_deref()),
            ("dport", self.dport.as_deref()),
            ("icmp-type", self.icmp_type.as_deref()),
            ("iface", self.iface.as_deref()),
            ("log", self.log.as_deref()),
        ]
    }
}

/// A security group, without its rules.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct FirewallGroup {
    /// Its name.
    #[serde(deserialize_with = "lenient::required_text")]
    pub group: String,
    /// What people say about it.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub comment: Option<String>,
    /// That of the list of groups.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub digest: Option<String>,
}

/// The options of a cluster's, a node's or a guest's firewall: those that were set, and the digest.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FirewallOptions {
    values: BTreeMap<String, String>,
}

impl<'de> Deserialize<'de> for FirewallOptions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        lenient::text_map(deserializer).map(|values| Self { values })
    }
}

impl FirewallOptions {
    /// The value of an option, where it was set.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.values.get(key).map(String::as_str)
    }

    /// Whether an option is on; `None` where it was not set. A cluster's `enable` is a time where it is on.
    pub fn flag(&self, key: &str) -> Option<bool> {
        self.get(key)
            .map(|value| !matches!(value, "0" | "off" | "no" | "false" | ""))
    }

    /// What a change sends along so that it fails where another one came first.
    pub fn digest(&self) -> Option<&str> {
        self.get("digest")
    }
}

/// A macro: ports and protocols under one name.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct FirewallMacro {
    /// Its name.
    #[serde(rename = "macro", deserialize_with = "lenient::required_text")]
    pub name: String,
    /// What it is for.
    #[serde(rename = "descr", default, deserialize_with = "lenient::opt_text")]
    pub description: Option<String>,
}

/// A name for an address or a network.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct FirewallAlias {
    /// Its name.
    #[serde(deserialize_with = "lenient::required_text")]
    pub name: String,
    /// The address or network.
    #[serde(deserialize_with = "lenient::required_text")]
    pub cidr: String,
    /// What people say about it.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub comment: Option<String>,
    /// That of the list of aliases.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub digest: Option<String>,
}

/// A set of addresses, without them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct FirewallIpSet {
    /// Its name.
    #[serde(deserialize_with = "lenient::required_text")]
    pub name: String,
    /// What people say about it.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub comment: Option<String>,
    /// That of the list of sets.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub digest: Option<String>,
}

/// A member of a set of addresses.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct FirewallIpSetEntry {
    /// The address, the network or an alias.
    #[serde(deserialize_with = "lenient::required_text")]
    pub cidr: String,
    /// Whether it is taken out of the set instead.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub nomatch: bool,
    /// What people say about it.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub comment: Option<String>,
    /// That of the set's list.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub digest: Option<String>,
}

/// What a rule may name as its source or destination.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct FirewallRef {
    /// `alias` or `ipset`.
    #[serde(rename = "type", deserialize_with = "lenient::required_text")]
    pub kind: String,
    /// Its name.
    #[serde(deserialize_with = "lenient::required_text")]
    pub name: String,
    /// How a rule names it.
    #[serde(rename = "ref", default, deserialize_with = "lenient::opt_text")]
    pub reference: Option<String>,
    /// Where it is kept: `dc`, `guest` or `sdn`.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub scope: Option<String>,
    /// What people say about it.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub comment: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_that_says_nothing_of_it_is_off() {
        let text =
            r#"{"pos":"2","type":"in","action":"ACCEPT","macro":"SSH","icmp-type":"any","digest":"d"}"#;
        let rule: FirewallRule = serde_json::from_str(text).unwrap();
        assert!(!rule.spec.enable && rule.pos == 2);
        assert_eq!(rule.spec.macro_name.as_deref(), Some("SSH"));
        assert_eq!(rule.spec.icmp_type.as_deref(), Some("any"));
        assert_eq!(rule.spec.group_name(), None);
        assert_eq!(FirewallRuleSpec::group("web").group_name(), Some("web"));
    }

    #[test]
    fn a_clusters_switch_is_a_time() {
        let options = |text: &str| serde_json::from_str::<FirewallOptions>(text).unwrap();
        assert_eq!(
            options(r#"{"enable":1700000000,"digest":"d"}"#).flag("enable"),
            Some(true)
        );
        assert_eq!(options(r#"{"enable":"0"}"#).flag("enable"), Some(false));
        assert_eq!(options("{}").flag("enable"), None);
        assert_eq!(options("[]").digest(), None);
    }
}
