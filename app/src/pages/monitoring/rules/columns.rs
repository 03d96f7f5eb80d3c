//! What the list shows of a rule.

use drover_types::monitoring::{AlertRule, Metric, MetricUnit};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{
    facts::{limit_text, minutes_text, target_text},
    store::Store,
};
use crate::{
    layout::{Question, use_confirm},
    rpc,
    shared::use_admin_refusal,
    texts::{say, text, use_i18n, use_lang},
};

/// The columns, in order.
pub(super) fn columns(store: Store) -> Vec<Column<AlertRule>> {
    let i18n = use_i18n();
    let limit = |of: fn(&AlertRule) -> Option<i64>| {
        move |row: Signal<AlertRule>| move || row.with(|row| limit_text(row.rule.metric, of(row)))
    };
    vec![
        Column::live("metric", text!(i18n, monitoring.metric), metric)
            .width(210)
            .sort_by(|a: &AlertRule, b: &AlertRule| place(a.rule.metric).cmp(&place(b.rule.metric))),
        Column::live(
            "target",
            text!(i18n, monitoring.target),
            |row: Signal<AlertRule>| move || row.with(|row| target_text(&row.rule)),
        )
        .width(140)
        .grow(),
        Column::live(
            "warning",
            text!(i18n, monitoring.warning_at),
            limit(|row| row.rule.warning),
        )
        .width(110)
        .align(Align::End),
        Column::live(
            "critical",
            text!(i18n, monitoring.critical_at),
            limit(|row| row.rule.critical),
        )
        .width(110)
        .align(Align::End),
        Column::live(
            "minutes",
            text!(i18n, monitoring.lasting),
            |row: Signal<AlertRule>| move || row.with(|row| minutes_text(row.rule.minutes)),
        )
        .width(110)
        .align(Align::End),
        Column::live(
            "hysteresis",
            text!(i18n, monitoring.hysteresis),
            limit(|row| {
                let is_figure = row.rule.metric.unit() != MetricUnit::State;
                Some(row.rule.hysteresis).filter(|by| *by > 0 && is_figure)
            }),
        )
        .width(130)
        .align(Align::End),
        Column::live("enabled", text!(i18n, monitoring.enabled), move |row| {
            enabled(row, store)
        })
        .width(96),
        Column::live("actions", text!(i18n, monitoring.actions), move |row| {
            actions(row, store)
        })
        .width(84)
        .align(Align::End),
    ]
}

/// Where a metric stands among all.
pub(super) fn place(metric: Metric) -> Option<usize> {
    Metric::ALL.iter().position(|other| *other == metric)
}

fn metric(row: Signal<AlertRule>) -> impl IntoView {
    let lang = use_lang();
    move || row.with(|row| row.rule.metric.name(lang.get()))
}

/// What a rule is called: by its metric and what it is for.
fn called(row: &AlertRule) -> String {
    let lang = use_lang();
    format!(
        "{} · {}",
        row.rule.metric.name(lang.get()),
        target_text(&row.rule)
    )
}

fn enabled(row: Signal<AlertRule>, store: Store) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let toasts = use_toasts();
    let value = Bound::new(
        move || {
            store.heed_refusals();
            row.with(|row| row.rule.enabled)
        },
        move |enabled| {
            store.switch(row.get_untracked(), enabled, move |error| {
                toasts.show(Toast::danger(error.text(lang.get_untracked())));
            });
        },
    );
    let label = Signal::derive(move || say!(i18n, monitoring.enabled_of, rule = row.with(called)));
    view! { <Switch label=label value=value hide_label=true disabled=use_admin_refusal() /> }
}

fn actions(row: Signal<AlertRule>, store: Store) -> impl IntoView {
    let i18n = use_i18n();
    let confirm = use_confirm();
    let refusal = use_admin_refusal();
    let owner = StoredValue::new(Owner::current().unwrap_or_default());
    let ask = move || {
        let rule = row.get();
        let title = say!(i18n, monitoring.delete_rule, rule = called(&rule));
        let body = say!(i18n, monitoring.delete_rule_body);
        let delete = move || {
            let request = rpc::monitoring::delete_alert_rule(rule.id);
            async move {
                request.await?;
                store.known.monitoring.load();
                Ok(())
            }
        };
        confirm.ask(Question::new(title, body, say!(i18n, common.delete), delete));
    };
    let edit = Signal::derive(move || say!(i18n, monitoring.edit_of, rule = row.with(called)));
    let delete = Signal::derive(move || say!(i18n, monitoring.delete_of, rule = row.with(called)));
    view! {
        <span class="monitoring__actions">
            <IconButton
                icon=IconName::Edit
                label=edit
                size=ButtonSize::Small
                on_click=move |_| store.edit(Some(row.get_untracked()))
            />
            <IconButton
                icon=IconName::Trash
                label=delete
                size=ButtonSize::Small
                disabled=refusal
                on_click=move |_| owner.with_value(|owner| owner.with(|| untrack(ask)))
            />
        </span>
    }
}
