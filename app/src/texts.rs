//! The interface's language: the texts of `locales/` as typed keys, and the language for texts of codes,
//! which `drover-types` holds.

use drover_types::lang::Lang;
use leptos::prelude::*;

use crate::{i18n::Locale, preferences::use_preferences};

/// A text of `locales/` as a `Signal<String>`, for the props of components:
/// `label=text!(i18n, servers.title)`. Parameters are read each time: `text!(i18n, servers.count, count = rows.get())`.
/// The count of a text that depends on one is a `u64`.
macro_rules! text {
    ($i18n:expr, $($key:tt)*) => {
        leptos::prelude::Signal::derive(move || crate::texts::say!($i18n, $($key)*))
    };
}

/// A text of `locales/` in the language of now, tracked: for closures that make a `String`.
macro_rules! say {
    ($i18n:expr, $($key:tt)*) => {
        crate::i18n::td_string!(leptos::prelude::Get::get(&$i18n), $($key)*).to_string()
    };
}

pub(crate) use {say, text};

/// The language of now, for `.text(lang)` and `.name(lang)` of codes.
pub fn use_lang() -> Signal<Lang> {
    use_preferences().lang.into()
}

/// The texts of now, for [`text!`] and [`say!`].
pub fn use_i18n() -> Signal<Locale> {
    expect_context()
}

/// Makes the texts of `locales/` follow the visitor's language. `leptos_i18n` brings the texts alone: its own
/// context would guess the language by cookie and browser, and the server has decided it already.
pub fn provide_texts() {
    let lang = use_preferences().lang;
    provide_context(Signal::derive(move || match lang.get() {
        Lang::Ko => Locale::ko,
        Lang::En => Locale::en,
    }));
}
