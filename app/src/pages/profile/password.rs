//! A new password. Problems stand beside their field; what was typed stays until it worked.

use drover_types::text::Problem;
use drover_ui::prelude::*;
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};

use crate::{
    rpc,
    session::use_session,
    shared::{ErrorCallout, use_form_error},
    texts::{say, text, use_i18n, use_lang},
};

/// The form.
#[component]
pub fn PasswordForm() -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let session = use_session();
    let toasts = use_toasts();
    let [current, new, confirm] = [(); 3].map(|()| RwSignal::new(String::new()));
    let busy = RwSignal::new(false);
    let error = use_form_error();
    let changed = text!(i18n, profile.password_changed);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let (old, first, second) = (
                current.get_untracked(),
                new.get_untracked(),
                confirm.get_untracked(),
            );
            let answer = rpc::profile::change_password(old, first, second).await;
            if busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(()) => {
                    session.password_changed();
                    error.clear();
                    for field in [current, new, confirm] {
                        field.set(String::new());
                    }
                    toasts.show(Toast::success(changed.get_untracked()));
                }
                Err(problem) => {
                    session.heed(&problem);
                    error.set(problem);
                }
            }
        });
    };
    let must_change = move || {
        let must = session.user().is_some_and(|user| user.must_change_password);
        must.then(|| {
            view! { <Callout tone=Tone::Warning>{move || Problem::PasswordMustChange.text(lang.get())}</Callout> }
        })
    };
    let username = move || session.user().map(|user| user.username);
    view! {
        <Card title=text!(i18n, profile.password)>
            {must_change}
            <form class="profile__form" novalidate=true aria-label=text!(i18n, profile.password) on:submit=submit>
                // For password keepers, which want to know whose password it is.
                <input class="visually-hidden" type="text" autocomplete="username" tabindex="-1" aria-hidden="true" readonly value=username />
                <PasswordInput
                    label=text!(i18n, profile.current_password)
                    value=current
                    show_label=text!(i18n, profile.show)
                    hide_secret_label=text!(i18n, profile.hide)
                    autocomplete="current-password"
                    required=true
                    error=error.field("current_password")
                />
                <PasswordInput
                    label=text!(i18n, profile.new_password)
                    value=new
                    show_label=text!(i18n, profile.show)
                    hide_secret_label=text!(i18n, profile.hide)
                    autocomplete="new-password"
                    required=true
                    hint=Signal::derive(move || Some(say!(i18n, profile.new_password_hint)))
                    error=error.field("new_password")
                />
                <PasswordInput
                    label=text!(i18n, profile.confirm_password)
                    value=confirm
                    show_label=text!(i18n, profile.show)
                    hide_secret_label=text!(i18n, profile.hide)
                    autocomplete="new-password"
                    required=true
                    error=error.field("confirm_password")
                />
                {move || error.whole().map(|error| view! { <ErrorCallout error=error /> })}
                <div>
                    <Button variant=ButtonVariant::Primary kind=ButtonKind::Submit busy=busy>
                        {text!(i18n, profile.change_password)}
                    </Button>
                </div>
            </form>
        </Card>
    }
}
