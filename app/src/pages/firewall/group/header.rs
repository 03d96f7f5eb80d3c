//! What can be done to the whole group: another name or comment, and its end.

use drover_types::{
    error::ApiError,
    firewall::{GroupId, Renaming},
    permission::Permission,
};
use drover_ui::prelude::*;
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::edit::Editor;
use crate::{
    layout::{Question, use_confirm},
    paths, rpc,
    session::use_session,
    shared::{use_form_error, use_refusal_for_all},
    texts::{say, text, use_i18n},
};

/// The buttons.
#[component]
pub(super) fn Header(editor: Editor) -> impl IntoView {
    let i18n = use_i18n();
    let refusal = use_refusal_for_all(Permission::ManageFirewallGroups);
    let open = RwSignal::new(false);
    let delete = use_delete(editor);
    view! {
        <Button icon=IconName::Edit disabled=refusal on_click=move |_| open.set(true)>
            {text!(i18n, firewall.rename)}
        </Button>
        <Button
            icon=IconName::Trash
            variant=ButtonVariant::Danger
            disabled=refusal
            on_click=move |_| delete.run(())
        >
            {text!(i18n, common.delete)}
        </Button>
        <Rename editor=editor open=open />
    }
}

/// Asks, and deletes. Where servers have it, the question says whom it is taken off first.
fn use_delete(editor: Editor) -> Callback<()> {
    let i18n = use_i18n();
    let confirm = use_confirm();
    let navigate = StoredValue::new(use_navigate());
    let owner = StoredValue::new(Owner::current().unwrap_or_default());
    let ask = move || {
        let id = editor.id();
        let servers = editor.group.with_untracked(|group| group.summary.servers.len());
        let body = match servers {
            0 => say!(i18n, firewall.delete_body),
            count => say!(i18n, firewall.delete_assigned, count = count as u64),
        };
        let title = say!(i18n, firewall.delete_title, name = id.name.clone());
        let gone = id.clone();
        let run = move || {
            let id = gone.clone();
            async move {
                rpc::firewall::delete_firewall_group(id, servers > 0).await?;
                navigate.with_value(|navigate| navigate(paths::FIREWALL, NavigateOptions::default()));
                Ok(())
            }
        };
        let question = Question::new(title, body, say!(i18n, common.delete), run);
        confirm.ask(if servers > 0 {
            let label = say!(i18n, firewall.delete_type, name = id.name.clone());
            question.typed(id.name, label)
        } else {
            question
        });
    };
    Callback::new(move |()| owner.with_value(|owner| owner.with(|| untrack(ask))))
}

/// The form for another name or comment.
#[component]
fn Rename(editor: Editor, open: RwSignal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let navigate = StoredValue::new(use_navigate());
    let [name, comment] = [(); 2].map(|()| RwSignal::new(String::new()));
    let busy = RwSignal::new(false);
    let error = use_form_error();
    Effect::new(move |_| {
        if open.get() {
            editor.group.with_untracked(|group| {
                name.set(group.summary.name.clone());
                comment.set(group.summary.comment.clone());
            });
            error.clear();
        }
    });
    let save = move |()| {
        busy.set(true);
        error.clear();
        let id = editor.id();
        let change = Renaming {
            name: Some(name.get_untracked().trim().to_owned()),
            comment: Some(comment.get_untracked().trim().to_owned()),
        };
        spawn_local(async move {
            let answer: Result<_, ApiError> =
                session.heeded(rpc::firewall::change_firewall_group(id.clone(), change).await);
            busy.try_set(false);
            match answer {
                Ok(group) => {
                    open.try_set(false);
                    let now: GroupId = group.summary.id();
                    editor.group.try_set(group);
                    if now != id {
                        let options = NavigateOptions {
                            replace: true,
                            ..NavigateOptions::default()
                        };
                        navigate.with_value(|navigate| navigate(&paths::firewall_group(&now), options));
                    }
                }
                Err(problem) => error.set(problem),
            }
        });
    };
    view! {
        <ConfirmDialog
            open=open
            title=text!(i18n, firewall.rename)
            confirm_label=text!(i18n, common.save)
            cancel_label=text!(i18n, common.cancel)
            on_confirm=save
            variant=ButtonVariant::Primary
            busy=busy
            error=error.text()
        >
            <TextInput
                label=text!(i18n, firewall.name)
                value=name
                required=true
                monospace=true
                autocomplete="off"
                hint=Signal::derive(move || Some(say!(i18n, firewall.name_hint)))
                error=error.field("name")
            />
            <TextInput
                label=text!(i18n, firewall.comment)
                value=comment
                autocomplete="off"
                error=error.field("comment")
            />
        </ConfirmDialog>
    }
}
