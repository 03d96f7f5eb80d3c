//! What a line of the list of rules says, and which of them has decided.

use drover_types::firewall::{Action, Because, Direction, Rule, RuleDraft};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::reader::Answer;
use crate::{
    shared::{action_tone, direction_name, rule_service},
    texts::{say, text, use_i18n},
};

/// A line that can decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// A rule: the place in the server's list, and the place in the group's where it is of one.
    Rule(u32, Option<u32>),
    /// The policy for a direction.
    Policy(Direction),
}

/// The line that has decided, where it was one.
pub(super) fn decisive(answer: &Answer) -> Option<Line> {
    match &answer.verdict.because {
        Because::Rule { rule, group, pos } => Some(Line::Rule(*pos, group.as_ref().map(|_| rule.pos))),
        Because::Policy { .. } | Because::Standard { .. } => Some(Line::Policy(answer.question.direction)),
        _ => None,
    }
}

/// A rule. One that is off, or of a group that is off, does not count.
#[component]
pub(super) fn RuleLine(rule: Rule, line: Line, counts: bool, decided: Memo<Option<Line>>) -> impl IntoView {
    let i18n = use_i18n();
    let Rule {
        pos,
        direction,
        action,
        enabled,
        source,
        dest,
        interface,
        comment,
        ..
    } = rule.clone();
    // A guest has no list for what is forwarded: such a rule of a group is for nodes.
    let is_for_nodes = direction == Direction::Forward;
    let is_idle = !counts || !enabled || is_for_nodes;
    let draft = RuleDraft::from(rule);
    let details = move || {
        let mut parts = Vec::new();
        let mut add = |value: &String, words: fn(String) -> String| {
            if !value.is_empty() {
                parts.push(words(value.clone()));
            }
        };
        add(&source, |value| {
            say!(use_i18n(), server_firewall.from, address = value)
        });
        add(&dest, |value| {
            say!(use_i18n(), server_firewall.to, address = value)
        });
        add(&interface, |value| {
            say!(use_i18n(), server_firewall.only_on, name = value)
        });
        parts.join(", ")
    };
    let mark = move || {
        if is_for_nodes {
            view! { <Badge>{text!(i18n, server_firewall.for_nodes)}</Badge> }.into_any()
        } else if enabled {
            ().into_any()
        } else {
            view! { <Badge>{text!(i18n, server_firewall.off)}</Badge> }.into_any()
        }
    };
    view! {
        <li
            class="server-firewall__rule"
            data-idle=is_idle.then_some("true")
            aria-current=move || (decided.get() == Some(line)).then_some("true")
        >
            <span class="server-firewall__number">{pos + 1}</span>
            <span>{move || direction_name(direction)}</span>
            <Badge tone=action_tone(action)>{action.as_str()}</Badge>
            <span class="server-firewall__what">
                <strong>{move || rule_service(&draft)}</strong>
                " "
                <span>{details}</span>
                " "
                {mark}
                {(!comment.is_empty()).then(|| view! { <span class="server-firewall__comment">{comment}</span> })}
            </span>
        </li>
    }
}

/// What becomes of what no rule is for.
#[component]
pub(super) fn PolicyLine(direction: Direction, action: Action, decided: Memo<Option<Line>>) -> impl IntoView {
    let i18n = use_i18n();
    let line = Line::Policy(direction);
    view! {
        <li
            class="server-firewall__rule"
            aria-current=move || (decided.get() == Some(line)).then_some("true")
        >
            <span class="server-firewall__number">"—"</span>
            <span>{move || direction_name(direction)}</span>
            <Badge tone=action_tone(action)>{action.as_str()}</Badge>
            <span class="server-firewall__what">{text!(i18n, server_firewall.otherwise)}</span>
        </li>
    }
}
