//! The route and the page.

use drover_types::{
    error::{ApiError, ErrorCode},
    firewall::{Group, GroupId},
    text::Problem,
};
use drover_ui::prelude::*;
use leptos::prelude::*;
use leptos_router::{LazyRoute, hooks::use_params_map, lazy_route};

use super::{edit::Editor, header::Header, rules::Rules, servers::Servers};
use crate::{
    layout::Page,
    paths, rpc,
    shared::{Awaited, ErrorCallout},
    texts::{say, text, use_i18n},
};

/// One firewall group.
pub struct FirewallGroup;

#[lazy_route]
impl LazyRoute for FirewallGroup {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <GroupPage /> }.into_any()
    }
}

/// The group that an address names.
fn named(text: &str) -> Result<GroupId, ApiError> {
    match text.split_once(':') {
        Some((cluster, name)) => Ok(GroupId::new(cluster, name)),
        None => Err(ApiError::new(
            ErrorCode::ResourceNotFound,
            Problem::FirewallGroupNotFound {
                name: text.to_owned(),
            },
        )),
    }
}

#[component]
fn GroupPage() -> impl IntoView {
    let i18n = use_i18n();
    let params = use_params_map();
    let address =
        Memo::new(move |_| params.with(|params| params.get_str("id").unwrap_or_default().to_owned()));
    let loaded = Resource::new(
        move || address.get(),
        |address| async move { rpc::firewall::firewall_group(named(&address)?).await },
    );
    let reload = Callback::new(move |()| loaded.refetch());
    let show = move |answer: Result<Group, ApiError>| match answer {
        Ok(group) => view! { <Known group=group /> }.into_any(),
        Err(error) => view! {
            <Page title=Signal::derive(move || address.get())>
                <Path here=Signal::derive(move || address.get()) />
                <ErrorCallout error=error on_retry=reload />
            </Page>
        }
        .into_any(),
    };
    view! {
        <Awaited
            load=move || async move { loaded.await }
            show=show
            fallback=move || {
                view! {
                    <Page title=text!(i18n, firewall.title)>
                        <Skeleton label=text!(i18n, common.loading) shape=SkeletonShape::Row lines=8 />
                    </Page>
                }
            }
        />
    }
}

#[component]
fn Path(here: Signal<String>) -> impl IntoView {
    let i18n = use_i18n();
    let crumbs = Signal::derive(move || {
        vec![
            Crumb::link(say!(i18n, firewall.title), paths::FIREWALL),
            Crumb::here(here.get()),
        ]
    });
    view! { <Breadcrumb label=text!(i18n, server.path) crumbs=crumbs /> }
}

#[component]
fn Known(group: Group) -> impl IntoView {
    let editor = Editor::new(group);
    let of =
        move |read: fn(&Group) -> &String| Memo::new(move |_| editor.group.with(|group| read(group).clone()));
    let (name, comment) = (
        of(|group| &group.summary.name),
        of(|group| &group.summary.comment),
    );
    view! {
        <Page title=name actions=move || view! { <Header editor=editor /> }>
            <Path here=name.into() />
            <div class="detail">
                <p class="firewall__hint" hidden=move || comment.with(String::is_empty)>
                    {comment}
                </p>
                <Rules editor=editor />
                <Servers editor=editor />
            </div>
        </Page>
    }
}
