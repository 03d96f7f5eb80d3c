//! The buttons of a rule: earlier, later, and the rest in a menu.

use drover_types::{
    error::{ApiError, ErrorCode},
    firewall::Rule,
    text::Problem,
};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{
    edit::{Editor, use_send},
    rules::Edited,
};
use crate::{
    layout::{Question, use_confirm},
    rpc,
    shared::rule_service,
    texts::{say, text, use_i18n},
};

/// The buttons.
#[component]
pub(super) fn RuleActions(
    row: Signal<Rule>,
    editor: Editor,
    /// Why rules can't be changed.
    refusal: Signal<Option<String>>,
    edit: Callback<Edited>,
) -> impl IntoView {
    let i18n = use_i18n();
    let send = use_send(editor);
    let pos = Memo::new(move |_| row.with(|rule| rule.pos));
    let go = move |to: u32| {
        let (id, digest, pos) = (editor.id(), editor.digest(), pos.get_untracked());
        send(Box::new(move || {
            Box::pin(rpc::firewall::move_firewall_rule(id, pos, to, digest))
        }));
    };
    let confirm = use_confirm();
    let owner = StoredValue::new(Owner::current().unwrap_or_default());
    let delete = move |()| {
        let question = || deletion(editor, row.get());
        confirm.ask(owner.with_value(|owner| owner.with(|| untrack(question))));
    };
    let or = move |reason: Option<String>| refusal.get().or(reason);
    let first = Signal::derive(move || or((pos.get() == 0).then(|| say!(i18n, firewall.is_first))));
    let last =
        Signal::derive(move || or((pos.get() + 1 >= editor.count()).then(|| say!(i18n, firewall.is_last))));
    let number = move || pos.get() + 1;
    view! {
        <span class="firewall__row-actions">
            <IconButton
                icon=IconName::ArrowUp
                size=ButtonSize::Small
                label=Signal::derive(move || say!(i18n, firewall.move_up, number = number()))
                disabled=first
                on_click=move |_| go(pos.get_untracked().saturating_sub(1))
            />
            <IconButton
                icon=IconName::ArrowDown
                size=ButtonSize::Small
                label=Signal::derive(move || say!(i18n, firewall.move_down, number = number()))
                disabled=last
                on_click=move |_| go(pos.get_untracked() + 1)
            />
            <Menu
                label=Signal::derive(move || say!(i18n, firewall.actions_of, number = number()))
                icon=IconName::More
                icon_only=true
                size=ButtonSize::Small
                align=MenuAlign::End
            >
                <MenuItem
                    label=text!(i18n, firewall.edit)
                    icon=IconName::Edit
                    disabled=refusal
                    on_select=move |()| edit.run(Edited::Rule(Box::new(row.get_untracked())))
                />
                <MenuItem
                    label=text!(i18n, firewall.insert_before)
                    icon=IconName::Plus
                    disabled=refusal
                    on_select=move |()| edit.run(Edited::New(Some(pos.get_untracked())))
                />
                <MenuSeparator />
                <MenuItem
                    label=text!(i18n, common.delete)
                    icon=IconName::Trash
                    tone=Tone::Danger
                    disabled=refusal
                    on_select=delete
                />
            </Menu>
        </span>
    }
}

/// Asks, and deletes the rule that was asked about: where another stands in its place by then, nothing is done.
fn deletion(editor: Editor, rule: Rule) -> Question {
    let i18n = use_i18n();
    let (number, service) = (rule.pos + 1, rule_service(&rule.clone().into()));
    let run = move || {
        let asked = rule.clone();
        async move {
            let is_there = editor.group.with_untracked(|group| group.rules.contains(&asked));
            if !is_there {
                return Err(ApiError::new(ErrorCode::Conflict, Problem::FirewallChanged));
            }
            let gone = rpc::firewall::delete_firewall_rule(editor.id(), asked.pos, editor.digest());
            match gone.await {
                Ok(group) => {
                    editor.group.try_set(group);
                    Ok(())
                }
                Err(error) => {
                    editor.show_current(&error);
                    Err(error)
                }
            }
        }
    };
    Question::new(
        say!(i18n, firewall.delete_rule, number = number),
        say!(i18n, firewall.delete_rule_body, service = service),
        say!(i18n, common.delete),
        run,
    )
}
