//! The firewall: groups and rules, sets and aliases, who has which groups, and what a server's firewall comes to.

use drover_types::{
    error::ApiError,
    firewall::{
        Alias, AssignedGroups, Assignment, ClusterChange, ClusterOptions, FirewallOverview, Group,
        GroupDeleted, GroupDraft, GroupId, GuestChange, GuestFirewall, GuestOptions, IpSet, IpSetEntry,
        Macro, Question, Renaming, RuleDraft, Verdict,
    },
    ids::GuestId,
    many::ManyActed,
    task::TaskRow,
};
use leptos::prelude::*;

use super::Json;
#[cfg(feature = "ssr")]
use super::call;

/// Every group, switch, set and alias, for a page.
#[server(name = LoadFirewall, prefix = "/rpc", endpoint = "firewall_overview", input = Json, output = Json)]
pub async fn firewall_overview() -> Result<FirewallOverview, ApiError> {
    call(|drover, ctx| async move { Box::pin(drover.firewall.overview(&ctx)).await }).await
}

/// Every group of every cluster with its rules and the servers that have it.
#[server(prefix = "/rpc", endpoint = "firewall_groups", input = Json, output = Json)]
pub async fn firewall_groups() -> Result<Vec<Group>, ApiError> {
    call(|drover, ctx| async move { drover.firewall.groups(&ctx, None).await }).await
}

/// A group with its rules.
#[server(prefix = "/rpc", endpoint = "firewall_group", input = Json, output = Json)]
pub async fn firewall_group(id: GroupId) -> Result<Group, ApiError> {
    call(|drover, ctx| async move { drover.firewall.group(&ctx, &id).await }).await
}

/// Makes a group.
#[server(prefix = "/rpc", endpoint = "create_firewall_group", input = Json, output = Json)]
pub async fn create_firewall_group(draft: GroupDraft) -> Result<Group, ApiError> {
    call(|drover, ctx| async move { drover.firewall.create_group(&ctx, &draft).await }).await
}

/// Gives a group another name or note.
#[server(prefix = "/rpc", endpoint = "change_firewall_group", input = Json, output = Json)]
pub async fn change_firewall_group(id: GroupId, change: Renaming) -> Result<Group, ApiError> {
    call(|drover, ctx| async move { drover.firewall.change_group(&ctx, &id, &change).await }).await
}

/// Deletes a group; with `force` it is taken off the servers that have it first.
#[server(prefix = "/rpc", endpoint = "delete_firewall_group", input = Json, output = Json)]
pub async fn delete_firewall_group(id: GroupId, force: bool) -> Result<GroupDeleted, ApiError> {
    call(|drover, ctx| async move { Box::pin(drover.firewall.delete_group(&ctx, &id, force)).await }).await
}

/// Adds a rule in front of the one that is at `pos`, or at the end.
#[server(prefix = "/rpc", endpoint = "add_firewall_rule", input = Json, output = Json)]
pub async fn add_firewall_rule(
    id: GroupId,
    rule: RuleDraft,
    pos: Option<u32>,
    digest: Option<String>,
) -> Result<Group, ApiError> {
    call(|drover, ctx| async move {
        drover
            .firewall
            .add_rule(&ctx, &id, &rule, pos, digest.as_deref())
            .await
    })
    .await
}

/// Writes a rule anew.
#[server(prefix = "/rpc", endpoint = "change_firewall_rule", input = Json, output = Json)]
pub async fn change_firewall_rule(
    id: GroupId,
    pos: u32,
    rule: RuleDraft,
    digest: Option<String>,
) -> Result<Group, ApiError> {
    call(|drover, ctx| async move {
        drover
            .firewall
            .change_rule(&ctx, &id, pos, &rule, digest.as_deref())
            .await
    })
    .await
}

/// Moves a rule so that it is at `to` afterwards.
#[server(prefix = "/rpc", endpoint = "move_firewall_rule", input = Json, output = Json)]
pub async fn move_firewall_rule(
    id: GroupId,
    pos: u32,
    to: u32,
    digest: Option<String>,
) -> Result<Group, ApiError> {
    call(|drover, ctx| async move {
        drover
            .firewall
            .move_rule(&ctx, &id, pos, to, digest.as_deref())
            .await
    })
    .await
}

/// Deletes a rule.
#[server(prefix = "/rpc", endpoint = "delete_firewall_rule", input = Json, output = Json)]
pub async fn delete_firewall_rule(id: GroupId, pos: u32, digest: Option<String>) -> Result<Group, ApiError> {
    call(|drover, ctx| async move {
        drover
            .firewall
            .delete_rule(&ctx, &id, pos, digest.as_deref())
            .await
    })
    .await
}

/// Makes a set without lines.
#[server(prefix = "/rpc", endpoint = "create_ip_set", input = Json, output = Json)]
pub async fn create_ip_set(cluster: String, name: String, comment: String) -> Result<IpSet, ApiError> {
    call(|drover, ctx| async move {
        drover
            .firewall
            .create_ip_set(&ctx, Some(&cluster), &name, &comment)
            .await
    })
    .await
}

/// Gives a set another name or note.
#[server(prefix = "/rpc", endpoint = "change_ip_set", input = Json, output = Json)]
pub async fn change_ip_set(cluster: String, name: String, change: Renaming) -> Result<IpSet, ApiError> {
    call(|drover, ctx| async move {
        drover
            .firewall
            .change_ip_set(&ctx, Some(&cluster), &name, &change)
            .await
    })
    .await
}

/// Makes the lines of a set those that are given.
#[server(prefix = "/rpc", endpoint = "set_ip_set_entries", input = Json, output = Json)]
pub async fn set_ip_set_entries(
    cluster: String,
    name: String,
    entries: Vec<IpSetEntry>,
    digest: Option<String>,
) -> Result<IpSet, ApiError> {
    call(|drover, ctx| async move {
        let firewall = &drover.firewall;
        firewall
            .set_ip_set_entries(&ctx, Some(&cluster), &name, &entries, digest.as_deref())
            .await
    })
    .await
}

/// Deletes a set that no rule names.
#[server(prefix = "/rpc", endpoint = "delete_ip_set", input = Json, output = Json)]
pub async fn delete_ip_set(cluster: String, name: String) -> Result<(), ApiError> {
    call(|drover, ctx| async move { drover.firewall.delete_ip_set(&ctx, Some(&cluster), &name).await }).await
}

/// Makes an alias.
#[server(prefix = "/rpc", endpoint = "create_alias", input = Json, output = Json)]
pub async fn create_alias(
    cluster: String,
    name: String,
    cidr: String,
    comment: String,
) -> Result<Alias, ApiError> {
    call(|drover, ctx| async move {
        let firewall = &drover.firewall;
        firewall
            .create_alias(&ctx, Some(&cluster), (&name, &cidr), &comment)
            .await
    })
    .await
}

/// Writes an alias anew.
#[server(prefix = "/rpc", endpoint = "change_alias", input = Json, output = Json)]
pub async fn change_alias(cluster: String, name: String, alias: Alias) -> Result<Alias, ApiError> {
    call(|drover, ctx| async move {
        drover
            .firewall
            .change_alias(&ctx, Some(&cluster), &name, &alias)
            .await
    })
    .await
}

/// Deletes an alias that no rule names.
#[server(prefix = "/rpc", endpoint = "delete_alias", input = Json, output = Json)]
pub async fn delete_alias(cluster: String, name: String) -> Result<(), ApiError> {
    call(|drover, ctx| async move { drover.firewall.delete_alias(&ctx, Some(&cluster), &name).await }).await
}

/// The macros that a cluster's rules may name.
#[server(prefix = "/rpc", endpoint = "firewall_macros", input = Json, output = Json)]
pub async fn firewall_macros(cluster: String) -> Result<Vec<Macro>, ApiError> {
    call(|drover, ctx| async move { drover.firewall.macros(&ctx, Some(&cluster)).await }).await
}

/// Changes the options of a cluster's firewall: nothing else switches it on or off.
#[server(prefix = "/rpc", endpoint = "change_cluster_firewall", input = Json, output = Json)]
pub async fn change_cluster_firewall(
    cluster: String,
    change: ClusterChange,
) -> Result<ClusterOptions, ApiError> {
    call(|drover, ctx| async move {
        drover
            .firewall
            .change_cluster(&ctx, Some(&cluster), &change)
            .await
    })
    .await
}

/// Changes the options of a server's firewall.
#[server(prefix = "/rpc", endpoint = "change_server_firewall", input = Json, output = Json)]
pub async fn change_server_firewall(id: GuestId, change: GuestChange) -> Result<GuestOptions, ApiError> {
    call(|drover, ctx| async move { drover.firewall.change_guest(&ctx, &id, &change).await }).await
}

/// Starts a task that gives a server these groups in place of those that Drover has given it.
#[server(prefix = "/rpc", endpoint = "assign_firewall", input = Json, output = Json)]
pub async fn assign_firewall(server: GuestId, assignment: Assignment) -> Result<TaskRow, ApiError> {
    call(|drover, ctx| async move { drover.firewall.assign(&ctx, &server, &assignment).await }).await
}

/// Starts a task whose parts do that for several servers.
#[server(prefix = "/rpc", endpoint = "assign_firewall_to_servers", input = Json, output = Json)]
pub async fn assign_firewall_to_servers(
    servers: Vec<String>,
    assignment: Assignment,
) -> Result<ManyActed, ApiError> {
    call(|drover, ctx| async move { drover.firewall.assign_many(&ctx, &servers, &assignment).await }).await
}

/// The groups that Drover has given each server.
#[server(prefix = "/rpc", endpoint = "assigned_firewall_groups", input = Json, output = Json)]
pub async fn assigned_firewall_groups() -> Result<Vec<AssignedGroups>, ApiError> {
    call(|drover, ctx| async move { drover.firewall.assigned(&ctx).await }).await
}

/// What a server's firewall comes to, read from Proxmox this moment.
#[server(prefix = "/rpc", endpoint = "server_firewall", input = Json, output = Json)]
pub async fn server_firewall(id: GuestId) -> Result<GuestFirewall, ApiError> {
    call(|drover, ctx| async move { drover.firewall.effective(&ctx, &id).await }).await
}

/// Whether a connection would pass, and what decides.
#[server(prefix = "/rpc", endpoint = "check_firewall", input = Json, output = Json)]
pub async fn check_firewall(id: GuestId, question: Question) -> Result<Verdict, ApiError> {
    call(|drover, ctx| async move { Box::pin(drover.firewall.check(&ctx, &id, &question)).await }).await
}
