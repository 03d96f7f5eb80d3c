//! What a rule says, as fields.

use drover_types::firewall::{Action, Direction, LogLevel, Macro, RuleDraft};
use drover_ui::prelude::*;
use leptos::prelude::*;

use crate::{
    shared::{FormError, direction_name},
    texts::{say, text, use_i18n},
};

/// What stands in the form.
#[derive(Clone, Copy)]
pub(super) struct Fields {
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
    /// Empty ones.
    pub fn new() -> Self {
        Self {
            texts: [(); 10].map(|()| RwSignal::new(String::new())),
            enabled: RwSignal::new(true),
        }
    }

    fn text(self, name: &str) -> RwSignal<String> {
        let at = NAMES.iter().position(|one| *one == name).unwrap_or_default();
        self.texts[at]
    }

    /// Shows a draft.
    pub fn fill(self, draft: &RuleDraft) {
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
    pub fn draft(self, base: RuleDraft) -> RuleDraft {
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

/// The fields.
#[component]
pub(super) fn FormFields(
    fields: Fields,
    error: FormError,
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
