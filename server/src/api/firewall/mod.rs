//! Firewall groups and their rules, sets and aliases, which server has which groups, and what a server's firewall
//! comes to.

mod aliases;
mod assign;
mod bulk;
mod cluster;
mod groups;
mod ip_sets;
mod item;
mod rule_body;
mod rules;
mod servers;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::router::Server;

/// The endpoints, all behind a session.
pub(super) fn signed_in() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(groups::list_firewall_groups, groups::save_firewall_group))
        .routes(routes!(
            groups::get_firewall_group,
            groups::change_firewall_group,
            groups::delete_firewall_group
        ))
        .routes(routes!(rules::save_firewall_rule))
        .routes(routes!(rules::change_firewall_rule, rules::delete_firewall_rule))
        .routes(routes!(rules::move_firewall_rule))
        .routes(routes!(assign::apply_security_group))
        .routes(routes!(assign::assign_firewall_group))
        .routes(routes!(assign::remove_firewall_group))
        .routes(routes!(bulk::assign_firewall_groups))
        .routes(routes!(ip_sets::list_ip_sets, ip_sets::create_ip_set))
        .routes(routes!(ip_sets::change_ip_set, ip_sets::delete_ip_set))
        .routes(routes!(aliases::list_aliases, aliases::create_alias))
        .routes(routes!(aliases::change_alias, aliases::delete_alias))
        .routes(routes!(cluster::list_firewall_macros))
        .routes(routes!(
            cluster::get_cluster_firewall,
            cluster::change_cluster_firewall
        ))
        .routes(routes!(
            servers::get_server_firewall,
            servers::change_server_firewall
        ))
        .routes(routes!(servers::check_firewall))
}
