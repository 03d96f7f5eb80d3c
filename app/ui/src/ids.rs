//! Element ids that are the same on the server and in the first client render: a counter in context, never random.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use leptos::prelude::*;

/// The counter behind [`use_id`]; one per rendered page.
#[derive(Clone, Debug, Default)]
struct IdCounter(Arc<AtomicU32>);

/// Puts a fresh id counter in context. Call it once, at the root of the page, before any component.
pub fn provide_ids() {
    provide_context(IdCounter::default());
}

/// Returns an id that no other element of the page has, such as `field-7`.
///
/// Where nobody called [`provide_ids`], a counter is provided from here down, so that a component can be
/// rendered alone.
pub fn use_id(prefix: &str) -> String {
    let counter = use_context::<IdCounter>().unwrap_or_else(|| {
        let fresh = IdCounter::default();
        provide_context(fresh.clone());
        fresh
    });
    format!("{prefix}-{}", counter.0.fetch_add(1, Ordering::Relaxed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_count_up_and_start_anew_with_each_page() {
        let page = || {
            Owner::new().with(|| {
                provide_ids();
                (use_id("field"), use_id("menu"))
            })
        };
        assert_eq!(page(), ("field-0".into(), "menu-1".into()));
        assert_eq!(page(), page());
    }
}
