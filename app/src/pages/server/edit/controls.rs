//! The fields as controls show and change them.

use drover_ui::Bound;
use leptos::prelude::*;

use super::{editor::Editor, field::Field, values::Values};
use crate::texts::use_lang;

impl Editor {
    /// What is wrong with a field, as a sentence.
    pub fn problem(self, field: Field) -> Signal<Option<String>> {
        let lang = use_lang();
        Signal::derive(move || {
            self.problems
                .with(|problems| problems.get(&field).map(|problem| problem.text(lang.get())))
        })
    }

    /// Reads what stands in the form. Tracked.
    pub fn with<T>(self, read: impl FnOnce(&Values) -> T) -> T {
        self.typed.with(read)
    }

    /// Changes what stands in the form.
    pub fn update(self, change: impl FnOnce(&mut Values)) {
        self.typed.update(change);
    }

    /// A field, for a control.
    pub fn text(self, field: Field) -> Bound<String> {
        Bound::new(
            move || self.typed.with(|typed| typed.get(field).to_owned()),
            move |text| self.write(field, text),
        )
    }

    /// A number, for a control.
    pub fn number(self, field: Field) -> Bound<Option<i64>> {
        Bound::new(
            move || self.typed.with(|typed| typed.get(field).parse().ok()),
            move |number: Option<i64>| {
                self.write(field, number.map(|number| number.to_string()).unwrap_or_default());
            },
        )
    }

    /// Yes or no, for a control.
    pub fn flag(self, field: Field) -> Bound<bool> {
        Bound::new(
            move || self.typed.with(|typed| typed.get(field) == "1"),
            move |yes| self.write(field, if yes { "1" } else { "0" }.to_owned()),
        )
    }

    fn write(self, field: Field, text: String) {
        self.typed.update(|typed| typed.set(field, text));
        // What was wrong with it was wrong with what stood there before.
        if self
            .problems
            .with_untracked(|problems| problems.contains_key(&field))
        {
            self.problems.update(|problems| {
                problems.remove(&field);
            });
        }
    }
}
