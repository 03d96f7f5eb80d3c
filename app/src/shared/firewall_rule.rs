//! A firewall rule in words.

use drover_types::firewall::{Action, Direction, RuleDraft};
use drover_ui::prelude::*;

use crate::texts::{say, use_i18n};

/// What a rule is about: a macro, or a protocol with its ports.
pub fn rule_service(rule: &RuleDraft) -> String {
    let i18n = use_i18n();
    let mut parts = Vec::new();
    if !rule.macro_name.is_empty() {
        parts.push(rule.macro_name.clone());
    }
    if !rule.protocol.is_empty() {
        parts.push(rule.protocol.to_uppercase());
    }
    if !rule.icmp_type.is_empty() {
        parts.push(rule.icmp_type.clone());
    }
    if !rule.dest_port.is_empty() {
        parts.push(rule.dest_port.clone());
    }
    if !rule.source_port.is_empty() {
        parts.push(say!(i18n, firewall.from_port, port = rule.source_port.clone()));
    }
    if parts.is_empty() {
        say!(i18n, firewall.everything)
    } else {
        parts.join(" ")
    }
}

/// Which way, in the language of now.
pub fn direction_name(direction: Direction) -> String {
    let i18n = use_i18n();
    match direction {
        Direction::In => say!(i18n, firewall.inbound),
        Direction::Out => say!(i18n, firewall.outbound),
        Direction::Forward => say!(i18n, firewall.forwarded),
    }
}

/// How an action looks.
pub const fn action_tone(action: Action) -> Tone {
    match action {
        Action::Accept => Tone::Success,
        Action::Drop => Tone::Danger,
        Action::Reject => Tone::Warning,
    }
}
