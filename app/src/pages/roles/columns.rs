//! What the catalogue shows of a role.

use drover_types::{
    filter::natural,
    role::{RoleInfo, RoleSource, RoleStanding},
};
use drover_ui::prelude::*;
use leptos::prelude::*;

use crate::{
    paths,
    texts::{say, text, use_i18n, use_lang},
};

/// A role, and how many servers have it.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub info: RoleInfo,
    /// `None` where that may not be seen.
    pub servers: Option<usize>,
}

impl Row {
    pub fn new(info: &RoleInfo, standings: Option<&[RoleStanding]>) -> Self {
        let own = |all: &[RoleStanding]| all.iter().filter(|one| one.role == info.key).count();
        Self {
            info: info.clone(),
            servers: standings.map(own),
        }
    }
}

/// Where a role comes from. Tracked.
pub(super) fn source_name(source: RoleSource) -> String {
    let i18n = use_i18n();
    match source {
        // A name in every language.
        RoleSource::Drover => "Drover".to_owned(),
        RoleSource::Own => say!(i18n, roles.from_own),
    }
}

/// The families of systems by the names that people know.
pub(super) fn systems(info: &RoleInfo) -> String {
    let name = |family: &String| match family.as_str() {
        "debian" => "Debian, Ubuntu".to_owned(),
        "redhat" => "RHEL, Rocky, AlmaLinux".to_owned(),
        other => other.to_owned(),
    };
    info.systems.iter().map(name).collect::<Vec<_>>().join(" · ")
}

/// The ports that it opens where nothing else is said; a variable's name where it has no default.
pub(super) fn ports(info: &RoleInfo) -> String {
    let port = |name: &String| {
        let default = info.variable(name).and_then(|variable| variable.default.as_ref());
        default.map_or_else(|| name.clone(), ToString::to_string)
    };
    info.ports.iter().map(port).collect::<Vec<_>>().join(", ")
}

/// The columns, in order.
pub(super) fn columns() -> Vec<Column<Row>> {
    let i18n = use_i18n();
    let lang = use_lang();
    let name = move |row: Signal<Row>| {
        view! {
            <a href=move || row.with(|row| paths::role(&row.info.key))>
                {move || row.with(|row| row.info.name.pick(lang.get()).to_owned())}
            </a>
        }
    };
    let description = move |row: Signal<Row>| {
        let text = move || row.with(|row| row.info.description.pick(lang.get()).to_owned());
        view! { <span title=text>{text}</span> }
    };
    vec![
        Column::live("name", text!(i18n, roles.name), name)
            .width(170)
            .sort_by(|a: &Row, b: &Row| natural(a.info.key.as_str(), b.info.key.as_str())),
        Column::live("description", text!(i18n, roles.description), description)
            .width(240)
            .grow(),
        Column::new("source", text!(i18n, roles.source), |row: &Row| {
            source_name(row.info.source)
        })
        .width(110),
        Column::new("systems", text!(i18n, roles.systems), |row: &Row| {
            let all = systems(&row.info);
            view! { <span title=all.clone()>{all.clone()}</span> }
        })
        .width(230),
        Column::new("variables", text!(i18n, roles.variables), |row: &Row| {
            row.info.variables.len()
        })
        .width(90)
        .align(Align::End),
        Column::new("ports", text!(i18n, roles.ports), |row: &Row| ports(&row.info)).width(110),
        Column::new("servers", text!(i18n, roles.servers), |row: &Row| {
            row.servers
                .map_or_else(|| "—".to_owned(), |count| count.to_string())
        })
        .width(96)
        .align(Align::End)
        .sort_by(|a: &Row, b: &Row| a.servers.cmp(&b.servers)),
    ]
}
