//! What cloud-init sets up inside besides addresses; of a container the name servers alone.

use drover_ui::prelude::*;
use leptos::prelude::*;

use super::super::edit::{Editor, Field};
use crate::texts::{say, text, use_i18n};

/// The card.
#[component]
pub fn CloudInit(editor: Editor) -> impl IntoView {
    let i18n = use_i18n();
    let title = Signal::derive(move || {
        Some(if editor.is_container() {
            say!(i18n, server.dns)
        } else {
            say!(i18n, server.cloud_init)
        })
    });
    let lacks_drive = Memo::new(move |_| {
        !editor.is_container()
            && editor.configuration.with(|configuration| {
                configuration
                    .as_ref()
                    .is_some_and(|one| one.cloud_init_drive.is_none())
            })
    });
    let as_node = Signal::derive(move || Some(say!(i18n, server.as_node)));
    view! {
        <Card title=title>
            <div class="server-edit__card">
                {move || {
                    lacks_drive
                        .get()
                        .then(|| view! { <Callout tone=Tone::Info>{text!(i18n, server.cloud_init_no_drive)}</Callout> })
                }}
                {move || (!editor.is_container()).then(|| view! { <Login editor=editor /> })}
                <div class="form-page__grid">
                    <TextInput
                        label=Signal::derive(move || Field::Nameserver.label())
                        value=editor.text(Field::Nameserver)
                        placeholder=as_node
                        autocomplete="off"
                        monospace=true
                        error=editor.problem(Field::Nameserver)
                    />
                    <TextInput
                        label=Signal::derive(move || Field::SearchDomain.label())
                        value=editor.text(Field::SearchDomain)
                        placeholder=as_node
                        autocomplete="off"
                        error=editor.problem(Field::SearchDomain)
                    />
                </div>
            </div>
        </Card>
    }
}

/// Who may sign in.
#[component]
fn Login(editor: Editor) -> impl IntoView {
    let i18n = use_i18n();
    let has_password = Memo::new(move |_| {
        editor.configuration.with(|configuration| {
            configuration
                .as_ref()
                .is_some_and(|one| one.cloud_init.has_password)
        })
    });
    let password_hint = Signal::derive(move || {
        Some(if has_password.get() {
            say!(i18n, server.cloud_password_set)
        } else {
            say!(i18n, server.cloud_password_none)
        })
    });
    view! {
        <p class="server__none">{text!(i18n, server.cloud_init_hint)}</p>
        <div class="form-page__grid">
            <TextInput
                label=Signal::derive(move || Field::CloudUser.label())
                value=editor.text(Field::CloudUser)
                placeholder=Signal::derive(move || Some(say!(i18n, server.cloud_user_default)))
                autocomplete="off"
                error=editor.problem(Field::CloudUser)
            />
            <PasswordInput
                label=Signal::derive(move || Field::CloudPassword.label())
                value=editor.text(Field::CloudPassword)
                show_label=text!(i18n, server.password_show)
                hide_secret_label=text!(i18n, server.password_hide)
                autocomplete="new-password"
                hint=password_hint
                error=editor.problem(Field::CloudPassword)
            />
        </div>
        <TextArea
            label=Signal::derive(move || Field::SshKeys.label())
            value=editor.text(Field::SshKeys)
            placeholder="ssh-ed25519 AAAA…"
            rows=3
            monospace=true
            hint=Signal::derive(move || Some(say!(i18n, server.ssh_keys_hint)))
            error=editor.problem(Field::SshKeys)
        />
    }
}
