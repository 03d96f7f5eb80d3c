//! Proxmox's firewall in Drover's words: rules, groups, sets, options, the card of a guest, a question and its verdict.
//!
//! What a rule may say is decided by [`input`], for the browser's form and the server alike. What a rule does is
//! the evaluator's to say, which is the server's.

mod card;
mod check;
mod group;
pub mod input;
mod macros;
mod options;
mod overview;
mod request;
mod rule;
mod set;
mod template;
mod words;

pub use card::{GuestFirewall, NicFirewall, Switch};
pub use check::{Because, CheckNote, FirewallOption, Outcome, Question, Verdict};
pub use group::{Group, GroupId, GroupSummary};
pub use macros::{Macro, MacroLine};
pub use options::{ClusterOptions, GuestOptions, NodeOptions};
pub use overview::{ClusterFirewall, FirewallOverview, SilentCluster};
pub use request::{
    AssignedGroups, Assignment, ClusterChange, GroupDeleted, GroupDraft, GuestChange, Renaming,
};
pub use rule::{ChainEntry, GroupReference, Rule, RuleDraft};
pub use set::{Alias, IpSet, IpSetEntry, NamedIn, SetScope};
pub use template::template;
pub use words::{Action, Direction, LogLevel, ParseWordError};
