//! A rule in words, in the language of now.

use drover_types::{
    monitoring::{Metric, MetricUnit, RuleInput, RuleTarget},
    units,
};
use leptos::prelude::*;

use crate::{
    inventory::use_inventory,
    texts::{say, use_i18n, use_lang},
};

/// What a field is called and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fact {
    pub name: String,
    pub value: String,
}

/// What stands where a rule says nothing.
const NOTHING: &str = "—";

/// What a rule is for.
pub(super) fn target_text(rule: &RuleInput) -> String {
    let i18n = use_i18n();
    match &rule.target {
        RuleTarget::All => say!(i18n, monitoring.target_all),
        RuleTarget::Tag(tag) => say!(i18n, monitoring.target_tag, tag = tag.clone()),
        RuleTarget::Server(id) => {
            let guest = use_inventory().guest(id);
            let name = guest
                .map(|guest| guest.name.clone())
                .filter(|name| !name.is_empty());
            name.unwrap_or_else(|| id.to_string())
        }
    }
}

/// A limit with its unit.
pub(super) fn limit_text(metric: Metric, limit: Option<i64>) -> String {
    let i18n = use_i18n();
    let lang = use_lang();
    match (limit, metric.unit()) {
        (None, _) => NOTHING.to_owned(),
        (Some(_), MetricUnit::State) => say!(i18n, monitoring.when_so),
        (Some(limit), _) => metric.figure(limit, lang.get()),
    }
}

/// How long it has to last.
pub(super) fn minutes_text(minutes: u32) -> String {
    let i18n = use_i18n();
    let lang = use_lang();
    if minutes == 0 {
        say!(i18n, monitoring.at_once)
    } else {
        units::duration(i64::from(minutes) * 60, lang.get())
    }
}

/// All that there is to say of a rule, always in the same order.
pub(super) fn facts(rule: &RuleInput) -> Vec<Fact> {
    let i18n = use_i18n();
    let lang = use_lang();
    let enabled = if rule.enabled {
        say!(i18n, server.yes)
    } else {
        say!(i18n, server.no)
    };
    let metric = rule.metric;
    let all = [
        (say!(i18n, monitoring.metric), metric.name(lang.get()).to_owned()),
        (say!(i18n, monitoring.target), target_text(rule)),
        (
            say!(i18n, monitoring.warning_at),
            limit_text(metric, rule.warning),
        ),
        (
            say!(i18n, monitoring.critical_at),
            limit_text(metric, rule.critical),
        ),
        (say!(i18n, monitoring.lasting), minutes_text(rule.minutes)),
        (
            say!(i18n, monitoring.hysteresis),
            limit_text(metric, Some(rule.hysteresis).filter(|by| *by > 0)),
        ),
        (say!(i18n, monitoring.enabled), enabled),
    ];
    all.map(|(name, value)| Fact { name, value }).into()
}
