//! Which kind of answer a client would rather have, where an address has a page and JSON to give.

use axum::http::{HeaderMap, header};

/// What the `Accept` header prefers (RFC 9110, 12.5.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preferred {
    /// A page: a browser that navigates.
    Html,
    /// JSON.
    Json,
    /// It doesn't say.
    Neither,
}

/// What these headers prefer; a type counts only where it is named.
pub fn preferred(headers: &HeaderMap) -> Preferred {
    let (mut html, mut json) = (0.0_f32, 0.0_f32);
    let ranges = headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    for range in ranges {
        let mut parts = range.split(';').map(str::trim);
        let kind = parts.next().unwrap_or_default();
        let quality = parts
            .find_map(|part| part.strip_prefix("q="))
            .map_or(1.0, |value| value.parse().unwrap_or(0.0));
        match kind {
            "text/html" | "application/xhtml+xml" => html = html.max(quality),
            "application/json" => json = json.max(quality),
            _ => {}
        }
    }
    if html > 0.0 && html >= json {
        Preferred::Html
    } else if json > 0.0 {
        Preferred::Json
    } else {
        Preferred::Neither
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(accept: &str) -> Preferred {
        preferred(&HeaderMap::from_iter([(header::ACCEPT, accept.parse().unwrap())]))
    }

    #[test]
    fn a_browser_prefers_a_page_and_a_script_json() {
        assert_eq!(
            of("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
            Preferred::Html
        );
        assert_eq!(of("application/json, text/plain, */*"), Preferred::Json);
        assert_eq!(of("application/json, text/html;q=0.5"), Preferred::Json);
        assert_eq!(of("*/*"), Preferred::Neither);
        assert_eq!(of("text/html;q=0"), Preferred::Neither);
        assert_eq!(preferred(&HeaderMap::new()), Preferred::Neither);
    }
}
