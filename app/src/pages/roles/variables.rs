//! The variables of a role, in a table.

use drover_types::role::{RoleInfo, RoleVariable, VariableKind};
use drover_ui::prelude::*;
use leptos::prelude::*;

use crate::texts::{say, text, use_i18n, use_lang};

/// The card.
#[component]
pub(super) fn Variables(info: RoleInfo) -> impl IntoView {
    let i18n = use_i18n();
    let empty = move || view! { <EmptyState title=text!(i18n, roles.no_variables) icon=IconName::List /> };
    view! {
        <Card title=text!(i18n, roles.variables) flush=true>
            <DataTable
                label=text!(i18n, roles.variables)
                rows=Signal::stored(info.variables)
                row_key=|variable: &RoleVariable| variable.name.clone()
                columns=columns()
                empty=empty
            />
        </Card>
    }
}

fn columns() -> Vec<Column<RoleVariable>> {
    let i18n = use_i18n();
    let lang = use_lang();
    let default = move |variable: &RoleVariable| match &variable.default {
        Some(value) => view! { <code>{value.to_string()}</code> }.into_any(),
        None if variable.generated => view! { <span>{say!(i18n, roles.default_made)}</span> }.into_any(),
        None => view! { <span class="roles__none">"—"</span> }.into_any(),
    };
    let secret = move |variable: &RoleVariable| {
        variable.secret.then(|| {
            view! { <Badge icon=IconName::Lock>{say!(i18n, roles.secret)}</Badge> }
        })
    };
    let help = move |variable: &RoleVariable| {
        let help = variable
            .help
            .as_ref()
            .map(|help| help.pick(lang.get()).to_owned());
        help.map(|help| view! { <span title=help.clone()>{help.clone()}</span> })
    };
    vec![
        Column::new(
            "label",
            text!(i18n, roles.variable),
            move |variable: &RoleVariable| variable.label.pick(lang.get()).to_owned(),
        )
        .width(170),
        Column::new("name", text!(i18n, roles.key), |variable: &RoleVariable| {
            view! { <code>{variable.name.clone()}</code> }
        })
        .width(150),
        Column::new("type", text!(i18n, roles.kind), type_name).width(150),
        Column::new("default", text!(i18n, roles.default), default).width(160),
        Column::new("secret", text!(i18n, roles.secret), secret).width(110),
        Column::new("help", text!(i18n, roles.help), help)
            .width(200)
            .grow(),
    ]
}

/// What a variable holds. Tracked.
fn type_name(variable: &RoleVariable) -> String {
    let i18n = use_i18n();
    match variable.kind {
        VariableKind::String => say!(i18n, roles.type_string),
        VariableKind::Integer => say!(i18n, roles.type_integer),
        VariableKind::Boolean => say!(i18n, roles.type_boolean),
        VariableKind::Port => say!(i18n, roles.type_port),
        VariableKind::Choice => say!(i18n, roles.type_choice, choices = variable.choices.join(", ")),
    }
}
