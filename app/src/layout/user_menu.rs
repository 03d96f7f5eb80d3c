//! The user's menu: language, theme, density, profile, signing out.

use drover_types::lang::Lang;
use drover_ui::prelude::*;
use leptos::{prelude::*, task::spawn_local};

use crate::{
    page_context::Theme,
    paths,
    preferences::use_preferences,
    rpc,
    session::use_session,
    texts::{say, text, use_i18n, use_lang},
};

/// The menu at the end of the top bar.
#[component]
pub(super) fn UserMenu() -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let session = use_session();
    let preferences = use_preferences();
    let toasts = use_toasts();
    let name = Signal::derive(move || {
        session
            .user()
            .map(|user| {
                if user.name.is_empty() {
                    user.username
                } else {
                    user.name
                }
            })
            .unwrap_or_default()
    });
    let sign_out = move |()| {
        spawn_local(async move {
            match rpc::session::sign_out().await {
                Ok(()) => session.end(),
                Err(error) => {
                    session.heed(&error);
                    if untrack(|| session.is_signed_in()) {
                        toasts.show(Toast::danger(error.text(lang.get_untracked())));
                    }
                }
            }
        });
    };
    let language = move |choice: Lang, label: &'static str| {
        view! {
            <MenuItem
                label=label
                checked=Signal::derive(move || Some(preferences.lang.get() == choice))
                on_select=move |()| preferences.lang.set(choice)
            />
        }
    };
    let theme = move |choice: Theme| {
        let label = Signal::derive(move || match choice {
            Theme::System => say!(i18n, layout.theme_system),
            Theme::Light => say!(i18n, layout.theme_light),
            Theme::Dark => say!(i18n, layout.theme_dark),
        });
        view! {
            <MenuItem
                label=label
                checked=Signal::derive(move || Some(preferences.theme.get() == choice))
                on_select=move |()| preferences.theme.set(choice)
            />
        }
    };
    view! {
        <Menu label=text!(i18n, layout.user_menu) icon=IconName::User icon_only=true align=MenuAlign::End>
            <MenuHeading>{name}</MenuHeading>
            <MenuLink label=text!(i18n, layout.profile) href=paths::PROFILE icon=IconName::User />
            <MenuSeparator />
            <MenuHeading>{text!(i18n, layout.language)}</MenuHeading>
            {language(Lang::Ko, "한국어")}
            {language(Lang::En, "English")}
            <MenuSeparator />
            <MenuHeading>{text!(i18n, layout.theme)}</MenuHeading>
            {Theme::ALL.map(theme).into_iter().collect_view()}
            <MenuSeparator />
            <MenuItem
                label=text!(i18n, layout.compact)
                checked=Signal::derive(move || Some(preferences.density.get() == Density::Compact))
                on_select=move |()| {
                    preferences
                        .density
                        .update(|density| {
                            *density = match density {
                                Density::Compact => Density::Comfortable,
                                Density::Comfortable => Density::Compact,
                            };
                        });
                }
            />
            <MenuSeparator />
            <MenuItem label=text!(i18n, layout.sign_out) icon=IconName::SignOut on_select=sign_out />
        </Menu>
    }
}
