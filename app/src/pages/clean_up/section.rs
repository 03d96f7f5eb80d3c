//! A list with tick boxes and one action on what is ticked; both parts of the page are one.

use std::collections::BTreeSet;

use drover_ui::prelude::*;
use leptos::prelude::*;

use super::looked::Looked;
use crate::{
    shared::ErrorCallout,
    texts::{say, text, use_i18n},
};

/// The words of a section.
#[derive(Clone, Copy)]
pub(super) struct Words {
    pub title: Signal<String>,
    /// What the action is called.
    pub act: Signal<String>,
    pub empty: Signal<String>,
    pub empty_hint: Signal<Option<String>>,
}

/// The section.
#[component]
pub(super) fn ListSection<T: Clone + PartialEq + Send + Sync + 'static>(
    words: Words,
    looked: Looked<T>,
    row_key: fn(&T) -> String,
    /// What a row is called, for its tick box.
    row_name: fn(&T) -> String,
    columns: Vec<Column<T>>,
    ticked: RwSignal<BTreeSet<String>>,
    /// Asks before it acts on what is ticked.
    on_act: Callback<Vec<T>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let rows = Memo::new(move |_| looked.rows.with(|rows| rows.clone().unwrap_or_default()));
    let chosen = Memo::new(move |_| {
        let is_ticked = |row: &&T| ticked.with(|ticked| ticked.contains(&row_key(row)));
        rows.with(|rows| rows.iter().filter(is_ticked).cloned().collect::<Vec<_>>())
    });
    let nothing = Signal::derive(move || {
        chosen
            .with(Vec::is_empty)
            .then(|| say!(i18n, clean_up.nothing_selected))
    });
    let waiting =
        Signal::derive(move || looked.rows.with(Option::is_none) && looked.error.with(Option::is_none));
    let selection = Selection::new(ticked, text!(i18n, clean_up.select_all), move |row: &T| {
        say!(i18n, clean_up.select, name = row_name(row))
    });
    let actions = move || {
        view! {
            {move || {
                let count = chosen.with(Vec::len);
                (count > 0)
                    .then(|| {
                        view! {
                            <span class="toolbar__count" role="status">
                                {text!(i18n, clean_up.selected, count = count as u64)}
                            </span>
                        }
                    })
            }}
            <Button
                size=ButtonSize::Small
                icon=IconName::Refresh
                busy=looked.busy
                on_click=move |_| looked.look()
            >
                {text!(i18n, clean_up.look_again)}
            </Button>
            <Button
                size=ButtonSize::Small
                icon=IconName::Trash
                disabled=nothing
                on_click=move |_| on_act.run(chosen.get_untracked())
            >
                {words.act}
            </Button>
        }
    };
    view! {
        <Card title=words.title actions=actions flush=true>
            {move || {
                looked.error.get().map(|error| view! { <ErrorCallout error=error on_retry=move |()| looked.look() /> })
            }}
            <DataTable
                label=words.title
                rows=rows
                row_key=row_key
                columns=columns
                selection=selection
                loading=waiting
                empty=move || {
                    looked
                        .error
                        .with(Option::is_none)
                        .then(|| {
                            view! {
                                <EmptyState
                                    title=words.empty
                                    description=words.empty_hint
                                    icon=IconName::CheckCircle
                                />
                            }
                        })
                }
            />
        </Card>
    }
}
