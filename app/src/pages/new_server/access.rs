//! Who may sign in to the server, and what is noted about it.

use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{fields, part::Part, state::Form};
use crate::texts::{say, text, use_i18n};

/// The user that cloud-init makes.
#[component]
pub fn Access(form: Form) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Part title=text!(i18n, new_server.access) hint=text!(i18n, new_server.access_hint)>
            <div class="form-page__grid">
                <TextInput
                    label=text!(i18n, new_server.username)
                    value=form.part(|draft| draft.username.clone(), |draft, name| draft.username = name)
                    placeholder=Signal::derive(move || Some(say!(i18n, new_server.username_default)))
                    autocomplete="off"
                    error=form.problem(|_| fields::USERNAME.to_owned())
                />
                <PasswordInput
                    label=text!(i18n, new_server.password)
                    value=form.part(|draft| draft.password.clone(), |draft, password| draft.password = password)
                    show_label=text!(i18n, new_server.show_password)
                    hide_secret_label=text!(i18n, new_server.hide_password)
                    autocomplete="new-password"
                    hint=Signal::derive(move || Some(say!(i18n, new_server.password_hint)))
                    error=form.problem(|_| fields::PASSWORD.to_owned())
                />
            </div>
            <TextArea
                label=text!(i18n, new_server.ssh_keys)
                value=form.part(|draft| draft.ssh_keys.clone(), |draft, keys| draft.ssh_keys = keys)
                placeholder="ssh-ed25519 AAAA…"
                rows=3
                monospace=true
                hint=Signal::derive(move || Some(say!(i18n, new_server.ssh_keys_hint)))
                error=form.problem(|_| fields::SSH_KEYS.to_owned())
            />
        </Part>
    }
}

/// Tags and description.
#[component]
pub fn Notes(form: Form) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Part title=text!(i18n, new_server.notes) hint=text!(i18n, new_server.notes_hint)>
            <TextInput
                label=text!(i18n, new_server.tags)
                value=form.part(|draft| draft.tags.clone(), |draft, tags| draft.tags = tags)
                placeholder="web, prod"
                autocomplete="off"
                hint=Signal::derive(move || Some(say!(i18n, new_server.tags_hint)))
                error=form.problem(|_| fields::TAGS.to_owned())
            />
            <TextArea
                label=text!(i18n, new_server.description)
                value=form.part(|draft| draft.description.clone(), |draft, text| draft.description = text)
                rows=2
                error=form.problem(|_| fields::DESCRIPTION.to_owned())
            />
        </Part>
    }
}
