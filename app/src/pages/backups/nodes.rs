//! How much each node's servers have of backups.

use std::collections::BTreeMap;

use drover_types::{
    backup::{BackedUpServer, Coverage},
    filter::natural,
    units,
};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::known::Known;
use crate::{
    clock::use_now,
    texts::{say, text, use_i18n},
};

/// The servers of one node together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct NodeTotals {
    cluster: String,
    /// `None` for guests that are gone.
    node: Option<String>,
    servers: usize,
    backups: u64,
    bytes: u64,
    in_no_job: usize,
    overdue: usize,
}

/// Adds up what servers have, by node; guests that are gone come last.
fn totals(servers: &[BackedUpServer], overdue_days: u32, now: i64) -> Vec<NodeTotals> {
    let mut nodes: BTreeMap<(bool, &str, &str), NodeTotals> = BTreeMap::new();
    for one in servers {
        let cluster = &one.guest.cluster;
        let key = (
            !one.exists(),
            cluster.as_str(),
            one.node.as_deref().unwrap_or_default(),
        );
        let node = nodes.entry(key).or_insert_with(|| NodeTotals {
            cluster: cluster.clone(),
            node: one.node.clone(),
            ..NodeTotals::default()
        });
        node.servers += 1;
        node.backups += u64::from(one.count);
        node.bytes = node.bytes.saturating_add(one.bytes);
        node.in_no_job += usize::from(one.exists() && one.coverage == Coverage::Uncovered);
        node.overdue += usize::from(one.is_overdue(overdue_days, now));
    }
    nodes.into_values().collect()
}

/// The table.
#[component]
pub(super) fn Nodes(known: Known) -> impl IntoView {
    let i18n = use_i18n();
    let now = use_now();
    // Days are counted: a table that moved every second would find no rest.
    let hour = Memo::new(move |_| now.get() / 3600 * 3600);
    let rows = Memo::new(move |_| {
        known
            .overview
            .with(|overview| totals(&overview.servers, overview.overdue_days, hour.get()))
    });
    view! {
        <Card title=text!(i18n, backups.by_node) flush=true>
            <DataTable
                label=text!(i18n, backups.by_node)
                rows=rows
                row_key=|one: &NodeTotals| {
                    format!("{}/{}", one.cluster, one.node.as_deref().unwrap_or_default())
                }
                columns=columns(rows)
            />
        </Card>
    }
}

fn columns(rows: Memo<Vec<NodeTotals>>) -> Vec<Column<NodeTotals>> {
    type Row = NodeTotals;
    let i18n = use_i18n();
    let is_only = Signal::derive(move || {
        rows.with(|rows| {
            let mut clusters = rows.iter().map(|one| &one.cluster);
            let first = clusters.next();
            clusters.all(|cluster| Some(cluster) == first)
        })
    });
    let number = |id: &'static str, title: Signal<String>, of: fn(&Row) -> u64| {
        Column::new(id, title, of)
            .width(110)
            .align(Align::End)
            .sort_by(move |a: &Row, b: &Row| of(a).cmp(&of(b)))
    };
    vec![
        Column::live("node", text!(i18n, backups.node), name)
            .width(140)
            .grow()
            .sort_by(|a: &Row, b: &Row| {
                let name = |row: &Row| row.node.clone().unwrap_or_default();
                natural(&name(a), &name(b))
            }),
        Column::new("cluster", text!(i18n, backups.cluster), |one: &Row| {
            one.cluster.clone()
        })
        .width(110)
        .hidden(is_only),
        number("servers", text!(i18n, backups.servers), |one| one.servers as u64),
        number("count", text!(i18n, backups.count), |one| one.backups),
        Column::new("size", text!(i18n, backups.size), |one: &Row| {
            units::size(one.bytes)
        })
        .width(110)
        .align(Align::End)
        .sort_by(|a: &Row, b: &Row| a.bytes.cmp(&b.bytes)),
        number("uncovered", text!(i18n, backups.uncovered), |one| {
            one.in_no_job as u64
        }),
        number("overdue", text!(i18n, backups.overdue), |one| one.overdue as u64),
    ]
}

fn name(row: Signal<NodeTotals>) -> impl IntoView {
    let i18n = use_i18n();
    move || row.with(|one| one.node.clone().unwrap_or_else(|| say!(i18n, backups.gone)))
}

#[cfg(test)]
mod tests {
    use drover_types::{guest::GuestKind, ids::GuestId};

    use super::*;

    fn server(vmid: u32, node: Option<&str>, count: u32, without_since: Option<i64>) -> BackedUpServer {
        BackedUpServer {
            guest: GuestId::new("lab", vmid),
            kind: GuestKind::Qemu,
            name: format!("web-{vmid}"),
            node: node.map(ToOwned::to_owned),
            newest: without_since,
            without_since,
            count,
            bytes: u64::from(count) * 10,
            storages: Vec::new(),
            coverage: if count == 0 {
                Coverage::Uncovered
            } else {
                Coverage::Covered
            },
        }
    }

    #[test]
    fn nodes_have_what_their_servers_have_and_those_that_are_gone_come_last() {
        let now = 1_800_000_000;
        let long_ago = Some(now - 30 * 86_400);
        let servers = [
            server(1, None, 4, None),
            server(2, Some("pve1"), 2, Some(now)),
            server(3, Some("pve1"), 1, long_ago),
            server(4, Some("pve2"), 0, long_ago),
        ];
        let told: Vec<_> = totals(&servers, 7, now)
            .into_iter()
            .map(|one| {
                (
                    one.node,
                    one.servers,
                    one.backups,
                    one.bytes,
                    one.in_no_job,
                    one.overdue,
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                (Some("pve1".to_owned()), 2, 3, 30, 0, 1),
                (Some("pve2".to_owned()), 1, 0, 0, 1, 1),
                (None, 1, 4, 40, 0, 0),
            ]
        );
    }
}
