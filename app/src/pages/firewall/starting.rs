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
    number: usize,
    draft: StoredValue<RuleDraft>,
    is_wanted: RwSignal<bool>,
    port: RwSignal<String>,
    source: RwSignal<String>,
}

impl Line {
    fn new(number: usize, draft: RuleDraft) -> Self {
        Self {
            number,
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
}

impl Starting {
    /// None at first.
    pub fn new() -> Self {
        Self {
            lines: RwSignal::new(Vec::new()),
        }
    }

    /// Begins anew with these.
    pub fn set(self, drafts: Vec<RuleDraft>) {
        let lines = drafts.into_iter().enumerate();
        self.lines
            .set(lines.map(|(number, draft)| Line::new(number, draft)).collect());
    }

    /// Those that are wanted, as they stand.
    pub fn drafts(self) -> Vec<RuleDraft> {
        let lines = self.lines.get_untracked().into_iter();
        let wanted = lines.filter(|line| line.is_wanted.get_untracked());
        wanted.map(Line::draft).collect()
    }

    /// Which place a rule has among those that are sent.
    fn place(self, number: usize) -> Option<usize> {
        let lines = self.lines.get();
        let mut wanted = lines.iter().filter(|line| line.is_wanted.get());
        wanted.position(|line| line.number == number)
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
                let path = format!("rules[{}].{field}", rules.place(line.number)?);
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
    view! { <For each=move || rules.lines.get() key=|line| line.draft.with_value(|draft| (line.number, draft.clone())) children=row /> }
}
