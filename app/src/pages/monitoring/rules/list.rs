//! The part of the page.

use drover_types::monitoring::AlertRule;
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{
    columns::{columns, place},
    form::RuleForm,
    store::Store,
};
use crate::{
    pages::monitoring::known::Known,
    shared::use_admin_refusal,
    texts::{text, use_i18n},
};

/// The rules, by what they look at.
#[component]
pub(in crate::pages::monitoring) fn Rules(known: Known) -> impl IntoView {
    let i18n = use_i18n();
    let store = Store::new(known);
    let rows = Memo::new(move |_| {
        let mut rules = known.state.with(|state| state.rules.clone());
        rules.sort_by(|a, b| {
            let by_metric = place(a.rule.metric).cmp(&place(b.rule.metric));
            by_metric.then_with(|| a.rule.target.cmp(&b.rule.target))
        });
        rules
    });
    view! {
        <div class="toolbar">
            <p class="monitoring__hint">{text!(i18n, monitoring.rules_hint)}</p>
            <span class="toolbar__end">
                <Button
                    variant=ButtonVariant::Primary
                    icon=IconName::Plus
                    disabled=use_admin_refusal()
                    on_click=move |_| store.edit(None)
                >
                    {text!(i18n, monitoring.new_rule)}
                </Button>
            </span>
        </div>
        <Card flush=true>
            <div class="monitoring__list">
                <DataTable
                    label=text!(i18n, monitoring.rules)
                    rows=rows
                    row_key=|row: &AlertRule| row.id.to_string()
                    columns=columns(store)
                    on_open=move |row: AlertRule| store.edit(Some(row))
                    empty=move || {
                        view! {
                            <EmptyState
                                title=text!(i18n, monitoring.no_rules)
                                description=text!(i18n, monitoring.no_rules_hint)
                                icon=IconName::Bell
                            />
                        }
                    }
                />
            </div>
        </Card>
        <RuleForm store=store />
    }
}
