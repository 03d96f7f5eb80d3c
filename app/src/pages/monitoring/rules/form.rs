//! The form of a rule.

use drover_types::monitoring::{AlertRule, Metric};
use drover_ui::prelude::*;
use leptos::{prelude::*, task::spawn_local};

use super::{
    fields::RuleFields,
    inputs::RuleInputs,
    preview::Preview,
    store::Store,
    theirs::{Theirs, current_of},
};
use crate::{
    rpc,
    session::use_session,
    shared::{use_admin_refusal, use_form_error},
    texts::{say, text, use_i18n, use_lang},
};

/// The dialog.
#[component]
pub(super) fn RuleForm(store: Store) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let session = use_session();
    let fields = RuleFields::new();
    let busy = RwSignal::new(false);
    let error = use_form_error();
    // As it was when the form was filled, or as somebody else has made it since.
    let seen = StoredValue::new(None::<AlertRule>);
    let theirs = RwSignal::new(None::<AlertRule>);
    Effect::new(move |_| {
        if store.open.get() {
            error.clear();
            theirs.set(None);
            let edited = store.edited.get_untracked();
            match &edited {
                Some(rule) => fields.fill(&rule.rule),
                None => fields.choose_metric(Metric::Cpu),
            }
            seen.set_value(edited);
        }
    });
    let save = move |()| {
        let input = untrack(|| fields.read());
        if error.found(input.check().err().unwrap_or_default()) {
            return;
        }
        busy.set(true);
        error.clear();
        let seen_last = seen.get_value();
        spawn_local(async move {
            let answer = match seen_last {
                None => rpc::monitoring::create_alert_rule(input).await,
                Some(rule) => rpc::monitoring::update_alert_rule(rule.id, rule.revision, input).await,
            };
            busy.try_set(false);
            match session.heeded(answer) {
                Ok(_) => {
                    store.open.try_set(false);
                    store.known.monitoring.load();
                }
                Err(problem) => {
                    if let Some(current) = current_of(&problem) {
                        seen.try_set_value(Some(current.clone()));
                        theirs.try_set(Some(current));
                        store.known.monitoring.load();
                    }
                    error.set(problem);
                }
            }
        });
    };
    let title = Signal::derive(move || {
        store.edited.with(|edited| match edited {
            None => say!(i18n, monitoring.new_rule),
            Some(rule) => say!(
                i18n,
                monitoring.edit_rule,
                metric = rule.rule.metric.name(lang.get())
            ),
        })
    });
    view! {
        <ConfirmDialog
            open=store.open
            title=title
            confirm_label=text!(i18n, common.save)
            cancel_label=text!(i18n, common.cancel)
            on_confirm=save
            variant=ButtonVariant::Primary
            busy=busy
            disabled=use_admin_refusal()
            error=error.text()
            size=DialogSize::Medium
        >
            {move || theirs.get().map(|theirs| view! { <Theirs theirs=theirs fields=fields /> })}
            <RuleInputs fields=fields error=error />
            <Preview fields=fields error=error />
        </ConfirmDialog>
    }
}
