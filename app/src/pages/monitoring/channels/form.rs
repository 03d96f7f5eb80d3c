//! The form of a channel.

use drover_types::{
    channel::{ChannelInput, ChannelRow},
    error::ApiError,
};
use drover_ui::prelude::*;
use leptos::{prelude::*, task::spawn_local};

use super::{
    fields::ChannelFields, inputs::ChannelInputs, names::kind_name, route_fields::called, store::Store,
};
use crate::{
    inventory::{Inventory, use_inventory},
    rpc,
    shared::use_form_error,
    texts::{say, text, use_i18n, use_lang},
};

/// The channel as it is now, where a change was refused because it is not as it was seen any more.
fn current_of(error: &ApiError) -> Option<ChannelRow> {
    let current = error.details.get("current")?.clone();
    serde_json::from_value(current).ok()
}

/// The channel with its routes' servers as people call them; the server knows which are meant.
fn as_called(channel: &ChannelInput, inventory: Inventory) -> ChannelInput {
    let mut channel = channel.clone();
    untrack(|| {
        inventory.with_guests(|guests| {
            for route in &mut channel.routes {
                route.servers = called(&route.servers, guests);
            }
        });
    });
    channel
}

/// The dialog.
#[component]
pub(super) fn ChannelForm(store: Store) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let fields = ChannelFields::new();
    let inventory = use_inventory();
    let busy = RwSignal::new(false);
    let error = use_form_error();
    // As it was when the form was filled, or as somebody else has made it since.
    let seen = StoredValue::new(None::<ChannelRow>);
    let theirs = RwSignal::new(None::<ChannelRow>);
    Effect::new(move |_| {
        if store.open.get() {
            error.clear();
            theirs.set(None);
            let edited = store.edited.get_untracked();
            match &edited {
                Some(row) => fields.fill(&as_called(&row.channel, inventory)),
                None => fields.fill(&ChannelFields::usual(lang.get_untracked())),
            }
            seen.set_value(edited);
        }
    });
    let save = move |()| {
        let input = untrack(|| fields.read());
        if error.found(input.problems()) {
            return;
        }
        busy.set(true);
        error.clear();
        let seen_last = seen.get_value();
        spawn_local(async move {
            let answer = match seen_last {
                None => rpc::channels::create_channel(input).await,
                Some(row) => rpc::channels::update_channel(row.id, row.revision, input).await,
            };
            busy.try_set(false);
            match store.session.heeded(answer) {
                Ok(_) => {
                    store.open.try_set(false);
                    store.load();
                }
                Err(problem) => {
                    if let Some(current) = current_of(&problem) {
                        seen.try_set_value(Some(current.clone()));
                        theirs.try_set(Some(current));
                        store.load();
                    }
                    error.set(problem);
                }
            }
        });
    };
    let title = Signal::derive(move || {
        store.edited.with(|edited| match edited {
            None => say!(i18n, channels.new_channel),
            Some(row) => say!(
                i18n,
                channels.edit_title,
                name = row.channel.name.clone(),
                kind = kind_name(row.channel.settings.kind())
            ),
        })
    });
    let is_new = Memo::new(move |_| store.edited.with(Option::is_none));
    view! {
        <ConfirmDialog
            open=store.open
            title=title
            confirm_label=text!(i18n, common.save)
            cancel_label=text!(i18n, common.cancel)
            on_confirm=save
            variant=ButtonVariant::Primary
            busy=busy
            error=error.text()
            size=DialogSize::Medium
        >
            {move || theirs.get().map(|row| view! { <Theirs row=row fields=fields theirs=theirs /> })}
            <ChannelInputs fields=fields is_new=is_new error=error />
        </ConfirmDialog>
    }
}

/// Somebody else has changed it: what stands in the form can be let go for theirs, or saved over it.
#[component]
fn Theirs(row: ChannelRow, fields: ChannelFields, theirs: RwSignal<Option<ChannelRow>>) -> impl IntoView {
    let i18n = use_i18n();
    let inventory = use_inventory();
    let take = move |_| {
        fields.fill(&as_called(&row.channel, inventory));
        theirs.set(None);
    };
    view! {
        <Callout tone=Tone::Warning title=text!(i18n, common.changed_meanwhile)>
            <p>{text!(i18n, common.save_again)}</p>
            <Button size=ButtonSize::Small on_click=take>
                {text!(i18n, channels.take_theirs)}
            </Button>
        </Callout>
    }
}
