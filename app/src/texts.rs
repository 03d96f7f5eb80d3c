//! The interface's language: the texts of `locales/` as typed keys, and the language for texts of codes,
//! which `drover-types` holds.

use drover_types::lang::Lang;
use leptos::prelude::*;
use leptos_i18n::context::{UseLocalesOptions, init_i18n_subcontext_with_options};

use crate::{i18n::Locale, preferences::use_preferences};

/// A text of `locales/` as a `Signal<String>`, for the props of components:
/// `label=text!(i18n, servers.title)`. Parameters are read each time: `text!(i18n, servers.count, count = rows.get())`.
macro_rules! text {
    ($i18n:expr, $($key:tt)*) => {
        leptos::prelude::Signal::derive(move || crate::i18n::t_string!($i18n, $($key)*).to_string())
    };
}

/// A text of `locales/` in the language of now, tracked: for closures that make a `String`.
macro_rules! say {
    ($i18n:expr, $($key:tt)*) => {
        crate::i18n::t_string!($i18n, $($key)*).to_string()
    };
}

pub(crate) use {say, text};

/// The language of now, for `.text(lang)` and `.name(lang)` of codes.
pub fn use_lang() -> Signal<Lang> {
    use_preferences().lang.into()
}

/// Makes the texts of `locales/` follow the visitor's language. The server decided it; `leptos_i18n`'s own
/// guesses by cookie and browser are switched off, so that both sides begin with the same.
pub fn provide_texts() {
    let lang = use_preferences().lang;
    let locale = Signal::derive(move || match lang.get() {
        Lang::Ko => Locale::ko,
        Lang::En => Locale::en,
    });
    let no_header = UseLocalesOptions::default().ssr_lang_header_getter(|| None);
    let texts = init_i18n_subcontext_with_options(Some(locale), None, None, Some(no_header));
    provide_context(texts);
}
