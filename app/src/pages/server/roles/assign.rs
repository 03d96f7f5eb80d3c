//! Giving the server a role, or changing the variables of one that it has.

use leptos::prelude::*;

use super::reader::Reader;
use crate::{
    pages::roles::{AssignFields, Assigning, role_name},
    rpc,
    shared::{FormDialog, use_form_dialog},
    texts::{say, text, use_i18n},
};

/// The dialog.
#[component]
pub fn AssignDialog(reader: Reader) -> impl IntoView {
    let i18n = use_i18n();
    let catalogue = Signal::derive(move || reader.with_catalogue(<[_]>::to_vec));
    let has = Signal::derive(move || reader.with(|found| found.roles.clone()));
    let assigning = Assigning::new(catalogue, has);
    let form = use_form_dialog(reader.assigning, move || {
        reader.assigned.with(|role| assigning.fill(role.as_ref()));
    });
    let save = move |()| {
        if let Some(assignment) = assigning.read(form.error) {
            let sent = rpc::roles::assign_role(reader.id(), assignment);
            form.send(sent, move |queued| reader.queued(queued));
        }
    };
    let title = Signal::derive(move || {
        let named = |key: &_| reader.with_catalogue(|all| role_name(all, key));
        match reader.assigned.with(|role| role.as_ref().map(named)) {
            Some(role) => say!(i18n, server_roles.change_title, role = role),
            None => say!(i18n, server_roles.assign_title, server = reader.name()),
        }
    });
    view! {
        <FormDialog
            form=form
            title=title
            on_save=save
            save_label=text!(i18n, roles.install)
        >
            <AssignFields
                assigning=assigning
                error=form.error
                is_fixed=reader.assigned.with_untracked(Option::is_some)
                is_many=false
            />
        </FormDialog>
    }
}
