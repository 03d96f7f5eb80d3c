//! Giving what is ticked a firewall group in place of those that it has, or none.

use std::collections::BTreeSet;

use drover_types::{firewall::Assignment, many::MOST_SERVERS, permission::Permission, text::Problem};
use drover_ui::prelude::*;
use leptos::{prelude::*, task::spawn_local};

use super::ticked::Ticked;
use crate::{
    layout::{Question, use_confirm},
    rpc,
    session::use_session,
    shared::{tell_left_out, use_refusal},
    texts::{say, text, use_i18n, use_lang},
};

/// What is chosen to take Drover's groups off; no group can be called so.
const NONE: &str = "-";

/// The item of the menu on what is ticked.
#[component]
pub(super) fn SetFirewallGroup(ticked: Ticked) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let confirm = use_confirm();
    let toasts = use_toasts();
    let owner = StoredValue::new(Owner::current().unwrap_or_default());
    let ask = move || {
        let (names, clusters) = ticked.with_guests(|guests| {
            let names: Vec<String> = guests.iter().map(|guest| guest.id.to_string()).collect();
            let clusters: BTreeSet<String> = guests.iter().map(|guest| guest.id.cluster.clone()).collect();
            (names, clusters)
        });
        let group = ArcRwSignal::new(String::new());
        let chosen = group.clone();
        let blocked = ArcRwSignal::new(Some(Problem::Required));
        let run = move || {
            let (names, group) = (names.clone(), chosen.get_untracked());
            async move {
                let is_given = group != NONE;
                let assignment = Assignment {
                    groups: Some(group).filter(|_| is_given).into_iter().collect(),
                    enable: is_given,
                    nics: is_given,
                    // Whatever each of them has is replaced.
                    expected: None,
                };
                for some in names.chunks(MOST_SERVERS) {
                    let sent = rpc::firewall::assign_firewall_to_servers(some.to_vec(), assignment.clone());
                    tell_left_out(&sent.await?, toasts, i18n, lang)?;
                }
                Ok(())
            }
        };
        let question = Question::new(
            say!(i18n, servers.firewall_title, count = ticked.count() as u64),
            say!(i18n, servers.firewall_body),
            say!(i18n, servers.firewall_give),
            run,
        );
        let not_yet = blocked.clone();
        let choice = move || {
            let group = RwSignal::from(group.clone());
            view! { <GroupChoice group=group clusters=clusters.clone() blocked=not_yet.clone() /> }.into_any()
        };
        confirm.ask(question.harmless().unless(blocked).with(choice));
    };
    view! {
        <MenuItem
            label=text!(i18n, servers.firewall_set)
            icon=IconName::Shield
            disabled=use_refusal(Permission::AssignFirewallGroups)
            on_select=move |()| owner.with_value(|owner| owner.with(|| untrack(ask)))
        />
    }
}

/// Which group of those that each of the clusters has.
#[component]
fn GroupChoice(
    group: RwSignal<String>,
    clusters: BTreeSet<String>,
    /// Why there is nothing to send yet.
    blocked: ArcRwSignal<Option<Problem>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let session = use_session();
    let names = RwSignal::new(Vec::<String>::new());
    let error = RwSignal::new(None);
    spawn_local(async move {
        match session.heeded(rpc::firewall::firewall_groups().await) {
            Ok(all) => {
                let of = |cluster: &String| {
                    let own = all.iter().filter(|group| group.summary.cluster == *cluster);
                    own.map(|group| group.summary.name.clone())
                        .collect::<BTreeSet<_>>()
                };
                let shared = clusters.iter().map(of).reduce(|one, other| &one & &other);
                names.try_set(shared.unwrap_or_default().into_iter().collect());
            }
            Err(problem) => {
                error.try_set(Some(problem));
            }
        }
    });
    Effect::new(move |_| blocked.set(group.with(String::is_empty).then_some(Problem::Required)));
    let options = Signal::derive(move || {
        let of = |name: String| SelectOption::new(name.clone(), name);
        let none = SelectOption::new(NONE, say!(i18n, servers.firewall_none));
        names.get().into_iter().map(of).chain([none]).collect::<Vec<_>>()
    });
    view! {
        <Select
            label=text!(i18n, servers.firewall_group)
            value=group
            options=options
            placeholder=Signal::derive(move || Some(say!(i18n, servers.firewall_choose)))
            error=Signal::derive(move || error.with(|error| Some(error.as_ref()?.text(lang.get()))))
        />
    }
}
