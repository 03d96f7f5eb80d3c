//! Builds every address of the interface. Nothing else may write one.

use std::fmt::Write;

use drover_types::{
    firewall::GroupId,
    ids::{GuestId, TaskId},
    role::RoleKey,
};

/// The overview.
pub const OVERVIEW: &str = "/";
/// The list of servers.
pub const SERVERS: &str = "/servers";
/// The form for new servers.
pub const NEW_SERVER: &str = "/servers/new";
/// What went wrong with servers, and cleaning it up.
pub const CLEAN_UP: &str = "/servers/clean-up";
/// The list of tasks.
pub const TASKS: &str = "/tasks";
/// The backups of all servers, and the jobs that make them.
pub const BACKUPS: &str = "/backups";
/// The storages.
pub const STORAGE: &str = "/storage";
/// The firewall groups.
pub const FIREWALL: &str = "/firewall";
/// What servers can be there for, and installing it.
pub const ROLES: &str = "/roles";
/// How everything is: health, charts, alerts and their rules.
pub const MONITORING: &str = "/monitoring";
/// The part of monitoring with the alerts.
pub const MONITORING_ALERTS: &str = "/monitoring?tab=alerts";
/// The part of monitoring with the charts.
pub const MONITORING_CHARTS: &str = "/monitoring?tab=charts";
/// The users.
pub const USERS: &str = "/users";
/// Who did what.
pub const AUDIT: &str = "/audit";
/// The audit as a file.
const AUDIT_FILE: &str = "/api/audit/export";
/// The signed-in user's own page.
pub const PROFILE: &str = "/profile";
/// The components, for developers.
pub const GALLERY: &str = "/gallery";
/// Signing in.
pub const SIGN_IN: &str = "/login";
/// The stream of live events.
pub const EVENTS: &str = "/api/events";

/// The query parameter that holds a list's filter.
pub const FILTER: &str = "filter";
/// The query parameter that holds a list's order.
pub const SORT: &str = "sort";
/// The query parameter that holds the columns of a list, separated by commas.
pub const COLUMNS: &str = "columns";
/// The query parameter that holds the state of the tasks to list.
pub const STATE: &str = "state";
/// The query parameter that holds the kind of the tasks to list.
pub const KIND: &str = "kind";
/// The query parameter that says that only one's own tasks are listed.
pub const OWN: &str = "own";
/// The query parameter that holds the task that a page waits for.
pub const TASK: &str = "task";
/// The query parameter that holds the part of a page that shows.
pub const TAB: &str = "tab";
/// The part of a server's page with its hardware and disks.
pub const HARDWARE_TAB: &str = "hardware";
/// The part of a server's page with its network devices and what cloud-init sets up.
pub const NETWORK_TAB: &str = "network";
/// The part of a server's page that says what its firewall comes to.
pub const FIREWALL_TAB: &str = "firewall";
/// The part of a server's page with its roles.
pub const ROLES_TAB: &str = "roles";
/// The part of a server's page with its backups.
pub const BACKUPS_TAB: &str = "backups";
/// The part of the backups that is about storages.
pub const STORAGES_TAB: &str = "storages";
/// The part of the backups that is about what makes them by itself.
pub const SCHEDULES_TAB: &str = "schedules";
/// The part of a server's page with its tasks.
pub const TASKS_TAB: &str = "tasks";
/// The part of a server's page with its logs.
pub const LOG_TAB: &str = "log";
/// The part of monitoring with charts of several servers.
pub const CHARTS_TAB: &str = "charts";
/// The part of monitoring with the alerts.
pub const ALERTS_TAB: &str = "alerts";
/// The part of monitoring with the rules of alerts.
pub const RULES_TAB: &str = "rules";
/// The channels by which notifications leave.
pub const CHANNELS_TAB: &str = "channels";
/// The part of monitoring with what is set.
pub const SETTINGS_TAB: &str = "settings";
/// The query parameter that holds by what servers are grouped.
pub const GROUP: &str = "group";
/// The query parameter that holds the figure to look at.
pub const METRIC: &str = "metric";
/// The query parameter that holds how far back to look.
pub const RANGE: &str = "range";
/// The query parameter that holds the servers to begin with, separated by commas.
pub const SELECTED: &str = "selected";
/// The query parameter that holds whose doings are listed.
pub const USER: &str = "user";
/// The query parameter that holds which doings are listed.
pub const ACTION: &str = "action";
/// The query parameter that holds to what something was done.
pub const OBJECT: &str = "object";
/// The query parameter that holds how it went.
pub const RESULT: &str = "result";
/// The query parameter that holds the first day.
pub const FROM: &str = "from";
/// The query parameter that holds the last day.
pub const UNTIL: &str = "until";
/// The query parameter that holds the page of a list, counted from 1.
pub const PAGE: &str = "page";
/// The query parameter that holds where to go after signing in.
pub const NEXT: &str = "next";

/// One server.
pub fn server(id: &GuestId) -> String {
    format!("{SERVERS}/{}", escape(&id.to_string()))
}

/// One firewall group.
pub fn firewall_group(id: &GroupId) -> String {
    format!("{FIREWALL}/{}", escape(&id.to_string()))
}

/// One role.
pub fn role(key: &RoleKey) -> String {
    format!("{ROLES}/{key}")
}

/// The question which role servers are to get.
pub fn assign_role<'i>(ids: impl IntoIterator<Item = &'i GuestId>) -> String {
    selected(ROLES, ids)
}

/// One user.
pub fn user(username: &str) -> String {
    format!("{USERS}/{}", escape(username))
}

/// The audit, narrowed down; empty texts and the first page are left out.
pub fn audit(parameters: &[(&str, &str)], page: u32) -> String {
    let page = if page > 1 { page.to_string() } else { String::new() };
    let all: Vec<_> = parameters
        .iter()
        .copied()
        .chain([(PAGE, page.as_str())])
        .collect();
    with_query(AUDIT, &all)
}

/// The same rows as a file, from one time until another.
pub fn audit_file(format: &str, parameters: &[(&str, &str)], [from, until]: &[String; 2]) -> String {
    let named = parameters.iter().copied().map(|(name, value)| match name {
        FROM => (FROM, from.as_str()),
        UNTIL => (UNTIL, until.as_str()),
        FILTER => ("q", value),
        name => (name, value),
    });
    let all: Vec<_> = [("format", format)].into_iter().chain(named).collect();
    with_query(AUDIT_FILE, &all)
}

/// One task.
pub fn task(id: &TaskId) -> String {
    format!("{TASKS}/{id}")
}

/// Everything that a task has said, as a file.
pub fn task_log(id: &TaskId) -> String {
    format!("/api/tasks/{id}/log.txt")
}

/// The list of servers, narrowed down and sorted; an empty text is left out.
pub fn servers(filter: &str, sort: &str) -> String {
    with_query(SERVERS, &[(FILTER, filter), (SORT, sort)])
}

/// The same, with the columns to show; an empty text is left out.
pub fn servers_view(filter: &str, sort: &str, columns: &str) -> String {
    with_query(SERVERS, &[(FILTER, filter), (SORT, sort), (COLUMNS, columns)])
}

/// The form for new servers, showing how the server of `task` comes along.
pub fn new_server(task: &TaskId) -> String {
    with_query(NEW_SERVER, &[(TASK, &task.to_string())])
}

/// A part of one server's page; an empty name is the overview.
pub fn server_tab(id: &GuestId, tab: &str) -> String {
    with_query(&server(id), &[(TAB, tab)])
}

/// The backups of servers, narrowed down; an empty text is left out.
pub fn backups(filter: &str, state: &str) -> String {
    with_query(BACKUPS, &[(FILTER, filter), (STATE, state)])
}

/// A part of the page of backups; an empty name is that of servers.
pub fn backups_tab(tab: &str) -> String {
    with_query(BACKUPS, &[(TAB, tab)])
}

/// The backups of one guest, which may be gone.
pub fn guest_backups(id: &GuestId) -> String {
    format!("{BACKUPS}/{}", escape(&id.to_string()))
}

/// The question how servers are to be backed up.
pub fn back_up<'i>(ids: impl IntoIterator<Item = &'i GuestId>) -> String {
    selected(BACKUPS, ids)
}

fn selected<'i>(path: &str, ids: impl IntoIterator<Item = &'i GuestId>) -> String {
    let ids: Vec<String> = ids.into_iter().map(GuestId::to_string).collect();
    with_query(path, &[(SELECTED, &ids.join(","))])
}

/// A part of monitoring; an empty name is the state of the servers.
pub fn monitoring_tab(tab: &str) -> String {
    with_query(MONITORING, &[(TAB, tab)])
}

/// The state of the servers, narrowed down; an empty text is left out.
pub fn monitoring(filter: &str, health: &str, group: &str) -> String {
    with_query(MONITORING, &[(FILTER, filter), (STATE, health), (GROUP, group)])
}

/// The charts of servers; an empty text is left out.
pub fn monitoring_charts<'i>(
    ids: impl IntoIterator<Item = &'i GuestId>,
    metric: &str,
    range: &str,
) -> String {
    let ids: Vec<String> = ids.into_iter().map(GuestId::to_string).collect();
    let ids = ids.join(",");
    let all = [
        (TAB, CHARTS_TAB),
        (SELECTED, &ids),
        (METRIC, metric),
        (RANGE, range),
    ];
    with_query(MONITORING, &all)
}

/// A text as an address of its own, for a link that keeps it as a file (RFC 2397): nobody is asked for it.
pub fn text_file(text: &str) -> String {
    format!("data:text/plain;charset=utf-8,{}", escape(text))
}

/// The list of tasks, narrowed down; an empty text is left out.
pub fn tasks(state: &str, kind: &str, own: bool) -> String {
    with_query(
        TASKS,
        &[(STATE, state), (KIND, kind), (OWN, if own { "1" } else { "" })],
    )
}

/// Signing in, and then on to `next`.
pub fn sign_in(next: &str) -> String {
    let next = if next == OVERVIEW { "" } else { next };
    with_query(SIGN_IN, &[(NEXT, next)])
}

/// Where to go after signing in: `next` where it is an address of ours, else the overview. An address of
/// another site must not get through, so it has to begin with one slash and hold no backslash, which browsers
/// read as a slash.
pub fn after_sign_in(next: &str) -> &str {
    let ours = next.starts_with('/')
        && !next.starts_with("//")
        && !next.starts_with(SIGN_IN)
        && !next.contains(['\\', '\t', '\n', '\r']);
    if ours { next } else { OVERVIEW }
}

/// Writes a value so that it may stand in a path or a query (RFC 3986, 3.3 and 3.4). leptos's own `Url::escape`
/// writes more on the server than in the browser, and both must render the same link.
fn escape(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:,/".contains(&byte) {
            text.push(char::from(byte));
        } else {
            // Writing to a String can't fail.
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

fn with_query(path: &str, parameters: &[(&str, &str)]) -> String {
    let query: Vec<String> = parameters
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={}", escape(value)))
        .collect();
    if query.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{}", query.join("&"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_addresses_follow_a_sign_in() {
        assert_eq!(after_sign_in("/servers?filter=web"), "/servers?filter=web");
        for foreign in [
            "https://evil",
            "//evil",
            "/\\evil",
            "/\t/evil",
            "servers",
            "",
            "/login?next=/",
        ] {
            assert_eq!(after_sign_in(foreign), OVERVIEW, "{foreign}");
        }
    }

    #[test]
    fn what_is_empty_stays_out_of_the_address() {
        assert_eq!(servers("", ""), "/servers");
        assert_eq!(servers("", "-cpu"), "/servers?sort=-cpu");
        assert_eq!(servers("cpu>80 웹", ""), "/servers?filter=cpu%3E80%20%EC%9B%B9");
        assert_eq!(tasks("running", "", true), "/tasks?state=running&own=1");
        assert_eq!(backups("", "overdue"), "/backups?state=overdue");
        assert_eq!(sign_in("/"), "/login");
        assert_eq!(sign_in("/tasks"), "/login?next=/tasks");
    }

    #[test]
    fn the_parts_of_monitoring_have_addresses() {
        assert_eq!(monitoring_tab(""), MONITORING);
        assert_eq!(monitoring_tab(ALERTS_TAB), MONITORING_ALERTS);
        assert_eq!(monitoring_tab(CHARTS_TAB), MONITORING_CHARTS);
        assert_eq!(
            monitoring("", "critical", "tag"),
            "/monitoring?state=critical&group=tag"
        );
        let ids = [GuestId::new("main", 100)];
        assert_eq!(
            monitoring_charts(&ids, "cpu", "1h"),
            "/monitoring?tab=charts&selected=main:100&metric=cpu&range=1h"
        );
    }

    #[test]
    fn the_servers_to_back_up_stand_in_the_address() {
        let ids = [GuestId::new("main", 100), GuestId::new("main", 101)];
        assert_eq!(back_up(&ids), "/backups?selected=main:100,main:101");
        assert_eq!(assign_role(&ids[..1]), "/roles?selected=main:100");
        assert_eq!(guest_backups(&ids[0]), "/backups/main:100");
    }
}
