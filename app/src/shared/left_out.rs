//! The servers that an action on many did not reach.

use drover_types::{
    error::{ApiError, ErrorCode},
    lang::Lang,
    many::ManyActed,
};
use drover_ui::prelude::*;
use leptos::prelude::*;

use crate::{i18n::Locale, texts::say};

/// How many servers are named.
const MOST_NAMES: usize = 8;

/// Says which servers were left out after all; an error where every one was.
pub fn tell_left_out(
    acted: &ManyActed,
    toasts: Toasts,
    i18n: Signal<Locale>,
    lang: Signal<Lang>,
) -> Result<(), ApiError> {
    let Some(first) = acted.rejected.first() else {
        return Ok(());
    };
    if acted.task.is_none() {
        return Err(ApiError::new(ErrorCode::Conflict, first.problem.clone()));
    }
    untrack(|| {
        for one in acted.rejected.iter().take(MOST_NAMES) {
            let reason = one.problem.text(lang.get_untracked());
            let name = one.name.clone();
            toasts.show(Toast::danger(say!(
                i18n,
                servers.some_left_out,
                name = name,
                reason = reason
            )));
        }
    });
    Ok(())
}
