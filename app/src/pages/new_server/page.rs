//! The page: the form, or how the server that it asked for comes along.

use std::collections::BTreeSet;

use drover_types::{
    cluster::{NodeRow, TemplateRow},
    error::ApiError,
    ids::TaskId,
    permission::Permission,
};
use drover_ui::prelude::*;
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

use super::{form::NewServerForm, making::Making, state::Choices};
use crate::{
    layout::Page,
    paths, rpc,
    session::use_session,
    shared::{Awaited, ErrorCallout, PermissionNeeded, StaleCallout},
    texts::{say, text, use_i18n},
};

/// The page. The task stands in the address, so that a reload comes back to it.
#[component]
pub fn NewServerPage() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let query = use_query_map();
    let task = Memo::new(move |_| {
        query.with(|query| {
            query
                .get_str(paths::TASK)
                .and_then(|id| id.parse::<TaskId>().ok())
        })
    });
    let may = Memo::new(move |_| {
        session
            .with_grants(|grants| grants.allow(Permission::CreateServer))
            .unwrap_or_default()
    });
    view! {
        <Page title=text!(i18n, new_server.title)>
            <StaleCallout />
            {move || match (task.get(), may.get()) {
                (Some(id), _) => view! { <Making id=id /> }.into_any(),
                (None, true) => view! { <Fresh /> }.into_any(),
                (None, false) => view! { <PermissionNeeded permission=Permission::CreateServer /> }.into_any(),
            }}
        </Page>
    }
}

/// The form, once it is known what there is to choose from.
#[component]
fn Fresh() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let navigate = use_navigate();
    let on_made =
        Callback::new(move |id: TaskId| navigate(&paths::new_server(&id), NavigateOptions::default()));
    let nodes = Resource::new(|| (), |()| rpc::clusters::nodes());
    let storages = Resource::new(|| (), |()| rpc::storage::storage_overview());
    let most = Resource::new(|| (), |()| rpc::servers::most_servers());
    let templates = Resource::new(|| (), move |()| async move { templates_of(&nodes.await?).await });
    let roles = Resource::new(|| (), |()| rpc::roles::roles_overview());
    let may_assign_roles = Memo::new(move |_| {
        session
            .with_grants(|grants| grants.allow(Permission::AssignRoles))
            .unwrap_or_default()
    });
    let load = move || async move {
        let storages = storages.await?;
        Ok::<_, ApiError>(Choices {
            nodes: nodes.await?,
            storages: storages.storages,
            defaults: storages.defaults,
            templates: templates.await?,
            most: most.await?,
            // A server can be made without.
            roles: roles.await.ok(),
            may_assign_roles: may_assign_roles.get_untracked(),
        })
    };
    let retry = move |()| {
        nodes.refetch();
        storages.refetch();
        most.refetch();
        roles.refetch();
        templates.refetch();
    };
    let show = move |choices| match choices {
        Ok(Choices { templates, .. }) if Vec::is_empty(&templates) => view! {
            <EmptyState
                title=text!(i18n, new_server.no_templates)
                description=Signal::derive(move || Some(say!(i18n, new_server.no_templates_hint)))
                icon=IconName::Box
            />
        }
        .into_any(),
        Ok(choices) => view! { <NewServerForm choices=choices on_made=on_made /> }.into_any(),
        Err(error) => view! { <ErrorCallout error=error on_retry=retry /> }.into_any(),
    };
    view! {
        <Awaited
            load=load
            show=show
            fallback=move || {
            view! { <Skeleton label=text!(i18n, common.loading) shape=SkeletonShape::Row lines=12 /> }
            }
        />
    }
}

/// The templates of every cluster. One that does not answer must not hide the others'.
async fn templates_of(nodes: &[NodeRow]) -> Result<Vec<TemplateRow>, ApiError> {
    let clusters: BTreeSet<&str> = nodes.iter().map(|node| node.cluster.as_str()).collect();
    let mut templates = Vec::new();
    let mut failure = None;
    for cluster in clusters {
        match rpc::clusters::templates(cluster.to_owned()).await {
            Ok(mut own) => templates.append(&mut own),
            Err(error) => failure = Some(error),
        }
    }
    match failure {
        Some(error) if templates.is_empty() => Err(error),
        _ => Ok(templates),
    }
}
