//! From serde's complaint to the field that it is about.

use drover_core::Error;
use drover_types::error::{ApiError, ErrorCode};
use drover_types::text::Problem;

use crate::api::answer::Refusal;

/// A value of another type than expected at `path`; the root itself is `.`.
pub(super) fn wrong_type(path: &str, complaint: &str) -> Refusal {
    if path == "." || path.is_empty() {
        return malformed(complaint);
    }
    // "invalid type: string \"x\", expected u32 at line 1 column 9" (serde's `Error::invalid_type`).
    let expected = complaint.rsplit_once("expected ").map_or(complaint, |(_, rest)| {
        rest.split(" at line ").next().unwrap_or(rest)
    });
    let expected = match expected {
        "a boolean" => "true, false",
        text if text.starts_with(['u', 'i']) && text[1..].bytes().all(|byte| byte.is_ascii_digit()) => {
            "0, 1, 2, …"
        }
        "invalid digit found in string" => "0, 1, 2, …",
        "a string" => "\"…\"",
        "a map" => "{…}",
        other => other,
    };
    Error::field(
        path,
        Problem::WrongType {
            expected: expected.to_owned(),
        },
    )
    .into()
}

/// A body or query that can't be read at all.
pub(super) fn malformed(complaint: &str) -> Refusal {
    let mut error = ApiError::new(ErrorCode::ValidationError, Problem::MalformedBody);
    error.details.insert("cause".into(), complaint.into());
    error.into()
}
