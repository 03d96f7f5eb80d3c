//! The server functions of the pages.

use std::collections::BTreeSet;

use axum::http::Method;
use leptos::server_fn::axum::server_fn_paths;
use serde_json::{Value, json};

use super::Who::{self, Anybody, Permitted, SignedIn};
use super::ask;
use crate::support::TestApp;

#[expect(
    clippy::too_many_lines,
    reason = "one table of all functions, a line or two each"
)]
fn table() -> Vec<(&'static str, Who, Value)> {
    let nothing = "lab:999999";
    let task = "00000000-0000-0000-0000-000000000000";
    let back_up = json!({
        "storage": "nowhere", "mode": "snapshot", "compression": "zstd", "notes": "", "protected": false,
        "retention": null,
    });
    let over = json!({"volume": "", "node": null, "storage": null, "safety": null, "start": null});
    let as_new = json!({
        "cluster": "lab", "volume": "", "source_node": null, "name": "", "node": null, "vmid": null, "storage": null,
        "start": false,
    });
    let job = json!({
        "enabled": false, "schedule": "", "storage": "", "node": null, "choice": {"of": "some", "vmids": []},
        "mode": "snapshot", "compression": "zstd", "retention": null, "notes": "", "protected": false,
        "repeat_missed": false, "comment": "",
    });
    let alert_rule = json!({
        "metric": "cpu", "target": "all", "warning": null, "critical": null, "hysteresis": 0, "minutes": 0, "enabled": true,
    });
    let channel = json!({"name": "", "settings": {"kind": "slack", "url": ""}, "routes": []});
    let group = json!({"cluster": "lab", "name": "nothing"});
    let server = json!({
        "name": "x", "cluster": null, "node": null, "template": null, "os_type": null, "cores": 1, "memory_mb": 1,
        "disks": [], "nics": [], "username": null, "password": null, "ssh_keys": null, "description": null, "tags": [],
        "firewall_groups": [], "roles": [],
    });
    vec![
        ("sign_in", Anybody, json!({"username": "", "password": ""})),
        ("sign_out", SignedIn, json!({})),
        ("current_user", SignedIn, json!({})),
        ("keep_session", SignedIn, json!({})),
        ("own_sessions", SignedIn, json!({})),
        ("revoke_session", SignedIn, json!({"id": task})),
        ("sign_out_everywhere", SignedIn, json!({})),
        (
            "change_password",
            SignedIn,
            json!({"current_password": "", "new_password": "", "confirm_password": ""}),
        ),
        ("snapshot", Permitted, json!({})),
        (
            "first_page",
            Permitted,
            json!({"filter": "", "sort": {"key": "name", "descending": false}}),
        ),
        ("overview", Permitted, json!({})),
        ("nodes", Permitted, json!({})),
        ("storages", Permitted, json!({})),
        ("storage_overview", Permitted, json!({})),
        ("refresh_storage", Permitted, json!({})),
        (
            "set_default_storage",
            Permitted,
            json!({"cluster": "lab", "hdd": null, "ssd": null}),
        ),
        ("templates", Permitted, json!({"cluster": "lab"})),
        ("bridges", Permitted, json!({"cluster": "lab", "node": "nothing"})),
        ("server_row", Permitted, json!({"id": nothing})),
        ("server_detail", Permitted, json!({"id": nothing})),
        (
            "server_metrics",
            Permitted,
            json!({"id": nothing, "timeframe": "hour"}),
        ),
        (
            "server_history",
            Permitted,
            json!({"servers": [nothing], "metric": "cpu", "range": "1h"}),
        ),
        ("monitoring_sources", Permitted, json!({})),
        ("plan_server", Permitted, json!({"request": server})),
        ("create_server", Permitted, json!({"request": server})),
        (
            "plan_servers",
            Permitted,
            json!({"request": {"servers": [server], "leave_out": false}}),
        ),
        (
            "create_servers",
            Permitted,
            json!({"request": {"servers": [server], "leave_out": false}}),
        ),
        ("retry_task", Permitted, json!({"id": task, "password": null})),
        (
            "act_on_server",
            Permitted,
            json!({"server": nothing, "action": "start", "options": {}}),
        ),
        (
            "act_on_servers",
            Permitted,
            json!({"servers": [nothing], "action": "start", "options": {}}),
        ),
        ("configuration", Permitted, json!({"id": nothing})),
        (
            "change_configuration",
            Permitted,
            json!({"id": nothing, "change": {}}),
        ),
        (
            "change_disks",
            Permitted,
            json!({"id": nothing, "change": {"edit": "grow", "device": "scsi0", "size_gb": 1}}),
        ),
        ("adopt_servers", Permitted, json!({"ids": [nothing]})),
        (
            "server_logs",
            Permitted,
            json!({"id": nothing, "kind": "system", "lines": 1}),
        ),
        ("broken_servers", Permitted, json!({})),
        ("clean_up_server", Permitted, json!({"server": nothing})),
        ("orphan_disks", Permitted, json!({})),
        (
            "purge_disks",
            Permitted,
            json!({"cluster": "lab", "volumes": ["local-lvm:vm-999999-disk-0"]}),
        ),
        ("firewall_overview", Permitted, json!({})),
        ("firewall_groups", Permitted, json!({})),
        ("firewall_group", Permitted, json!({"id": group})),
        ("create_firewall_group", Permitted, json!({"draft": {"name": ""}})),
        (
            "change_firewall_group",
            Permitted,
            json!({"id": group, "change": {}}),
        ),
        (
            "delete_firewall_group",
            Permitted,
            json!({"id": group, "force": false}),
        ),
        (
            "add_firewall_rule",
            Permitted,
            json!({"id": group, "rule": {"action": "ACCEPT"}, "pos": null, "digest": null}),
        ),
        (
            "change_firewall_rule",
            Permitted,
            json!({"id": group, "rule": {"action": "ACCEPT"}, "pos": 0, "digest": null}),
        ),
        (
            "move_firewall_rule",
            Permitted,
            json!({"id": group, "pos": 0, "to": 1, "digest": null}),
        ),
        (
            "delete_firewall_rule",
            Permitted,
            json!({"id": group, "pos": 0, "digest": null}),
        ),
        (
            "create_ip_set",
            Permitted,
            json!({"cluster": "lab", "name": "", "comment": ""}),
        ),
        (
            "change_ip_set",
            Permitted,
            json!({"cluster": "lab", "name": "nothing", "change": {}}),
        ),
        (
            "set_ip_set_entries",
            Permitted,
            json!({"cluster": "lab", "name": "nothing", "entries": [], "digest": null}),
        ),
        (
            "delete_ip_set",
            Permitted,
            json!({"cluster": "lab", "name": "nothing"}),
        ),
        (
            "create_alias",
            Permitted,
            json!({"cluster": "lab", "name": "", "cidr": "", "comment": ""}),
        ),
        (
            "change_alias",
            Permitted,
            json!({"cluster": "lab", "name": "nothing", "alias": {"name": "nothing", "cidr": ""}}),
        ),
        (
            "delete_alias",
            Permitted,
            json!({"cluster": "lab", "name": "nothing"}),
        ),
        ("firewall_macros", Permitted, json!({"cluster": "lab"})),
        (
            "change_cluster_firewall",
            Permitted,
            json!({"cluster": "lab", "change": {}}),
        ),
        (
            "assign_firewall",
            Permitted,
            json!({"server": nothing, "assignment": {"groups": ["nothing"]}}),
        ),
        (
            "assign_firewall_to_servers",
            Permitted,
            json!({"servers": [nothing], "assignment": {"groups": ["nothing"]}}),
        ),
        ("assigned_firewall_groups", Permitted, json!({})),
        ("server_firewall", Permitted, json!({"id": nothing})),
        (
            "change_server_firewall",
            Permitted,
            json!({"id": nothing, "change": {"enabled": true}}),
        ),
        (
            "check_firewall",
            Permitted,
            json!({"id": nothing, "question": {"protocol": "tcp", "port": 1, "peer": "192.0.2.1"}}),
        ),
        ("roles_overview", SignedIn, json!({})),
        ("role_standings", Permitted, json!({})),
        ("server_roles", Permitted, json!({"id": nothing})),
        (
            "assign_role",
            Permitted,
            json!({"id": nothing, "assignment": {"role": "nothing"}}),
        ),
        (
            "assign_roles",
            Permitted,
            json!({"servers": [nothing], "assignment": {"role": "nothing"}}),
        ),
        ("check_role", Permitted, json!({"id": nothing, "role": null})),
        ("check_roles", Permitted, json!({"servers": [nothing]})),
        (
            "remove_role",
            Permitted,
            json!({"id": nothing, "removal": {"role": null, "uninstall": false}}),
        ),
        (
            "set_connection",
            Permitted,
            json!({"id": nothing, "connection": {}}),
        ),
        ("forget_host_keys", Permitted, json!({"id": nothing})),
        ("set_role_checks", Permitted, json!({"hours": 24})),
        ("monitoring_state", Permitted, json!({})),
        ("alert_history", Permitted, json!({"before": null})),
        ("alert_events", Permitted, json!({"id": 999_999})),
        ("acknowledge_alerts", Permitted, json!({"ids": [999_999]})),
        ("clear_alerts", Permitted, json!({"ids": [999_999]})),
        ("create_alert_rule", Permitted, json!({"rule": alert_rule})),
        (
            "update_alert_rule",
            Permitted,
            json!({"id": 999_999, "revision": 1, "rule": alert_rule}),
        ),
        ("delete_alert_rule", Permitted, json!({"id": 999_999})),
        ("preview_alert_rule", Permitted, json!({"rule": alert_rule})),
        (
            "set_monitoring_settings",
            Permitted,
            json!({"settings": {"enabled": true}}),
        ),
        ("backups_overview", Permitted, json!({})),
        ("refresh_backups", Permitted, json!({})),
        ("server_backups", Permitted, json!({"id": nothing})),
        (
            "backup",
            Permitted,
            json!({"cluster": "lab", "node": null, "volume": ""}),
        ),
        (
            "back_up_server",
            Permitted,
            json!({"id": nothing, "how": back_up}),
        ),
        (
            "back_up_servers",
            Permitted,
            json!({"servers": [nothing], "how": back_up}),
        ),
        ("plan_restore", Permitted, json!({"id": nothing, "restore": over})),
        (
            "restore_server",
            Permitted,
            json!({"id": nothing, "restore": over}),
        ),
        ("restore_as_new", Permitted, json!({"restore": as_new})),
        (
            "delete_backups",
            Permitted,
            json!({"cluster": "lab", "node": null, "volumes": []}),
        ),
        (
            "edit_backup",
            Permitted,
            json!({"cluster": "lab", "node": null, "volume": "", "notes": null, "protected": null}),
        ),
        (
            "preview_prune",
            Permitted,
            json!({"id": nothing, "kind": "qemu", "storage": "local", "node": null, "retention": {}}),
        ),
        ("backup_jobs", Permitted, json!({})),
        (
            "next_backup_runs",
            Permitted,
            json!({"cluster": "lab", "schedule": "daily"}),
        ),
        (
            "create_backup_job",
            Permitted,
            json!({"cluster": "lab", "job": job}),
        ),
        (
            "change_backup_job",
            Permitted,
            json!({"cluster": "lab", "id": "nothing", "job": job, "seen": null}),
        ),
        (
            "delete_backup_job",
            Permitted,
            json!({"cluster": "lab", "id": "nothing"}),
        ),
        (
            "run_backup_job",
            Permitted,
            json!({"cluster": "lab", "id": "nothing"}),
        ),
        ("set_overdue_days", Permitted, json!({"days": 0})),
        ("list_users", Permitted, json!({})),
        ("get_user", Permitted, json!({"username": "nothing"})),
        ("create_user", Permitted, json!({"user": {}, "password": null})),
        (
            "change_user",
            Permitted,
            json!({"username": "nothing", "change": {}}),
        ),
        (
            "reset_user_password",
            Permitted,
            json!({"username": "nothing", "password": null}),
        ),
        ("end_user_sessions", Permitted, json!({"username": "nothing"})),
        ("sessions_of_user", Permitted, json!({"username": "nothing"})),
        (
            "end_user_session",
            Permitted,
            json!({"username": "nothing", "id": task}),
        ),
        ("tokens_of_user", Permitted, json!({"username": "nothing"})),
        (
            "revoke_user_token",
            Permitted,
            json!({"username": "nothing", "id": task}),
        ),
        ("delete_user", Permitted, json!({"username": "nothing"})),
        ("list_audit", Permitted, json!({"filter": {}, "page": 1})),
        ("set_audit_retention", Permitted, json!({"days": 365})),
        (
            "explain_access",
            SignedIn,
            json!({"action": "start", "server": nothing}),
        ),
        ("own_tokens", SignedIn, json!({})),
        ("create_token", SignedIn, json!({"token": {}})),
        ("revoke_token", SignedIn, json!({"id": task})),
        ("most_servers", SignedIn, json!({})),
        ("plan_delete", Permitted, json!({"id": nothing})),
        ("running_tasks", SignedIn, json!({})),
        ("list_tasks", SignedIn, json!({"filter": {}})),
        ("get_task", SignedIn, json!({"id": task})),
        ("cancel_task", SignedIn, json!({"id": task})),
        ("list_channels", Permitted, json!({})),
        ("create_channel", Permitted, json!({"channel": channel})),
        (
            "update_channel",
            Permitted,
            json!({"id": task, "revision": 1, "channel": channel}),
        ),
        ("delete_channel", Permitted, json!({"id": task})),
        ("test_channel", Permitted, json!({"id": task})),
        (
            "list_deliveries",
            Permitted,
            json!({"id": task, "state": null, "before": null}),
        ),
        (
            "send_delivery_again",
            Permitted,
            json!({"channel": task, "id": task}),
        ),
        ("newest_notifications", SignedIn, json!({})),
        ("read_notification", SignedIn, json!({"id": 999_999})),
        ("read_all_notifications", SignedIn, json!({})),
        ("dismiss_notification", SignedIn, json!({"id": 999_999})),
    ]
}

/// Every function with what is sent.
pub(super) fn all() -> impl Iterator<Item = (Method, String, Option<Value>)> {
    let asked = table().into_iter();
    asked.map(|(name, _, arguments)| (Method::POST, format!("/rpc/{name}"), Some(arguments)))
}

#[tokio::test]
async fn every_server_function_asks_who_it_is() {
    let app = TestApp::alone().await;
    let known: BTreeSet<String> = table().iter().map(|(name, ..)| format!("/rpc/{name}")).collect();
    let there: BTreeSet<String> = server_fn_paths().map(|(path, _)| path.to_owned()).collect();
    assert_eq!(known, there, "the table and the pages name the same functions");
    for (name, who, arguments) in table() {
        ask(
            &app,
            who,
            &Method::POST,
            &format!("/rpc/{name}"),
            Some(&arguments),
        )
        .await;
    }
}
