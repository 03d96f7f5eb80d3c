//! The question how the ticked servers are to be backed up.

use std::collections::BTreeSet;

use drover_types::{
    backup::{BackUp, BackedUpServer, BackupStorage},
    error::ApiError,
    many::MOST_SERVERS,
    task::TaskKind,
};
use drover_ui::prelude::*;
use leptos::{prelude::*, task::spawn_local};

use super::{known::Known, server_columns::called};
use crate::{
    i18n::Locale,
    paths, rpc,
    session::use_session,
    shared::{BackupFields, BackupForm, backup_targets, tell_left_out, use_form_error},
    texts::{say, text, use_i18n, use_lang},
};

/// How many servers are named.
const MOST_NAMES: usize = 8;

/// The dialog.
#[component]
pub(super) fn BackUpMany(
    known: Known,
    open: RwSignal<bool>,
    chosen: Memo<Vec<BackedUpServer>>,
    ticked: RwSignal<BTreeSet<String>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let session = use_session();
    let toasts = use_toasts();
    let fields = BackupFields::new();
    let busy = RwSignal::new(false);
    let error = use_form_error();
    let targets = Signal::derive(move || backup_targets(&storages_for(known, chosen)));
    Effect::new(move |_| {
        if open.get() {
            fields.fill(&BackupFields::usual());
            if let [only] = &targets.get_untracked()[..] {
                fields.storage.set(only.value.clone());
            }
            error.clear();
        }
    });
    let back_up = move |()| {
        let how = untrack(|| fields.read());
        if error.found(how.problems()) {
            return;
        }
        let names = chosen.with_untracked(|chosen| chosen.iter().map(|one| one.guest.to_string()).collect());
        busy.set(true);
        error.clear();
        spawn_local(async move {
            let answer = session.heeded(send(names, how, toasts, (i18n, lang)).await);
            busy.try_set(false);
            match answer {
                Ok(()) => {
                    ticked.try_update(BTreeSet::clear);
                    open.try_set(false);
                }
                Err(problem) => error.set(problem),
            }
        });
    };
    let nobody = Signal::derive(move || {
        chosen
            .with(Vec::is_empty)
            .then(|| say!(i18n, backups.nothing_selected))
    });
    let names = move || {
        chosen.with(|chosen| {
            let names: Vec<String> = chosen.iter().take(MOST_NAMES).map(called).collect();
            let names = names.join(", ");
            match chosen.len().saturating_sub(MOST_NAMES) {
                0 => names,
                more => say!(i18n, backups.and_more, names = names, count = more as u64),
            }
        })
    };
    view! {
        <ConfirmDialog
            open=open
            title=Signal::derive(move || {
                say!(i18n, backups.back_up_title, count = chosen.with(Vec::len) as u64)
            })
            confirm_label=text!(i18n, backups.back_up)
            cancel_label=text!(i18n, common.cancel)
            on_confirm=back_up
            variant=ButtonVariant::Primary
            busy=busy
            disabled=nobody
            error=error.text()
        >
            <p class="backup-form__hint">{names}</p>
            <BackupForm fields=fields storages=targets error=error />
        </ConfirmDialog>
    }
}

/// The storages that every chosen server's cluster has. Tracked.
fn storages_for(known: Known, chosen: Memo<Vec<BackedUpServer>>) -> Vec<BackupStorage> {
    let clusters: BTreeSet<String> =
        chosen.with(|chosen| chosen.iter().map(|one| one.guest.cluster.clone()).collect());
    known.overview.with(|overview| {
        let has = |cluster: &String, name: &String| {
            let mut all = overview.storages.iter();
            all.any(|one| one.cluster == *cluster && one.storage == *name)
        };
        let fits = |one: &&BackupStorage| {
            clusters.contains(&one.cluster) && clusters.iter().all(|cluster| has(cluster, &one.storage))
        };
        overview.storages.iter().filter(fits).cloned().collect()
    })
}

/// Asks for so many at once as the server takes; each request is a task of its own.
async fn send(
    names: Vec<String>,
    how: BackUp,
    toasts: Toasts,
    (i18n, lang): (Signal<Locale>, Signal<drover_types::lang::Lang>),
) -> Result<(), ApiError> {
    for some in names.chunks(MOST_SERVERS) {
        let acted = rpc::backups::back_up_servers(some.to_vec(), how.clone()).await?;
        tell_left_out(&acted, toasts, i18n, lang)?;
        if let Some(task) = acted.task {
            untrack(|| {
                let begun = Toast::success(TaskKind::BackUpServers.name(lang.get()));
                toasts.show(begun.link(say!(i18n, server.show_task), paths::task(&task)));
            });
        }
    }
    Ok(())
}
