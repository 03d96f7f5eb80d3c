//! What a page shows once its data has come.

use std::future::Future;

use drover_types::error::ApiError;
use drover_ui::prelude::*;
use leptos::{children::ViewFnOnce, prelude::*};

use super::ErrorCallout;
use crate::{inventory::use_inventory, session::use_session};

/// Shows what `load` brings. While it is asked for again, what stands there stays.
#[component]
pub fn Awaited<T, L, S, E>(
    /// Asks for the data: awaits a resource, or several.
    load: L,
    /// What its answer looks like. That the session has ended is seen to already.
    show: S,
    /// What stands there until then.
    #[prop(into)]
    fallback: ViewFnOnce,
) -> impl IntoView
where
    L: Fn() -> E + Send + Sync + 'static,
    S: Fn(Result<T, ApiError>) -> AnyView + Clone + Send + Sync + 'static,
    E: Future<Output = Result<T, ApiError>> + Send + 'static,
    T: Send + 'static,
{
    let session = use_session();
    let name = use_id("awaited");
    // The server makes the content more than once, and later than the browser, where the data is there at once: each
    // time its ids begin anew.
    let view = move || {
        let (answer, show, name) = (load(), show.clone(), name.clone());
        Suspend::new(async move {
            let answer = session.heeded(answer.await);
            view! { <IdScope name=name>{show(answer)}</IdScope> }
        })
    };
    view! { <Transition fallback=fallback>{view}</Transition> }
}

/// An error of a page that also shows the browser's copy of the cluster: what that says of the same failure stands
/// over the page already.
pub fn error_unless_told(error: ApiError, on_retry: Callback<()>) -> AnyView {
    let inventory = use_inventory();
    let shown = move || {
        let error = error.clone();
        let is_told = inventory.error().is_some();
        (!is_told).then(|| view! { <div class="stale"><ErrorCallout error=error on_retry=on_retry /></div> })
    };
    shown.into_any()
}
