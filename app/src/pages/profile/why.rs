//! "Why can't I?": asks about an action and, where it is one on a server, about the server.

use drover_types::{access::Explanation, action::GuestAction, error::ApiError, permission::Permission};
use drover_ui::prelude::*;
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};

use crate::{
    inventory::use_inventory,
    rpc,
    session::use_session,
    shared::{ErrorCallout, Explained, action_name},
    texts::{say, text, use_i18n, use_lang},
};

/// How many servers the list offers; typing finds the others.
const OFFERED: usize = 500;

/// The question and its answer.
#[component]
pub fn WhyNot() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let action = RwSignal::new(GuestAction::Start.as_str().to_owned());
    let server = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let answer = RwSignal::new(None::<Result<Explanation, ApiError>>);
    let ask = move |event: SubmitEvent| {
        event.prevent_default();
        busy.set(true);
        spawn_local(async move {
            let (action, server) = (action.get_untracked(), server.get_untracked());
            let asked = rpc::access::explain(action, server.trim().to_owned()).await;
            let answered = session.heeded(asked);
            busy.try_set(false);
            answer.try_set(Some(answered));
        });
    };
    // An answer is to the question that was asked.
    Effect::new(move |_| {
        action.track();
        server.track();
        answer.set(None);
    });
    view! {
        <Card title=text!(i18n, profile.why)>
            <form class="profile__form" novalidate=true on:submit=ask>
                <Select label=text!(i18n, profile.why_action) value=action options=actions() />
                <Combobox
                    label=text!(i18n, profile.why_server)
                    value=server
                    options=servers()
                    empty_label=text!(i18n, profile.why_no_server)
                    hint=Signal::derive(move || Some(say!(i18n, profile.why_server_hint)))
                    allow_other=true
                />
                <div>
                    <Button kind=ButtonKind::Submit busy=busy>{text!(i18n, profile.why_ask)}</Button>
                </div>
                <div aria-live="polite">
                    {move || match answer.get()? {
                        Ok(answer) => Some(view! { <Explained answer=answer /> }.into_any()),
                        Err(error) => Some(view! { <ErrorCallout error=error /> }.into_any()),
                    }}
                </div>
            </form>
        </Card>
    }
}

/// Every action on a server, and what else a permission allows.
fn actions() -> Signal<Vec<SelectOption>> {
    let lang = use_lang();
    Signal::derive(move || {
        let of_servers = GuestAction::ALL.iter().copied();
        let of_servers = of_servers.map(|action| SelectOption::new(action.as_str(), action_name(action)));
        let others = Permission::ALL.iter();
        let others = others.map(|one| SelectOption::new(one.as_str(), one.description(lang.get())));
        of_servers.chain(others).collect()
    })
}

fn servers() -> Signal<Vec<ComboboxOption>> {
    let inventory = use_inventory();
    let names = Memo::new(move |_| {
        inventory.with_guests(|guests| {
            let names = guests.iter().filter(|guest| !guest.template).take(OFFERED);
            names
                .map(|guest| (guest.id.to_string(), guest.name.clone()))
                .collect::<Vec<_>>()
        })
    });
    let option = |(id, name): &(String, String)| ComboboxOption::new(id, name).detail(id);
    Signal::derive(move || names.with(|names| names.iter().map(option).collect()))
}
