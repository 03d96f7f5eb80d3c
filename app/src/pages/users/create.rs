//! The form for a new user.

use drover_types::{
    permission::UserRole,
    user::{self, UserWithPassword},
};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{groups::role_name, once::PasswordOnce};
use crate::{
    rpc,
    shared::{FormDialog, ScopeField, scope_rules, use_form_dialog},
    texts::{say, text, use_i18n},
};

/// Every role as a choice.
pub(super) fn role_options() -> Signal<Vec<SelectOption>> {
    Signal::derive(move || {
        UserRole::ALL
            .iter()
            .map(|role| SelectOption::new(role.as_str(), role_name(*role)))
            .collect()
    })
}

/// The dialog.
#[component]
pub(super) fn CreateUser(open: RwSignal<bool>, on_made: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let toasts = use_toasts();
    let [username, name, email, role, scope, password] = [(); 6].map(|()| RwSignal::new(String::new()));
    let generate = RwSignal::new(true);
    let once = RwSignal::new(None);
    let form = use_form_dialog(open, move || {
        for field in [username, name, email, scope, password] {
            field.set(String::new());
        }
        role.set(UserRole::Developer.as_str().to_owned());
        generate.set(true);
    });
    let error = form.error;
    let done = text!(i18n, users.made);
    let make = move |()| {
        let new = user::CreateUser {
            username: username.get_untracked().trim().to_owned(),
            name: name.get_untracked().trim().to_owned(),
            email: email.get_untracked().trim().to_owned(),
            role: role.get_untracked(),
            permissions: None,
            scope: scope_rules(&scope.get_untracked()),
        };
        let given = (!generate.get_untracked()).then(|| password.get_untracked());
        let made = rpc::users::create_user(new, given);
        form.send(made, move |UserWithPassword { user, password }| {
            toasts.show(Toast::success(done.get_untracked()));
            once.try_set(password.map(|password| (user.username, password)));
            on_made.run(());
        });
    };
    let of_admin = Signal::derive(move || {
        role.with(|role| role == UserRole::Admin.as_str())
            .then(|| say!(i18n, users.admin_reaches_all))
    });
    view! {
        <FormDialog
            form=form
            title=text!(i18n, users.create)
            on_save=make
            save_label=text!(i18n, users.create_confirm)
        >
            <TextInput
                label=text!(i18n, users.username)
                value=username
                required=true
                autocomplete="off"
                error=error.field("username")
            />
            <TextInput label=text!(i18n, users.name) value=name autocomplete="off" error=error.field("name") />
            <TextInput label=text!(i18n, users.email) value=email autocomplete="off" error=error.field("email") />
            <Select label=text!(i18n, users.role) value=role options=role_options() error=error.field("role") />
            <ScopeField value=scope error=error.field("scope") disabled=of_admin />
            <Switch
                label=text!(i18n, users.generate)
                value=generate
                hint=Signal::derive(move || Some(say!(i18n, users.generate_hint)))
            />
            {move || {
                (!generate.get())
                    .then(|| {
                        view! {
                            <PasswordInput
                                label=text!(i18n, users.password)
                                value=password
                                show_label=text!(i18n, profile.show)
                                hide_secret_label=text!(i18n, profile.hide)
                                autocomplete="new-password"
                                required=true
                                error=error.field("password")
                            />
                        }
                    })
            }}
        </FormDialog>
        <PasswordOnce made=once />
    }
}
