//! The form of a rule. What is wrong is said beside the field before anything is sent, in the server's own words.

use drover_types::{
    error::{ApiError, ErrorCode},
    firewall::{Action, Direction, Macro, Rule, RuleDraft, input::RulePlace},
    text::Problem,
};
use drover_ui::prelude::*;
use leptos::{prelude::*, task::spawn_local};

use super::{
    edit::Editor,
    rule_fields::{Fields, FormFields},
    rules::Edited,
};
use crate::{
    rpc,
    shared::{ErrorCallout, direction_name, rule_service, use_form_error},
    texts::{say, text, use_i18n},
};

/// The dialog.
#[component]
pub(super) fn RuleDialog(editor: Editor, open: RwSignal<bool>, edited: RwSignal<Edited>) -> impl IntoView {
    let i18n = use_i18n();
    let fields = Fields::new();
    let error = use_form_error();
    let macros = RwSignal::new(None::<Vec<Macro>>);
    let unread = RwSignal::new(None::<ApiError>);
    let base = StoredValue::new(RuleDraft::new(Direction::In, Action::Accept));
    // What somebody else has put at this place while the form was open.
    let theirs = RwSignal::new(None::<Rule>);
    let load = move || {
        unread.set(None);
        let cluster = editor.id().cluster;
        spawn_local(async move {
            match rpc::firewall::firewall_macros(cluster).await {
                Ok(all) => drop(macros.try_set(Some(all))),
                // Without them none is offered, and the server still knows them.
                Err(error) => drop(unread.try_set(Some(error))),
            }
        });
    };
    Effect::new(move |_| {
        if open.get() {
            base.set_value(match edited.get_untracked() {
                Edited::New(_) => RuleDraft::new(Direction::In, Action::Accept),
                Edited::Rule(rule) => (*rule).into(),
            });
            base.with_value(|draft| fields.fill(draft));
            error.clear();
            theirs.set(None);
            if macros.with_untracked(Option::is_none) {
                load();
            }
        }
    });
    let save = move |()| {
        let draft = fields.draft(base.get_value());
        let problems = macros.with_untracked(|macros| draft.problems(RulePlace::Group, macros.as_deref()));
        if !problems.is_empty() {
            let mut wrong = ApiError::new(ErrorCode::ValidationError, Problem::MalformedBody);
            wrong.fields = problems;
            error.set(wrong);
            return;
        }
        error.clear();
        let (id, digest) = (editor.id(), editor.digest());
        let (about, edited) = (edited, edited.get_untracked());
        let was = match &edited {
            Edited::New(pos) => editor
                .group
                .with_untracked(|group| group.rules.iter().find(|rule| Some(rule.pos) == *pos).cloned()),
            Edited::Rule(rule) => Some((**rule).clone()),
        };
        let change = async move {
            match edited {
                Edited::New(pos) => rpc::firewall::add_firewall_rule(id, draft, pos, digest).await,
                Edited::Rule(rule) => rpc::firewall::change_firewall_rule(id, rule.pos, draft, digest).await,
            }
        };
        editor.send(change, move |answer| match answer {
            Ok(()) => drop(open.try_set(false)),
            Err(problem) => {
                if problem.details.contains_key("current") {
                    theirs.try_set(
                        editor
                            .group
                            .with_untracked(|group| follow(about, was, &group.rules)),
                    );
                }
                error.set(problem);
            }
        });
    };
    let title = Signal::derive(move || match edited.get() {
        Edited::New(_) => say!(i18n, firewall.new_rule),
        Edited::Rule(rule) => say!(i18n, firewall.edit_rule, number = rule.pos + 1),
    });
    view! {
        <ConfirmDialog
            open=open
            title=title
            confirm_label=text!(i18n, common.save)
            cancel_label=text!(i18n, common.cancel)
            on_confirm=save
            variant=ButtonVariant::Primary
            busy=editor.busy
            error=error.text()
        >
            {move || theirs.get().map(|rule| view! { <Theirs rule=rule /> })}
            {move || {
                let error = unread.get()?;
                Some(view! { <ErrorCallout error=error on_retry=move |()| load() /> })
            }}
            <FormFields fields=fields error=error macros=macros />
        </ConfirmDialog>
    }
}

/// Somebody else has changed the rules: the form goes on with the rule that it is about, or in front of which a new one
/// is to stand, where that stands now. Where `was` is not there any more, this is what has taken its place.
fn follow(edited: RwSignal<Edited>, was: Option<Rule>, rules: &[Rule]) -> Option<Rule> {
    let was = was?;
    let said = |rule: &Rule| RuleDraft::from(rule.clone());
    let Some(now) = rules.iter().find(|rule| said(rule) == said(&was)) else {
        return rules.iter().find(|rule| rule.pos == was.pos).cloned();
    };
    edited.update(|edited| match edited {
        Edited::New(pos) => *pos = Some(now.pos),
        Edited::Rule(rule) => **rule = now.clone(),
    });
    None
}

/// What stands at the place of the rule now.
#[component]
fn Theirs(rule: Rule) -> impl IntoView {
    let i18n = use_i18n();
    let words = Signal::derive(move || {
        let draft: RuleDraft = rule.clone().into();
        let from = if draft.source.is_empty() {
            say!(i18n, firewall.anywhere)
        } else {
            draft.source.clone()
        };
        say!(
            i18n,
            firewall.now_there,
            number = rule.pos + 1,
            direction = direction_name(draft.direction),
            action = draft.action.as_str(),
            service = rule_service(&draft),
            source = from
        )
    });
    view! { <Callout tone=Tone::Warning>{words}</Callout> }
}
