//! What went through a channel, folded away until somebody looks; what was given up can be sent again.

use drover_types::{
    channel::{ChannelRow, Delivery, DeliveryState},
    error::ApiError,
};
use drover_ui::prelude::*;
use leptos::{prelude::*, task::spawn_local};

use super::{names::state_of, store::Store};
use crate::{
    paths, rpc,
    shared::{ErrorCallout, TimeAgo},
    texts::{say, text, use_i18n, use_lang},
};

/// The deliveries as they were read last.
#[derive(Clone, Copy)]
struct Read {
    rows: RwSignal<Option<Vec<Delivery>>>,
    more: RwSignal<Option<uuid::Uuid>>,
    error: RwSignal<Option<ApiError>>,
    dead_only: RwSignal<bool>,
    row: Memo<ChannelRow>,
    store: Store,
}

impl Read {
    /// Reads the first ones, or those after what is there.
    fn load(self, goes_on: bool) {
        let id = self.row.with_untracked(|row| row.id);
        let before = self.more.get_untracked().filter(|_| goes_on);
        let state = self.dead_only.get_untracked().then_some(DeliveryState::Dead);
        spawn_local(async move {
            let answer = rpc::channels::list_deliveries(id, state, before).await;
            match self.store.session.heeded(answer) {
                Ok(page) => {
                    self.error.try_set(None);
                    self.more.try_set(page.next);
                    self.rows.try_update(|rows| {
                        let kept = rows.take().filter(|_| goes_on).unwrap_or_default();
                        *rows = Some(kept.into_iter().chain(page.rows).collect());
                    });
                }
                Err(error) => drop(self.error.try_set(Some(error))),
            }
        });
    }
}

/// The list.
#[component]
pub(super) fn Deliveries(row: Memo<ChannelRow>, store: Store) -> impl IntoView {
    let i18n = use_i18n();
    let read = Read {
        rows: RwSignal::new(None),
        more: RwSignal::new(None),
        error: RwSignal::new(None),
        dead_only: RwSignal::new(false),
        row,
        store,
    };
    let open = RwSignal::new(false);
    // What a channel tells of itself changes when something went through it.
    let told = Memo::new(move |_| row.with(|row| row.state.clone()));
    Effect::new(move |_| {
        // Read, not only tracked: a memo that nobody has read yet tells of no change.
        told.with(|_| ());
        read.dead_only.track();
        if open.get() {
            read.load(false);
        }
    });
    let is_empty = Memo::new(move |_| read.rows.with(|rows| rows.as_ref().is_some_and(Vec::is_empty)));
    let name = move || row.with(|row| row.channel.name.clone());
    let label = Signal::derive(move || say!(i18n, channels.deliveries_of, name = name()));
    view! {
        <Button
            size=ButtonSize::Small
            icon=IconName::Bell
            on_click=move |_| open.update(|open| *open = !*open)
            attr:aria-expanded=move || if open.get() { "true" } else { "false" }
            attr:aria-label=label
        >
            {text!(i18n, channels.deliveries)}
        </Button>
        {move || {
            open.get()
                .then(|| {
                    view! {
                        <Checkbox label=text!(i18n, channels.dead_only) value=read.dead_only />
                        {move || {
                            read.error
                                .get()
                                .map(|error| view! { <ErrorCallout error=error on_retry=move |()| read.load(false) /> })
                        }}
                        {move || {
                            is_empty
                                .get()
                                .then(|| view! { <p class="monitoring__hint">{text!(i18n, channels.no_deliveries)}</p> })
                        }}
                        <ul class="channels__deliveries" aria-label=label>
                            <For
                                each=move || read.rows.get().unwrap_or_default()
                                key=|one: &Delivery| (one.id, one.state, one.attempts)
                                children=move |one| view! { <Row one=one read=read /> }
                            />
                        </ul>
                        {move || {
                            read.more
                                .get()
                                .map(|_| {
                                    view! {
                                        <Button size=ButtonSize::Small on_click=move |_| read.load(true)>
                                            {text!(i18n, channels.more)}
                                        </Button>
                                    }
                                })
                        }}
                    }
                })
        }}
    }
}

#[component]
fn Row(one: Delivery, read: Read) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let note = one.note.clone();
    let title = Signal::derive(move || note.title(lang.get()));
    let problem = one.problem.clone();
    let words = one.words.clone();
    let failure = move || {
        problem.as_ref().map(|problem| {
            let words = if words.is_empty() {
                String::new()
            } else {
                format!(" “{words}”")
            };
            view! { <p class="channels__failure">{problem.text(lang.get())} {words}</p> }
        })
    };
    let (state, tone) = state_of(one.state);
    let attempts = u64::from(one.attempts);
    let name = match one.task {
        Some(task) => view! { <a href=paths::task(&task)>{title}</a> }.into_any(),
        None => view! { <span>{title}</span> }.into_any(),
    };
    let is_dead = one.state == DeliveryState::Dead;
    view! {
        <li class="channels__delivery">
            <div>
                <p>{name}</p>
                <p class="channels__meta">
                    <Badge tone=tone>{state}</Badge>
                    <TimeAgo at=one.created_at />
                    {(attempts > 1).then(|| view! { <span>{text!(i18n, channels.attempts, count = attempts)}</span> })}
                </p>
                {failure}
            </div>
            {is_dead.then(|| view! { <Again id=one.id title=title read=read /> })}
        </li>
    }
}

/// The button that sends one again.
#[component]
fn Again(id: uuid::Uuid, title: Signal<String>, read: Read) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let toasts = use_toasts();
    let busy = RwSignal::new(false);
    let label = Signal::derive(move || say!(i18n, channels.send_again_of, title = title.get()));
    let send = move |_| {
        busy.set(true);
        let channel = read.row.with_untracked(|row| row.id);
        spawn_local(async move {
            let answer = rpc::channels::send_delivery_again(channel, id).await;
            let answer = read.store.session.heeded(answer);
            busy.try_set(false);
            match answer {
                Ok(_) => {
                    read.store.load();
                    read.load(false);
                }
                Err(error) => {
                    toasts.show(Toast::danger(error.text(lang.get_untracked())));
                }
            }
        });
    };
    view! {
        <Button
            size=ButtonSize::Small
            icon=IconName::Refresh
            busy=busy
            on_click=send
            attr:aria-label=label
        >
            {text!(i18n, channels.send_again)}
        </Button>
    }
}
