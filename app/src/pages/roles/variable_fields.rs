//! A form that is made from what a role says of its variables.

use drover_types::role::{RoleInfo, RoleKey, RoleValues, RoleVariable, VariableKind};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::typed::{Typed, usual};
use crate::texts::{say, text, use_i18n, use_lang};

/// What is wrong with a variable, by its name; asked once for each.
pub type VariableProblem = Callback<String, Signal<Option<String>>>;

/// A field for each variable.
#[component]
pub fn VariableFields(
    role: RoleInfo,
    /// What the server has, where it has the role already.
    before: Option<RoleValues>,
    typed: Bound<Typed>,
    problem: VariableProblem,
) -> impl IntoView {
    let key = role.key;
    let fields = role.variables.into_iter().map(|variable| {
        let field = Field {
            usual: usual(&variable, before.as_ref()),
            is_kept: before.is_some() && variable.secret,
            error: problem.run(variable.name.clone()),
            key: key.clone(),
            variable,
            typed,
        };
        field.view()
    });
    fields.collect_view()
}

/// A variable and what is known of it.
#[derive(Clone)]
struct Field {
    key: RoleKey,
    variable: RoleVariable,
    /// What counts while nothing is typed.
    usual: String,
    /// Whether the server has a secret that nobody is shown.
    is_kept: bool,
    error: Signal<Option<String>>,
    typed: Bound<Typed>,
}

impl Field {
    fn view(self) -> AnyView {
        match self.variable.kind {
            _ if self.variable.secret => self.secret(),
            VariableKind::Boolean => self.boolean(),
            VariableKind::Choice => self.choice(),
            VariableKind::Integer | VariableKind::Port => self.number(),
            VariableKind::String => self.line(),
        }
    }

    fn label(&self) -> Signal<String> {
        let (lang, label) = (use_lang(), self.variable.label.clone());
        Signal::derive(move || label.pick(lang.get()).to_owned())
    }

    /// What the role says of it, and what becomes of it where it is left empty.
    fn hint(&self) -> Signal<Option<String>> {
        let (i18n, lang) = (use_i18n(), use_lang());
        let (help, is_kept) = (self.variable.help.clone(), self.is_kept);
        let is_made = self.variable.generated;
        Signal::derive(move || {
            let help = help.as_ref().map(|help| help.pick(lang.get()).to_owned());
            let empty = if is_kept {
                Some(say!(i18n, roles.secret_kept))
            } else {
                is_made.then(|| say!(i18n, roles.secret_made))
            };
            let said: Vec<String> = help.into_iter().chain(empty).collect();
            (!said.is_empty()).then(|| said.join(" "))
        })
    }

    fn is_required(&self) -> bool {
        !self.is_kept && self.usual.is_empty() && self.variable.problem(None).is_some()
    }

    /// What stands in the field: what was typed, else what counts.
    fn text(&self) -> Bound<String> {
        let (typed, own, other) = (self.typed, self.clone(), self.clone());
        Bound::new(
            move || {
                typed.with(|typed| {
                    let text = typed.get(&own.key, &own.variable);
                    text.unwrap_or(&own.usual).to_owned()
                })
            },
            move |text| other.put(text),
        )
    }

    fn put(&self, text: String) {
        let mut typed = self.typed.get_untracked();
        typed.set(&self.key, &self.variable, text);
        self.typed.set(typed);
    }

    fn placeholder(&self) -> Option<String> {
        Some(self.usual.clone()).filter(|usual| !usual.is_empty() && !self.variable.optional)
    }

    fn line(self) -> AnyView {
        view! {
            <TextInput
                label=self.label()
                value=self.text()
                placeholder=self.placeholder()
                hint=self.hint()
                required=self.is_required()
                autocomplete="off"
                monospace=true
                error=self.error
            />
        }
        .into_any()
    }

    fn secret(self) -> AnyView {
        let i18n = use_i18n();
        view! {
            <PasswordInput
                label=self.label()
                value=self.text()
                show_label=text!(i18n, roles.secret_show)
                hide_secret_label=text!(i18n, roles.secret_hide)
                hint=self.hint()
                required=self.is_required()
                autocomplete="new-password"
                error=self.error
            />
        }
        .into_any()
    }

    /// As a text: what is no number is said to be none, where a control for numbers would keep it to itself.
    fn number(self) -> AnyView {
        view! {
            <TextInput
                label=self.label()
                value=self.text()
                placeholder=self.placeholder()
                hint=self.hint()
                required=self.is_required()
                inputmode="numeric"
                autocomplete="off"
                error=self.error
            />
        }
        .into_any()
    }

    fn boolean(self) -> AnyView {
        let text = self.text();
        let value = Bound::new(
            move || text.with(|text| text == "true"),
            move |on: bool| text.set(on.to_string()),
        );
        view! { <Checkbox label=self.label() value=value hint=self.hint() error=self.error /> }.into_any()
    }

    fn choice(self) -> AnyView {
        let i18n = use_i18n();
        let of = |word: &String| SelectOption::new(word.clone(), word.clone());
        let options: Vec<_> = self.variable.choices.iter().map(of).collect();
        let is_open = self.usual.is_empty() || self.variable.optional;
        let placeholder = Signal::derive(move || is_open.then(|| say!(i18n, roles.choose)));
        view! {
            <Select
                label=self.label()
                value=self.text()
                options=options
                placeholder=placeholder
                hint=self.hint()
                required=self.is_required()
                error=self.error
            />
        }
        .into_any()
    }
}
