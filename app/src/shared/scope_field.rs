//! A scope as one line of rules, and how many servers it reaches now.

use drover_types::scope::Scope;
use drover_ui::prelude::*;
use leptos::prelude::*;

use crate::{
    inventory::use_inventory,
    texts::{say, text, use_i18n},
};

/// The rules of a line: a space or a comma stands between two.
pub fn scope_rules(line: &str) -> Vec<String> {
    line.split(|c: char| c.is_whitespace() || c == ',')
        .filter(|rule| !rule.is_empty())
        .map(str::to_owned)
        .collect()
}

/// A scope as a line.
pub fn scope_line(scope: &Scope) -> String {
    scope.written().join(" ")
}

/// The line.
#[component]
pub fn ScopeField(
    /// The line; see [`scope_rules`].
    value: RwSignal<String>,
    /// What the server says is wrong with it.
    #[prop(into)]
    error: Signal<Option<String>>,
    /// Why it can't be changed; `None` while it can.
    #[prop(optional, into)]
    disabled: Signal<Option<String>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let inventory = use_inventory();
    let reached = Memo::new(move |_| {
        let scope = value.with(|line| Scope::read(&scope_rules(line))).ok()?;
        (!scope.is_everything() && inventory.is_loaded()).then(|| {
            inventory.with_guests(|guests| {
                let servers = || guests.iter().filter(|guest| !guest.template);
                (
                    servers().filter(|guest| scope.covers(guest)).count(),
                    servers().count(),
                )
            })
        })
    });
    let hint = Signal::derive(move || {
        Some(match reached.get() {
            Some((count, total)) => say!(i18n, users.scope_reaches, count = count, total = total),
            None => say!(i18n, users.scope_hint),
        })
    });
    view! {
        <TextInput
            label=text!(i18n, users.scope)
            value=value
            hint=hint
            error=error
            disabled=disabled
            placeholder=Signal::stored(Some("tag:web name:db-*".to_owned()))
            autocomplete="off"
            monospace=true
        />
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_as_it_is_written() {
        assert_eq!(
            scope_rules(" tag:a,name:b-*  node:c ,"),
            ["tag:a", "name:b-*", "node:c"]
        );
        assert!(scope_rules(" , ").is_empty());
        let scope = Scope::read(&scope_rules("node:b tag:a")).unwrap();
        assert_eq!(scope_line(&scope), "tag:a node:b");
    }
}
