//! The route and the page.

use leptos::prelude::*;
use leptos_router::{LazyRoute, lazy_route};

use super::{
    account::{Account, Permissions},
    choices::Choices,
    password::PasswordForm,
    sessions::Sessions,
    tokens::Tokens,
    why::WhyNot,
};
use crate::{
    layout::Page,
    texts::{text, use_i18n},
};

/// The user's own page.
pub struct Profile;

#[lazy_route]
impl LazyRoute for Profile {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        let i18n = use_i18n();
        view! {
            <Page title=text!(i18n, profile.title)>
                <div class="profile">
                    <Account />
                    <Choices />
                    <PasswordForm />
                    <Sessions />
                    <Tokens />
                    <WhyNot />
                    <Permissions />
                </div>
            </Page>
        }
        .into_any()
    }
}
