//! How a guest's state is said within a sentence.

use crate::lang::Lang;

/// The word for a state of the API; the name itself where there is no other.
pub(super) fn state_word(state: &str, lang: Lang) -> &str {
    match (state, lang) {
        ("running", Lang::Ko) => "실행 중",
        ("stopped", Lang::Ko) => "중지",
        ("paused", Lang::Ko) => "일시 정지",
        ("suspended", Lang::Ko) => "절전",
        _ => state,
    }
}
