//! The two languages of Drover and how one is chosen.

use serde::{Deserialize, Serialize};

/// A language that every text of Drover exists in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Korean, the language of the API's old clients.
    #[default]
    Ko,
    /// English.
    En,
}

impl Lang {
    /// The BCP 47 code, as in `<html lang>`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ko => "ko",
            Self::En => "en",
        }
    }

    /// The language of a BCP 47 tag such as `en-GB`, if it is one of ours.
    pub fn from_code(tag: &str) -> Option<Self> {
        match tag
            .split(['-', '_'])
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase()
            .as_str()
        {
            "ko" => Some(Self::Ko),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// The language that an `Accept-Language` header prefers (RFC 9110, 12.5.4), if it names one of ours.
    pub fn from_accept_language(header: &str) -> Option<Self> {
        let mut best: Option<(f32, Self)> = None;
        for range in header.split(',') {
            let mut parts = range.trim().split(';');
            let Some(lang) = parts.next().and_then(Self::from_code) else {
                continue;
            };
            let quality = parts
                .find_map(|part| part.trim().strip_prefix("q="))
                .map_or(1.0, |value| value.parse::<f32>().unwrap_or(0.0));
            // The first of equals wins, as browsers list them by preference.
            if quality > 0.0 && best.is_none_or(|(other, _)| quality > other) {
                best = Some((quality, lang));
            }
        }
        best.map(|(_, lang)| lang)
    }

    /// One of two texts: the Korean or the English.
    pub fn pick<T>(self, ko: T, en: T) -> T {
        match self {
            Self::Ko => ko,
            Self::En => en,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_quality_wins_and_the_first_of_equals() {
        assert_eq!(Lang::from_accept_language("en-GB,ko;q=0.9"), Some(Lang::En));
        assert_eq!(
            Lang::from_accept_language("fr, en;q=0.3, ko-KR;q=0.7"),
            Some(Lang::Ko)
        );
        assert_eq!(Lang::from_accept_language("ko, en"), Some(Lang::Ko));
        assert_eq!(Lang::from_accept_language("en;q=0"), None);
        assert_eq!(Lang::from_accept_language("de"), None);
    }
}
