//! Why whoever is signed in may not do something, for the `disabled` of a control.

use drover_types::{
    monitoring::may_see_to,
    permission::{Permission, UserRole},
    text::Problem,
};
use leptos::prelude::*;

use crate::{session::use_session, texts::use_lang};

/// Why they may not do what concerns all servers; `None` where they may.
pub fn use_refusal_for_all(permission: Permission) -> Signal<Option<String>> {
    let lang = use_lang();
    let session = use_session();
    Signal::derive(move || {
        let refusal = session.with_grants(|grants| {
            if grants.allow_for_all(&[permission]) {
                None
            } else if grants.allow(permission) {
                Some(Problem::AllServersNeeded)
            } else {
                Some(Problem::PermissionMissing { permission })
            }
        });
        Some(refusal??.text(lang.get()))
    })
}

/// Why they may not do it to any server; `None` where they may do it to some.
pub fn use_refusal(permission: Permission) -> Signal<Option<String>> {
    let lang = use_lang();
    let session = use_session();
    Signal::derive(move || {
        let may = session.with_grants(|grants| grants.allow(permission));
        (may == Some(false)).then(|| Problem::PermissionMissing { permission }.text(lang.get()))
    })
}

/// Why they may not see to alerts.
pub fn use_alert_refusal() -> Signal<Option<String>> {
    let lang = use_lang();
    let session = use_session();
    let permission = Permission::ManageServer;
    Signal::derive(move || {
        let may = session.with_grants(may_see_to);
        (may == Some(false)).then(|| Problem::PermissionMissing { permission }.text(lang.get()))
    })
}

/// Why they may not do what is left to administrators.
pub fn use_admin_refusal() -> Signal<Option<String>> {
    let lang = use_lang();
    let session = use_session();
    Signal::derive(move || {
        let is_admin = session.with_grants(|grants| grants.role == UserRole::Admin);
        (is_admin == Some(false)).then(|| Problem::AdministratorsOnly.text(lang.get()))
    })
}
