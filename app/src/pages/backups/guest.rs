//! The backups of one guest, there or gone.

use drover_types::{backup::Archive, ids::GuestId};
use drover_ui::prelude::*;
use leptos::prelude::*;
use leptos_router::{LazyRoute, hooks::use_params_map, lazy_route};

use crate::{
    inventory::use_inventory,
    layout::Page,
    pages::{
        NotFound,
        server::{BackupsReader, ServerBackups},
    },
    paths,
    texts::{say, text, use_i18n},
};

/// The route.
pub struct GuestBackups;

#[lazy_route]
impl LazyRoute for GuestBackups {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <GuestPage /> }.into_any()
    }
}

#[component]
fn GuestPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get_str("id")?.parse::<GuestId>().ok()));
    move || match id.get() {
        Some(id) => view! { <Of id=id /> }.into_any(),
        None => view! { <NotFound /> }.into_any(),
    }
}

#[component]
fn Of(id: GuestId) -> impl IntoView {
    let i18n = use_i18n();
    let inventory = use_inventory();
    let own = id.clone();
    let guest = Memo::new(move |_| inventory.guest(&own));
    let reader = BackupsReader::new(id, guest.into());
    // One that is gone is called what the notes on its newest backup say, as in the list.
    let title = Memo::new(move |_| {
        let noted = reader.with(|found| found.archives.iter().find_map(first_line));
        let is_there = guest.with(Option::is_some);
        noted.filter(|_| !is_there).unwrap_or_else(|| reader.name())
    });
    let crumbs = Signal::derive(move || {
        vec![
            Crumb::link(say!(i18n, backups.title), paths::BACKUPS),
            Crumb::here(title.get()),
        ]
    });
    let is_gone = Memo::new(move |_| inventory.is_loaded() && guest.with(Option::is_none));
    view! {
        <Page title=title>
            <Breadcrumb label=text!(i18n, backups.path) crumbs=crumbs />
            <div class="detail">
                {move || {
                    is_gone
                        .get()
                        .then(|| view! { <Callout tone=Tone::Info>{text!(i18n, backups.gone_hint)}</Callout> })
                }}
                <ServerBackups reader=reader />
            </div>
        </Page>
    }
}

fn first_line(archive: &Archive) -> Option<String> {
    let line = archive.notes.as_ref()?.lines().next()?.trim();
    (!line.is_empty()).then(|| line.to_owned())
}
