//! Giving a role: which one, its variables, and what becomes of the others.

use drover_types::{
    role::{RoleAssignment, RoleInfo, RoleKey, RoleStanding, RoleValues},
    text::Problem,
};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{
    typed::Typed,
    variable_fields::{VariableFields, VariableProblem},
};
use crate::{
    shared::FormError,
    texts::{say, text, use_i18n, use_lang},
};

/// The field for which role it is.
const ROLE: &str = "role";

/// What is filled in; cheap to copy.
#[derive(Clone, Copy)]
pub struct Assigning {
    /// What there is to choose from.
    catalogue: Signal<Vec<RoleInfo>>,
    /// What the server has already; nothing where it is about several.
    has: Signal<Vec<RoleStanding>>,
    role: RwSignal<String>,
    typed: RwSignal<Typed>,
    replaces: RwSignal<bool>,
    /// What is being filled in, with what the server has of it.
    chosen: Memo<Option<(RoleInfo, Option<RoleValues>)>>,
}

impl Assigning {
    /// No role is chosen yet.
    pub fn new(catalogue: Signal<Vec<RoleInfo>>, has: Signal<Vec<RoleStanding>>) -> Self {
        let role = RwSignal::new(String::new());
        let chosen = Memo::new(move |_| {
            let key = role.get();
            let of_role = |all: &Vec<RoleInfo>| all.iter().find(|one| one.key.as_str() == key).cloned();
            let info = catalogue.with(of_role)?;
            let before = has.with(|has| {
                let own = has.iter().find(|one| one.role == info.key)?;
                Some(own.variables.clone())
            });
            Some((info, before))
        });
        Self {
            catalogue,
            has,
            role,
            typed: RwSignal::new(Typed::default()),
            replaces: RwSignal::new(false),
            chosen,
        }
    }

    /// Begins anew, with this role chosen.
    pub fn fill(self, role: Option<&RoleKey>) {
        self.role.set(role.map(ToString::to_string).unwrap_or_default());
        self.typed.set(Typed::default());
        self.replaces.set(false);
    }

    /// What is to be sent; `None` where something is wrong with it, which is said then. Not tracked.
    pub fn read(self, error: FormError) -> Option<RoleAssignment> {
        let Some((info, before)) = self.chosen.get_untracked() else {
            error.found([(ROLE.to_owned(), Problem::Required)].into());
            return None;
        };
        let (values, problems) = self.typed.with_untracked(|typed| {
            let before = before.as_ref();
            (typed.values(&info, before), typed.problems(&info, before))
        });
        let problems = problems.into_iter();
        let named = problems.map(|(name, problem)| (path(&name), problem));
        if error.found(named.collect()) {
            return None;
        }
        Some(RoleAssignment {
            replaces: self.replaces.get_untracked() && info.key.is_purpose(),
            role: info.key,
            variables: values,
        })
    }

    /// Whether it is there for something else that it could be in place of. Tracked.
    fn offers_replace(self, key: &RoleKey, is_many: bool) -> bool {
        let has_other = |one: &RoleStanding| one.role.is_purpose() && one.role != *key;
        key.is_purpose() && (is_many || self.has.with(|has| has.iter().any(has_other)))
    }
}

/// How the API calls the field of a variable.
fn path(name: &str) -> String {
    format!("variables.{name}")
}

/// The fields.
#[component]
pub fn AssignFields(
    assigning: Assigning,
    error: FormError,
    /// Whether the role is not to be chosen.
    is_fixed: bool,
    /// Whether it is about several servers, of which each keeps what it has of what is not touched.
    is_many: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let Assigning {
        catalogue,
        role,
        typed,
        replaces,
        chosen,
        ..
    } = assigning;
    let options = Signal::derive(move || {
        let lang = lang.get();
        let of = |one: &RoleInfo| SelectOption::new(one.key.as_str(), one.name.pick(lang));
        catalogue.with(|all| all.iter().map(of).collect::<Vec<_>>())
    });
    let about = Signal::derive(move || {
        let pick = |info: &RoleInfo| info.description.pick(lang.get()).to_owned();
        chosen.with(|chosen| Some(pick(&chosen.as_ref()?.0)))
    });
    let problem = VariableProblem::new(move |name: String| {
        let path = path(&name);
        Signal::derive(move || Some(error.at(&path)?.text(lang.get())))
    });
    let choice = move || {
        view! {
            <Select
                label=text!(i18n, roles.role)
                value=role
                options=options
                placeholder=Signal::derive(move || Some(say!(i18n, roles.choose)))
                hint=about
                required=true
                error=error.field(ROLE)
            />
        }
    };
    let key = Memo::new(move |_| chosen.with(|chosen| Some(chosen.as_ref()?.0.key.clone())));
    let replace = move || {
        let key = key.get()?;
        assigning.offers_replace(&key, is_many).then(|| {
            view! {
                <Switch
                    label=text!(i18n, roles.replace)
                    value=replaces
                    hint=Signal::derive(move || Some(say!(i18n, roles.replace_hint)))
                />
            }
        })
    };
    view! {
        {(!is_fixed).then(choice)}
        {(is_fixed)
            .then(|| view! { <p class="roles__hint">{about}</p> })}
        {move || {
            let (info, before) = chosen.get()?;
            Some(view! { <VariableFields role=info before=before typed=Bound::from(typed) problem=problem /> })
        }}
        {is_many.then(|| view! { <p class="roles__hint">{text!(i18n, roles.many_hint)}</p> })}
        {replace}
    }
}
