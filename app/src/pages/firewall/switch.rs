//! The question whether a cluster's firewall is to be switched on: it says first what that can lock out.

use drover_types::firewall::ClusterChange;
use drover_ui::prelude::*;
use leptos::{prelude::*, task::spawn_local};

use crate::{
    rpc,
    session::use_session,
    shared::use_form_error,
    texts::{say, text, use_i18n},
};

/// The dialog.
#[component]
pub(super) fn SwitchOn(
    cluster: String,
    digest: String,
    open: RwSignal<bool>,
    on_done: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let toasts = use_toasts();
    let busy = RwSignal::new(false);
    let error = use_form_error();
    let done = text!(i18n, firewall.switched_on);
    let title = {
        let cluster = cluster.clone();
        Signal::derive(move || say!(i18n, firewall.switch_on_title, cluster = cluster.clone()))
    };
    let label = {
        let cluster = cluster.clone();
        Signal::derive(move || say!(i18n, firewall.switch_on_type, cluster = cluster.clone()))
    };
    let typed = Signal::stored(Some(cluster.clone()));
    let switch = move |()| {
        busy.set(true);
        error.clear();
        let change = ClusterChange {
            enabled: Some(true),
            digest: Some(digest.clone()).filter(|digest| !digest.is_empty()),
            ..ClusterChange::default()
        };
        let cluster = cluster.clone();
        spawn_local(async move {
            let answer = session.heeded(rpc::firewall::change_cluster_firewall(cluster, change).await);
            busy.try_set(false);
            match answer {
                Ok(_) => {
                    open.try_set(false);
                    toasts.show(Toast::success(done.get_untracked()));
                    on_done.run(());
                }
                Err(problem) => error.set(problem),
            }
        });
    };
    view! {
        <ConfirmDialog
            open=open
            title=title
            confirm_label=text!(i18n, firewall.switch_on_now)
            cancel_label=text!(i18n, common.cancel)
            on_confirm=switch
            type_to_confirm=typed
            type_label=label
            busy=busy
            error=error.text()
        >
            <p>{text!(i18n, firewall.switch_on_body)}</p>
            <ul class="firewall__warnings">
                <li>{text!(i18n, firewall.switch_on_nodes)}</li>
                <li>{text!(i18n, firewall.switch_on_guests)}</li>
            </ul>
        </ConfirmDialog>
    }
}
