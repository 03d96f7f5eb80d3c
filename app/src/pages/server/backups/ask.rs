//! Why something can't be asked of the backups now.

use drover_types::{permission::Permission, text::Problem};
use leptos::prelude::*;

use super::reader::Reader;
use crate::{
    running::use_running,
    session::use_session,
    texts::{say, use_i18n, use_lang},
};

/// Why nothing can be done to the guest's backups now: no permission, or a task is at work on it.
pub fn use_hindrance(reader: Reader, needed: &'static [Permission]) -> Signal<Option<String>> {
    let lang = use_lang();
    let session = use_session();
    let running = use_running();
    let problem = Memo::new(move |_| {
        let missing = session.with_grants(|grants| {
            let mut missing = needed.iter().filter(|needed| !grants.allow(**needed));
            missing.next().copied()
        });
        if let Some(permission) = missing.flatten() {
            return Some(Problem::PermissionMissing { permission });
        }
        let task = running.of_guest(&reader.id())?.id;
        Some(Problem::TaskInTheWay { task })
    });
    Signal::derive(move || problem.with(|problem| Some(problem.as_ref()?.text(lang.get()))))
}

/// Why the guest can't be backed up or restored over now.
pub fn use_guest_hindrance(reader: Reader) -> Signal<Option<String>> {
    let i18n = use_i18n();
    let lang = use_lang();
    let hindrance = use_hindrance(reader, &[Permission::BackupManagement]);
    let of_guest = Memo::new(move |_| {
        reader
            .guest
            .with(|guest| guest.as_ref().map(|guest| guest.lock.clone()))
    });
    Signal::derive(move || {
        let own = || match of_guest.get() {
            None => Some(say!(i18n, server_backups.guest_gone)),
            Some(Some(lock)) => Some(Problem::GuestLocked { lock }.text(lang.get())),
            Some(None) => None,
        };
        hindrance.get().or_else(own)
    })
}
