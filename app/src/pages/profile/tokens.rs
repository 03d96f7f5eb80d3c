//! API tokens: making one, which is shown once, and revoking.

use drover_types::{
    error::{ApiError, ErrorCode},
    permission::{Grants, Permission},
    token::{CreateToken, TokenRow},
};
use drover_ui::prelude::*;
use leptos::{prelude::*, task::spawn_local};

use crate::{
    rpc,
    session::use_session,
    shared::{Awaited, ErrorCallout, TimeAgo},
    texts::{say, text, use_i18n, use_lang},
};

/// How long a token lasts where nothing else is chosen, in days.
const DAYS: i64 = 90;

/// The tokens.
#[component]
pub fn Tokens() -> impl IntoView {
    let i18n = use_i18n();
    let tokens = Resource::new(|| (), |()| rpc::tokens::own_tokens());
    let making = RwSignal::new(false);
    let reload = Callback::new(move |()| tokens.refetch());
    let show = move |rows: Result<Vec<TokenRow>, ApiError>| match rows {
        Ok(rows) if rows.is_empty() => {
            view! { <p class="profile__meta">{text!(i18n, profile.no_tokens)}</p> }.into_any()
        }
        Ok(rows) => {
            let rows: Vec<_> = rows
                .into_iter()
                .map(|row| view! { <Token row=row reload=reload /> })
                .collect();
            view! { <ul class="profile__sessions">{rows}</ul> }.into_any()
        }
        Err(error) => view! { <ErrorCallout error=error on_retry=reload /> }.into_any(),
    };
    let actions = move || {
        view! {
            <Button size=ButtonSize::Small icon=IconName::Plus on_click=move |_| making.set(true)>
                {text!(i18n, profile.new_token)}
            </Button>
        }
    };
    view! {
        <Card title=text!(i18n, profile.tokens) actions=actions>
            <Awaited
                load=move || async move { tokens.await }
                show=show
                fallback=move || {
                    view! { <Skeleton label=text!(i18n, common.loading) shape=SkeletonShape::Row lines=3 /> }
                }
            />
        </Card>
        <MakeToken open=making on_made=reload />
    }
}

#[component]
fn Token(row: TokenRow, reload: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let session = use_session();
    let toasts = use_toasts();
    let busy = RwSignal::new(false);
    let id = row.id;
    let revoke = move |_| {
        busy.set(true);
        spawn_local(async move {
            let answer = session.heeded(rpc::tokens::revoke_token(id).await);
            busy.try_set(false);
            match answer {
                Ok(()) => reload.run(()),
                Err(error) => {
                    toasts.show(Toast::danger(error.text(lang.get_untracked())));
                }
            }
        });
    };
    let name = row.name.clone();
    let label = Signal::derive(move || say!(i18n, profile.revoke_of, name = name.clone()));
    let held: Vec<&str> = row.permissions.iter().copied().map(Permission::as_str).collect();
    let count = row.permissions.len();
    view! {
        <li class="profile__session">
            <div>
                <p class="profile__browser">
                    {row.name}
                    {row
                        .is_expired
                        .then(|| view! { <Badge tone=Tone::Warning>{text!(i18n, profile.expired)}</Badge> })}
                </p>
                <p class="profile__meta">
                    <span title=held.join(", ")>{text!(i18n, profile.permission_count, count = count)}</span>
                    <span>
                        {match row.expires_at {
                            Some(at) => {
                                let day = at.format("%Y-%m-%d").to_string();
                                let until = Signal::derive(move || say!(i18n, profile.until, day = day.clone()));
                                view! { <span>{until}</span> }.into_any()
                            }
                            None => view! { <span>{text!(i18n, profile.without_end)}</span> }.into_any(),
                        }}
                    </span>
                    <span>
                        {match row.last_used_at {
                            Some(at) => view! { <span>{text!(i18n, profile.used)} " " <TimeAgo at=at /></span> }.into_any(),
                            None => view! { <span>{text!(i18n, profile.never_used)}</span> }.into_any(),
                        }}
                    </span>
                </p>
            </div>
            <Button size=ButtonSize::Small busy=busy on_click=revoke attr:aria-label=label>
                {text!(i18n, profile.revoke)}
            </Button>
        </li>
    }
}

/// The form for a new token, and then the token.
#[component]
fn MakeToken(open: RwSignal<bool>, on_made: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let session = use_session();
    let name = RwSignal::new(String::new());
    let days = RwSignal::new(Some(DAYS));
    let chosen = RwSignal::new(Vec::<Permission>::new());
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<ApiError>);
    let (told, secret) = (RwSignal::new(false), RwSignal::new(String::new()));
    Effect::new(move |_| {
        if open.get() {
            name.set(String::new());
            days.set(Some(DAYS));
            chosen.set(session.with_grants(Grants::effective).unwrap_or_default());
            error.set(None);
        }
    });
    let make = move |()| {
        busy.set(true);
        error.set(None);
        let new = CreateToken {
            name: name.get_untracked(),
            permissions: Some(
                chosen.with_untracked(|chosen| chosen.iter().map(ToString::to_string).collect()),
            ),
            days: days.get_untracked().map(|days| u32::try_from(days).unwrap_or(0)),
        };
        spawn_local(async move {
            let answer = session.heeded(rpc::tokens::create_token(new).await);
            busy.try_set(false);
            match answer {
                Ok(made) => {
                    open.try_set(false);
                    secret.try_set(made.token);
                    told.try_set(true);
                    on_made.run(());
                }
                Err(problem) => drop(error.try_set(Some(problem))),
            }
        });
    };
    let problem = move |field: &'static str| {
        Signal::derive(move || error.with(|error| Some(error.as_ref()?.fields.get(field)?.text(lang.get()))))
    };
    let whole = Signal::derive(move || {
        let error = error
            .get()
            .filter(|error| error.code != ErrorCode::ValidationError || error.fields.is_empty())?;
        Some(error.text(lang.get()))
    });
    view! {
        <ConfirmDialog
            open=open
            title=text!(i18n, profile.new_token)
            confirm_label=text!(i18n, profile.make_token)
            cancel_label=text!(i18n, common.cancel)
            on_confirm=make
            variant=ButtonVariant::Primary
            busy=busy
            error=whole
        >
            <TextInput
                label=text!(i18n, profile.token_name)
                value=name
                required=true
                autocomplete="off"
                error=problem("name")
            />
            <NumberInput
                label=text!(i18n, profile.token_days)
                value=days
                min=Signal::stored(Some(1))
                max=Signal::stored(Some(3650))
                hint=Signal::derive(move || Some(say!(i18n, profile.token_days_hint)))
                error=problem("days")
            />
            <Choices chosen=chosen />
        </ConfirmDialog>
        <TokenOnce open=told secret=secret />
    }
}

/// What the token may do, of what its owner may.
#[component]
fn Choices(chosen: RwSignal<Vec<Permission>>) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let session = use_session();
    let boxes = move || {
        let held = session.with_grants(Grants::effective).unwrap_or_default();
        held.into_iter()
            .map(|permission| {
                let value = Bound::new(
                    move || chosen.with(|chosen| chosen.contains(&permission)),
                    move |on: bool| {
                        chosen.update(|chosen| {
                            chosen.retain(|one| *one != permission);
                            if on {
                                chosen.push(permission);
                            }
                        });
                    },
                );
                let label = Signal::derive(move || permission.description(lang.get()).to_owned());
                view! { <Checkbox label=label value=value /> }
            })
            .collect_view()
    };
    view! {
        <fieldset class="profile__choices">
            <legend>{text!(i18n, profile.permissions)}</legend>
            {boxes}
        </fieldset>
    }
}

/// The token itself, once.
#[component]
fn TokenOnce(open: RwSignal<bool>, secret: RwSignal<String>) -> impl IntoView {
    let i18n = use_i18n();
    Effect::new(move |was: Option<bool>| {
        let is_open = open.get();
        if was == Some(true) && !is_open {
            secret.set(String::new());
        }
        is_open
    });
    view! {
        <Dialog open=open title=text!(i18n, profile.token_made) close_label=text!(i18n, profile.close)>
            <p>{text!(i18n, profile.token_once)}</p>
            <Code
                text=secret
                label=text!(i18n, profile.token)
                copy_label=Signal::derive(move || Some(say!(i18n, profile.copy)))
                copied_label=text!(i18n, profile.copied)
            />
        </Dialog>
    }
}
