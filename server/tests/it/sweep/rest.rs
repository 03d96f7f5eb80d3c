//! The operations of the OpenAPI document.

use std::collections::BTreeSet;

use axum::http::Method;
use serde_json::{Value, json};

use super::Who::{self, Anybody, Permitted, SignedIn};
use super::ask;
use crate::support::{Options, TestApp};

const TABLE: &[(&str, &str, Who)] = &[
    ("POST", "/auth/login", Anybody),
    ("POST", "/login", Anybody),
    ("POST", "/clear-login-error", Anybody),
    ("GET", "/healthz", Anybody),
    ("GET", "/readyz", Anybody),
    ("GET", "/logout", SignedIn),
    ("POST", "/logout", SignedIn),
    ("GET", "/auth/logout", SignedIn),
    ("POST", "/auth/logout", SignedIn),
    ("POST", "/change-password", SignedIn),
    ("POST", "/auth/change-password", SignedIn),
    ("GET", "/api/session/check", SignedIn),
    ("GET", "/session/check", SignedIn),
    ("POST", "/api/session/refresh", SignedIn),
    ("POST", "/session/refresh", SignedIn),
    ("GET", "/api/current-user", SignedIn),
    ("GET", "/api/profile", SignedIn),
    ("GET", "/profile/api", SignedIn),
    ("GET", "/auth/profile", SignedIn),
    ("GET", "/api/servers", Permitted),
    ("POST", "/api/servers", Permitted),
    ("POST", "/api/servers/async", Permitted),
    ("POST", "/api/create_servers_bulk", Permitted),
    ("GET", "/api/servers/brief", Permitted),
    ("GET", "/api/all_server_status", Permitted),
    ("GET", "/api/server_status/{server}", Permitted),
    ("POST", "/api/servers/{server}/start", Permitted),
    ("POST", "/api/servers/{server}/stop", Permitted),
    ("POST", "/api/servers/{server}/reboot", Permitted),
    ("POST", "/api/servers/{server}/shutdown", Permitted),
    ("POST", "/api/servers/{server}/reset", Permitted),
    ("POST", "/api/servers/{server}/suspend", Permitted),
    ("POST", "/api/servers/{server}/resume", Permitted),
    ("POST", "/api/servers/{server}/delete", Permitted),
    ("DELETE", "/api/servers/{server}", Permitted),
    ("POST", "/api/servers/bulk_action", Permitted),
    ("POST", "/api/servers/bulk_action/async", Permitted),
    ("GET", "/api/cleanup/status/{server}", Permitted),
    ("GET", "/api/cleanup/failed-servers", Permitted),
    ("POST", "/api/cleanup/clean/{server}", Permitted),
    ("POST", "/api/cleanup/bulk-clean", Permitted),
    ("GET", "/api/cleanup/orphan-disks", Permitted),
    ("POST", "/api/cleanup/orphan-disks", Permitted),
    ("GET", "/api/servers/status/stream", Permitted),
    ("GET", "/api/tasks", SignedIn),
    ("GET", "/api/tasks/{task_id}", SignedIn),
    ("GET", "/api/tasks/status", SignedIn),
    ("GET", "/api/tasks/config", SignedIn),
    ("GET", "/api/tasks/{task_id}/status", SignedIn),
    ("GET", "/api/tasks/{task_id}/log.txt", SignedIn),
    ("GET", "/api/celery/status", SignedIn),
    ("POST", "/api/tasks/{task_id}/cancel", SignedIn),
    ("POST", "/api/tasks/{task_id}/retry", Permitted),
    ("GET", "/api/servers/{server}/health", Permitted),
    ("GET", "/monitoring/servers/{server}/health", Permitted),
    ("GET", "/api/servers/{server}/metrics", Permitted),
    ("GET", "/monitoring/servers/{server}/metrics", Permitted),
    ("GET", "/api/servers/health-summary", Permitted),
    ("GET", "/monitoring/servers/health-summary", Permitted),
    ("GET", "/monitoring/servers", Permitted),
    ("GET", "/api/monitoring/summary", Permitted),
    ("GET", "/monitoring/summary", Permitted),
    ("GET", "/api/monitoring/config", Permitted),
    ("POST", "/api/monitoring/config", Permitted),
    ("GET", "/monitoring/config", Permitted),
    ("POST", "/monitoring/config", Permitted),
    ("GET", "/api/alerts", Permitted),
    ("GET", "/api/alerts/{alert}/events", Permitted),
    ("POST", "/api/alerts/{alert}/acknowledge", Permitted),
    ("POST", "/monitoring/alerts/{alert}/acknowledge", Permitted),
    ("POST", "/api/alerts/clear", Permitted),
    ("POST", "/monitoring/alerts/clear", Permitted),
    ("GET", "/api/alert_rules", Permitted),
    ("POST", "/api/alert_rules", Permitted),
    ("PUT", "/api/alert_rules/{rule}", Permitted),
    ("DELETE", "/api/alert_rules/{rule}", Permitted),
    ("POST", "/api/alert_rules/preview", Permitted),
    ("GET", "/api/notifications", SignedIn),
    ("GET", "/api/notifications/latest", SignedIn),
    ("GET", "/api/notifications/unread-count", SignedIn),
    ("GET", "/api/notifications/{notification_id}", SignedIn),
    ("DELETE", "/api/notifications/{notification_id}", SignedIn),
    ("POST", "/api/notifications/{notification_id}/read", SignedIn),
    ("POST", "/api/notifications/clear-all", SignedIn),
    ("GET", "/api/notifications/stream", SignedIn),
    ("GET", "/api/notification_channels", Permitted),
    ("POST", "/api/notification_channels", Permitted),
    ("GET", "/api/notification_channels/{channel_id}", Permitted),
    ("PUT", "/api/notification_channels/{channel_id}", Permitted),
    ("DELETE", "/api/notification_channels/{channel_id}", Permitted),
    ("POST", "/api/notification_channels/{channel_id}/test", Permitted),
    (
        "GET",
        "/api/notification_channels/{channel_id}/deliveries",
        Permitted,
    ),
    (
        "POST",
        "/api/notification_channels/{channel_id}/deliveries/{delivery_id}/retry",
        Permitted,
    ),
    ("GET", "/api/events", SignedIn),
    ("GET", "/api/nodes", Permitted),
    ("GET", "/api/templates", Permitted),
    ("GET", "/api/bridges", Permitted),
    ("GET", "/api/server/config/{server}", Permitted),
    ("PUT", "/api/server/config/{server}", Permitted),
    ("POST", "/api/sync_servers", Permitted),
    ("POST", "/api/server/disk/{server}", Permitted),
    ("DELETE", "/api/server/disk/{server}/{device}", Permitted),
    ("POST", "/api/server/disk/{server}/{device}/resize", Permitted),
    ("POST", "/api/server/disk/{server}/{device}/move", Permitted),
    ("GET", "/api/server/logs/{server}", Permitted),
    ("GET", "/api/datastores", Permitted),
    ("POST", "/api/datastores/refresh", Permitted),
    ("POST", "/api/datastores/default", Permitted),
    ("GET", "/api/proxmox_storage", Permitted),
    ("GET", "/api/firewall/groups", Permitted),
    ("POST", "/api/firewall/groups", Permitted),
    ("GET", "/api/firewall/groups/{group}", Permitted),
    ("PUT", "/api/firewall/groups/{group}", Permitted),
    ("DELETE", "/api/firewall/groups/{group}", Permitted),
    ("POST", "/api/firewall/groups/{group}/rules", Permitted),
    ("PUT", "/api/firewall/groups/{group}/rules/{rule_id}", Permitted),
    (
        "DELETE",
        "/api/firewall/groups/{group}/rules/{rule_id}",
        Permitted,
    ),
    (
        "POST",
        "/api/firewall/groups/{group}/rules/{rule_id}/move",
        Permitted,
    ),
    ("POST", "/api/apply_security_group/{server}", Permitted),
    ("POST", "/api/assign_firewall_group/{server}", Permitted),
    ("POST", "/api/remove_firewall_group/{server}", Permitted),
    ("POST", "/api/firewall/assign_bulk", Permitted),
    ("GET", "/api/firewall/ip_sets", Permitted),
    ("POST", "/api/firewall/ip_sets", Permitted),
    ("PUT", "/api/firewall/ip_sets/{ip_set}", Permitted),
    ("DELETE", "/api/firewall/ip_sets/{ip_set}", Permitted),
    ("GET", "/api/firewall/aliases", Permitted),
    ("POST", "/api/firewall/aliases", Permitted),
    ("PUT", "/api/firewall/aliases/{alias}", Permitted),
    ("DELETE", "/api/firewall/aliases/{alias}", Permitted),
    ("GET", "/api/firewall/macros", Permitted),
    ("GET", "/api/firewall/cluster", Permitted),
    ("PUT", "/api/firewall/cluster", Permitted),
    ("GET", "/api/firewall/servers/{server}", Permitted),
    ("PUT", "/api/firewall/servers/{server}", Permitted),
    ("GET", "/api/firewall/check", Permitted),
    ("POST", "/api/assign_role/{server}", Permitted),
    ("POST", "/api/remove_role/{server}", Permitted),
    ("POST", "/api/roles/assign_bulk", Permitted),
    ("GET", "/api/roles/available", SignedIn),
    ("GET", "/api/roles/validate/{role}", SignedIn),
    ("GET", "/api/roles", SignedIn),
    ("GET", "/api/roles/{role}", SignedIn),
    ("GET", "/api/roles/standings", Permitted),
    ("POST", "/api/roles/check_bulk", Permitted),
    ("PUT", "/api/roles/checks", Permitted),
    ("GET", "/api/servers/{server}/roles", Permitted),
    ("POST", "/api/servers/{server}/roles/check", Permitted),
    ("PUT", "/api/servers/{server}/connection", Permitted),
    ("DELETE", "/api/servers/{server}/host_keys", Permitted),
    ("POST", "/api/server/backup/{server}", Permitted),
    ("DELETE", "/api/server/backup/{server}", Permitted),
    ("GET", "/api/server/backups/{server}", Permitted),
    ("GET", "/api/server/backup/status", Permitted),
    ("GET", "/api/server/backup/status/{server}", Permitted),
    ("GET", "/api/server/backup/{server}/status", Permitted),
    ("GET", "/api/server/backup/status/{server}/stream", Permitted),
    ("GET", "/api/backups", Permitted),
    ("PATCH", "/api/backups", Permitted),
    ("GET", "/api/backups/nodes", Permitted),
    ("GET", "/api/backups/nodes/{node}", Permitted),
    ("POST", "/api/server/restore/{server}", Permitted),
    ("GET", "/api/server/restore/{server}/plan", Permitted),
    ("POST", "/api/backups/restore", Permitted),
    ("POST", "/api/backups/delete", Permitted),
    ("POST", "/api/backups/bulk", Permitted),
    ("POST", "/api/backups/refresh", Permitted),
    ("PUT", "/api/backups/overdue", Permitted),
    ("GET", "/api/backups/prune", Permitted),
    ("GET", "/api/backups/next-runs", Permitted),
    ("GET", "/api/backups/jobs", Permitted),
    ("POST", "/api/backups/jobs", Permitted),
    ("PUT", "/api/backups/jobs/{cluster}/{job_id}", Permitted),
    ("DELETE", "/api/backups/jobs/{cluster}/{job_id}", Permitted),
    ("POST", "/api/backups/jobs/{cluster}/{job_id}/run", Permitted),
    ("GET", "/api/grafana-dashboard", SignedIn),
    ("GET", "/monitoring/grafana-dashboard", SignedIn),
    ("GET", "/api/grafana-dashboard/embed", Permitted),
    ("GET", "/monitoring/grafana-dashboard/embed", Permitted),
    ("GET", "/api/monitoring/content", Permitted),
    ("GET", "/monitoring/content", Permitted),
    ("GET", "/api/monitoring/config-page", Permitted),
    ("GET", "/monitoring/config-page", Permitted),
    ("GET", "/api/metrics/grafana/overview", Permitted),
    ("GET", "/monitoring/metrics/grafana/overview", Permitted),
    ("GET", "/api/metrics/grafana/vm/{server}", Permitted),
    ("GET", "/monitoring/metrics/grafana/vm/{server}", Permitted),
    ("GET", "/api/users", Permitted),
    ("POST", "/api/users", Permitted),
    ("GET", "/api/admin/users", Permitted),
    ("POST", "/api/admin/users", Permitted),
    ("GET", "/api/admin/", Permitted),
    ("GET", "/api/admin", Permitted),
    ("GET", "/api/admin/iam", Permitted),
    ("GET", "/api/users/{username}", Permitted),
    ("PUT", "/api/users/{username}", Permitted),
    ("DELETE", "/api/users/{username}", Permitted),
    ("POST", "/api/users/{username}/password", Permitted),
    ("GET", "/api/users/{username}/sessions", Permitted),
    ("DELETE", "/api/users/{username}/sessions", Permitted),
    ("DELETE", "/api/users/{username}/sessions/{session_id}", Permitted),
    ("GET", "/api/users/{username}/tokens", Permitted),
    ("DELETE", "/api/users/{username}/tokens/{token_id}", Permitted),
    ("GET", "/api/iam/data", Permitted),
    ("POST", "/api/iam/{username}/permissions", Permitted),
    ("POST", "/api/admin/iam/{username}/permissions", Permitted),
    ("POST", "/api/iam/{username}/role", Permitted),
    ("POST", "/api/admin/iam/{username}/role", Permitted),
    ("GET", "/api/debug/user-info", Permitted),
    ("GET", "/api/tokens", SignedIn),
    ("POST", "/api/tokens", SignedIn),
    ("DELETE", "/api/tokens/{token_id}", SignedIn),
    ("GET", "/api/access/explain", SignedIn),
    ("GET", "/api/audit", Permitted),
    ("GET", "/api/audit/export", Permitted),
    ("PUT", "/api/audit/retention", Permitted),
    ("POST", "/api/test/simple", Permitted),
    ("POST", "/api/test/error", Permitted),
    ("POST", "/api/test/notification", Permitted),
];

/// Operations that describe the others, and so are not in the document.
const BESIDE: &[(&str, &str, Who)] = &[
    ("GET", "/api/openapi.json", SignedIn),
    ("GET", "/api/docs", SignedIn),
];

#[tokio::test]
async fn every_operation_asks_who_it_is() {
    let app = TestApp::start(Options {
        self_tests: true,
        ..Options::default()
    })
    .await;
    let document = app.client("admin").await.get("/api/openapi.json").await.ok();
    let known: BTreeSet<(String, String)> = TABLE
        .iter()
        .map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned()))
        .collect();
    assert_eq!(
        known,
        operations(&document),
        "the table and the document name the same operations"
    );
    for (method, path, who) in TABLE.iter().chain(BESIDE) {
        let method: Method = method.parse().unwrap();
        let path = filled(&path.replace("{server}", "nothing"));
        ask(&app, *who, &method, &path, body_of(&method).as_ref()).await;
    }
}

/// Every operation with what is sent.
pub(super) fn all() -> impl Iterator<Item = (Method, String, Option<Value>)> {
    TABLE.iter().chain(BESIDE).map(|(method, path, _)| {
        let method: Method = method.parse().unwrap();
        let body = body_of(&method);
        (method, (*path).to_owned(), body)
    })
}

fn body_of(method: &Method) -> Option<Value> {
    matches!(*method, Method::POST | Method::PUT | Method::PATCH).then(|| json!({}))
}

/// The path with everything but the server named.
pub(super) fn filled(path: &str) -> String {
    path.replace("{username}", "nothing")
        .replace("{device}", "scsi1")
        .replace("{group}", "nothing")
        .replace("{role}", "nothing")
        .replace("{rule_id}", "0")
        .replace("{ip_set}", "nothing")
        .replace("{alias}", "nothing")
        .replace("{node}", "nothing")
        .replace("{cluster}", "lab")
        .replace("{job_id}", "nothing")
        .replace("{token_id}", "00000000-0000-0000-0000-000000000000")
        .replace("{session_id}", "00000000-0000-0000-0000-000000000000")
        .replace("{channel_id}", "00000000-0000-0000-0000-000000000000")
        .replace("{delivery_id}", "00000000-0000-0000-0000-000000000000")
        .replace("{task_id}", "00000000-0000-0000-0000-000000000000")
        .replace("{notification_id}", "999999")
}

fn operations(document: &Value) -> BTreeSet<(String, String)> {
    let paths = document["paths"].as_object().unwrap();
    paths
        .iter()
        .flat_map(|(path, item)| {
            let methods = item
                .as_object()
                .unwrap()
                .keys()
                .filter(|key| key.parse::<Method>().is_ok());
            methods.map(|method| (method.to_uppercase(), path.clone()))
        })
        .collect()
}
