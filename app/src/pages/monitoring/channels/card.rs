//! A channel: where it leads, how it has done, and what can be asked of it.

use chrono::{DateTime, Utc};
use drover_types::{
    channel::{ChannelRow, Trial},
    error::ApiError,
};
use drover_ui::prelude::*;
use leptos::{prelude::*, task::spawn_local};

use super::{
    deliveries::Deliveries,
    names::{kind_name, level_name, target},
    store::Store,
};
use crate::{
    layout::{Question, use_confirm},
    rpc,
    shared::{ErrorCallout, TimeAgo},
    texts::{say, text, use_i18n, use_lang},
};

/// A channel in a card.
#[component]
pub(super) fn ChannelCard(first: ChannelRow, store: Store) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let id = first.id;
    let row = Memo::new(move |_| store.get(id).unwrap_or_else(|| first.clone()));
    let title = Signal::derive(move || Some(row.with(|row| row.channel.name.clone())));
    let trial = RwSignal::new(None::<Result<Trial, ApiError>>);
    let leads_to = Memo::new(move |_| row.with(|row| target(&row.channel.settings)));
    let levels = move || {
        let routes = row.with(|row| row.channel.routes.clone());
        let least = routes.iter().map(|route| route.level).min();
        least.map(level_name)
    };
    let is_lost = Memo::new(move |_| row.with(|row| row.state.secret_lost));
    let failure = Memo::new(move |_| {
        row.with(|row| {
            // Why is said already where its secret is lost.
            let problem = (row.state.is_failing() && !row.state.secret_lost)
                .then(|| row.state.problem.clone())
                .flatten();
            problem.map(|problem| (problem.text(lang.get()), row.state.words.clone()))
        })
    });
    let time = |at: Memo<Option<DateTime<Utc>>>| {
        move || match at.get() {
            Some(at) => view! { <TimeAgo at=at /> }.into_any(),
            None => text!(use_i18n(), channels.never).into_any(),
        }
    };
    let sent_at = Memo::new(move |_| row.with(|row| row.state.sent_at));
    let failed_at = Memo::new(move |_| row.with(|row| row.state.failed_at));
    view! {
        <Card title=title actions=move || view! { <Actions row=row store=store trial=trial /> }>
            <DescriptionList>
                <Description term=text!(i18n, channels.kind)>
                    {move || kind_name(row.with(|row| row.channel.settings.kind()))} " "
                    <State row=row />
                </Description>
                {move || {
                    (!leads_to.with(String::is_empty))
                        .then(|| {
                            view! {
                                <Description term=text!(i18n, channels.leads_to)>
                                    <span class="channels__target">{leads_to.get()}</span>
                                </Description>
                            }
                        })
                }}
                <Description term=text!(i18n, channels.least_level)>{levels}</Description>
                <Description term=text!(i18n, channels.sent_at)>{time(sent_at)}</Description>
                <Description term=text!(i18n, channels.failed_at)>{time(failed_at)}</Description>
            </DescriptionList>
            {move || {
                is_lost
                    .get()
                    .then(|| {
                        view! {
                            <Callout tone=Tone::Danger title=text!(i18n, channels.secret_lost)>
                                {text!(i18n, channels.secret_lost_hint)}
                            </Callout>
                        }
                    })
            }}
            {move || {
                failure
                    .get()
                    .map(|(problem, words)| {
                        view! { <Callout tone=Tone::Warning title=Signal::stored(Some(problem))>{words}</Callout> }
                    })
            }}
            <Outcome result=trial />
            <Deliveries row=row store=store />
        </Card>
    }
}

/// Whether it is on, and what waits or was given up.
#[component]
fn State(row: Memo<ChannelRow>) -> impl IntoView {
    let i18n = use_i18n();
    move || {
        let state = row.with(|row| row.state.clone());
        let is_off = row.with(|row| !row.channel.enabled);
        let (waiting, dead) = (u64::from(state.waiting), u64::from(state.dead));
        view! {
            {is_off.then(|| view! { <Badge>{text!(i18n, channels.off)}</Badge> })}
            {(waiting > 0)
                .then(|| view! { <Badge tone=Tone::Info>{text!(i18n, channels.waiting, count = waiting)}</Badge> })}
            {(dead > 0)
                .then(|| view! { <Badge tone=Tone::Danger>{text!(i18n, channels.dead, count = dead)}</Badge> })}
        }
    }
}

/// What came of a trial.
#[component]
fn Outcome(result: RwSignal<Option<Result<Trial, ApiError>>>) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    move || {
        result.get().map(|result| match result {
            Ok(Trial { problem: None, .. }) => view! {
                <Callout tone=Tone::Success announce=true>{text!(i18n, channels.trial_taken)}</Callout>
            }
            .into_any(),
            Ok(Trial {
                problem: Some(problem),
                words,
            }) => {
                let title = Signal::derive(move || Some(problem.text(lang.get())));
                view! {
                    <Callout tone=Tone::Danger title=title announce=true>
                        {(!words.is_empty()).then(|| view! { <p>{text!(i18n, channels.words)} " " <q>{words}</q></p> })}
                    </Callout>
                }
                .into_any()
            }
            Err(error) => view! { <ErrorCallout error=error /> }.into_any(),
        })
    }
}

#[component]
fn Actions(
    row: Memo<ChannelRow>,
    store: Store,
    trial: RwSignal<Option<Result<Trial, ApiError>>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let confirm = use_confirm();
    let owner = StoredValue::new(Owner::current().unwrap_or_default());
    let busy = RwSignal::new(false);
    let test = move |_| {
        busy.set(true);
        trial.set(None);
        let id = row.with_untracked(|row| row.id);
        spawn_local(async move {
            let answer = store.session.heeded(rpc::channels::test_channel(id).await);
            busy.try_set(false);
            trial.try_set(Some(answer));
            store.load();
        });
    };
    let delete = move |()| {
        let question = || deletion(&row.get(), store);
        confirm.ask(owner.with_value(|owner| owner.with(|| untrack(question))));
    };
    let name = move || row.with(|row| row.channel.name.clone());
    let label = Signal::derive(move || say!(i18n, channels.actions_of, name = name()));
    let test_label = Signal::derive(move || say!(i18n, channels.test_of, name = name()));
    view! {
        <Button
            size=ButtonSize::Small
            icon=IconName::Play
            busy=busy
            on_click=test
            attr:aria-label=test_label
        >
            {text!(i18n, channels.test)}
        </Button>
        <Menu label=label icon=IconName::More icon_only=true size=ButtonSize::Small align=MenuAlign::End>
            <MenuItem
                label=text!(i18n, channels.edit)
                icon=IconName::Edit
                on_select=move |()| store.edit(Some(row.get_untracked()))
            />
            <MenuSeparator />
            <MenuItem
                label=text!(i18n, common.delete)
                icon=IconName::Trash
                tone=Tone::Danger
                on_select=delete
            />
        </Menu>
    }
}

/// What is asked before a channel is deleted.
fn deletion(row: &ChannelRow, store: Store) -> Question {
    let i18n = use_i18n();
    let title = say!(i18n, channels.delete_title, name = row.channel.name.clone());
    let id = row.id;
    Question::new(
        title,
        say!(i18n, channels.delete_body),
        say!(i18n, common.delete),
        move || async move {
            rpc::channels::delete_channel(id).await?;
            store.load();
            Ok(())
        },
    )
}
