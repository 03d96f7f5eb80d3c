//! The menu beside the filter field.

use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{
    super::view_state::ViewState,
    dialogs::{Asking, dialogs},
    store::{MOST, Saved, SavedFilter},
};
use crate::{
    shared::Later,
    texts::{say, text, use_i18n},
};

/// Picks a filter that was kept, keeps the one of now, and leads to all of them.
#[component]
pub(in super::super) fn SavedFilters(state: ViewState) -> impl IntoView {
    let i18n = use_i18n();
    let saved = Saved::new();
    let asking = Asking {
        saving: RwSignal::new(false),
        managing: RwSignal::new(false),
        saved,
        state,
    };
    // Opened anew, they show what another tab has kept meanwhile.
    let cannot_save = Signal::derive(move || {
        let is_empty = state.text.with(|text| text.trim().is_empty());
        if is_empty && state.sort_text().is_empty() {
            Some(say!(i18n, servers.save_nothing))
        } else {
            saved
                .with(|all| all.len() >= MOST)
                .then(|| say!(i18n, servers.saved_most, count = MOST))
        }
    });
    let cannot_manage = Signal::derive(move || {
        saved
            .with(<[SavedFilter]>::is_empty)
            .then(|| say!(i18n, servers.saved_none))
    });
    let pick = move |one: SavedFilter| {
        let (filter, sort) = (one.filter.clone(), one.sort.clone());
        let is_on = {
            let one = one.clone();
            Signal::derive(move || {
                let is_it =
                    state.text.with(|text| text.trim() == one.filter) && state.sort_text() == one.sort;
                is_it.then_some(IconName::Check)
            })
        };
        view! {
            <MenuItem
                label=Signal::stored(one.name)
                icon=is_on
                on_select=move |()| state.show(&filter, &sort)
            />
        }
    };
    view! {
        <Menu
            label=text!(i18n, servers.saved)
            icon=IconName::Filter
            icon_only=true
            align=MenuAlign::End
        >
            {move || saved.get().into_iter().map(pick).collect_view()}
            {move || (!saved.with(<[SavedFilter]>::is_empty)).then(|| view! { <MenuSeparator /> })}
            <MenuItem
                label=text!(i18n, servers.save_filter)
                icon=IconName::Plus
                disabled=cannot_save
                on_select=move |()| {
                    saved.read();
                    asking.saving.set(true);
                }
            />
            <MenuItem
                label=text!(i18n, servers.manage_filters)
                icon=IconName::Edit
                disabled=cannot_manage
                on_select=move |()| {
                    saved.read();
                    asking.managing.set(true);
                }
            />
        </Menu>
        <Later wanted=Signal::derive(move || asking.is_open()) part=dialogs with=asking />
    }
}
