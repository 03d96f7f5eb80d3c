//! What can be done to the whole group: another name or comment, and its end.

use drover_types::{
    firewall::{GroupId, Renaming},
    permission::Permission,
    text::Problem,
};
use drover_ui::prelude::*;
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::edit::Editor;
use crate::{
    layout::{Question, use_confirm},
    paths, rpc,
    shared::{FormDialog, use_form_dialog, use_refusal_for_all},
    texts::{say, text, use_i18n, use_lang},
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

/// Asks, and deletes. Where servers have it, the server names them all, those too that have it from elsewhere; then it
/// is asked whether it is to be taken off them first.
fn use_delete(editor: Editor) -> Callback<()> {
    let i18n = use_i18n();
    let lang = use_lang();
    let confirm = use_confirm();
    let navigate = StoredValue::new(use_navigate());
    let owner = StoredValue::new(Owner::current().unwrap_or_default());
    let with_owner = move |ask: &dyn Fn()| owner.with_value(|owner| owner.with(|| untrack(ask)));
    let gone = move || navigate.with_value(|navigate| navigate(paths::FIREWALL, NavigateOptions::default()));
    let ask_again = move |id: GroupId, used: Problem| {
        let body = format!(
            "{} {}",
            used.text(lang.get_untracked()),
            say!(i18n, firewall.delete_assigned)
        );
        let of = id.clone();
        let run = move || {
            let id = of.clone();
            async move {
                rpc::firewall::delete_firewall_group(id, true).await?;
                gone();
                Ok(())
            }
        };
        let title = say!(i18n, firewall.delete_title, name = id.name.clone());
        let label = say!(i18n, firewall.delete_type, name = id.name.clone());
        confirm.ask(Question::new(title, body, say!(i18n, common.delete), run).typed(id.name, label));
    };
    let ask = move || {
        let id = editor.id();
        let title = say!(i18n, firewall.delete_title, name = id.name.clone());
        let run = move || {
            let id = id.clone();
            async move {
                match rpc::firewall::delete_firewall_group(id.clone(), false).await {
                    Ok(_) => gone(),
                    Err(error) if matches!(error.problem, Problem::FirewallGroupInUse { .. }) => {
                        with_owner(&|| ask_again(id.clone(), error.problem.clone()));
                    }
                    Err(error) => return Err(error),
                }
                Ok(())
            }
        };
        let body = say!(i18n, firewall.delete_body);
        confirm.ask(Question::new(title, body, say!(i18n, common.delete), run));
    };
    Callback::new(move |()| with_owner(&ask))
}

/// The form for another name or comment.
#[component]
fn Rename(editor: Editor, open: RwSignal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let navigate = StoredValue::new(use_navigate());
    let [name, comment] = [(); 2].map(|()| RwSignal::new(String::new()));
    let form = use_form_dialog(open, move || {
        editor.group.with_untracked(|group| {
            name.set(group.summary.name.clone());
            comment.set(group.summary.comment.clone());
        });
    });
    let error = form.error;
    let save = move |()| {
        let id = editor.id();
        let change = Renaming {
            name: Some(name.get_untracked().trim().to_owned()),
            comment: Some(comment.get_untracked().trim().to_owned()),
        };
        let changed = rpc::firewall::change_firewall_group(id.clone(), change);
        form.send(changed, move |group| {
            let now: GroupId = group.summary.id();
            editor.group.try_set(group);
            if now != id {
                let options = NavigateOptions {
                    replace: true,
                    ..NavigateOptions::default()
                };
                navigate.with_value(|navigate| navigate(&paths::firewall_group(&now), options));
            }
        });
    };
    view! {
        <FormDialog form=form title=text!(i18n, firewall.rename) on_save=save>
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
        </FormDialog>
    }
}
