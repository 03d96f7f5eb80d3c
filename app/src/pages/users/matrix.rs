//! Users × permissions. Names stay in sight while it scrolls, both ways.

use drover_types::{permission::Permission, session::CurrentUser};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::groups::{GROUPS, Held, role_name};
use crate::{
    paths,
    texts::{text, use_i18n, use_lang},
};

/// The matrix.
#[component]
pub(super) fn Matrix(rows: Memo<Vec<CurrentUser>>) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let groups = move || {
        let head = GROUPS.iter().map(|(group, some)| {
            let group = *group;
            view! { <th scope="colgroup" colspan=some.len().to_string()>{move || group.name()}</th> }
        });
        head.collect_view()
    };
    let permissions = move || {
        let head = columns().map(|permission| {
            view! {
                <th scope="col" class="matrix__permission">
                    <span title=permission.as_str()>{move || permission.description(lang.get())}</span>
                </th>
            }
        });
        head.collect_view()
    };
    view! {
        <div class="matrix" tabindex="0" role="region" aria-label=text!(i18n, users.matrix)>
            <table class="matrix__grid">
                <thead class="matrix__head">
                    <tr>
                        <th class="matrix__corner" rowspan="2" scope="col">{text!(i18n, users.username)}</th>
                        {groups}
                    </tr>
                    <tr>{permissions}</tr>
                </thead>
                <tbody>
                    <For
                        each=move || rows.get()
                        key=|user| (user.username.clone(), user.grants.clone().effective(), user.grants.role)
                        children=|user| view! { <Row user=user /> }
                    />
                </tbody>
            </table>
            {move || {
                rows.with(Vec::is_empty)
                    .then(|| view! { <EmptyState title=text!(i18n, users.none_fit) icon=IconName::Filter /> })
            }}
        </div>
        <ul class="matrix__legend">
            {[Held::ByRole, Held::Added, Held::Removed]
                .map(|held| {
                    view! {
                        <li>
                            <span aria-hidden="true" data-held=held.as_str()>{held.sign()}</span>
                            " "
                            {move || held.name()}
                        </li>
                    }
                })}
        </ul>
    }
}

fn columns() -> impl Iterator<Item = Permission> {
    GROUPS.iter().flat_map(|(_, some)| some.iter().copied())
}

#[component]
fn Row(user: CurrentUser) -> impl IntoView {
    let role = user.grants.role;
    let cells = columns()
        .map(|permission| {
            let held = Held::in_grants(&user.grants, permission);
            view! {
                <td class="matrix__cell" data-held=held.as_str() title=move || held.name()>
                    <span aria-hidden="true">{held.sign()}</span>
                    <VisuallyHidden>{move || held.name()}</VisuallyHidden>
                </td>
            }
        })
        .collect_view();
    view! {
        <tr>
            <th scope="row" class="matrix__user">
                <a href=paths::user(&user.username)>{user.username.clone()}</a>
                <span class="matrix__role">{move || role_name(role)}</span>
            </th>
            {cells}
        </tr>
    }
}
