//! Signing in. The form works without a script: the server answers `POST /login` and comes back here with
//! what went wrong in the address.

use drover_types::{
    error::{ApiError, ErrorCode},
    lang::Lang,
    text::Problem,
};
use drover_ui::prelude::*;
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use leptos_meta::Title;
use leptos_router::{
    LazyRoute, NavigateOptions,
    components::Redirect,
    hooks::{use_navigate, use_query_map},
    lazy_route,
};

use crate::{
    paths,
    preferences::use_preferences,
    rpc,
    session::use_session,
    texts::{text, use_i18n, use_lang},
};

/// The route.
pub struct SignIn;

#[lazy_route]
impl LazyRoute for SignIn {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        view! { <SignInPage /> }.into_any()
    }
}

#[component]
fn SignInPage() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let query = use_query_map();
    let next = Memo::new(move |_| {
        query.with(|query| paths::after_sign_in(query.get_str(paths::NEXT).unwrap_or_default()).to_owned())
    });
    // Decided once: signing in by the form below navigates by itself.
    if untrack(|| session.is_signed_in()) {
        return view! { <Redirect path=next.get_untracked() /> }.into_any();
    }
    view! {
        <Title text=move || format!("{} · Drover", text!(i18n, sign_in.title).get()) />
        <main class="sign-in">
            <p class="sign-in__brand">
                <Icon name=IconName::Layers />
                "Drover"
            </p>
            <div class="sign-in__card">
                <h1 class="sign-in__title">{text!(i18n, sign_in.title)}</h1>
                <SignInForm next=next />
            </div>
            <Language />
        </main>
    }
    .into_any()
}

#[component]
fn SignInForm(next: Memo<String>) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let session = use_session();
    let navigate = use_navigate();
    let username = RwSignal::new(String::new());
    let password = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let error = RwSignal::new(told(&use_query_map().get_untracked()));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        error.set(None);
        let navigate = navigate.clone();
        spawn_local(async move {
            match rpc::session::sign_in(username.get_untracked(), password.get_untracked()).await {
                Ok(user) => {
                    session.set(user);
                    let options = NavigateOptions {
                        replace: true,
                        ..NavigateOptions::default()
                    };
                    navigate(&next.get_untracked(), options);
                }
                Err(problem) => {
                    busy.set(false);
                    password.set(String::new());
                    error.set(Some(problem));
                }
            }
        });
    };
    view! {
        <form class="sign-in__form" method="post" action=paths::SIGN_IN on:submit=submit>
            <input type="hidden" name=paths::NEXT value=move || next.get() />
            {move || {
                error
                    .get()
                    .map(|error| {
                        view! {
                            <Callout tone=Tone::Danger announce=true>
                                {error.text(lang.get())}
                            </Callout>
                        }
                    })
            }}
            <TextInput
                label=text!(i18n, sign_in.username)
                value=username
                name="username"
                autocomplete="username"
                required=true
                autofocus=true
            />
            <PasswordInput
                label=text!(i18n, sign_in.password)
                value=password
                name="password"
                autocomplete="current-password"
                show_label=text!(i18n, sign_in.show_password)
                hide_secret_label=text!(i18n, sign_in.hide_password)
                required=true
            />
            <Button kind=ButtonKind::Submit variant=ButtonVariant::Primary size=ButtonSize::Large busy=busy>
                {text!(i18n, sign_in.submit)}
            </Button>
        </form>
    }
}

/// What the server found wrong when the form was sent without a script.
fn told(query: &leptos_router::params::ParamsMap) -> Option<ApiError> {
    match query.get_str("error")? {
        "throttled" => {
            let seconds = query.get_str("wait").and_then(|seconds| seconds.parse().ok());
            Some(ApiError::new(
                ErrorCode::RateLimited,
                Problem::TooManyAttempts {
                    retry_after_seconds: seconds.unwrap_or(60),
                },
            ))
        }
        "failed" => Some(ApiError::new(
            ErrorCode::AuthenticationRequired,
            Problem::SignInFailed,
        )),
        _ => Some(ApiError::new(ErrorCode::InternalError, Problem::Internal)),
    }
}

#[component]
fn Language() -> impl IntoView {
    let preferences = use_preferences();
    let choice = move |lang: Lang, name: &'static str| {
        view! {
            <button
                type="button"
                class="sign-in__language"
                lang=lang.code()
                aria-pressed=move || (preferences.lang.get() == lang).to_string()
                on:click=move |_| preferences.lang.set(lang)
            >
                {name}
            </button>
        }
    };
    view! { <p class="sign-in__foot">{choice(Lang::Ko, "한국어")} {choice(Lang::En, "English")}</p> }
}
