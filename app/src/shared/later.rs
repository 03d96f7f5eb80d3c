//! Parts that most visits don't need: the browser loads one when it is first wanted, and keeps it.

use leptos::{prelude::*, task::spawn_local};

/// A part as a `#[lazy]` function returns it: what makes its view. Loading takes its time, and the view is made where
/// it is shown, by whoever owns that place then.
pub type Part<A> = fn(A) -> AnyView;

/// A part that is loaded when it is first wanted.
#[component]
pub fn Later<A, F>(
    /// Whether it is wanted.
    #[prop(into)]
    wanted: Signal<bool>,
    /// The `#[lazy]` function.
    part: fn() -> F,
    /// What the part is made of.
    with: A,
    /// What stands there until it is loaded.
    #[prop(optional, into)]
    fallback: ViewFn,
) -> impl IntoView
where
    A: Clone + Send + Sync + 'static,
    F: Future<Output = Part<A>> + 'static,
{
    let loaded = RwSignal::new(None::<Part<A>>);
    Effect::new(move |is_asked: Option<bool>| {
        let is_asked = is_asked.unwrap_or_default();
        let is_wanted = wanted.get();
        if is_wanted && !is_asked {
            spawn_local(async move {
                let part = part().await;
                loaded.try_set(Some(part));
            });
        }
        is_asked || is_wanted
    });
    move || match loaded.get() {
        Some(part) => part(with.clone()),
        None => wanted.get().then(|| fallback.run()).into_any(),
    }
}
