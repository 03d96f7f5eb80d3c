//! Element ids that are the same on the server and in the first client render: counters in context, never random.
//! What comes when its data has come, on either side at another moment, counts for itself in an [`IdScope`].

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use leptos::{context::Provider, prelude::*};

/// The counter behind [`use_id`]; one per rendered page and one per [`IdScope`].
#[derive(Clone, Debug, Default)]
struct Ids {
    /// What stands in every id of this scope; empty for the page itself.
    scope: Arc<str>,
    next: Arc<AtomicU32>,
}

impl Ids {
    fn scoped(scope: &str) -> Self {
        Self {
            scope: format!("{scope}-").into(),
            next: Arc::default(),
        }
    }

    /// The next place in this scope.
    fn take(&self) -> String {
        format!("{}{}", self.scope, self.next.fetch_add(1, Ordering::Relaxed))
    }
}

/// Puts a fresh id counter in context. Call it once, at the root of the page, before any component.
pub fn provide_ids() {
    provide_context(Ids::default());
}

/// Where nobody called [`provide_ids`], a counter is provided from here down, so that a component can be
/// rendered alone.
fn use_ids() -> Ids {
    use_context().unwrap_or_else(|| {
        let fresh = Ids::default();
        provide_context(fresh.clone());
        fresh
    })
}

/// Returns an id that no other element of the page has, such as `field-7`.
pub fn use_id(prefix: &str) -> String {
    format!("{prefix}-{}", use_ids().take())
}

/// Gives its content ids that don't depend on what else was rendered before it. Put it around what is rendered at
/// another moment on the server than in the browser: a page, whose code comes by itself, and whatever waits for data.
#[component]
pub fn IdScope(
    /// A name that no other scope has at the same time; by its place in the scope around it where not given.
    #[prop(optional, into)]
    name: Option<String>,
    /// The content.
    children: Children,
) -> impl IntoView {
    let ids = match name {
        Some(name) => Ids::scoped(&name),
        None => Ids::scoped(&use_ids().take()),
    };
    view! { <Provider value=ids>{children()}</Provider> }
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

    #[test]
    fn a_scope_counts_for_itself_whenever_it_is_rendered() {
        let inside = |is_late: bool| {
            Owner::new().with(|| {
                provide_ids();
                let scope = Ids::scoped(&use_ids().take());
                let after = || (0..3).for_each(|_| drop(use_id("field")));
                if is_late {
                    after();
                }
                let owner = Owner::new();
                let id = owner.with(|| {
                    provide_context(scope);
                    use_id("field")
                });
                (id, use_id("field") == "field-1")
            })
        };
        assert_eq!(inside(false), ("field-0-0".to_owned(), true));
        assert_eq!(inside(true), ("field-0-0".to_owned(), false));
    }
}
