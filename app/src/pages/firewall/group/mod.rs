//! One group: its rules in order, and the servers that have it.

mod assign;
mod edit;
mod header;
mod page;
mod rule_fields;
mod rule_form;
mod rules;
mod rules_menu;
mod servers;

pub use page::FirewallGroup;
