//! The switches in the order in which Proxmox looks at them, and what each that is off does.

use drover_types::firewall::{GuestFirewall, Switch};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::reader::Reader;
use crate::{
    paths,
    texts::{say, text, use_i18n},
};

/// Every switch, the widest first, with whether it is on.
fn switches(firewall: &GuestFirewall) -> Vec<(Switch, bool)> {
    let cluster = Switch::Cluster {
        cluster: firewall.guest.cluster.clone(),
    };
    let node = Switch::Node {
        node: firewall.node.clone(),
    };
    let wide = [
        (cluster, firewall.cluster_enabled),
        (node, firewall.node_enabled),
        (Switch::Guest, firewall.guest_enabled),
    ];
    let nics = firewall.nics.iter().map(|nic| {
        let interface = nic.interface.clone();
        (Switch::Nic { interface }, nic.enabled)
    });
    wide.into_iter().chain(nics).collect()
}

/// The list.
#[component]
pub fn Switches(reader: Reader) -> impl IntoView {
    let i18n = use_i18n();
    let all = Memo::new(move |_| reader.with(switches));
    let rows = move || {
        let row = |(switch, is_on)| view! { <Row switch=switch is_on=is_on /> };
        all.get().into_iter().map(row).collect_view()
    };
    view! {
        <ol class="server-firewall__switches" aria-label=text!(i18n, server_firewall.switches)>
            {rows}
        </ol>
    }
}

#[component]
fn Row(switch: Switch, is_on: bool) -> impl IntoView {
    let i18n = use_i18n();
    let is_cluster = matches!(switch, Switch::Cluster { .. });
    // The node's own protection has no part in the server's.
    let tone = match (&switch, is_on) {
        (_, true) => Tone::Success,
        (Switch::Node { .. }, false) => Tone::Info,
        (_, false) => Tone::Warning,
    };
    let why = {
        let switch = switch.clone();
        move || match &switch {
            Switch::Cluster { .. } => say!(i18n, server_firewall.cluster_off),
            Switch::Node { .. } => say!(i18n, server_firewall.node_off),
            Switch::Guest => say!(i18n, server_firewall.guest_off),
            Switch::Nic { .. } => say!(i18n, server_firewall.nic_off),
        }
    };
    let state = Signal::derive(move || {
        if is_on {
            say!(i18n, server_firewall.on)
        } else {
            say!(i18n, server_firewall.off)
        }
    });
    view! {
        <li class="server-firewall__switch">
            <span class="server-firewall__switch-name">{move || switch_name(&switch)}</span>
            <StatusDot label=state tone=tone />
            {(!is_on)
                .then(|| {
                    view! {
                        <p class="server-firewall__why">
                            {why}
                            {is_cluster
                                .then(|| {
                                    view! { " " <a href=paths::FIREWALL>{text!(i18n, server_firewall.to_firewall)}</a> }
                                })}
                        </p>
                    }
                })}
        </li>
    }
}

/// What a switch is called. Tracked.
pub(super) fn switch_name(switch: &Switch) -> String {
    let i18n = use_i18n();
    match switch {
        Switch::Cluster { cluster } => say!(i18n, server_firewall.cluster, name = cluster.clone()),
        Switch::Node { node } => say!(i18n, server_firewall.node, name = node.clone()),
        Switch::Guest => say!(i18n, server_firewall.guest),
        Switch::Nic { interface } => say!(i18n, server_firewall.nic, name = interface.clone()),
    }
}
