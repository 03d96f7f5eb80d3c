//! Which twin of a file a browser takes (RFC 9110, 12.5.3).

use axum::http::{HeaderMap, header};

use super::files::Asset;

/// The smallest twin that the request allows, with its `Content-Encoding`.
pub(super) fn choose<'a>(
    asset: &'a Asset,
    headers: &HeaderMap,
) -> (Option<&'static str>, &'a axum::body::Bytes) {
    let accepted: Vec<&str> = headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    [("br", &asset.brotli), ("zstd", &asset.zstd)]
        .into_iter()
        .filter_map(|(name, twin)| Some((name, twin.as_ref()?)))
        .find(|(name, _)| accepted.iter().any(|range| allows(range, name)))
        .map_or((None, &asset.plain), |(name, twin)| (Some(name), twin))
}

/// Whether one element of `Accept-Encoding` names the coding with a weight above 0.
fn allows(range: &str, coding: &str) -> bool {
    let mut parts = range.split(';').map(str::trim);
    let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(coding));
    let refused = parts
        .filter_map(|part| part.split_once('='))
        .any(|(key, weight)| key.trim().eq_ignore_ascii_case("q") && weight.trim().parse() == Ok(0.0));
    named && !refused
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_of_zero_refuses() {
        assert!(allows(" br;q=1.0", "br"));
        assert!(allows("BR", "br"));
        assert!(!allows("br;q=0", "br"));
        assert!(!allows("br; q=0.000", "br"));
        assert!(!allows("gzip", "br"));
    }
}
