//! Getting in: another password, ending sessions, disabling the account, and deleting it.

use drover_types::{permission::UserRole, session::CurrentUser, text::Problem, user::ChangeUser};
use drover_ui::prelude::*;
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::once::PasswordOnce;
use crate::{
    layout::{Question, use_confirm},
    paths, rpc,
    session::use_session,
    shared::use_admin_refusal,
    texts::{say, text, use_i18n, use_lang},
};

/// Why one can't do this to oneself.
pub(super) fn own_refusal(user: RwSignal<CurrentUser>) -> Signal<Option<String>> {
    let i18n = use_i18n();
    let session = use_session();
    Signal::derive(move || {
        let own = session
            .user()
            .is_some_and(|own| user.with(|user| user.id == own.id));
        own.then(|| say!(i18n, users.own_account))
    })
}

/// Why whoever is no administrator can do nothing to one.
fn above_refusal(user: RwSignal<CurrentUser>) -> Signal<Option<String>> {
    let administrators_only = use_admin_refusal();
    Signal::derive(move || {
        let is_admin = user.with(|user| user.grants.role == UserRole::Admin);
        administrators_only.get().filter(|_| is_admin)
    })
}

/// Why the user can't be deleted, where they could be disabled: an administrator gets another role first.
fn stay_refusal(user: RwSignal<CurrentUser>) -> Signal<Option<String>> {
    let lang = use_lang();
    Signal::derive(move || {
        let is_admin = user.with(|user| user.grants.role == UserRole::Admin);
        is_admin.then(|| Problem::AdministratorsStay.text(lang.get()))
    })
}

/// What can be done to the account.
#[component]
pub(super) fn Access(
    user: RwSignal<CurrentUser>,
    /// Runs once sessions of the user have ended.
    #[prop(into)]
    on_ended: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let toasts = use_toasts();
    let navigate = use_navigate();
    let (own, above, stays) = (own_refusal(user), above_refusal(user), stay_refusal(user));
    let not_disabled = Signal::derive(move || above.get().or_else(|| own.get()));
    let not_deleted = Signal::derive(move || not_disabled.get().or_else(|| stays.get()));
    let once = RwSignal::new(None);
    let ask = use_ask(user);
    let reset = move |_| {
        ask.run(Ask(Box::new(move |username| {
            reset_question(username, user, once, on_ended)
        })));
    };
    let ended = text!(i18n, users.sessions_ended);
    let end = move |_| {
        let done = Callback::new(move |()| {
            toasts.show(Toast::success(ended.get_untracked()));
            on_ended.run(());
        });
        ask.run(Ask(Box::new(move |username| end_question(username, done))));
    };
    let switch = move |_| {
        ask.run(Ask(Box::new(move |username| {
            switch_question(username, user, on_ended)
        })));
    };
    let leave = Callback::new(move |()| navigate(paths::USERS, NavigateOptions::default()));
    let delete = move |_| ask.run(Ask(Box::new(move |username| delete_question(username, leave))));
    let switch_label = Signal::derive(move || {
        if user.with(|user| user.is_active) {
            say!(i18n, users.disable)
        } else {
            say!(i18n, users.enable)
        }
    });
    view! {
        <Card title=text!(i18n, users.access)>
            <div class="user__actions">
                <Button icon=IconName::Key disabled=above on_click=reset>{text!(i18n, users.reset)}</Button>
                <Button icon=IconName::SignOut disabled=above on_click=end>{text!(i18n, users.end)}</Button>
                <Button icon=IconName::Power disabled=not_disabled on_click=switch>{switch_label}</Button>
                <Button variant=ButtonVariant::Danger icon=IconName::Trash disabled=not_deleted on_click=delete>
                    {text!(i18n, users.delete)}
                </Button>
            </div>
        </Card>
        <PasswordOnce made=once />
    }
}

/// Makes a question about a user.
struct Ask(Box<dyn Fn(String) -> Question + Send + Sync>);

/// Asks about the user. A question is written in the language of when it is asked.
fn use_ask(user: RwSignal<CurrentUser>) -> Callback<Ask> {
    let confirm = use_confirm();
    let owner = StoredValue::new(Owner::current());
    Callback::new(move |Ask(question): Ask| {
        let username = user.with_untracked(|user| user.username.clone());
        let asked = || confirm.ask(question(username));
        match owner.get_value() {
            Some(owner) => owner.with(|| untrack(asked)),
            None => untrack(asked),
        }
    })
}

fn reset_question(
    username: String,
    user: RwSignal<CurrentUser>,
    once: RwSignal<Option<(String, String)>>,
    on_ended: Callback<()>,
) -> Question {
    let i18n = use_i18n();
    Question::new(
        say!(i18n, users.reset_of, username = username.clone()),
        say!(i18n, users.reset_body),
        say!(i18n, users.reset),
        move || {
            let username = username.clone();
            async move {
                let made = rpc::users::reset_user_password(username, None).await?;
                once.try_set(
                    made.password
                        .map(|password| (made.user.username.clone(), password)),
                );
                user.try_set(made.user);
                on_ended.run(());
                Ok(())
            }
        },
    )
}

fn end_question(username: String, done: Callback<()>) -> Question {
    let i18n = use_i18n();
    Question::new(
        say!(i18n, users.end_of, username = username.clone()),
        say!(i18n, users.end_body),
        say!(i18n, users.end),
        move || {
            let username = username.clone();
            async move {
                rpc::users::end_user_sessions(username).await?;
                done.run(());
                Ok(())
            }
        },
    )
}

fn switch_question(username: String, user: RwSignal<CurrentUser>, on_ended: Callback<()>) -> Question {
    let i18n = use_i18n();
    let enable = user.with_untracked(|user| !user.is_active);
    let (title, body, verb) = if enable {
        (
            say!(i18n, users.enable_of, username = username.clone()),
            say!(i18n, users.enable_body),
            say!(i18n, users.enable),
        )
    } else {
        (
            say!(i18n, users.disable_of, username = username.clone()),
            say!(i18n, users.disable_body),
            say!(i18n, users.disable),
        )
    };
    let question = Question::new(title, body, verb, move || {
        let username = username.clone();
        let change = ChangeUser {
            is_active: Some(enable),
            ..ChangeUser::default()
        };
        async move {
            user.try_set(rpc::users::change_user(username, change).await?);
            on_ended.run(());
            Ok(())
        }
    });
    if enable { question.harmless() } else { question }
}

fn delete_question(username: String, leave: Callback<()>) -> Question {
    let i18n = use_i18n();
    let label = say!(i18n, users.type_name, username = username.clone());
    let name = username.clone();
    Question::new(
        say!(i18n, users.delete_of, username = username.clone()),
        say!(i18n, users.delete_body),
        say!(i18n, users.delete),
        move || {
            let username = username.clone();
            async move {
                rpc::users::delete_user(username).await?;
                leave.run(());
                Ok(())
            }
        },
    )
    .typed(name, label)
}
