//! The rules that a new group begins with: what each lets in, from where, and whether it is wanted.

use drover_types::firewall::RuleDraft;
use drover_ui::prelude::*;
use leptos::prelude::*;

use crate::{
    shared::{FormError, rule_service},
    texts::{say, text, use_i18n, use_lang},
};

/// A rule that is being thought about.
#[derive(Clone, Copy)]
struct Line {
    /// Which beginning it is of, and its place in it: no other line was ever called so.
    key: (u32, usize),
    draft: StoredValue<RuleDraft>,
    is_wanted: RwSignal<bool>,
    port: RwSignal<String>,
    source: RwSignal<String>,
}

impl Line {
    fn new(key: (u32, usize), draft: RuleDraft) -> Self {
        Self {
            key,
            is_wanted: RwSignal::new(true),
            port: RwSignal::new(draft.dest_port.clone()),
            source: RwSignal::new(draft.source.clone()),
            draft: StoredValue::new(draft),
        }
    }

    fn draft(self) -> RuleDraft {
        RuleDraft {
            dest_port: self.port.get_untracked().trim().to_owned(),
            source: self.source.get_untracked().trim().to_owned(),
            ..self.draft.get_value()
        }
    }
}

/// The rules.
#[derive(Clone, Copy)]
pub(super) struct Starting {
    lines: RwSignal<Vec<Line>>,
    /// How often they have begun anew.
    times: StoredValue<u32>,
    /// Lines live as long as the form, whoever begins anew.
    owner: StoredValue<Owner>,
}

impl Starting {
    /// None at first.
    pub fn new() -> Self {
        Self {
            lines: RwSignal::new(Vec::new()),
            times: StoredValue::new(0),
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
        }
    }

    /// Begins anew with these.
    pub fn set(self, drafts: Vec<RuleDraft>) {
        self.times.update_value(|times| *times += 1);
        let time = self.times.get_value();
        let line = |(place, draft)| Line::new((time, place), draft);
        let lines = || drafts.into_iter().enumerate().map(line).collect();
        self.lines.set(self.owner.with_value(|owner| owner.with(lines)));
    }

    /// Those that are wanted, as they stand.
    pub fn drafts(self) -> Vec<RuleDraft> {
        let lines = self.lines.get_untracked().into_iter();
        let wanted = lines.filter(|line| line.is_wanted.get_untracked());
        wanted.map(Line::draft).collect()
    }

    /// Which place a rule has among those that are sent.
    fn place(self, key: (u32, usize)) -> Option<usize> {
        let lines = self.lines.get();
        let mut wanted = lines.iter().filter(|line| line.is_wanted.get());
        wanted.position(|line| line.key == key)
    }
}

/// The fields.
#[component]
pub(super) fn StartingRules(rules: Starting, error: FormError) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let row = move |line: Line| {
        let words = line.draft.with_value(rule_service);
        let has_port = line.draft.with_value(|draft| !draft.dest_port.is_empty());
        let name = Signal::derive(move || {
            let service = words.clone();
            say!(i18n, firewall.let_in, service = service)
        });
        let problem = move |field: &'static str| {
            Signal::derive(move || {
                let path = format!("rules[{}].{field}", rules.place(line.key)?);
                error.at(&path).map(|problem| problem.text(lang.get()))
            })
        };
        let unwanted =
            Signal::derive(move || (!line.is_wanted.get()).then(|| say!(i18n, firewall.not_wanted)));
        view! {
            <div class="firewall__starting">
                <Checkbox label=name value=line.is_wanted />
                {has_port
                    .then(|| {
                        view! {
                            <TextInput
                                label=text!(i18n, firewall.dest_port)
                                value=line.port
                                monospace=true
                                disabled=unwanted
                                error=problem("dest_port")
                            />
                        }
                    })}
                <TextInput
                    label=text!(i18n, firewall.source)
                    value=line.source
                    monospace=true
                    disabled=unwanted
                    placeholder=Signal::derive(move || Some(say!(i18n, firewall.anywhere)))
                    error=problem("source")
                />
            </div>
        }
    };
    view! { <For each=move || rules.lines.get() key=|line| line.key children=row /> }
}
