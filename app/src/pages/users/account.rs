//! Name and e-mail address of a user, and the account's state.

use drover_types::{error::ApiError, session::CurrentUser, user::ChangeUser};
use drover_ui::prelude::*;
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};

use super::columns::{state_name, state_tone};
use crate::{
    rpc,
    session::use_session,
    shared::TimeAgo,
    texts::{text, use_i18n, use_lang},
};

/// The account.
#[component]
pub(super) fn Account(user: RwSignal<CurrentUser>) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let session = use_session();
    let toasts = use_toasts();
    let first = user.get_untracked();
    let (name, email) = (RwSignal::new(first.name), RwSignal::new(first.email));
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<ApiError>);
    let saved = text!(i18n, users.saved);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        busy.set(true);
        error.set(None);
        let username = user.with_untracked(|user| user.username.clone());
        let change = ChangeUser {
            name: Some(name.get_untracked().trim().to_owned()),
            email: Some(email.get_untracked().trim().to_owned()),
            ..ChangeUser::default()
        };
        spawn_local(async move {
            let answer = session.heeded(rpc::users::change_user(username, change).await);
            busy.try_set(false);
            match answer {
                Ok(changed) => {
                    user.try_set(changed);
                    toasts.show(Toast::success(saved.get_untracked()));
                }
                Err(problem) => {
                    if problem.fields.is_empty() {
                        toasts.show(Toast::danger(problem.text(lang.get_untracked())));
                    }
                    error.try_set(Some(problem));
                }
            }
        });
    };
    let problem = move |field: &'static str| {
        Signal::derive(move || error.with(|error| Some(error.as_ref()?.fields.get(field)?.text(lang.get()))))
    };
    let state = Memo::new(move |_| user.with(|user| (user.is_active, user.must_change_password)));
    let last_login = move || match user.with(|user| user.last_login) {
        Some(at) => view! { <TimeAgo at=at /> }.into_any(),
        None => view! { <span>{text!(i18n, users.never)}</span> }.into_any(),
    };
    view! {
        <Card title=text!(i18n, users.account)>
            <DescriptionList>
                <Description term=text!(i18n, users.username)>
                    {move || user.with(|user| user.username.clone())}
                </Description>
                <Description term=text!(i18n, users.state)>
                    <StatusDot
                        label=Signal::derive(move || state_name(state.get()))
                        tone=Signal::derive(move || state_tone(state.get()))
                    />
                </Description>
                <Description term=text!(i18n, users.last_login)>{last_login}</Description>
                <Description term=text!(i18n, users.created)>
                    <TimeAgo at=Signal::derive(move || user.with(|user| user.created_at)) />
                </Description>
            </DescriptionList>
            <form class="user__form" novalidate=true aria-label=text!(i18n, users.account) on:submit=submit>
                <TextInput label=text!(i18n, users.name) value=name autocomplete="off" error=problem("name") />
                <TextInput label=text!(i18n, users.email) value=email autocomplete="off" error=problem("email") />
                <div>
                    <Button variant=ButtonVariant::Primary kind=ButtonKind::Submit busy=busy>
                        {text!(i18n, common.save)}
                    </Button>
                </div>
            </form>
        </Card>
    }
}
