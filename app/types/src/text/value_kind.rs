//! What a value has to be, in words.

use crate::lang::Lang;

/// The types that a client's values have, as people say them; an example, such as `{…}`, as it stands.
pub(super) fn value_kind(expected: &str, lang: Lang) -> &str {
    match expected {
        "number" | "integer" => lang.pick("숫자", "a number"),
        "boolean" | "a boolean" => "true | false",
        "string" | "a string" => lang.pick("문자열", "text"),
        other => other,
    }
}
