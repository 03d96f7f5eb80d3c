//! The names of the lines, what they say, and switching them off.

use leptos::prelude::*;

use super::{
    plot::Plot,
    series::Series,
    style::{colour, dash},
};

/// What stands where nothing was measured.
pub(super) const NOTHING: &str = "–";

/// The names of the lines with their newest values, or those at the crosshair. Where there are several, each name
/// is a switch.
#[component]
pub(super) fn Legend(plot: Plot, format_value: Callback<f64, String>) -> impl IntoView {
    // The entries stay while values come and go: a switch keeps the focus.
    let labels = Memo::new(move |_| {
        plot.series.with(|series| {
            let labels = series.iter().map(|Series { label, .. }| label.clone());
            labels.collect::<Vec<_>>()
        })
    });
    let entry = move |index: usize, label: String, is_one: bool| {
        let value = move || {
            let value = plot.value(index);
            value.map_or_else(|| NOTHING.to_owned(), |value| format_value.run(value))
        };
        let name = if is_one {
            view! { <span class="chart__label">{sample()}{label}</span> }.into_any()
        } else {
            let is_on = {
                let label = label.clone();
                Memo::new(move |_| !plot.hidden.with(|hidden| hidden.contains(&label)))
            };
            let toggled = label.clone();
            let leave = move || plot.lit.set(None);
            view! {
                <button
                    type="button"
                    class="chart__label chart__toggle"
                    aria-pressed=move || is_on.get().to_string()
                    on:click=move |_| plot.toggle(&toggled)
                    on:pointerenter=move |_| plot.lit.set(Some(index).filter(|_| is_on.get_untracked()))
                    on:pointerleave=move |_| leave()
                    on:focus=move |_| plot.lit.set(Some(index).filter(|_| is_on.get_untracked()))
                    on:blur=move |_| leave()
                >
                    {sample()}
                    {label}
                </button>
            }
            .into_any()
        };
        view! {
            <li class="chart__entry" data-series=colour(index) data-dash=dash(index)>
                {name}
                <span class="chart__value">{value}</span>
            </li>
        }
    };
    view! {
        <ul class="chart__legend">
            {move || {
                let labels = labels.get();
                let is_one = labels.len() == 1;
                labels
                    .into_iter()
                    .enumerate()
                    .map(|(index, label)| entry(index, label, is_one))
                    .collect_view()
            }}
        </ul>
    }
}

/// A piece of the line, as it is drawn.
fn sample() -> impl IntoView {
    view! {
        <svg class="chart__sample" viewBox="0 0 22 6" width="22" height="6" aria-hidden="true">
            <path class="chart__line" d="M1 3H21"></path>
        </svg>
    }
}
