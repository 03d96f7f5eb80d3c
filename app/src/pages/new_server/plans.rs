//! What a series of servers takes together: of each node and of each storage.

use std::collections::BTreeMap;

use drover_types::{server::CreatePlan, units};
use leptos::prelude::*;

use super::{planned::Planned, state::Form};
use crate::texts::{say, use_i18n};

/// What is taken of one node.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct OnNode {
    servers: usize,
    cores: u32,
    memory_mb: u64,
}

/// What is taken in all.
#[derive(Clone, Default, PartialEq, Eq)]
struct Needs {
    nodes: BTreeMap<String, OnNode>,
    /// GiB by storage.
    storages: BTreeMap<String, u64>,
    all: OnNode,
}

impl Needs {
    fn of<'a>(plans: impl Iterator<Item = &'a CreatePlan>) -> Self {
        let mut needs = Self::default();
        for plan in plans {
            let node = plan.node.clone().unwrap_or_default();
            for taken in [needs.nodes.entry(node).or_default(), &mut needs.all] {
                taken.servers += 1;
                taken.cores += plan.cores;
                taken.memory_mb += plan.memory_mb;
            }
            for disk in &plan.disks {
                *needs.storages.entry(disk.storage.clone()).or_default() += disk.size_gb;
            }
        }
        needs
    }
}

/// The totals of those that can be made.
#[component]
pub fn Totals(form: Form) -> impl IntoView {
    let i18n = use_i18n();
    let needs = Memo::new(move |_| {
        form.planned.with(|planned| match planned {
            Planned::Many(_, plan) => Needs::of(plan.rows.iter().filter(|row| row.problems.is_empty())),
            _ => Needs::default(),
        })
    });
    let row = move |name: String, taken: OnNode, is_sum: bool| {
        view! {
            <tr class=is_sum.then_some("new-server__in-all")>
                <th scope="row">{name}</th>
                <td>{say!(i18n, new_server.servers_count, count = taken.servers as u64)}</td>
                <td>{say!(i18n, new_server.cores_short, count = u64::from(taken.cores))}</td>
                <td>{units::size(taken.memory_mb * units::MIB)}</td>
            </tr>
        }
    };
    move || {
        let Needs { nodes, storages, all } = needs.get();
        let is_one = nodes.len() < 2;
        let nodes: Vec<_> = nodes
            .into_iter()
            .map(|(name, taken)| row(name, taken, false))
            .collect();
        let disks: Vec<_> = storages
            .into_iter()
            .map(|(name, size)| {
                view! {
                    <li>
                        <strong>{name}</strong>
                        " "
                        {units::size(size * units::GIB)}
                    </li>
                }
            })
            .collect();
        view! {
            <div
                class="new-server__table"
                tabindex="0"
                role="region"
                aria-label=say!(i18n, new_server.plan)
            >
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{say!(i18n, new_server.node)}</th>
                            <th scope="col">{say!(i18n, new_server.servers)}</th>
                            <th scope="col">{say!(i18n, new_server.cores)}</th>
                            <th scope="col">{say!(i18n, new_server.memory)}</th>
                        </tr>
                    </thead>
                    <tbody>{nodes}</tbody>
                    {(!is_one)
                        .then(|| {
                            view! {
                                <tfoot>{row(say!(i18n, new_server.in_all), all, true)}</tfoot>
                            }
                        })}
                </table>
            </div>
            <div class="new-server__space">
                <span>{say!(i18n, new_server.space)}</span>
                <ul>{disks}</ul>
            </div>
        }
        .into_any()
    }
}
