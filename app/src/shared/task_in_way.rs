//! The way to the task for which a form was refused.

use drover_types::text::Problem;
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::form_error::FormError;
use crate::{
    paths,
    texts::{text, use_i18n},
};

/// A link to the task that is in the way; nothing where the form was refused for something else.
#[component]
pub fn TaskInWay(error: FormError) -> impl IntoView {
    let i18n = use_i18n();
    let task = Memo::new(move |_| match error.whole()?.problem {
        Problem::TaskInTheWay { task } => Some(task),
        _ => None,
    });
    move || {
        task.get().map(|task| {
            view! {
                <ButtonLink href=Signal::stored(paths::task(&task)) size=ButtonSize::Small>
                    {text!(i18n, server.show_task)}
                </ButtonLink>
            }
        })
    }
}
