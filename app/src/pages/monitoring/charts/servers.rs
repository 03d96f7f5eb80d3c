//! Choosing the servers to compare.

use std::collections::BTreeSet;

use drover_types::ids::GuestId;
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::chosen::{Chosen, MOST};
use crate::{
    shared::ServerChoice,
    texts::{say, text, use_i18n},
};

/// The dialog.
#[component]
pub(super) fn ServersDialog(chosen: Chosen, open: RwSignal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let filter = RwSignal::new(String::new());
    let ticked = RwSignal::new(BTreeSet::<GuestId>::new());
    Effect::new(move |_| {
        if open.get() {
            filter.set(String::new());
            ticked.set(chosen.servers.get_untracked().into_iter().collect());
        }
    });
    let too_many = Signal::derive(move || {
        let count = ticked.with(BTreeSet::len);
        (count > MOST).then(|| say!(i18n, monitoring.at_most, most = MOST as u64))
    });
    let save = move |()| {
        ticked.with_untracked(|ticked| chosen.choose(ticked));
        open.set(false);
    };
    view! {
        <ConfirmDialog
            open=open
            title=text!(i18n, monitoring.choose_servers)
            confirm_label=text!(i18n, monitoring.compare)
            cancel_label=text!(i18n, common.cancel)
            on_confirm=save
            variant=ButtonVariant::Primary
            disabled=too_many
        >
            <p>{text!(i18n, monitoring.choose_hint, most = MOST as u64)}</p>
            <ServerChoice filter=filter ticked=ticked fits=Callback::new(|_| true) />
        </ConfirmDialog>
    }
}
