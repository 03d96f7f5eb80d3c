//! One role: what it installs, its variables, and the servers that have it.

use drover_types::{error::ApiError, role::RoleKey};
use drover_ui::prelude::*;
use leptos::prelude::*;
use leptos_router::{LazyRoute, hooks::use_params_map, lazy_route};

use super::{
    about::About,
    known::{Known, Loaded, load},
    servers::Servers,
    unable::Unable,
    variables::Variables,
};
use crate::{
    layout::Page,
    paths,
    shared::{Awaited, ErrorCallout, error_unless_told},
    texts::{say, text, use_i18n, use_lang},
};

/// The route.
pub struct Role;

#[lazy_route]
impl LazyRoute for Role {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <RolePage /> }.into_any()
    }
}

#[component]
fn RolePage() -> impl IntoView {
    let i18n = use_i18n();
    let params = use_params_map();
    let name = Memo::new(move |_| params.with(|params| params.get_str("key").unwrap_or_default().to_owned()));
    let first = Resource::new(|| (), |()| load());
    let show = move |answer: Result<Loaded, ApiError>| match answer {
        Ok(loaded) => view! { <Content loaded=loaded name=name /> }.into_any(),
        Err(error) => error_unless_told(error, Callback::new(move |()| first.refetch())),
    };
    view! {
        <Awaited
            load=move || async move { first.await }
            show=show
            fallback=move || {
                view! {
                    <Page title=text!(i18n, roles.title)>
                        <Skeleton label=text!(i18n, common.loading) shape=SkeletonShape::Block lines=6 />
                    </Page>
                }
            }
        />
    }
}

#[component]
fn Content(loaded: Loaded, name: Memo<String>) -> impl IntoView {
    let known = Known::new(loaded);
    let key = Memo::new(move |_| {
        let key = RoleKey::parse(&name.get())?;
        let is_there = known
            .overview
            .with(|overview| overview.roles.iter().any(|one| one.key == key));
        is_there.then_some(key)
    });
    move || match key.get() {
        Some(key) => view! { <Found known=known key=key /> }.into_any(),
        None => view! { <Gone name=name /> }.into_any(),
    }
}

#[component]
fn Path(here: Signal<String>) -> impl IntoView {
    let i18n = use_i18n();
    let crumbs = Signal::derive(move || {
        vec![
            Crumb::link(say!(i18n, roles.title), paths::ROLES),
            Crumb::here(here.get()),
        ]
    });
    view! { <Breadcrumb label=text!(i18n, roles.path) crumbs=crumbs /> }
}

#[component]
fn Gone(name: Memo<String>) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Page title=name>
            <Path here=name.into() />
            <EmptyState
                title=text!(i18n, roles.gone)
                description=text!(i18n, roles.gone_hint)
                icon=IconName::Layers
                actions=move || view! { <ButtonLink href=paths::ROLES>{text!(i18n, roles.all)}</ButtonLink> }
            />
        </Page>
    }
}

#[component]
fn Found(known: Known, key: RoleKey) -> impl IntoView {
    let lang = use_lang();
    let own = key.clone();
    let info = Memo::new(move |_| {
        known
            .overview
            .with(|overview| overview.roles.iter().find(|one| one.key == own).cloned())
    });
    let title = Signal::derive(move || {
        info.with(|info| {
            let name = info.as_ref().map(|info| info.name.pick(lang.get()).to_owned());
            name.unwrap_or_default()
        })
    });
    let unable = Signal::derive(move || known.overview.with(|overview| overview.unable.clone()));
    view! {
        <Page title=title>
            <Path here=title />
            <div class="roles">
                {move || {
                    known
                        .error
                        .get()
                        .map(|error| view! { <ErrorCallout error=error on_retry=move |()| known.load() /> })
                }}
                <Unable problem=unable />
                {move || {
                    info.get()
                        .map(|info| {
                            view! {
                                <About info=info.clone() />
                                <Variables info=info />
                            }
                        })
                }}
                <Servers known=known key=key />
            </div>
        </Page>
    }
}
