//! One row in full: what changed, from where, and what Proxmox calls it.

use drover_types::audit::{AuditRow, action_text};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::columns::{outcome, outcome_name};
use crate::{
    paths,
    shared::TimeAgo,
    texts::{text, use_i18n, use_lang},
};

/// The dialog; open while there is a row.
#[component]
pub(super) fn RowDialog(open: RwSignal<bool>, row: RwSignal<Option<AuditRow>>) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let title = Signal::derive(move || {
        row.with(|row| {
            row.as_ref()
                .map(|row| action_text(&row.action, lang.get()))
                .unwrap_or_default()
        })
    });
    view! {
        <Dialog
            open=open
            title=title
            close_label=text!(i18n, audit.close)
            size=DialogSize::Large
            light_dismiss=true
        >
            {move || row.get().map(|row| view! { <Whole row=row /> })}
        </Dialog>
    }
}

#[component]
fn Whole(row: AuditRow) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let written = |value: &serde_json::Value| match value {
        serde_json::Value::Null => "—".to_owned(),
        serde_json::Value::String(text) => text.clone(),
        other => format!("{other:#}"),
    };
    let changes = row
        .changes
        .iter()
        .map(|(field, change)| {
            view! {
                <tr>
                    <th scope="row">{field.clone()}</th>
                    <td><pre>{written(&change.before)}</pre></td>
                    <td><pre>{written(&change.after)}</pre></td>
                </tr>
            }
        })
        .collect_view();
    let by = row
        .token
        .map(|token| (text!(i18n, audit.token), row.token_name.clone(), token))
        .or_else(|| {
            row.session
                .map(|session| (text!(i18n, audit.session), None, session))
        });
    let result = outcome(&row);
    view! {
        <DescriptionList>
            <Description term=text!(i18n, audit.at)><TimeAgo at=row.at /></Description>
            <Description term=text!(i18n, audit.user)>{row.username.clone()}</Description>
            <Description term=text!(i18n, audit.address)>{row.address.clone()}</Description>
            <Description term=text!(i18n, audit.object)>{row.object.clone()}</Description>
            <Description term=text!(i18n, audit.result)>{move || outcome_name(result, lang.get())}</Description>
            {by
                .map(|(term, name, id)| {
                    let name = name.map(|name| format!("{name} "));
                    view! { <Description term=term>{name}<code>{id.to_string()}</code></Description> }
                })}
            {row
                .task
                .map(|task| {
                    if row.task_kept {
                        view! {
                            <Description term=text!(i18n, audit.task)>
                                <a href=paths::task(&task)>{task.to_string()}</a>
                            </Description>
                        }
                        .into_any()
                    } else {
                        view! {
                            <Description term=text!(i18n, audit.task_gone)><code>{task.to_string()}</code></Description>
                        }
                        .into_any()
                    }
                })}
            {(!row.upids.is_empty())
                .then(|| {
                    view! {
                        <Description term=text!(i18n, audit.upid)>
                            <code class="audit__upids">{row.upids.join("\n")}</code>
                        </Description>
                    }
                })}
        </DescriptionList>
        {(!row.changes.is_empty())
            .then(|| {
                view! {
                    <table class="audit__changes">
                        <thead>
                            <tr>
                                <th scope="col">{text!(i18n, audit.field)}</th>
                                <th scope="col">{text!(i18n, audit.before)}</th>
                                <th scope="col">{text!(i18n, audit.after)}</th>
                            </tr>
                        </thead>
                        <tbody>{changes}</tbody>
                    </table>
                }
            })}
    }
}
