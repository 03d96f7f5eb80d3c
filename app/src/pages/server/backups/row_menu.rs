//! What can be done with one backup, and why not.

use drover_types::{backup::Archive, permission::Permission, text::Problem, units};
use drover_ui::prelude::*;
use leptos::{prelude::*, task::spawn_local};

use super::{
    ask::{use_guest_hindrance, use_hindrance},
    asked::{Asked, Asker},
    columns::place,
};
use crate::{
    layout::{Question, use_confirm},
    rpc,
    session::use_session,
    texts::{say, text, use_i18n, use_lang},
};

/// The menu.
#[component]
pub fn RowMenu(row: Signal<Archive>, asker: Asker) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let confirm = use_confirm();
    let owner = StoredValue::new(Owner::current().unwrap_or_default());
    let reader = asker.reader;
    let may = use_hindrance(reader, &[Permission::BackupManagement]);
    let to_restore_new = use_hindrance(reader, &[Permission::BackupManagement, Permission::CreateServer]);
    let of_guest = use_guest_hindrance(reader);
    let is_template = Memo::new(move |_| {
        reader
            .guest
            .with(|guest| guest.as_ref().is_some_and(|guest| guest.template))
    });
    let to_restore = Signal::derive(move || {
        let of_template = || {
            is_template
                .get()
                .then(|| Problem::GuestIsTemplate.text(lang.get()))
        };
        of_guest.get().or_else(of_template)
    });
    let is_protected = Memo::new(move |_| row.with(|one| one.protected));
    let to_delete = Signal::derive(move || {
        let of_protected = || {
            let volume = row.with(|one| one.file_name().to_owned());
            is_protected
                .get()
                .then(|| Problem::BackupProtected { volume }.text(lang.get()))
        };
        may.get().or_else(of_protected)
    });
    let ask = move |what: fn(Archive) -> Asked| move |()| asker.ask(what(row.get_untracked()));
    let protect = use_protect(asker);
    let delete = move |()| {
        let question = || deletion(asker, row.get());
        confirm.ask(owner.with_value(|owner| owner.with(|| untrack(question))));
    };
    let label = Signal::derive(move || {
        say!(
            i18n,
            server_backups.actions_of,
            backup = row.with(|one| one.file_name().to_owned())
        )
    });
    let protect_label = Signal::derive(move || {
        if is_protected.get() {
            say!(i18n, server_backups.unprotect)
        } else {
            say!(i18n, server_backups.protect)
        }
    });
    view! {
        <Menu label=label icon=IconName::More icon_only=true size=ButtonSize::Small align=MenuAlign::End>
            <MenuItem
                label=text!(i18n, server_backups.restore)
                icon=IconName::Undo
                disabled=to_restore
                on_select=ask(Asked::Restore)
            />
            <MenuItem
                label=text!(i18n, server_backups.restore_new)
                icon=IconName::Plus
                disabled=to_restore_new
                on_select=ask(Asked::RestoreNew)
            />
            <MenuSeparator />
            <MenuItem
                label=text!(i18n, server_backups.edit_notes)
                icon=IconName::Edit
                disabled=may
                on_select=ask(Asked::Notes)
            />
            <MenuItem
                label=protect_label
                icon=IconName::Shield
                disabled=may
                on_select=move |()| protect.run(row.get_untracked())
            />
            <MenuSeparator />
            <MenuItem
                label=text!(i18n, common.delete)
                icon=IconName::Trash
                tone=Tone::Danger
                disabled=to_delete
                on_select=delete
            />
        </Menu>
    }
}

/// Protects a backup, or takes the protection off.
fn use_protect(asker: Asker) -> Callback<Archive> {
    let lang = use_lang();
    let session = use_session();
    let toasts = use_toasts();
    Callback::new(move |archive: Archive| {
        let cluster = asker.reader.id().cluster;
        let Archive {
            node,
            volume,
            protected,
            ..
        } = archive;
        spawn_local(async move {
            let edit = rpc::backups::edit_backup(cluster, node, volume, None, Some(!protected));
            match session.heeded(edit.await) {
                Ok(after) => asker.reader.take(after),
                Err(error) => {
                    toasts.show(Toast::danger(error.text(lang.get_untracked())));
                }
            }
        });
    })
}

/// What is asked before a backup is deleted.
fn deletion(asker: Asker, archive: Archive) -> Question {
    let i18n = use_i18n();
    let title = say!(i18n, server_backups.delete_title);
    let body = say!(
        i18n,
        server_backups.delete_body,
        backup = archive.file_name().to_owned(),
        storage = place(&archive),
        size = units::size(archive.bytes)
    );
    let reader = asker.reader;
    Question::new(title, body, say!(i18n, common.delete), move || {
        let cluster = reader.id().cluster;
        let (node, volumes) = (archive.node.clone(), vec![archive.volume.clone()]);
        async move {
            let task = rpc::backups::delete_backups(cluster, node, volumes).await?;
            reader.begun(task);
            Ok(())
        }
    })
}
