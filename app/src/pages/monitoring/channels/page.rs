//! The part of the page: a card for each channel.

use drover_types::channel::ChannelRow;
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{card::ChannelCard, form::ChannelForm, store::Store};
use crate::{
    shared::{ErrorCallout, use_admin_refusal},
    texts::{text, use_i18n},
};

/// The channels, for administrators.
#[component]
pub(in crate::pages::monitoring) fn Channels() -> impl IntoView {
    let refusal = use_admin_refusal();
    move || match refusal.get() {
        Some(why) => view! { <Callout tone=Tone::Info>{why}</Callout> }.into_any(),
        None => view! { <List /> }.into_any(),
    }
}

#[component]
fn List() -> impl IntoView {
    let i18n = use_i18n();
    let store = Store::new();
    let is_read = Memo::new(move |_| store.found.with(Option::is_some));
    let is_empty = Memo::new(move |_| {
        store
            .found
            .with(|found| found.as_ref().is_some_and(Vec::is_empty))
    });
    view! {
        <div class="toolbar">
            <p class="monitoring__hint">{text!(i18n, channels.hint)}</p>
            <span class="toolbar__end">
                <Button
                    variant=ButtonVariant::Primary
                    icon=IconName::Plus
                    on_click=move |_| store.edit(None)
                >
                    {text!(i18n, channels.new_channel)}
                </Button>
            </span>
        </div>
        {move || {
            store.error.get().map(|error| view! { <ErrorCallout error=error on_retry=move |()| store.load() /> })
        }}
        {move || {
            (!is_read.get() && store.error.with(Option::is_none))
                .then(|| {
                    view! { <Skeleton label=text!(i18n, common.loading) shape=SkeletonShape::Block lines=3 /> }
                })
        }}
        {move || {
            is_empty
                .get()
                .then(|| {
                    view! {
                        <EmptyState
                            title=text!(i18n, channels.none)
                            description=text!(i18n, channels.none_hint)
                            icon=IconName::Bell
                        />
                    }
                })
        }}
        <div class="channels">
            <For
                each=move || store.found.get().unwrap_or_default()
                key=|row: &ChannelRow| row.id
                children=move |row| view! { <ChannelCard first=row store=store /> }
            />
        </div>
        <ChannelForm store=store />
    }
}
