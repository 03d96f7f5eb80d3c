//! What will be made, where, and what is in the way: the server's answer to the form as it stands.

use drover_types::{
    role::RoleKey,
    server::{CreatePlan, DiskChange, NicSpec, PlannedDisk},
    units,
};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{planned::Planned, plans::Totals, state::Form, verdict::InTheWay};
use crate::{
    shared::ErrorCallout,
    texts::{say, text, use_i18n},
};

/// The plan, made anew while one types.
#[component]
pub fn Plan(form: Form) -> impl IntoView {
    let i18n = use_i18n();
    let status = move || {
        form.is_planning.get().then(|| {
            view! {
                <span class="new-server__planning">
                    <Spinner />
                    {text!(i18n, new_server.planning)}
                </span>
            }
        })
    };
    view! {
        <Card title=text!(i18n, new_server.plan) actions=status flush=true>
            <div class="new-server__plan" aria-live="polite" aria-busy=move || form.is_planning.get().to_string()>
                {move || match form.planned.get() {
                    Planned::One(plan) => table(&plan),
                    Planned::Many(..) => view! { <Totals form=form /> }.into_any(),
                    Planned::Nothing | Planned::Failed(_) => {
                        view! { <p class="new-server__empty">{text!(i18n, new_server.plan_empty)}</p> }.into_any()
                    }
                }}
            </div>
            <div class="new-server__verdict">
                {move || {
                    form.failure().map(|error| view! { <ErrorCallout error=error /> })
                }}
                <InTheWay form=form />
            </div>
        </Card>
    }
}

/// The plan as a table. Called inside the closure that shows it, so that it follows the language.
fn table(plan: &CreatePlan) -> AnyView {
    let i18n = use_i18n();
    let node = plan
        .node
        .clone()
        .unwrap_or_else(|| say!(i18n, new_server.no_node));
    let id = plan.vmid.map_or_else(|| "—".to_owned(), |vmid| vmid.to_string());
    let template = plan
        .template
        .as_ref()
        .map_or_else(|| "—".to_owned(), |(vmid, name)| format!("{name} ({vmid})"));
    let disks = plan.disks.iter().map(disk_text).collect();
    let nics = (0..).zip(&plan.nics).map(|(n, nic)| nic_text(n, nic)).collect();
    let more = [
        (
            say!(i18n, new_server.firewall_group),
            plan.firewall_groups.join(", "),
        ),
        (
            say!(i18n, new_server.roles),
            plan.roles
                .iter()
                .map(RoleKey::as_str)
                .collect::<Vec<_>>()
                .join(", "),
        ),
    ];
    let more = more
        .into_iter()
        .filter(|(_, given)| !given.is_empty())
        .map(|(name, given)| {
            view! {
                <tr>
                    <th scope="row">{name}</th>
                    <td colspan="4">{given}</td>
                </tr>
            }
        });
    view! {
        <div class="new-server__table" tabindex="0" role="region" aria-label=say!(i18n, new_server.server)>
            <table>
                <thead>
                    <tr>
                        <th scope="col">{say!(i18n, new_server.server)}</th>
                        <th scope="col">{say!(i18n, new_server.place)}</th>
                        <th scope="col">{say!(i18n, new_server.size)}</th>
                        <th scope="col">{say!(i18n, new_server.disks)}</th>
                        <th scope="col">{say!(i18n, new_server.network)}</th>
                    </tr>
                </thead>
                <tbody>
                    <tr>
                        <th scope="row">
                            {plan.name.clone()}
                            <span class="new-server__more">{say!(i18n, new_server.id, id = id)}</span>
                        </th>
                        <td>
                            {node} " · " {plan.cluster.clone()} <span class="new-server__more">{template}</span>
                        </td>
                        <td>
                            {say!(i18n, new_server.cores_short, count = u64::from(plan.cores))}
                            <span class="new-server__more">{units::size(plan.memory_mb * units::MIB)}</span>
                        </td>
                        <td>{list(disks)}</td>
                        <td>{list(nics)}</td>
                    </tr>
                    {more.collect_view()}
                </tbody>
            </table>
        </div>
    }
    .into_any()
}

fn list(texts: Vec<String>) -> impl IntoView {
    let rows: Vec<_> = texts.into_iter().map(|text| view! { <li>{text}</li> }).collect();
    view! { <ul class="new-server__lines">{rows}</ul> }
}

fn disk_text(disk: &PlannedDisk) -> String {
    let i18n = use_i18n();
    let change = match disk.change {
        DiskChange::Keep => say!(i18n, new_server.disk_keep),
        DiskChange::Grow => say!(i18n, new_server.disk_grow),
        DiskChange::Add => say!(i18n, new_server.disk_add),
    };
    format!(
        "{} {} GiB · {} · {change}",
        disk.interface, disk.size_gb, disk.storage
    )
}

fn nic_text(n: usize, nic: &NicSpec) -> String {
    let i18n = use_i18n();
    let address = match nic.address {
        Some(address) => format!("{address}/{}", nic.prefix),
        None => say!(i18n, new_server.dhcp),
    };
    let bridge = if nic.bridge.is_empty() {
        say!(i18n, new_server.bridge_default)
    } else {
        nic.bridge.clone()
    };
    let gateway = nic
        .gateway
        .map(|gateway| format!(" → {gateway}"))
        .unwrap_or_default();
    format!("net{n} {bridge} · {address}{gateway}")
}
