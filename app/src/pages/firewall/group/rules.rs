//! The rules in order: the first that fits decides.

use drover_types::{
    firewall::{Rule, RuleDraft},
    permission::Permission,
};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{
    edit::{Editor, use_send},
    rule_form::RuleDialog,
    rules_menu::RuleActions,
};
use crate::{
    pages::firewall::page::use_may_manage,
    rpc,
    shared::{action_tone, direction_name, rule_service, use_refusal_for_all},
    texts::{text, use_i18n},
};

/// Which rule the form is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Edited {
    /// A new one, in front of the one at this place or at the end.
    New(Option<u32>),
    /// The one at its place.
    Rule(Box<Rule>),
}

/// The table with its form.
#[component]
pub(super) fn Rules(editor: Editor) -> impl IntoView {
    let i18n = use_i18n();
    let refusal = use_refusal_for_all(Permission::ManageFirewallGroups);
    let may = use_may_manage();
    let open = RwSignal::new(false);
    let edited = RwSignal::new(Edited::New(None));
    let edit = Callback::new(move |what: Edited| {
        edited.set(what);
        open.set(true);
    });
    let rows = Memo::new(move |_| editor.group.with(|group| group.rules.clone()));
    let actions = move || {
        view! {
            <Button
                size=ButtonSize::Small
                icon=IconName::Plus
                disabled=refusal
                on_click=move |_| edit.run(Edited::New(None))
            >
                {text!(i18n, firewall.new_rule)}
            </Button>
        }
    };
    let empty = move || {
        view! {
            <EmptyState
                title=text!(i18n, firewall.no_rules)
                description=text!(i18n, firewall.no_rules_hint)
                icon=IconName::Shield
            />
        }
    };
    let open_row = move |rule: Rule| {
        if may.get_untracked() {
            edit.run(Edited::Rule(Box::new(rule)));
        }
    };
    view! {
        <Card title=text!(i18n, firewall.rules) actions=actions flush=true>
            <div class="firewall__rules">
                <DataTable
                    label=text!(i18n, firewall.rules)
                    rows=rows
                    row_key=|rule: &Rule| rule.pos.to_string()
                    columns=columns(editor, refusal, edit)
                    on_open=open_row
                    empty=empty
                    page_keys=true
                />
            </div>
        </Card>
        <RuleDialog editor=editor open=open edited=edited />
    }
}

fn columns(editor: Editor, refusal: Signal<Option<String>>, edit: Callback<Edited>) -> Vec<Column<Rule>> {
    let i18n = use_i18n();
    let send = use_send(editor);
    let switch = move |row: Signal<Rule>| {
        let value = Bound::new(
            move || {
                editor.heed_refusals();
                row.with(|rule| rule.enabled)
            },
            move |enabled| {
                let rule = row.get_untracked();
                let (id, digest, pos) = (editor.id(), editor.digest(), rule.pos);
                let draft = RuleDraft {
                    enabled,
                    ..rule.into()
                };
                send(Box::new(move || {
                    Box::pin(rpc::firewall::change_firewall_rule(id, pos, draft, digest))
                }));
            },
        );
        view! { <Switch label=text!(i18n, firewall.enabled) hide_label=true value=value disabled=refusal /> }
    };
    let direction = |row: Signal<Rule>| view! { {move || direction_name(row.with(|rule| rule.direction))} };
    let action = |row: Signal<Rule>| {
        let action = Memo::new(move |_| row.with(|rule| rule.action));
        view! {
            <Badge tone=Signal::derive(move || action_tone(action.get()))>
                {move || action.get().as_str()}
            </Badge>
        }
    };
    let address = |text: &str| {
        if text.is_empty() {
            "—".to_owned()
        } else {
            text.to_owned()
        }
    };
    vec![
        Column::new("pos", Signal::stored("#".to_owned()), |rule: &Rule| rule.pos + 1)
            .width(44)
            .align(Align::End),
        Column::live("enabled", text!(i18n, firewall.enabled), switch).width(58),
        Column::live("direction", text!(i18n, firewall.direction), direction).width(92),
        Column::live("action", text!(i18n, firewall.action), action).width(84),
        Column::live("service", text!(i18n, firewall.service), |row: Signal<Rule>| {
            view! { {move || rule_service(&row.get().into())} }
        })
        .width(130)
        .grow(),
        Column::new("source", text!(i18n, firewall.source), move |rule: &Rule| {
            address(&rule.source)
        })
        .width(124),
        Column::new("dest", text!(i18n, firewall.dest), move |rule: &Rule| {
            address(&rule.dest)
        })
        .width(104),
        Column::new("log", text!(i18n, firewall.log), |rule: &Rule| {
            rule.log.map_or("", drover_types::firewall::LogLevel::as_str)
        })
        .width(64),
        Column::new("comment", text!(i18n, firewall.comment), |rule: &Rule| {
            rule.comment.clone()
        })
        .width(110)
        .grow(),
        Column::live("menu", text!(i18n, firewall.actions), move |row| {
            view! { <RuleActions row=row editor=editor refusal=refusal edit=edit /> }
        })
        .width(110)
        .align(Align::End)
        .hide_header(),
    ]
}
