//! The form that asks whether a connection would pass.

use drover_types::{
    error::{ApiError, ErrorCode},
    firewall::{Direction, NicFirewall},
    text::Problem,
};
use drover_ui::prelude::*;
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};

use super::{
    answer::Said,
    reader::{Answer, Reader},
    typed::{OTHER, PROTOCOLS, Typed},
};
use crate::{
    rpc,
    session::use_session,
    shared::{ErrorCallout, FormError, direction_name, focus_first_problem, use_form_error},
    texts::{say, text, use_i18n},
};

/// The card.
#[component]
pub fn Ask(reader: Reader) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let typed = Typed::new();
    let busy = RwSignal::new(false);
    let error = use_form_error();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(id) = reader.id() else { return };
        if busy.get_untracked() {
            return;
        }
        error.clear();
        reader.answer.set(None);
        let question = match typed.question() {
            Ok(question) => question,
            Err(problems) => {
                let mut wrong = ApiError::new(ErrorCode::ValidationError, Problem::MalformedBody);
                wrong.fields = problems;
                error.set(wrong);
                focus_first_problem(".server-firewall__ask");
                return;
            }
        };
        busy.set(true);
        spawn_local(async move {
            let answer = session.heeded(rpc::firewall::check_firewall(id, question.clone()).await);
            busy.try_set(false);
            match answer {
                Ok(verdict) => drop(reader.answer.try_set(Some(Answer { question, verdict }))),
                Err(problem) => {
                    error.set(problem);
                    focus_first_problem(".server-firewall__ask");
                }
            }
        });
    };
    view! {
        <Card title=text!(i18n, server_firewall.ask)>
            <form
                class="server-firewall__ask"
                novalidate=true
                aria-label=text!(i18n, server_firewall.ask)
                on:submit=submit
            >
                <Fields reader=reader typed=typed error=error />
                {move || error.whole().map(|error| view! { <ErrorCallout error=error /> })}
                <div>
                    <Button variant=ButtonVariant::Primary kind=ButtonKind::Submit busy=busy>
                        {text!(i18n, server_firewall.check)}
                    </Button>
                </div>
                <Said reader=reader />
            </form>
        </Card>
    }
}

#[component]
fn Fields(reader: Reader, typed: Typed, error: FormError) -> impl IntoView {
    let i18n = use_i18n();
    let directions = Signal::derive(move || {
        let of = |direction: Direction| SelectOption::new(direction.as_str(), direction_name(direction));
        vec![of(Direction::In), of(Direction::Out)]
    });
    let protocols = Signal::derive(move || {
        let named = PROTOCOLS.map(|name| SelectOption::new(name, name.to_uppercase()));
        let other = SelectOption::new(OTHER, say!(i18n, server_firewall.other));
        named.into_iter().chain([other]).collect::<Vec<_>>()
    });
    let nics = Memo::new(move |_| {
        reader.with(|firewall| {
            let name = |nic: &NicFirewall| nic.interface.clone();
            firewall.nics.iter().map(name).collect::<Vec<_>>()
        })
    });
    let nic_options = Signal::derive(move || {
        let of = |name: String| SelectOption::new(name.clone(), name);
        nics.get().into_iter().map(of).collect::<Vec<_>>()
    });
    // Without a choice it is the first; the form says so.
    let chosen = Memo::new(move |_| {
        let chosen = typed.nic.get();
        nics.with(|nics| {
            let first = nics.first().cloned().unwrap_or_default();
            if nics.contains(&chosen) { chosen } else { first }
        })
    });
    let nic = Bound::new(
        move || chosen.get(),
        move |name| {
            typed.nic.set(name);
            typed.own.set(String::new());
        },
    );
    let addresses = Memo::new(move |_| {
        reader.with(|firewall| {
            let mut nics = firewall.nics.iter();
            let found = nics.find(|nic| chosen.with(|name| nic.interface == *name));
            found.map(|nic| nic.addresses.clone()).unwrap_or_default()
        })
    });
    let address_options = Signal::derive(move || {
        let of = |address: String| SelectOption::new(address.clone(), address);
        addresses.get().into_iter().map(of).collect::<Vec<_>>()
    });
    let is_other = Memo::new(move |_| typed.protocol.with(|protocol| protocol == OTHER));
    let has_port = Memo::new(move |_| typed.has_port());
    let is_icmp = Memo::new(move |_| typed.is_icmp());
    let has_addresses = Memo::new(move |_| addresses.with(Vec::len) > 1);
    let has_nics = Memo::new(move |_| nics.with(Vec::len) > 1);
    let protocol_error = error.field("protocol");
    let example = Signal::stored(Some("10.0.0.5".to_owned()));
    view! {
        <div class="form-page__grid">
            <Select
                label=text!(i18n, server_firewall.direction)
                value=typed.direction
                options=directions
                error=error.field("direction")
            />
            <Select
                label=text!(i18n, server_firewall.protocol)
                value=typed.protocol
                options=protocols
                error=Signal::derive(move || protocol_error.get().filter(|_| !is_other.get()))
            />
            <Show when=move || is_other.get()>
                <TextInput
                    label=text!(i18n, server_firewall.other_protocol)
                    value=typed.other
                    autocomplete="off"
                    monospace=true
                    required=true
                    error=protocol_error
                />
            </Show>
            <Show when=move || has_port.get()>
                <TextInput
                    label=text!(i18n, server_firewall.port)
                    value=typed.port
                    autocomplete="off"
                    monospace=true
                    required=true
                    placeholder="443"
                    error=error.field("port")
                />
                <TextInput
                    label=text!(i18n, server_firewall.source_port)
                    value=typed.source_port
                    autocomplete="off"
                    monospace=true
                    placeholder=Signal::derive(move || Some(say!(i18n, server_firewall.any)))
                    error=error.field("source_port")
                />
            </Show>
            <Show when=move || is_icmp.get()>
                <TextInput
                    label=text!(i18n, server_firewall.icmp_type)
                    value=typed.icmp_type
                    autocomplete="off"
                    monospace=true
                    placeholder="echo-request"
                    error=error.field("icmp_type")
                />
            </Show>
            <TextInput
                label=text!(i18n, server_firewall.peer)
                value=typed.peer
                autocomplete="off"
                monospace=true
                required=true
                placeholder=example
                error=error.field("peer")
            />
            <Show when=move || has_nics.get()>
                <Select
                    label=text!(i18n, server_firewall.which_nic)
                    value=nic
                    options=nic_options
                    error=error.field("nic")
                />
            </Show>
            <Show when=move || has_addresses.get()>
                <Select
                    label=text!(i18n, server_firewall.own_address)
                    value=typed.own
                    options=address_options
                    placeholder=Signal::derive(move || Some(say!(i18n, server_firewall.first_address)))
                    error=error.field("own")
                />
            </Show>
        </div>
    }
}
