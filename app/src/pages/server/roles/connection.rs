//! The card that says how Drover signs in to the server, and which host it takes for it.

use drover_types::{permission::Permission, role::Connection};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{connection_form::ConnectionDialog, reader::Reader};
use crate::{
    layout::{Question, use_confirm},
    rpc,
    shared::{TimeAgo, use_refusal},
    texts::{say, text, use_i18n},
};

/// The card.
#[component]
pub fn ConnectionCard(reader: Reader) -> impl IntoView {
    let i18n = use_i18n();
    let confirm = use_confirm();
    let owner = StoredValue::new(Owner::current().unwrap_or_default());
    let open = RwSignal::new(false);
    let refusal = use_refusal(Permission::AssignRoles);
    let is_pinned = Memo::new(move |_| reader.with(|found| !found.connection.fingerprints.is_empty()));
    let unpinned = Signal::derive(move || {
        let none = || (!is_pinned.get()).then(|| say!(i18n, server_roles.no_keys));
        refusal.get().or_else(none)
    });
    let forget = move |_| {
        let question = || forgetting(reader);
        confirm.ask(owner.with_value(|owner| owner.with(|| untrack(question))));
    };
    let actions = move || {
        view! {
            <Button size=ButtonSize::Small icon=IconName::Key disabled=unpinned on_click=forget>
                {text!(i18n, server_roles.forget)}
            </Button>
            <Button
                size=ButtonSize::Small
                icon=IconName::Edit
                disabled=refusal
                on_click=move |_| open.set(true)
            >
                {text!(i18n, server_roles.connection_edit)}
            </Button>
        }
    };
    let known = Memo::new(move |_| {
        reader
            .found
            .with(|found| found.as_ref().map(|found| found.connection.clone()))
    });
    view! {
        <Card title=text!(i18n, server_roles.connection) actions=actions>
            {move || known.get().map(|connection| view! { <Facts connection=connection /> })}
        </Card>
        <ConnectionDialog reader=reader open=open />
    }
}

#[component]
fn Facts(connection: Connection) -> impl IntoView {
    let i18n = use_i18n();
    let Connection {
        set,
        address,
        user,
        port,
        fingerprints,
        pinned_at,
    } = connection;
    let hosts = if fingerprints.is_empty() {
        view! { <span class="roles__none">{text!(i18n, server_roles.no_keys)}</span> }.into_any()
    } else {
        let keys = fingerprints.into_iter();
        view! {
            <ul class="roles__keys">
                {keys.map(|key| view! { <li><code>{key}</code></li> }).collect_view()}
            </ul>
            {pinned_at
                .map(|at| {
                    view! {
                        <p class="roles__none">
                            {text!(i18n, server_roles.pinned)} " " <TimeAgo at=at />
                        </p>
                    }
                })}
        }
        .into_any()
    };
    view! {
        <DescriptionList>
            <Description term=text!(i18n, server_roles.address)>
                <Used value=address by_hand=set.address.is_some() />
            </Description>
            <Description term=text!(i18n, server_roles.user)>
                <Used value=user by_hand=set.user.is_some() />
            </Description>
            <Description term=text!(i18n, server_roles.port)>
                <Used value=Some(port.to_string()) by_hand=set.port.is_some() />
            </Description>
            <Description term=text!(i18n, server_roles.host_keys)>{hosts}</Description>
        </DescriptionList>
    }
}

/// What is used, and whether somebody has set it by hand.
#[component]
fn Used(value: Option<String>, by_hand: bool) -> impl IntoView {
    let i18n = use_i18n();
    match value {
        Some(value) => view! {
            <span class="roles__cell">
                <code>{value}</code>
                {by_hand.then(|| view! { <Badge>{text!(i18n, server_roles.by_hand)}</Badge> })}
            </span>
        }
        .into_any(),
        None => view! {
            <Badge tone=Tone::Warning icon=IconName::Alert>
                {text!(i18n, server_roles.not_known)}
            </Badge>
        }
        .into_any(),
    }
}

/// What is asked before the keys of the host are forgotten: whoever answers next is taken for it.
fn forgetting(reader: Reader) -> Question {
    let i18n = use_i18n();
    Question::new(
        say!(i18n, server_roles.forget_title, server = reader.name()),
        say!(i18n, server_roles.forget_body),
        say!(i18n, server_roles.forget_now),
        move || async move {
            rpc::roles::forget_host_keys(reader.id()).await?;
            reader.load();
            Ok(())
        },
    )
}
