//! What stands at the end of the line over the list: columns, the list as a file, and the way to the clean-up.

use chrono::DateTime;
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{columns::ColumnMenu, export, view_state::ViewState};
use crate::{
    clock::use_now,
    inventory::{Guest, use_inventory},
    paths,
    texts::{say, text, use_i18n},
};

/// Columns, export, clean-up.
#[component]
pub(super) fn Tools(
    state: ViewState,
    /// The rows that match.
    rows: Memo<Vec<Guest>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let inventory = use_inventory();
    let now = use_now();
    let toasts = use_toasts();
    let no_export = Signal::derive(move || {
        if inventory.is_loaded() {
            rows.with(Vec::is_empty).then(|| say!(i18n, servers.nothing_fits))
        } else {
            Some(say!(i18n, common.loading))
        }
    });
    let owner = Owner::current();
    let save = move || {
        let now = now.get();
        let file = state
            .hidden
            .with(|hidden| rows.with(|rows| export::csv_of(rows, |id| hidden.contains(id), now)));
        let day = DateTime::from_timestamp(now, 0).unwrap_or_default().date_naive();
        if let Err(error) = export::save(&format!("servers-{day}.csv"), &file) {
            leptos::logging::error!("the list can't be saved: {error:?}");
            toasts.show(Toast::danger(say!(i18n, servers.export_failed)));
        }
    };
    // A handler has no owner of its own; texts need the context of the component.
    let export = Callback::new(move |()| match &owner {
        Some(owner) => owner.with(|| untrack(save)),
        None => untrack(save),
    });
    view! {
        <ColumnMenu state=state />
        <Menu
            label=text!(i18n, servers.more_on_list)
            icon=IconName::More
            icon_only=true
            align=MenuAlign::End
            size=ButtonSize::Small
        >
            <MenuItem
                label=text!(i18n, servers.export)
                icon=IconName::Download
                disabled=no_export
                on_select=export
            />
            <MenuLink
                label=text!(i18n, clean_up.title)
                href=Signal::stored(paths::CLEAN_UP.to_owned())
                icon=IconName::Trash
            />
        </Menu>
    }
}
