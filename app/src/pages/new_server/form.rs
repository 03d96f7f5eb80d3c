//! The form, its plan under it, and the button that makes the server.

use drover_types::ids::TaskId;
use drover_ui::prelude::*;
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{
    access::{Access, Notes},
    basics::Basics,
    hardware::{Disks, Size},
    kept,
    nics::Nics,
    plan::Plan,
    state::{Choices, Form, Planned},
};
use crate::{
    rpc,
    running::use_running,
    session::use_session,
    texts::{say, text, use_i18n},
};

/// The form; `on_made` is called with the task that makes the server.
#[component]
pub fn NewServerForm(choices: Choices, #[prop(into)] on_made: Callback<TaskId>) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let running = use_running();
    let form = Form::new(choices);
    form.follow();
    let busy = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        form.is_asked.set(true);
        if !untrack(|| form.problems()).is_empty() {
            return focus_first_problem();
        }
        busy.set(true);
        let request = form.request();
        spawn_local(async move {
            let made = rpc::servers::create_server(request).await;
            busy.try_set(false);
            match made {
                Ok(task) => {
                    kept::clear();
                    let id = task.id;
                    running.take(task);
                    on_made.run(id);
                }
                Err(error) => {
                    session.heed(&error);
                    form.refused.try_set(Some(error));
                    focus_first_problem();
                }
            }
        });
    };
    let summary = move || match form.planned.get() {
        _ if !form.shown_problems().is_empty() => {
            Some(say!(i18n, new_server.to_fix, count = form.shown_problems().len()))
        }
        Planned::Plan(plan) => {
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
        <form class="form-page" novalidate=true aria-label=text!(i18n, new_server.title) on:submit=submit>
            <Basics form=form />
            <Size form=form />
            <Disks form=form />
            <Nics form=form />
            <Access form=form />
            <Notes form=form />
            <Plan form=form />
            <div class="form-page__actions">
                <p class="form-page__summary">{summary}</p>
                <Button variant=ButtonVariant::Primary kind=ButtonKind::Submit busy=busy>
                    {text!(i18n, new_server.create)}
                </Button>
            </div>
        </form>
    }
}

/// Puts the focus into the first field with an error, once the errors are shown.
fn focus_first_problem() {
    request_animation_frame(|| {
        let found = document()
            .query_selector(".form-page [aria-invalid='true']")
            .ok()
            .flatten();
        if let Some(field) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
            // A field that has left the page can't take the focus, which is no fault.
            drop(field.focus());
        }
    });
}
