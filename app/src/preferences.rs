//! What the visitor chose: language, theme, density, sidebar. Starts as the server read it, is written to
//! `<html>` and to a cookie when it changes, and never needs a reload.

use std::{borrow::Cow, collections::BTreeSet};

use drover_types::lang::Lang;
use drover_ui::{Density, provide_density};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlDocument;

use crate::page_context::{
    COLUMNS_COOKIE, DENSITY_COOKIE, LANG_COOKIE, SIDEBAR_COOKIE, THEME_COOKIE, Theme, Visitor,
};

/// A year: as long as browsers keep a cookie that a script wrote, and longer.
const KEEP_SECONDS: u32 = 365 * 24 * 60 * 60;

/// The choices; get them with [`use_preferences`].
#[derive(Clone, Copy, Debug)]
pub struct Preferences {
    /// The language of every text.
    pub lang: RwSignal<Lang>,
    /// Light or dark.
    pub theme: RwSignal<Theme>,
    /// How tall rows are.
    pub density: RwSignal<Density>,
    /// Whether the sidebar shows icons only.
    pub narrow_sidebar: RwSignal<bool>,
    /// Columns that the list of servers leaves out.
    pub hidden_columns: RwSignal<BTreeSet<String>>,
}

/// Provides the choices, starting with the visitor's.
pub fn provide_preferences(visitor: &Visitor) {
    let preferences = Preferences {
        lang: RwSignal::new(visitor.lang),
        theme: RwSignal::new(visitor.theme),
        density: RwSignal::new(visitor.density()),
        narrow_sidebar: RwSignal::new(visitor.narrow_sidebar),
        hidden_columns: RwSignal::new(visitor.hidden_columns.clone()),
    };
    provide_context(preferences);
    provide_density(preferences.density);
    remember(LANG_COOKIE, Some("lang"), move || {
        preferences.lang.get().code().into()
    });
    remember(THEME_COOKIE, Some("data-theme"), move || {
        preferences.theme.get().as_str().into()
    });
    remember(DENSITY_COOKIE, Some("data-density"), move || {
        preferences.density.get().as_str().into()
    });
    remember(SIDEBAR_COOKIE, None, move || {
        if preferences.narrow_sidebar.get() {
            "narrow".into()
        } else {
            "wide".into()
        }
    });
    remember(COLUMNS_COOKIE, None, move || {
        preferences.hidden_columns.with(|columns| {
            columns
                .iter()
                .map(String::as_str)
                .collect::<Vec<_>>()
                .join(".")
                .into()
        })
    });
}

/// The choices in context; the defaults where none were provided.
pub fn use_preferences() -> Preferences {
    use_context().unwrap_or_else(|| Preferences {
        lang: RwSignal::default(),
        theme: RwSignal::default(),
        density: RwSignal::default(),
        narrow_sidebar: RwSignal::default(),
        hidden_columns: RwSignal::default(),
    })
}

/// Writes a choice down when it changes, not when the page starts: what the browser's language decided is no
/// choice and must not stick.
fn remember(
    cookie: &'static str,
    attribute: Option<&'static str>,
    value: impl Fn() -> Cow<'static, str> + Send + Sync + 'static,
) {
    Effect::new(move |last: Option<Cow<'static, str>>| {
        let now = value();
        if last.is_some_and(|last| last != now) {
            let text = format!("{cookie}={now}; Path=/; Max-Age={KEEP_SECONDS}; SameSite=Lax");
            let document = document();
            let written = document
                .dyn_ref::<HtmlDocument>()
                .map(|document| document.set_cookie(&text));
            if !matches!(written, Some(Ok(()))) {
                leptos::logging::warn!(
                    "the browser keeps no cookie; the choice of {cookie} is lost on reload"
                );
            }
            if let (Some(attribute), Some(html)) = (attribute, document.document_element())
                && html.set_attribute(attribute, &now).is_err()
            {
                leptos::logging::error!("<html> takes no {attribute}");
            }
        }
        now
    });
}
