//! What the server tells a page about the request that it answers. The server makes one `PageContext` per
//! request; pages read the `Visitor` in it, which travels to the browser, so that both render the same.

use std::collections::BTreeSet;

use drover_types::{lang::Lang, session::CurrentUser};
use drover_ui::Density;
use leptos::{nonce::Nonce, prelude::*};
use serde::{Deserialize, Serialize};

use crate::site_assets::SiteAssets;

/// Cookies that hold what a visitor chose. The browser writes them, the server reads them.
pub const LANG_COOKIE: &str = "lang";
/// See [`LANG_COOKIE`].
pub const THEME_COOKIE: &str = "theme";
/// See [`LANG_COOKIE`].
pub const DENSITY_COOKIE: &str = "density";
/// See [`LANG_COOKIE`].
pub const SIDEBAR_COOKIE: &str = "sidebar";
/// See [`LANG_COOKIE`]; columns of the list of servers, joined by dots.
pub const COLUMNS_COOKIE: &str = "hidden-columns";

/// The columns that are left out until somebody chooses, joined by dots: at 1440 px the others fit.
pub const HIDDEN_COLUMNS: &str = "cores.ram.disk.role.firewall.backup";

/// Everything that rendering a page needs of its request.
#[derive(Clone, Debug)]
pub struct PageContext {
    /// Lets the page's own script run under the content security policy.
    pub nonce: Nonce,
    /// The hashed names of the site's files.
    pub site: SiteAssets,
    /// Who looks at it.
    pub visitor: Visitor,
}

impl PageContext {
    /// Puts it in the context of one rendering.
    pub fn provide(self) {
        provide_context(self.nonce);
        self.site.provide();
        provide_context(self.visitor);
    }
}

/// Who looks at a page, and how they want it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visitor {
    /// The language.
    pub lang: Lang,
    /// Light or dark.
    pub theme: Theme,
    /// Whether rows are close together.
    pub compact: bool,
    /// Whether the sidebar shows icons only.
    pub narrow_sidebar: bool,
    /// Columns that the list of servers leaves out.
    pub hidden_columns: BTreeSet<String>,
    /// Who is signed in.
    pub user: Option<CurrentUser>,
    /// The server's time in seconds since 1970, from which ages are counted until the browser's clock runs.
    pub now: i64,
}

impl Visitor {
    /// Reads the `Cookie` and `Accept-Language` headers. A choice in a cookie goes before the browser's language.
    pub fn new(cookies: &str, accept_language: Option<&str>, user: Option<CurrentUser>, now: i64) -> Self {
        let chosen = |name| cookie(cookies, name);
        Self {
            lang: chosen(LANG_COOKIE)
                .and_then(Lang::from_code)
                .or_else(|| accept_language.and_then(Lang::from_accept_language))
                .unwrap_or_default(),
            theme: chosen(THEME_COOKIE).map(Theme::parse).unwrap_or_default(),
            compact: chosen(DENSITY_COOKIE) == Some(Density::Compact.as_str()),
            narrow_sidebar: chosen(SIDEBAR_COOKIE) == Some("narrow"),
            hidden_columns: chosen(COLUMNS_COOKIE)
                .unwrap_or(HIDDEN_COLUMNS)
                .split('.')
                .filter(|column| !column.is_empty())
                .map(str::to_owned)
                .collect(),
            user,
            now,
        }
    }

    /// How tall rows are.
    pub const fn density(&self) -> Density {
        if self.compact {
            Density::Compact
        } else {
            Density::Comfortable
        }
    }
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// As the system is set.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// Every theme, in the order of the menu.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The value of the cookie and of `data-theme` on `<html>`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    fn parse(text: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|theme| theme.as_str() == text)
            .unwrap_or_default()
    }
}

/// The value of a cookie in a `Cookie` header.
fn cookie<'a>(header: &'a str, name: &str) -> Option<&'a str> {
    header
        .split(';')
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_goes_before_the_browsers_language() {
        let lang = |cookies, header| Visitor::new(cookies, header, None, 0).lang;
        assert_eq!(lang("theme=dark; lang=en", Some("ko")), Lang::En);
        assert_eq!(lang("theme=dark", Some("en-GB,ko;q=0.5")), Lang::En);
        assert_eq!(lang("lang=fr", None), Lang::Ko);
    }

    #[test]
    fn an_unknown_theme_is_the_systems() {
        assert_eq!(Visitor::new("theme=pink", None, None, 0).theme, Theme::System);
        assert_eq!(Visitor::new("a=b;theme=dark", None, None, 0).theme, Theme::Dark);
        assert_eq!(Visitor::new("xtheme=dark", None, None, 0).theme, Theme::System);
    }
}
