//! The page, for those who may delete servers.

use drover_types::{action::GuestAction, permission::Permission};
use drover_ui::prelude::*;
use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};

use super::{disks::OrphanDisks, servers::BrokenServers};
use crate::{
    layout::Page,
    paths,
    session::use_session,
    shared::PermissionNeeded,
    texts::{say, text, use_i18n},
};

/// The route.
pub struct CleanUp;

#[lazy_route]
impl LazyRoute for CleanUp {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <CleanUpPage /> }.into_any()
    }
}

#[component]
fn CleanUpPage() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let may = Memo::new(move |_| {
        session.with_grants(|grants| grants.allow_for_all(GuestAction::Delete.permissions())) != Some(false)
    });
    let content = move || {
        if may.get() {
            view! {
                <div class="clean-up">
                    <p class="clean-up__hint">{text!(i18n, clean_up.hint)}</p>
                    <BrokenServers />
                    <OrphanDisks />
                </div>
            }
            .into_any()
        } else {
            view! { <PermissionNeeded permission=Permission::DeleteServer /> }.into_any()
        }
    };
    let crumbs = Signal::derive(move || {
        vec![
            Crumb::link(say!(i18n, servers.title), paths::SERVERS),
            Crumb::here(say!(i18n, clean_up.title)),
        ]
    });
    view! {
        <Page title=text!(i18n, clean_up.title)>
            <Breadcrumb label=text!(i18n, clean_up.path) crumbs=crumbs />
            {content}
        </Page>
    }
}
