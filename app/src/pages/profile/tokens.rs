//! API tokens: making one, which is shown once, and revoking.

use drover_types::{
    permission::{Grants, Permission},
    token::{CreateToken, TokenRow},
};
use drover_ui::prelude::*;
use leptos::prelude::*;

use crate::{
    rpc,
    session::use_session,
    shared::{EndList, FormDialog, ScopeField, TokenItem, scope_rules, use_form_dialog},
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
    let actions = move || {
        view! {
            <Button size=ButtonSize::Small icon=IconName::Plus on_click=move |_| making.set(true)>
                {text!(i18n, profile.new_token)}
            </Button>
        }
    };
    view! {
        <Card title=text!(i18n, profile.tokens) actions=actions>
            <EndList
                rows=tokens
                row=|row: TokenRow, reload| {
                    let id = row.id;
                    view! { <TokenItem row=row call=move || rpc::tokens::revoke_token(id) on_ended=reload /> }.into_any()
                }
                empty=text!(i18n, profile.no_tokens)
            />
        </Card>
        <MakeToken open=making on_made=reload />
    }
}

/// The form for a new token, and then the token.
#[component]
fn MakeToken(open: RwSignal<bool>, on_made: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let name = RwSignal::new(String::new());
    let days = RwSignal::new(Some(DAYS));
    let scope = RwSignal::new(String::new());
    let chosen = RwSignal::new(Vec::<Permission>::new());
    let (told, secret) = (RwSignal::new(false), RwSignal::new(String::new()));
    let form = use_form_dialog(open, move || {
        name.set(String::new());
        days.set(Some(DAYS));
        scope.set(String::new());
        chosen.set(session.with_grants(Grants::effective).unwrap_or_default());
    });
    let error = form.error;
    let make = move |()| {
        let new = CreateToken {
            name: name.get_untracked(),
            permissions: Some(
                chosen.with_untracked(|chosen| chosen.iter().map(ToString::to_string).collect()),
            ),
            scope: scope_rules(&scope.get_untracked()),
            days: days.get_untracked().map(|days| u32::try_from(days).unwrap_or(0)),
        };
        form.send(rpc::tokens::create_token(new), move |made| {
            secret.try_set(made.token);
            told.try_set(true);
            on_made.run(());
        });
    };
    view! {
        <FormDialog
            form=form
            title=text!(i18n, profile.new_token)
            on_save=make
            save_label=text!(i18n, profile.make_token)
        >
            <TextInput
                label=text!(i18n, profile.token_name)
                value=name
                required=true
                autocomplete="off"
                error=error.field("name")
            />
            <NumberInput
                label=text!(i18n, profile.token_days)
                value=days
                min=Signal::stored(Some(1))
                max=Signal::stored(Some(3650))
                hint=Signal::derive(move || Some(say!(i18n, profile.token_days_hint)))
                error=error.field("days")
            />
            <ScopeField value=scope error=error.field("scope") />
            <Choices chosen=chosen />
        </FormDialog>
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
