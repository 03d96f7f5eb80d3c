//! Language, theme and density: kept in the browser, in force at once.

use drover_types::lang::Lang;
use drover_ui::prelude::*;
use leptos::prelude::*;

use crate::{
    page_context::Theme,
    preferences::use_preferences,
    texts::{say, text, use_i18n},
};

/// The preferences.
#[component]
pub fn Choices() -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let languages = vec![
        RadioOption::new(Lang::Ko.code(), "한국어"),
        RadioOption::new(Lang::En.code(), "English"),
    ];
    let language = Bound::new(
        move || preferences.lang.get().code().to_owned(),
        move |code: String| {
            if let Some(lang) = Lang::from_code(&code) {
                preferences.lang.set(lang);
            }
        },
    );
    let themes = Signal::derive(move || {
        Theme::ALL
            .map(|theme| {
                let label = match theme {
                    Theme::System => say!(i18n, layout.theme_system),
                    Theme::Light => say!(i18n, layout.theme_light),
                    Theme::Dark => say!(i18n, layout.theme_dark),
                };
                RadioOption::new(theme.as_str(), label)
            })
            .to_vec()
    });
    let theme = Bound::new(
        move || preferences.theme.get().as_str().to_owned(),
        move |name: String| {
            if let Some(theme) = Theme::ALL.into_iter().find(|theme| theme.as_str() == name) {
                preferences.theme.set(theme);
            }
        },
    );
    let compact = Bound::new(
        move || preferences.density.get() == Density::Compact,
        move |is_compact| {
            preferences.density.set(if is_compact {
                Density::Compact
            } else {
                Density::Comfortable
            });
        },
    );
    view! {
        <Card title=text!(i18n, profile.preferences)>
            <div class="profile__form">
                <RadioGroup label=text!(i18n, layout.language) value=language options=languages inline=true />
                <RadioGroup label=text!(i18n, layout.theme) value=theme options=themes inline=true />
                <Switch label=text!(i18n, layout.compact) value=compact />
            </div>
        </Card>
    }
}
