//! The question before a server is put back to what it was: what that comes to, and the backup of what is there now.

use drover_types::backup::{Archive, RestoreOver};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{
    asked::Asker,
    plan::{Plan, use_plan},
    storages::disk_storages,
};
use crate::{
    rpc,
    shared::{TaskInWay, backup_targets},
    texts::{say, text, use_i18n},
};

/// The dialog.
#[component]
pub fn RestoreDialog(asker: Asker, archive: Archive) -> impl IntoView {
    let i18n = use_i18n();
    let reader = asker.reader;
    let targets = Signal::derive(move || reader.with(|found| backup_targets(&found.targets)));
    let first = targets.with_untracked(|targets| {
        let same = targets.iter().find(|target| target.value == archive.storage);
        same.or_else(|| targets.first())
            .map(|target| target.value.clone())
    });
    let is_safe = RwSignal::new(first.is_some());
    let safety = RwSignal::new(first.unwrap_or_default());
    let storage = RwSignal::new(String::new());
    let runs = reader
        .guest
        .with_untracked(|guest| guest.as_ref().is_some_and(|guest| guest.started_at != 0));
    let start = RwSignal::new(runs);
    let archive = StoredValue::new(archive);
    let wanted = Memo::new(move |_| {
        let filled = |text: String| Some(text).filter(|text| !text.is_empty());
        let Archive { volume, node, .. } = archive.get_value();
        RestoreOver {
            volume,
            node,
            storage: filled(storage.get()),
            safety: is_safe.get().then(|| safety.get()).and_then(filled),
            start: Some(start.get()),
        }
    });
    let (plan, is_current) = use_plan(reader, asker.open, wanted);
    let blocked = Signal::derive(move || match plan.get() {
        Some(Ok(_)) if is_current.get() => None,
        _ => Some(say!(i18n, server_backups.no_plan)),
    });
    let restore = move |()| asker.begin(rpc::backups::restore_server(reader.id(), wanted.get_untracked()));
    let no_target = Signal::derive(move || {
        targets
            .with(Vec::is_empty)
            .then(|| say!(i18n, server_backups.no_target))
    });
    let storages = disk_storages(reader.kind(), reader.id().cluster, move || {
        reader
            .guest
            .with(|guest| guest.as_ref().map(|guest| guest.node.clone()))
    });
    let name = Memo::new(move |_| reader.name());
    view! {
        <ConfirmDialog
            open=asker.open
            title=Signal::derive(move || say!(i18n, server_backups.restore_title, name = name.get()))
            confirm_label=text!(i18n, server_backups.restore_now)
            cancel_label=text!(i18n, common.cancel)
            on_confirm=restore
            type_to_confirm=Signal::derive(move || Some(name.get()))
            type_label=Signal::derive(move || say!(i18n, server_backups.restore_type, name = name.get()))
            busy=asker.busy
            disabled=blocked
            error=asker.error.text()
            error_actions=move || view! { <TaskInWay error=asker.error /> }
            size=DialogSize::Medium
        >
            <Callout tone=Tone::Warning>{text!(i18n, server_backups.restore_final)}</Callout>
            <Plan plan=plan />
            <Switch
                label=text!(i18n, server_backups.safety)
                value=is_safe
                hint=Signal::derive(move || Some(say!(i18n, server_backups.safety_hint)))
                disabled=no_target
            />
            {move || {
                is_safe
                    .get()
                    .then(|| {
                        view! {
                            <Select
                                label=text!(i18n, server_backups.safety_storage)
                                value=safety
                                options=targets
                                error=asker.error.field("safety")
                            />
                        }
                    })
            }}
            <Select
                label=text!(i18n, server_backups.disk_storage)
                value=storage
                options=storages
                placeholder=Signal::derive(move || Some(say!(i18n, server_backups.where_it_was)))
                error=asker.error.field("storage")
            />
            <Switch label=text!(i18n, server_backups.start) value=start />
        </ConfirmDialog>
    }
}
