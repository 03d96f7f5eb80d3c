//! Adding one of the cluster's groups to those that Drover gives the server.

use drover_types::{error::ApiError, firewall::Group};
use drover_ui::prelude::*;
use leptos::{prelude::*, task::spawn_local};

use super::{groups::foreign, reader::Reader};
use crate::{
    rpc,
    session::use_session,
    shared::ErrorCallout,
    texts::{say, text, use_i18n},
};

/// The choice of another group of the server's cluster.
#[component]
pub(super) fn Add(reader: Reader) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let all = RwSignal::new(None::<Result<Vec<Group>, ApiError>>);
    let load = move || {
        spawn_local(async move {
            let answer = session.heeded(rpc::firewall::firewall_groups().await);
            all.try_set(Some(answer));
        });
    };
    Effect::new(move |_| load());
    let others = Memo::new(move |_| {
        let cluster = reader.with(|firewall| firewall.guest.cluster.clone());
        let mut taken = foreign(reader);
        taken.extend(reader.wanted.get());
        all.with(|all| {
            let groups = all
                .iter()
                .flatten()
                .flatten()
                .map(|group| &group.summary)
                .filter(|group| group.cluster == cluster && !taken.contains(&group.name));
            groups
                .map(|group| SelectOption::new(group.name.clone(), group.name.clone()))
                .collect::<Vec<_>>()
        })
    });
    let add = Bound::new(String::new, move |group: String| {
        if !group.is_empty() {
            reader.wanted.update(|wanted| wanted.push(group));
        }
    });
    let none = Signal::derive(move || {
        let is_known = all.with(|all| matches!(all, Some(Ok(_))));
        (is_known && others.with(Vec::is_empty)).then(|| say!(i18n, server_firewall.no_others))
    });
    view! {
        {move || {
            let error = all.with(|all| all.as_ref()?.as_ref().err().cloned());
            error.map(|error| view! { <ErrorCallout error=error on_retry=move |()| load() /> })
        }}
        <Select
            label=text!(i18n, server_firewall.add)
            value=add
            options=others
            placeholder=Signal::derive(move || Some(say!(i18n, server_firewall.add_choose)))
            disabled=none
        />
    }
}
