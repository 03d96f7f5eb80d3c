//! The firewall group that filters the server before it starts.

use drover_types::{firewall::GroupId, permission::Permission};
use drover_ui::prelude::*;
use leptos::{prelude::*, task::spawn_local};

use super::{fields, part::Part, state::Form};
use crate::{
    rpc,
    session::use_session,
    shared::use_refusal,
    texts::{say, text, use_i18n},
};

/// The groups of the cluster that the server is made in.
#[component]
pub fn Firewall(form: Form) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let groups = RwSignal::new(Vec::<GroupId>::new());
    let unread = RwSignal::new(false);
    Effect::new(move |_| {
        spawn_local(async move {
            match session.heeded(rpc::firewall::firewall_groups().await) {
                Ok(all) => {
                    groups.try_set(all.iter().map(|group| group.summary.id()).collect());
                }
                Err(_) => {
                    unread.try_set(true);
                }
            }
        });
    });
    let cluster = Memo::new(move |_| form.draft.with(|draft| draft.cluster.clone()));
    let options = Memo::new(move |_| {
        let own = cluster.get();
        groups.with(|groups| {
            let own = groups.iter().filter(|group| group.cluster == own);
            own.map(|group| SelectOption::new(group.name.clone(), group.name.clone()))
                .collect::<Vec<_>>()
        })
    });
    let hint = Signal::derive(move || {
        Some(if unread.get() {
            say!(i18n, new_server.firewall_unread)
        } else {
            say!(i18n, new_server.firewall_group_hint)
        })
    });
    view! {
        <Part title=text!(i18n, new_server.firewall) hint=text!(i18n, new_server.firewall_hint)>
            <Select
                label=text!(i18n, new_server.firewall_group)
                value=form.part(
                    |draft| draft.firewall_group.clone(),
                    |draft, group| draft.firewall_group = group,
                )
                options=options
                placeholder=Signal::derive(move || Some(say!(i18n, new_server.firewall_none)))
                hint=hint
                disabled=use_refusal(Permission::AssignFirewallGroups)
                error=form.problem(|_| fields::FIREWALL_GROUPS.to_owned())
            />
        </Part>
    }
}
