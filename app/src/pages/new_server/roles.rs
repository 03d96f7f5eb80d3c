//! What the servers are there for, installed once they answer, and whether they are measured from inside.

use drover_types::{permission::Permission, role::RoleInfo};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{fields, part::Part, state::Form};
use crate::{
    pages::roles::{VariableFields, VariableProblem},
    shared::use_refusal,
    texts::{say, text, use_i18n, use_lang},
};

/// The role with its variables, and the box for being measured.
#[component]
pub fn Roles(form: Form) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let refusal = use_refusal(Permission::AssignRoles);
    // Why nothing can be installed.
    let unable = form
        .choices
        .with_value(|choices| choices.roles.as_ref().map(|known| known.unable.clone()));
    let hindrance = Signal::derive(move || {
        let of_all = || match &unable {
            None => Some(say!(i18n, new_server.roles_unread)),
            Some(problem) => problem.as_ref().map(|problem| problem.text(lang.get())),
        };
        refusal.get().or_else(of_all)
    });
    let options = Signal::derive(move || {
        let lang = lang.get();
        let of = |one: &RoleInfo| SelectOption::new(one.key.as_str(), one.name.pick(lang));
        form.choices.with_value(|choices| {
            let purposes = choices.installable().iter().filter(|one| one.key.is_purpose());
            purposes.map(of).collect::<Vec<_>>()
        })
    });
    let chosen = Memo::new(move |_| {
        form.draft.with(|draft| {
            let find = |roles: &[RoleInfo]| roles.iter().find(|one| one.key.as_str() == draft.role).cloned();
            form.choices.with_value(|choices| find(choices.installable()))
        })
    });
    // What was kept from before and can't be installed now is as good as not chosen.
    let role = Bound::new(
        move || chosen.with(|chosen| chosen.as_ref().map(|one| one.key.to_string()).unwrap_or_default()),
        move |role| form.draft.update(|draft| draft.role = role),
    );
    let about = Signal::derive(move || {
        let pick = |info: &RoleInfo| info.description.pick(lang.get()).to_owned();
        chosen.with(|chosen| chosen.as_ref().map(pick))
    });
    let refused = form.problem(|_| fields::ROLES.to_owned());
    let of_role = form.problem(|_| fields::role(0));
    let can_measure = form.choices.with_value(super::state::Choices::can_measure);
    let measured = Bound::new(
        move || can_measure && form.draft.with(|draft| draft.is_measured),
        move |on| form.draft.update(|draft| draft.is_measured = on),
    );
    let not_measured = Signal::derive(move || {
        let gone = || (!can_measure).then(|| say!(i18n, new_server.measured_missing));
        hindrance.get().or_else(gone)
    });
    view! {
        <Part title=text!(i18n, new_server.roles) hint=text!(i18n, new_server.roles_hint)>
            <Select
                label=text!(i18n, new_server.role)
                value=role
                options=options
                placeholder=Signal::derive(move || Some(say!(i18n, new_server.role_none)))
                hint=about
                disabled=hindrance
                error=Signal::derive(move || refused.get().or_else(|| of_role.get()))
            />
            <Variables form=form chosen=chosen />
            <Checkbox
                label=text!(i18n, new_server.measured)
                value=measured
                hint=Signal::derive(move || Some(say!(i18n, new_server.measured_hint)))
                disabled=not_measured
                error=form.problem(|draft| fields::role(draft.measured_at()))
            />
        </Part>
    }
}

/// The variables of the role that is chosen.
#[component]
fn Variables(form: Form, chosen: Memo<Option<RoleInfo>>) -> impl IntoView {
    let typed = form.part(
        |draft| draft.variables.clone(),
        |draft, typed| draft.variables = typed,
    );
    let problem = VariableProblem::new(move |name: String| form.problem(move |_| fields::variable(0, &name)));
    move || {
        let role = chosen.get()?;
        (!role.variables.is_empty()).then(|| {
            view! {
                <div class="form-page__grid">
                    <IdScope name=format!("role-{}", role.key)>
                        <VariableFields role=role before=None typed=typed problem=problem />
                    </IdScope>
                </div>
            }
        })
    }
}
