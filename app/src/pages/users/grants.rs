//! What a user may do: the role, and what is granted or withheld beside it. Nothing changes before it is saved.

use std::collections::BTreeSet;

use drover_types::{
    error::ApiError,
    permission::{Grants, Permission, UserRole},
    session::CurrentUser,
    text::Problem,
};
use drover_ui::prelude::*;
use leptos::{prelude::*, task::spawn_local};

use super::{
    access::own_refusal,
    create::role_options,
    draft::Draft,
    groups::{GROUPS, Group, Held},
};
use crate::{
    rpc,
    session::use_session,
    shared::{ErrorCallout, ScopeField},
    texts::{say, text, use_i18n, use_lang},
};

/// Role and permissions.
#[component]
pub(super) fn GrantsOf(user: RwSignal<CurrentUser>) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let session = use_session();
    let toasts = use_toasts();
    let draft = Draft::of(user.with_untracked(|user| user.grants.clone()));
    let grants = draft.grants;
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<ApiError>);
    let role = Bound::new(
        move || grants.with(|grants| grants.role.as_str().to_owned()),
        move |role: String| {
            if let Ok(role) = role.parse() {
                grants.update(|grants| *grants = grants.in_role(role));
            }
        },
    );
    let refusal = Signal::derive(move || {
        let permission = Permission::ManageRoles;
        let may = session.with_grants(|grants| grants.allow(permission));
        (may != Some(true)).then(|| Problem::PermissionMissing { permission }.text(lang.get()))
    });
    // Nobody demotes themselves.
    let own = own_refusal(user);
    let no_role = Signal::derive(move || {
        let is_admin = user.with(|user| user.grants.role == UserRole::Admin);
        refusal.get().or_else(|| own.get().filter(|_| is_admin))
    });
    let is_changed = Memo::new(move |_| user.with(|user| draft.differs_from(user)));
    let saved = text!(i18n, users.saved);
    let save = move |_| {
        busy.set(true);
        error.set(None);
        let username = user.with_untracked(|user| user.username.clone());
        let change = draft.change();
        spawn_local(async move {
            let answer = session.heeded(rpc::users::change_user(username, change).await);
            busy.try_set(false);
            match answer {
                Ok(changed) => {
                    draft.take(changed.grants.clone());
                    user.try_set(changed);
                    toasts.show(Toast::success(saved.get_untracked()));
                }
                Err(problem) => drop(error.try_set(Some(problem))),
            }
        });
    };
    let reset = move |_| draft.take(user.with_untracked(|user| user.grants.clone()));
    let actions = move || {
        let same = Signal::derive(move || {
            refusal
                .get()
                .or_else(|| (!is_changed.get()).then(|| say!(i18n, users.nothing_changed)))
        });
        view! {
            <Button on_click=reset disabled=same>{text!(i18n, users.discard)}</Button>
            <Button variant=ButtonVariant::Primary busy=busy disabled=same on_click=save>
                {text!(i18n, users.save_grants)}
            </Button>
        }
    };
    let wrong_scope = Signal::derive(move || {
        error.with(|error| Some(error.as_ref()?.fields.get("scope")?.text(lang.get())))
    });
    let no_scope = Signal::derive(move || {
        refusal
            .get()
            .or_else(|| draft.is_admin().then(|| say!(i18n, users.admin_reaches_all)))
    });
    let groups = GROUPS
        .iter()
        .map(
            |(group, some)| view! { <OneGroup group=*group permissions=*some draft=grants refusal=refusal /> },
        )
        .collect_view();
    view! {
        <Card title=text!(i18n, users.grants) actions=actions>
            <div class="user__role">
                <Select
                    label=text!(i18n, users.role)
                    value=role
                    options=role_options()
                    hint=Signal::derive(move || Some(say!(i18n, users.role_hint)))
                    disabled=no_role
                />
                <ScopeField value=draft.scope error=wrong_scope disabled=no_scope />
            </div>
            {move || {
                let error = error.get().filter(|error| !error.fields.contains_key("scope"))?;
                Some(view! { <ErrorCallout error=error /> })
            }}
            <div class="user__groups">{groups}</div>
        </Card>
    }
}

#[component]
fn OneGroup(
    group: Group,
    permissions: &'static [Permission],
    draft: RwSignal<Grants>,
    refusal: Signal<Option<String>>,
) -> impl IntoView {
    let rows = permissions
        .iter()
        .map(|permission| view! { <OnePermission permission=*permission draft=draft refusal=refusal /> })
        .collect_view();
    view! {
        <fieldset class="user__group">
            <legend>{move || group.name()}</legend>
            {rows}
        </fieldset>
    }
}

#[component]
fn OnePermission(
    permission: Permission,
    draft: RwSignal<Grants>,
    refusal: Signal<Option<String>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let value = Bound::new(
        move || draft.with(|draft| draft.allow(permission)),
        move |on: bool| {
            draft.update(|draft| {
                let permissions: &mut BTreeSet<Permission> = &mut draft.permissions;
                if on {
                    permissions.insert(permission);
                } else {
                    permissions.remove(&permission);
                }
            });
        },
    );
    let blocked = Signal::derive(move || {
        let is_admin = draft.with(|draft| draft.role == UserRole::Admin);
        refusal
            .get()
            .or_else(|| is_admin.then(|| say!(i18n, users.admin_holds_all)))
    });
    let held = Memo::new(move |_| draft.with(|draft| Held::in_grants(draft, permission)));
    let badge = move || {
        let held = held.get();
        let tone = match held {
            Held::Added => Tone::Success,
            Held::Removed => Tone::Warning,
            Held::ByRole | Held::No => return None,
        };
        Some(view! { <Badge tone=tone>{move || held.name()}</Badge> })
    };
    view! {
        <div class="user__permission" data-held=move || held.get().as_str()>
            <Checkbox label=Signal::derive(move || permission.description(lang.get()).to_owned()) value=value disabled=blocked />
            {badge}
            <code>{permission.as_str()}</code>
        </div>
    }
}
