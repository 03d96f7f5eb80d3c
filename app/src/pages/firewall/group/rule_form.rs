//! The form of a rule. What is wrong is said beside the field before anything is sent, in the server's own words.

use drover_types::{
    error::{ApiError, ErrorCode},
    firewall::{Action, Direction, LogLevel, Macro, Rule, RuleDraft, input::RulePlace},
    text::Problem,
};
use drover_ui::prelude::*;
use leptos::{prelude::*, task::spawn_local};

use super::{edit::Editor, rules::Edited};
use crate::{
    rpc,
    shared::{direction_name, rule_service, use_form_error},
    texts::{say, text, use_i18n},
};

/// What stands in the form.
#[derive(Clone, Copy)]
struct Fields {
    texts: [RwSignal<String>; 10],
    enabled: RwSignal<bool>,
}

/// The fields that are texts, as the draft names them.
const NAMES: [&str; 10] = [
    "direction",
    "action",
    "macro",
    "protocol",
    "source",
    "dest",
    "source_port",
    "dest_port",
    "log",
    "comment",
];

impl Fields {
    fn new() -> Self {
        Self {
            texts: [(); 10].map(|()| RwSignal::new(String::new())),
            enabled: RwSignal::new(true),
        }
    }

    fn text(self, name: &str) -> RwSignal<String> {
        let at = NAMES.iter().position(|one| *one == name).unwrap_or_default();
        self.texts[at]
    }

    fn fill(self, draft: &RuleDraft) {
        let log = draft.log.map_or("", LogLevel::as_str);
        let values = [
            draft.direction.as_str(),
            draft.action.as_str(),
            &draft.macro_name,
            &draft.protocol,
            &draft.source,
            &draft.dest,
            &draft.source_port,
            // A type of ICMP stands where a port would.
            if draft.icmp_type.is_empty() {
                &draft.dest_port
            } else {
                &draft.icmp_type
            },
            log,
            &draft.comment,
        ];
        for (field, value) in self.texts.iter().zip(values) {
            field.set(value.to_owned());
        }
        self.enabled.set(draft.enabled);
    }

    /// What is sent; `base` has what the form does not show.
    fn draft(self, base: RuleDraft) -> RuleDraft {
        let text = |name: &str| self.text(name).get_untracked().trim().to_owned();
        let protocol = text("protocol");
        let (port, is_icmp) = (text("dest_port"), protocol.to_lowercase().contains("icmp"));
        RuleDraft {
            direction: text("direction").parse().unwrap_or_default(),
            action: text("action").parse().unwrap_or(Action::Accept),
            enabled: self.enabled.get_untracked(),
            macro_name: text("macro"),
            source: text("source"),
            dest: text("dest"),
            source_port: text("source_port"),
            dest_port: if is_icmp { String::new() } else { port.clone() },
            icmp_type: if is_icmp { port } else { String::new() },
            protocol,
            log: text("log").parse().ok(),
            comment: text("comment"),
            ..base
        }
    }
}

/// The dialog.
#[component]
pub(super) fn RuleDialog(editor: Editor, open: RwSignal<bool>, edited: RwSignal<Edited>) -> impl IntoView {
    let i18n = use_i18n();
    let fields = Fields::new();
    let error = use_form_error();
    let macros = RwSignal::new(None::<Vec<Macro>>);
    let base = StoredValue::new(RuleDraft::new(Direction::In, Action::Accept));
    // What somebody else has put at this place while the form was open.
    let theirs = RwSignal::new(None::<Rule>);
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
                let cluster = editor.id().cluster;
                spawn_local(async move {
                    // Without them none is offered, and the server still knows them.
                    macros.try_set(rpc::firewall::firewall_macros(cluster).await.ok());
                });
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
        let edited_now = edited;
        let edited = edited.get_untracked();
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
                            .with_untracked(|group| follow(edited_now, base, &group.rules)),
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
            <FormFields fields=fields error=error macros=macros />
        </ConfirmDialog>
    }
}

/// Somebody else has changed the rules: the form goes on with its rule where that stands now. Where it is not there
/// any more, this is what has taken its place.
fn follow(edited: RwSignal<Edited>, base: StoredValue<RuleDraft>, rules: &[Rule]) -> Option<Rule> {
    let Edited::Rule(rule) = edited.get_untracked() else {
        return None;
    };
    let is_it = |one: &&Rule| base.with_value(|base| RuleDraft::from((*one).clone()) == *base);
    if let Some(same) = rules.iter().find(is_it) {
        edited.set(Edited::Rule(Box::new(same.clone())));
        return None;
    }
    rules.iter().find(|one| one.pos == rule.pos).cloned()
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

#[component]
fn FormFields(
    fields: Fields,
    error: crate::shared::FormError,
    macros: RwSignal<Option<Vec<Macro>>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let directions = Signal::derive(move || {
        let of = |one: &Direction| SelectOption::new(one.as_str(), direction_name(*one));
        Direction::ALL.iter().map(of).collect::<Vec<_>>()
    });
    let actions = Signal::stored(
        Action::ALL
            .iter()
            .map(|one| SelectOption::new(one.as_str(), one.as_str()))
            .collect::<Vec<_>>(),
    );
    let levels = Signal::stored(
        LogLevel::ALL
            .iter()
            .map(|one| SelectOption::new(one.as_str(), one.as_str()))
            .collect::<Vec<_>>(),
    );
    let known = Signal::derive(move || {
        let all = macros.get().unwrap_or_default().into_iter();
        all.map(|one| SelectOption::new(one.name.clone(), one.name))
            .collect::<Vec<_>>()
    });
    let none = Signal::derive(move || Some(say!(i18n, common.none)));
    let anywhere = Signal::derive(move || Some(say!(i18n, firewall.anywhere)));
    let field = move |name: &'static str, label: Signal<String>, placeholder: Signal<Option<String>>| {
        // A type of ICMP is typed where a port would be.
        let problem = Signal::derive(move || {
            let icmp = if name == "dest_port" {
                error.field("icmp_type").get()
            } else {
                None
            };
            error.field(name).get().or(icmp)
        });
        view! {
            <TextInput
                label=label
                value=fields.text(name)
                placeholder=placeholder
                monospace=true
                autocomplete="off"
                error=problem
            />
        }
    };
    let example = |text: &str| Signal::stored(Some(text.to_owned()));
    view! {
        <div class="firewall__pair">
            <Select
                label=text!(i18n, firewall.direction)
                value=fields.text("direction")
                options=directions
                error=error.field("direction")
            />
            <Select
                label=text!(i18n, firewall.action)
                value=fields.text("action")
                options=actions
                error=error.field("action")
            />
        </div>
        <Select
            label=text!(i18n, firewall.macro_name)
            value=fields.text("macro")
            options=known
            placeholder=none
            error=error.field("macro")
        />
        <div class="firewall__pair">
            {field("protocol", text!(i18n, firewall.protocol), example("tcp"))}
            {field("dest_port", text!(i18n, firewall.dest_port_or_type), example("443, 8000-8100"))}
        </div>
        <div class="firewall__pair">
            {field("source", text!(i18n, firewall.source), anywhere)}
            {field("source_port", text!(i18n, firewall.source_port), none)}
        </div>
        {field("dest", text!(i18n, firewall.dest), anywhere)}
        <div class="firewall__pair">
            <Select
                label=text!(i18n, firewall.log)
                value=fields.text("log")
                options=levels
                placeholder=none
                error=error.field("log")
            />
            <TextInput
                label=text!(i18n, firewall.comment)
                value=fields.text("comment")
                autocomplete="off"
                error=error.field("comment")
            />
        </div>
        <Switch label=text!(i18n, firewall.enabled) value=fields.enabled />
    }
}
