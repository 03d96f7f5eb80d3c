//! What the list shows of a group.

use drover_types::{filter::natural, firewall::GroupSummary};
use drover_ui::prelude::*;
use leptos::prelude::*;

use crate::{
    paths,
    texts::{text, use_i18n},
};

/// The columns, in order.
pub(super) fn columns() -> Vec<Column<GroupSummary>> {
    let i18n = use_i18n();
    vec![
        Column::live("name", text!(i18n, firewall.name), name)
            .width(180)
            .sort_by(|a: &GroupSummary, b: &GroupSummary| natural(&a.name, &b.name)),
        Column::new(
            "comment",
            text!(i18n, firewall.comment),
            |group: &GroupSummary| group.comment.clone(),
        )
        .width(260)
        .grow(),
        Column::new("rules", text!(i18n, firewall.rules), |group: &GroupSummary| {
            group.rules_count
        })
        .width(90)
        .align(Align::End)
        .sort_by(|a: &GroupSummary, b: &GroupSummary| a.rules_count.cmp(&b.rules_count)),
        Column::new(
            "servers",
            text!(i18n, firewall.servers),
            |group: &GroupSummary| group.servers.len(),
        )
        .width(90)
        .align(Align::End)
        .sort_by(|a: &GroupSummary, b: &GroupSummary| a.servers.len().cmp(&b.servers.len())),
    ]
}

fn name(row: Signal<GroupSummary>) -> impl IntoView {
    view! {
        <a href=move || row.with(|group| paths::firewall_group(&group.id()))>
            {move || row.with(|group| group.name.clone())}
        </a>
    }
}
