//! The server's list in the order in which it is looked at, with the groups' rules in their places.

use drover_types::firewall::{ChainEntry, Direction, Group, GroupReference, GuestFirewall, Rule};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{
    groups::GroupLink,
    lines::{Line, PolicyLine, RuleLine, decisive},
    reader::Reader,
};
use crate::texts::{say, text, use_i18n};

/// The card.
#[component]
pub fn Chain(reader: Reader) -> impl IntoView {
    let i18n = use_i18n();
    let decided = Memo::new(move |_| reader.answer.with(|answer| answer.as_ref().and_then(decisive)));
    let lines = move || {
        let firewall = reader.found.get()?;
        Some(view! { <Lines reader=reader firewall=firewall decided=decided /> })
    };
    view! { <Card title=text!(i18n, server_firewall.rules)>{lines}</Card> }
}

#[component]
fn Lines(reader: Reader, firewall: GuestFirewall, decided: Memo<Option<Line>>) -> impl IntoView {
    let i18n = use_i18n();
    let GuestFirewall {
        chain,
        groups,
        policy_in,
        policy_out,
        ..
    } = firewall;
    let is_empty = chain.is_empty();
    let entry = |entry: ChainEntry| match entry {
        ChainEntry::Rule(rule) => {
            let line = Line::Rule(rule.pos, None);
            view! { <RuleLine rule=rule line=line counts=true decided=decided /> }.into_any()
        }
        ChainEntry::Group(reference) => {
            let group = groups.iter().find(|group| group.summary.name == reference.group);
            view! { <GroupLines reader=reader reference=reference group=group.cloned() decided=decided /> }
                .into_any()
        }
    };
    view! {
        <div class="server-firewall__stack">
            {is_empty.then(|| view! { <p class="server-firewall__hint">{text!(i18n, server_firewall.no_rules)}</p> })}
            <ol class="server-firewall__chain" aria-label=text!(i18n, server_firewall.rules)>
                {chain.into_iter().map(entry).collect_view()}
                <PolicyLine direction=Direction::In action=policy_in decided=decided />
                <PolicyLine direction=Direction::Out action=policy_out decided=decided />
            </ol>
        </div>
    }
}

/// A group in its place.
#[component]
fn GroupLines(
    reader: Reader,
    reference: GroupReference,
    /// The group; `None` where the list names one that is not there.
    group: Option<Group>,
    decided: Memo<Option<Line>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let GroupReference {
        pos,
        group: name,
        enabled,
        interface,
        assigned_here,
        ..
    } = reference;
    let label = {
        let name = name.clone();
        text!(i18n, server_firewall.rules_of, name = name.clone())
    };
    let is_missing = group.is_none();
    let rules = group.map(|group| group.rules).unwrap_or_default();
    let is_empty = !is_missing && rules.is_empty();
    let only_on = (!interface.is_empty()).then(|| {
        let words = text!(i18n, server_firewall.only_on, name = interface.clone());
        view! { <span>{words}</span> }
    });
    let rule = move |rule: Rule| {
        let line = Line::Rule(pos, Some(rule.pos));
        view! { <RuleLine rule=rule line=line counts=enabled decided=decided /> }
    };
    let said = move || match (is_missing, is_empty) {
        (true, _) => Some(say!(i18n, server_firewall.group_missing)),
        (_, true) => Some(say!(i18n, server_firewall.group_empty)),
        _ => None,
    };
    view! {
        <li class="server-firewall__in-place" data-idle=(!enabled).then_some("true")>
            <div class="server-firewall__in-place-head">
                <span class="server-firewall__number">{pos + 1}</span>
                <h3>{text!(i18n, server_firewall.group)} " " <GroupLink reader=reader group=name /></h3>
                {only_on}
                {(!enabled).then(|| view! { <Badge>{text!(i18n, server_firewall.off)}</Badge> })}
                {(!assigned_here).then(|| view! { <Badge>{text!(i18n, server_firewall.not_from_drover)}</Badge> })}
            </div>
            {move || said().map(|words| view! { <p class="server-firewall__hint">{words}</p> })}
            <ol class="server-firewall__chain" aria-label=label>
                {rules.into_iter().map(rule).collect_view()}
            </ol>
        </li>
    }
}
