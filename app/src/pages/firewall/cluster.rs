//! One cluster: whether its firewall is on, its groups, and its names for addresses.

use drover_types::{
    filter::natural,
    firewall::{ClusterFirewall, GroupSummary},
    permission::Permission,
};
use drover_ui::prelude::*;
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{
    addresses::{Aliases, IpSets},
    columns::columns,
    switch::SwitchOn,
};
use crate::{
    paths,
    shared::use_refusal_for_all,
    texts::{say, text, use_i18n},
};

/// The cluster.
#[component]
pub(super) fn ClusterView(
    of: ClusterFirewall,
    mut groups: Vec<GroupSummary>,
    /// Whether it need not be told from others.
    is_only: bool,
    reload: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let navigate = use_navigate();
    groups.sort_by(|one, other| natural(&one.name, &other.name));
    let ClusterFirewall {
        cluster,
        options,
        ip_sets,
        aliases,
    } = of;
    let is_on = options.enabled;
    let open =
        move |group: GroupSummary| navigate(&paths::firewall_group(&group.id()), NavigateOptions::default());
    let label = {
        let cluster = cluster.clone();
        Signal::derive(move || {
            if is_only {
                say!(i18n, firewall.groups)
            } else {
                say!(i18n, firewall.groups_of, cluster = cluster.clone())
            }
        })
    };
    let empty = move || {
        view! {
            <EmptyState
                title=text!(i18n, firewall.no_groups)
                description=text!(i18n, firewall.no_groups_hint)
                icon=IconName::Shield
            />
        }
    };
    view! {
        {(!is_on).then(|| view! { <Off cluster=cluster.clone() digest=options.digest.clone() reload=reload /> })}
        <Card title=label flush=true>
            <DataTable
                label=label
                rows=Signal::stored(groups)
                row_key=|group: &GroupSummary| group.name.clone()
                columns=columns()
                on_open=open
                empty=empty
            />
        </Card>
        <div class="firewall__addresses">
            <IpSets cluster=cluster.clone() sets=ip_sets reload=reload />
            <Aliases cluster=cluster aliases=aliases reload=reload />
        </div>
    }
}

/// Says that nothing is filtered, and offers to change that.
#[component]
fn Off(cluster: String, digest: String, reload: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let open = RwSignal::new(false);
    let refusal = use_refusal_for_all(Permission::ManageFirewallGroups);
    let title = {
        let cluster = cluster.clone();
        Signal::derive(move || say!(i18n, firewall.is_off, cluster = cluster.clone()))
    };
    view! {
        <Callout
            tone=Tone::Warning
            title=title
            actions=move || {
                view! {
                    <Button size=ButtonSize::Small disabled=refusal on_click=move |_| open.set(true)>
                        {text!(i18n, firewall.switch_on)}
                    </Button>
                }
            }
        >
            {text!(i18n, firewall.is_off_hint)}
        </Callout>
        <SwitchOn cluster=cluster digest=digest open=open on_done=reload />
    }
}
