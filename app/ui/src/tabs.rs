//! Parts of a page of which one shows at a time.

use leptos::{ev::KeyboardEvent, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::{Bound, use_id};

/// One tab: its id and its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tab {
    /// Its id, as in the value that says which one shows.
    pub id: String,
    /// Its name.
    pub label: String,
    /// How many things are in it.
    pub count: Option<u64>,
}

impl Tab {
    /// A tab named `label`.
    pub fn new(id: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            label: label.into(),
            count: None,
        }
    }

    /// The same tab with a number behind its name.
    #[must_use]
    pub fn count(mut self, count: u64) -> Self {
        self.count = Some(count);
        self
    }
}

#[derive(Clone)]
struct TabsContext {
    prefix: String,
    active: Bound<String>,
}

/// Names of parts in a row, and the part that is chosen. Arrows move between the names.
#[component]
pub fn Tabs(
    /// What the parts make up, for screen readers.
    #[prop(into)]
    label: Signal<String>,
    /// The names, in order.
    #[prop(into)]
    tabs: Signal<Vec<Tab>>,
    /// The id of the one that shows.
    #[prop(into)]
    active: Bound<String>,
    /// One [`TabPanel`] per tab.
    children: Children,
) -> impl IntoView {
    let prefix = use_id("tabs");
    provide_context(TabsContext {
        prefix: prefix.clone(),
        active,
    });
    let list = NodeRef::<html::Div>::new();
    let on_key = move |event: KeyboardEvent| {
        let ids: Vec<String> = tabs.with_untracked(|tabs| tabs.iter().map(|tab| tab.id.clone()).collect());
        let now = ids.iter().position(|id| *id == active.get_untracked());
        let Some(next) = neighbour(&event.key(), now, ids.len()) else {
            return;
        };
        event.prevent_default();
        active.set(ids[next].clone());
        let tab = list.get_untracked().and_then(|list| {
            list.children()
                .item(u32::try_from(next).ok()?)?
                .dyn_into::<HtmlElement>()
                .ok()
        });
        if let Some(tab) = tab {
            // A tab that has left the page can't take the focus, which is no fault.
            drop(tab.focus());
        }
    };
    let tab_view = move |tab: Tab| {
        let is_active = {
            let id = tab.id.clone();
            Memo::new(move |_| active.with(|active| *active == id))
        };
        let id = tab.id.clone();
        view! {
            <button
                type="button"
                class="tabs__tab"
                role="tab"
                id=format!("{prefix}-tab-{}", tab.id)
                aria-controls=format!("{prefix}-panel-{}", tab.id)
                aria-selected=move || is_active.get().to_string()
                tabindex=move || if is_active.get() { "0" } else { "-1" }
                on:click=move |_| active.set(id.clone())
            >
                {tab.label}
                {tab.count.map(|count| view! { <span class="tabs__count">{count}</span> })}
            </button>
        }
    };
    view! {
        <div class="tabs">
            <div node_ref=list class="tabs__list" role="tablist" aria-label=move || label.get() on:keydown=on_key>
                {move || tabs.get().into_iter().map(&tab_view).collect_view()}
            </div>
            {children()}
        </div>
    }
}

/// The tab that a key leads to, from `now`.
fn neighbour(key: &str, now: Option<usize>, count: usize) -> Option<usize> {
    let last = count.checked_sub(1)?;
    match key {
        "ArrowRight" => Some(now.map_or(0, |now| if now == last { 0 } else { now + 1 })),
        "ArrowLeft" => Some(now.map_or(last, |now| now.checked_sub(1).unwrap_or(last))),
        "Home" => Some(0),
        "End" => Some(last),
        _ => None,
    }
}

/// What one tab of [`Tabs`] shows. Made each time it is chosen.
#[component]
pub fn TabPanel(
    /// The tab's id.
    #[prop(into)]
    id: String,
    /// What it shows.
    children: ChildrenFn,
) -> impl IntoView {
    let context = use_context::<TabsContext>();
    let prefix = context
        .as_ref()
        .map(|tabs| tabs.prefix.clone())
        .unwrap_or_default();
    let panel = format!("{prefix}-panel-{id}");
    let tab = format!("{prefix}-tab-{id}");
    let is_active = Memo::new(move |_| {
        context
            .as_ref()
            .is_none_or(|tabs| tabs.active.with(|active| *active == id))
    });
    view! {
        <div
            class="tabs__panel"
            role="tabpanel"
            tabindex="0"
            id=panel
            aria-labelledby=tab
            hidden=move || !is_active.get()
        >
            {move || is_active.get().then(|| children())}
        </div>
    }
}

/// Names of pages in a row, looking like [`Tabs`]; each is a link.
#[component]
pub fn TabLinks(
    /// What the pages make up, for screen readers.
    #[prop(into)]
    label: Signal<String>,
    /// The names; a tab's id is its address.
    #[prop(into)]
    tabs: Signal<Vec<Tab>>,
    /// The address of this page.
    #[prop(into)]
    active: Signal<String>,
) -> impl IntoView {
    view! {
        <nav class="tabs" aria-label=move || label.get()>
            <div class="tabs__list">
                {move || {
                    tabs.get()
                        .into_iter()
                        .map(|tab| {
                            let here = tab.id.clone();
                            view! {
                                <a
                                    class="tabs__tab"
                                    href=tab.id
                                    aria-current=move || active.with(|active| *active == here).then_some("page")
                                >
                                    {tab.label}
                                    {tab
                                        .count
                                        .map(|count| view! { <span class="tabs__count">{count}</span> })}
                                </a>
                            }
                        })
                        .collect_view()
                }}
            </div>
        </nav>
    }
}

#[cfg(test)]
mod tests {
    use super::neighbour;

    #[test]
    fn arrows_wrap_around_and_other_keys_do_nothing() {
        assert_eq!(neighbour("ArrowRight", Some(2), 3), Some(0));
        assert_eq!(neighbour("ArrowLeft", Some(0), 3), Some(2));
        assert_eq!(neighbour("Home", Some(2), 3), Some(0));
        assert_eq!(neighbour("End", None, 3), Some(2));
        assert_eq!(neighbour("a", Some(1), 3), None);
        assert_eq!(neighbour("End", None, 0), None);
    }
}
