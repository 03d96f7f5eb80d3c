//! The form, its plan under it, and the button that makes the server.

use std::collections::BTreeMap;

use drover_types::{error::FieldProblems, ids::TaskId};
use drover_ui::prelude::*;
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};

use super::{
    access::{Access, Notes},
    basics::Basics,
    firewall::Firewall,
    hardware::{Disks, Size},
    kept,
    nics::Nics,
    plan::Plan,
    planned::Planned,
    problems::Refusal,
    roles::Roles,
    sending::{Sending, Sent},
    servers::Servers,
    state::{Choices, Form},
};
use crate::{
    running::use_running,
    session::use_session,
    shared::{GeneratedOnce, focus_first_problem},
    texts::{say, text, use_i18n},
};

/// The form, for whoever looks for its fields.
const FORM: &str = ".form-page";

/// The form; `on_made` is called with the task that makes the server.
#[component]
pub fn NewServerForm(choices: Choices, #[prop(into)] on_made: Callback<TaskId>) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let running = use_running();
    let form = Form::new(choices);
    form.follow();
    let busy = RwSignal::new(false);
    let (told, next) = (RwSignal::new(Vec::new()), StoredValue::new(None::<TaskId>));
    let go_on = Callback::new(move |()| {
        if let Some(id) = next.get_value() {
            on_made.run(id);
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        form.is_asked.set(true);
        let Some(sending) = untrack(|| form.sending()) else {
            return focus_first_problem(FORM);
        };
        // Names of fields are known to the form alone, and the form will be gone.
        let left_out = match &sending {
            Sending::One(_) => Vec::new(),
            Sending::Many { left_out, .. } => untrack(|| form.labelled(left_out)),
        };
        busy.set(true);
        spawn_local(async move {
            let sent = sending.places();
            let made = sending.send().await;
            busy.try_set(false);
            match made {
                Ok(Sent {
                    task,
                    rejected,
                    generated,
                }) => {
                    let id = task.id;
                    let rejected = untrack(|| form.labelled(&rejected));
                    kept::clear();
                    kept::save_left_out(&id, left_out.into_iter().chain(rejected).collect());
                    running.take(task);
                    if generated.is_empty() {
                        on_made.run(id);
                    } else {
                        // The page goes on once they were kept.
                        next.try_set_value(Some(id));
                        told.try_set(generated);
                    }
                }
                Err(error) => {
                    session.heed(&error);
                    form.refused.try_set(Some(Refusal { error, sent }));
                    focus_first_problem(FORM);
                }
            }
        });
    };
    view! {
        <form class="form-page" novalidate=true aria-label=text!(i18n, new_server.title) on:submit=submit>
            <Basics form=form />
            <Size form=form />
            <Disks form=form />
            <Nics form=form />
            <Firewall form=form />
            <Roles form=form />
            <Access form=form />
            <Notes form=form />
            <Servers form=form />
            <Plan form=form />
            <Actions form=form busy=busy />
        </form>
        <GeneratedOnce told=told on_closed=go_on />
    }
}

/// What the form comes to, and the button that asks for it.
#[component]
fn Actions(form: Form, busy: RwSignal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let to_fix = move || {
        let rows = form.row_problems.with(|rows| {
            let of_rows = |rows: usize| if form.leave_out.get() { 0 } else { rows };
            of_rows(rows.values().map(FieldProblems::len).sum())
        });
        form.shown_problems().len() + rows
    };
    let count = Memo::new(move |_| {
        form.read.with(|reading| {
            let left_out = || form.row_problems.with(BTreeMap::len);
            let left_out = if form.leave_out.get() { left_out() } else { 0 };
            reading.rows.len().saturating_sub(left_out)
        })
    });
    let summary = move || match form.planned.get() {
        _ if to_fix() > 0 => Some(say!(i18n, new_server.to_fix, count = to_fix() as u64)),
        Planned::One(plan) => {
            let node = plan.node?;
            Some(say!(
                i18n,
                new_server.summary,
                name = plan.name.clone(),
                node = node.clone()
            ))
        }
        _ => None,
    };
    view! {
        <div class="form-page__actions">
            <p class="form-page__summary">{summary}</p>
            <Button variant=ButtonVariant::Primary kind=ButtonKind::Submit busy=busy>
                {move || {
                    if form.is_many() {
                        say!(i18n, new_server.create_many, count = count.get() as u64)
                    } else {
                        say!(i18n, new_server.create)
                    }
                }}
            </Button>
        </div>
    }
}
