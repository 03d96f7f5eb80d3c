//! The firewall's rules, security groups and options. Every change takes the digest of what was read, except those
//! for which Proxmox has none: making and deleting.

use crate::client::Client;
use crate::error::Result;
use crate::guest::ConfigChange;
use crate::request::Call;
use crate::wire::{FirewallGroup, FirewallMacro, FirewallOptions, FirewallRule, FirewallRuleSpec, GuestKind};

/// Whose firewall it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirewallOf<'a> {
    /// The cluster's.
    Cluster,
    /// A node's.
    Node(&'a str),
    /// A guest's.
    Guest {
        /// What it is.
        kind: GuestKind,
        /// Where it is.
        node: &'a str,
        /// Its id.
        vmid: u32,
    },
}

/// Which list of rules it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RulesOf<'a> {
    /// Those that a security group is made of.
    Group(&'a str),
    /// Those of a firewall itself.
    Firewall(FirewallOf<'a>),
}

/// A call below the firewall of `$of`, whose further path is `$tail` with its arguments.
macro_rules! below {
    ($verb:ident, $of:expr, $tail:literal $(, $arg:expr)*) => {
        match $of {
            FirewallOf::Cluster => Call::$verb(concat!("/cluster/firewall", $tail), &[$($arg),*]),
            FirewallOf::Node(node) => {
                Call::$verb(concat!("/nodes/{node}/firewall", $tail), &[&node, $($arg),*])
            }
            FirewallOf::Guest { kind: GuestKind::Qemu, node, vmid } => Call::$verb(
                concat!("/nodes/{node}/qemu/{vmid}/firewall", $tail),
                &[&node, &vmid, $($arg),*],
            ),
            FirewallOf::Guest { kind: GuestKind::Lxc, node, vmid } => Call::$verb(
                concat!("/nodes/{node}/lxc/{vmid}/firewall", $tail),
                &[&node, &vmid, $($arg),*],
            ),
        }
    };
}

pub(super) use below;

#[derive(Clone, Copy)]
enum Verb {
    Get,
    Post,
    Put,
    Delete,
}

/// A call to a list of rules, or to the one at `pos`.
fn rules_call(of: RulesOf<'_>, verb: Verb, pos: Option<u32>) -> Call {
    macro_rules! at {
        ($verb:ident) => {
            match (of, pos) {
                (RulesOf::Group(group), None) => Call::$verb("/cluster/firewall/groups/{group}", &[&group]),
                (RulesOf::Group(group), Some(pos)) => {
                    Call::$verb("/cluster/firewall/groups/{group}/{pos}", &[&group, &pos])
                }
                (RulesOf::Firewall(of), None) => below!($verb, of, "/rules"),
                (RulesOf::Firewall(of), Some(pos)) => below!($verb, of, "/rules/{pos}", &pos),
            }
        };
    }
    match verb {
        Verb::Get => at!(get),
        Verb::Post => at!(post),
        Verb::Put => at!(put),
        Verb::Delete => at!(delete),
    }
}

/// What every rule says.
fn with(call: Call, rule: &FirewallRuleSpec) -> Call {
    call.opt("type", rule.direction.as_deref())
        .opt("action", rule.action.as_deref())
        .param("enable", u8::from(rule.enable))
}

impl Client {
    /// The rules of a list, in their order.
    ///
    /// # Errors
    /// See [`Error`](crate::Error), as for all calls; `is_not_found` where there is no such group.
    pub async fn firewall_rules(&self, of: RulesOf<'_>) -> Result<Vec<FirewallRule>> {
        let mut rules: Vec<FirewallRule> = self.list(rules_call(of, Verb::Get, None)).await?;
        rules.sort_by_key(|rule| rule.pos);
        Ok(rules)
    }

    /// Puts a rule at the head of a list: Proxmox puts new ones nowhere else, and takes no digest for it.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub async fn add_firewall_rule(&self, of: RulesOf<'_>, rule: &FirewallRuleSpec) -> Result<()> {
        let mut call = with(rules_call(of, Verb::Post, None), rule);
        for (name, value) in rule.options() {
            call = call.opt(name, value);
        }
        self.done(call.opt("comment", rule.comment.as_deref())).await
    }

    /// Writes a rule anew: what `rule` does not say is taken out.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); `is_stale_digest` where the list was changed meanwhile.
    pub async fn change_firewall_rule(
        &self,
        of: RulesOf<'_>,
        pos: u32,
        rule: &FirewallRuleSpec,
        digest: Option<&str>,
    ) -> Result<()> {
        let mut call = with(rules_call(of, Verb::Put, Some(pos)), rule);
        let mut gone = Vec::new();
        let comment = [("comment", rule.comment.as_deref())];
        for (name, value) in rule.options().into_iter().chain(comment) {
            match value {
                Some(value) => call = call.param(name, value),
                None => gone.push(name),
            }
        }
        if !gone.is_empty() {
            call = call.param("delete", gone.join(","));
        }
        self.done(call.opt("digest", digest)).await
    }

    /// Moves a rule in front of the one that is at `to` now; one that is past the last moves it to the end.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); `is_stale_digest` where the list was changed meanwhile.
    pub async fn move_firewall_rule(
        &self,
        of: RulesOf<'_>,
        pos: u32,
        to: u32,
        digest: Option<&str>,
    ) -> Result<()> {
        let call = rules_call(of, Verb::Put, Some(pos)).param("moveto", to);
        self.done(call.opt("digest", digest)).await
    }

    /// Takes a rule out.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); `is_stale_digest` where the list was changed meanwhile.
    pub async fn delete_firewall_rule(&self, of: RulesOf<'_>, pos: u32, digest: Option<&str>) -> Result<()> {
        let call = rules_call(of, Verb::Delete, Some(pos));
        self.done(call.opt("digest", digest)).await
    }

    /// The rules of a guest's own firewall, in their order.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub async fn guest_firewall_rules(
        &self,
        kind: GuestKind,
        node: &str,
        vmid: u32,
    ) -> Result<Vec<FirewallRule>> {
        let of = FirewallOf::Guest { kind, node, vmid };
        self.firewall_rules(RulesOf::Firewall(of)).await
    }

    /// The security groups, without their rules.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub async fn firewall_groups(&self) -> Result<Vec<FirewallGroup>> {
        self.list(Call::get("/cluster/firewall/groups", &[])).await
    }

    /// Makes a security group without rules.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); `is_name_taken` where there is one of that name.
    pub async fn create_firewall_group(&self, name: &str, comment: Option<&str>) -> Result<()> {
        let call = Call::post("/cluster/firewall/groups", &[]).param("group", name);
        self.done(call.opt("comment", comment)).await
    }

    /// Gives a security group another name or comment; the rules that name it follow.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); `is_stale_digest` where the list of groups was changed meanwhile.
    pub async fn change_firewall_group(
        &self,
        name: &str,
        new_name: &str,
        comment: Option<&str>,
        digest: Option<&str>,
    ) -> Result<()> {
        let call = Call::post("/cluster/firewall/groups", &[])
            .param("group", new_name)
            .param("rename", name)
            .opt("comment", comment);
        self.done(call.opt("digest", digest)).await
    }

    /// Deletes a security group that has no rules.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); `is_not_found` where there is none of that name.
    pub async fn delete_firewall_group(&self, name: &str) -> Result<()> {
        self.done(Call::delete("/cluster/firewall/groups/{group}", &[&name]))
            .await
    }

    /// The options of a firewall.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub async fn firewall_options(&self, of: FirewallOf<'_>) -> Result<FirewallOptions> {
        self.one(below!(get, of, "/options")).await
    }

    /// Changes the options of a firewall.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); `is_stale_digest` where they were changed meanwhile.
    pub async fn change_firewall_options(&self, of: FirewallOf<'_>, change: &ConfigChange) -> Result<()> {
        self.done(change.add_to(below!(put, of, "/options"))).await
    }

    /// The macros that rules may use.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub async fn firewall_macros(&self) -> Result<Vec<FirewallMacro>> {
        self.list(Call::get("/cluster/firewall/macros", &[])).await
    }
}
