//! Every problem in one list, also those whose field is far up; and whether to go on without the servers that have some.

use drover_types::text::Problem;
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::state::Form;
use crate::texts::{say, text, use_i18n, use_lang};

/// How many problems are listed.
const MOST: usize = 20;

/// The list.
#[component]
pub fn InTheWay(form: Form) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let texts = Memo::new(move |_| {
        let lang = lang.get();
        let shown = form.shown_problems();
        let common = shown
            .iter()
            .map(|(field, problem)| (form.label_of(field), problem.text(lang)));
        let common: Vec<_> = common.collect();
        let is_asked = form.is_asked.get();
        let mut rows = Vec::new();
        form.read.with(|reading| {
            for (n, row) in reading.rows.iter().enumerate() {
                let problems = form.row_problems.with(|problems| problems.get(&row.at).cloned());
                for (field, problem) in problems.into_iter().flatten() {
                    if is_asked || problem != Problem::Required {
                        let number = say!(i18n, new_server.row, number = n + 1);
                        let label = format!("{number} {} · {}", row.request.name, form.label_of(&field));
                        rows.push((label, problem.text(lang)));
                    }
                }
            }
        });
        (common, rows)
    });
    let can_leave_out = Memo::new(move |_| {
        let wrong = form.row_problems.with(std::collections::BTreeMap::len);
        let all = form.read.with(|reading| reading.rows.len());
        (wrong > 0 && wrong < all).then_some(wrong)
    });
    let callout = move || {
        let (mut texts, rows) = texts.get();
        // Those that are left out are not in the way.
        let (tone, title) = if texts.is_empty() && form.leave_out.get() && can_leave_out.get().is_some() {
            (Tone::Info, say!(i18n, new_server.left_out_plan))
        } else {
            (Tone::Warning, say!(i18n, new_server.in_the_way))
        };
        texts.extend(rows);
        if texts.is_empty() {
            return None;
        }
        let more = texts.len().saturating_sub(MOST);
        let rows: Vec<_> = texts
            .into_iter()
            .take(MOST)
            .map(|(label, text)| view! { <li><strong>{label}</strong> " " {text}</li> })
            .collect();
        Some(view! {
            <Callout tone=tone title=title>
                <ul class="new-server__lines">
                    {rows} {(more > 0).then(|| view! { <li>{say!(i18n, new_server.and_more, count = more as u64)}</li> })}
                </ul>
            </Callout>
        })
    };
    view! {
        {callout}
        {move || {
            can_leave_out
                .get()
                .is_some()
                .then(|| {
                    view! {
                        <IdScope name="leave-out">
                            <Checkbox
                                label=text!(i18n, new_server.leave_out, count = can_leave_out.get().unwrap_or(0) as u64)
                                value=form.leave_out
                            />
                        </IdScope>
                    }
                })
        }}
    }
}
