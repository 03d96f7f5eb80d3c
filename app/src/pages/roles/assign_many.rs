//! Giving a role to several servers at once.

use std::collections::BTreeSet;

use drover_types::{
    error::ApiError,
    ids::GuestId,
    many::MOST_SERVERS,
    role::{Generated, RoleAssignment, RoleKey},
    task::TaskKind,
};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{
    assigning::{AssignFields, Assigning},
    cells::role_name,
    known::Known,
};
use crate::{
    i18n::Locale,
    inventory::{Guest, use_inventory},
    paths, rpc,
    shared::{FormDialog, GeneratedOnce, ServerChoice, tell_left_out, use_form_dialog},
    texts::{say, text, use_i18n, use_lang},
};

/// How many servers are named.
const MOST_NAMES: usize = 8;

/// The dialog: for the servers that are ticked, or for a role whose servers are chosen in it.
#[component]
pub(super) fn AssignMany(
    known: Known,
    open: RwSignal<bool>,
    /// The servers.
    ticked: RwSignal<BTreeSet<GuestId>>,
    /// The role; chosen in the dialog where not given.
    #[prop(optional)]
    role: Option<RoleKey>,
) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let toasts = use_toasts();
    let (filter, told) = (RwSignal::new(String::new()), RwSignal::new(Vec::new()));
    let assigning = Assigning::new(known.catalogue(), Signal::stored(Vec::new()));
    let role = StoredValue::new(role);
    let is_fixed = role.with_value(Option::is_some);
    let form = use_form_dialog(open, move || {
        role.with_value(|role| assigning.fill(role.as_ref()));
        filter.set(String::new());
        if is_fixed {
            ticked.set(BTreeSet::new());
        }
    });
    let assign = move |()| {
        if let Some(assignment) = assigning.read(form.error) {
            let names = ticked.with_untracked(|ticked| ticked.iter().map(GuestId::to_string).collect());
            let sent = send(names, assignment, told, toasts, (i18n, lang));
            form.send(sent, move |()| known.load());
        }
    };
    let hindrance = Signal::derive(move || {
        let unable = known.overview.with(|overview| overview.unable.clone());
        let none = || {
            ticked
                .with(BTreeSet::is_empty)
                .then(|| say!(i18n, roles.choose_servers))
        };
        unable.map(|problem| problem.text(lang.get())).or_else(none)
    });
    let title = Signal::derive(move || match role.get_value() {
        Some(role) => {
            let name = known.overview.with(|overview| role_name(&overview.roles, &role));
            say!(i18n, roles.assign_title, role = name)
        }
        None => say!(
            i18n,
            roles.assign_many_title,
            count = ticked.with(BTreeSet::len) as u64
        ),
    });
    let fits = Callback::new(move |_: Guest| true);
    view! {
        <FormDialog
            form=form
            title=title
            on_save=assign
            save_label=text!(i18n, roles.install)
            disabled=hindrance
        >
            {if is_fixed {
                view! { <ServerChoice filter=filter ticked=ticked fits=fits /> }.into_any()
            } else {
                view! { <Named ticked=ticked /> }.into_any()
            }}
            <AssignFields assigning=assigning error=form.error is_fixed=is_fixed is_many=true />
        </FormDialog>
        <GeneratedOnce told=told />
    }
}

/// Whom it is about.
#[component]
fn Named(ticked: RwSignal<BTreeSet<GuestId>>) -> impl IntoView {
    let i18n = use_i18n();
    let inventory = use_inventory();
    let called = move |id: &GuestId| {
        let name = inventory.guest(id).map(|guest| guest.name.clone());
        name.filter(|name| !name.is_empty())
            .unwrap_or_else(|| id.to_string())
    };
    let names = move || {
        ticked.with(|ticked| {
            let names: Vec<String> = ticked.iter().take(MOST_NAMES).map(called).collect();
            let names = names.join(", ");
            match ticked.len().saturating_sub(MOST_NAMES) {
                0 => names,
                more => say!(i18n, backups.and_more, names = names, count = more as u64),
            }
        })
    };
    view! { <p class="roles__hint">{names}</p> }
}

/// Asks for so many at once as the server takes; each request is a task of its own. What was made up is told whatever
/// becomes of the next.
async fn send(
    names: Vec<String>,
    assignment: RoleAssignment,
    told: RwSignal<Vec<Generated>>,
    toasts: Toasts,
    (i18n, lang): (Signal<Locale>, Signal<drover_types::lang::Lang>),
) -> Result<(), ApiError> {
    for some in names.chunks(MOST_SERVERS) {
        let assigned = rpc::roles::assign_roles(some.to_vec(), assignment.clone()).await?;
        told.try_update(|told| told.extend(assigned.generated));
        tell_left_out(&assigned.acted, toasts, i18n, lang)?;
        if let Some(task) = assigned.acted.task {
            untrack(|| {
                let begun = Toast::success(TaskKind::AssignRoles.name(lang.get()));
                toasts.show(begun.link(say!(i18n, roles.show_task), paths::task(&task)));
            });
        }
    }
    Ok(())
}
