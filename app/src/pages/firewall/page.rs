//! The page: one part for each cluster.

use drover_types::{
    error::ApiError,
    firewall::{ClusterFirewall, FirewallOverview, SilentCluster},
    permission::Permission,
};
use drover_ui::prelude::*;
use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};

use super::{cluster::ClusterView, create::CreateGroup};
use crate::{
    layout::Page,
    rpc,
    session::use_session,
    shared::{Awaited, error_unless_told, use_refusal_for_all},
    texts::{say, text, use_i18n, use_lang},
};

/// The route.
pub struct Firewall;

#[lazy_route]
impl LazyRoute for Firewall {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <FirewallPage /> }.into_any()
    }
}

#[component]
fn FirewallPage() -> impl IntoView {
    let i18n = use_i18n();
    let overview = Resource::new(|| (), |()| rpc::firewall::firewall_overview());
    let reload = Callback::new(move |()| overview.refetch());
    let (creating, clusters) = (RwSignal::new(false), RwSignal::new(Vec::<String>::new()));
    let refusal = use_refusal_for_all(Permission::ManageFirewallGroups);
    let show = move |answer: Result<FirewallOverview, ApiError>| match answer {
        Ok(overview) => {
            let names = overview.clusters.iter().map(|one| one.cluster.clone());
            clusters.set(names.collect());
            view! { <Content overview=overview reload=reload /> }.into_any()
        }
        Err(error) => error_unless_told(error, reload),
    };
    let actions = move || {
        view! {
            <Button
                variant=ButtonVariant::Primary
                icon=IconName::Plus
                disabled=refusal
                on_click=move |_| creating.set(true)
            >
                {text!(i18n, firewall.new_group)}
            </Button>
        }
    };
    view! {
        <Page title=text!(i18n, firewall.title) actions=actions>
            <Awaited
                load=move || async move { overview.await }
                show=show
                fallback=move || {
                    view! { <Skeleton label=text!(i18n, common.loading) shape=SkeletonShape::Row lines=8 /> }
                }
            />
        </Page>
        <CreateGroup open=creating clusters=clusters />
    }
}

#[component]
fn Content(overview: FirewallOverview, reload: Callback<()>) -> impl IntoView {
    let FirewallOverview {
        groups,
        clusters,
        silent,
    } = overview;
    let is_only = clusters.len() + silent.len() == 1;
    let part = |of: ClusterFirewall| {
        let own = groups.iter().filter(|group| group.summary.cluster == of.cluster);
        let own = own.map(|group| group.summary.clone()).collect::<Vec<_>>();
        view! { <ClusterView of=of groups=own is_only=is_only reload=reload /> }
    };
    view! {
        <div class="firewall">
            {silent.into_iter().map(|one| view! { <Silent one=one /> }).collect_view()}
            {clusters.into_iter().map(part).collect_view()}
        </div>
    }
}

/// A cluster whose firewall is not known at the moment.
#[component]
fn Silent(one: SilentCluster) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let SilentCluster { cluster, problem } = one;
    view! {
        <Callout
            tone=Tone::Warning
            title=Signal::derive(move || say!(i18n, firewall.silent, cluster = cluster.clone()))
        >
            {move || problem.text(lang.get())}
        </Callout>
    }
}

/// Whether whoever is signed in may change groups, for what is not a control.
pub(super) fn use_may_manage() -> Memo<bool> {
    let session = use_session();
    Memo::new(move |_| {
        session.with_grants(|grants| grants.allow_for_all(&[Permission::ManageFirewallGroups])) == Some(true)
    })
}
