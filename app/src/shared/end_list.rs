//! A list of things that each can be ended: sessions, API tokens.

use std::future::Future;

use drover_types::error::ApiError;
use drover_ui::prelude::*;
use leptos::{prelude::*, task::spawn_local};
use serde::{Serialize, de::DeserializeOwned};

use super::{Awaited, ErrorCallout};
use crate::{
    session::use_session,
    texts::{text, use_i18n, use_lang},
};

/// What `rows` brings, as a list.
#[component]
pub fn EndList<T, R>(
    /// The things.
    rows: Resource<Result<Vec<T>, ApiError>>,
    /// One of them.
    row: R,
    /// What stands there where there are none.
    #[prop(optional, into)]
    empty: Option<Signal<String>>,
) -> impl IntoView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
    R: Fn(T, Callback<()>) -> AnyView + Clone + Send + Sync + 'static,
{
    let i18n = use_i18n();
    let reload = Callback::new(move |()| rows.refetch());
    let show = move |answer: Result<Vec<T>, ApiError>| match (answer, empty) {
        (Ok(rows), Some(empty)) if rows.is_empty() => {
            view! { <p class="end-list__meta">{empty}</p> }.into_any()
        }
        (Ok(rows), _) => {
            let rows: Vec<_> = rows.into_iter().map(|one| row(one, reload)).collect();
            view! { <ul class="end-list">{rows}</ul> }.into_any()
        }
        (Err(error), _) => view! { <ErrorCallout error=error on_retry=reload /> }.into_any(),
    };
    view! {
        <Awaited
            load=move || async move { rows.await }
            show=show
            fallback=move || {
                view! { <Skeleton label=text!(i18n, common.loading) shape=SkeletonShape::Row lines=3 /> }
            }
        />
    }
}

/// The button that ends one of them by what `call` asks of the server.
#[component]
pub(super) fn EndButton<C, A>(
    /// What it says.
    #[prop(into)]
    text: Signal<String>,
    /// Its name, which tells it from the others.
    #[prop(into)]
    label: Signal<String>,
    /// Ends it.
    call: C,
    /// Runs once it has ended.
    on_ended: Callback<()>,
) -> impl IntoView
where
    C: Fn() -> A + Send + Sync + 'static,
    A: Future<Output = Result<(), ApiError>> + 'static,
{
    let lang = use_lang();
    let session = use_session();
    let toasts = use_toasts();
    let busy = RwSignal::new(false);
    let end = move |_| {
        busy.set(true);
        let answer = call();
        spawn_local(async move {
            let answer = session.heeded(answer.await);
            busy.try_set(false);
            match answer {
                Ok(()) => on_ended.run(()),
                Err(error) => {
                    toasts.show(Toast::danger(error.text(lang.get_untracked())));
                }
            }
        });
    };
    view! {
        <Button size=ButtonSize::Small busy=busy on_click=end attr:aria-label=label>
            {text}
        </Button>
    }
}
