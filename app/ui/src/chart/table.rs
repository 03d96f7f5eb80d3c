//! The table behind a chart, for whoever does not see the picture.

use leptos::prelude::*;

use super::{legend::NOTHING, plot::Plot};

/// How many rows it has at most.
const ROWS: usize = 24;

/// The values in view, at evenly spaced times.
#[component]
pub(super) fn Table(
    plot: Plot,
    label: Signal<String>,
    format_value: Callback<f64, String>,
    format_time: Callback<i64, String>,
    time_label: Signal<String>,
) -> impl IntoView {
    let head = move || {
        plot.series.with(|series| {
            series
                .iter()
                .map(|series| view! { <th scope="col">{series.label.clone()}</th> })
                .collect_view()
        })
    };
    let row = move |index: usize, moment: i64| {
        let cells = plot.series.with(|series| {
            series
                .iter()
                .map(|series| series.values.get(index).copied().flatten())
                .map(|value| value.map_or_else(|| NOTHING.to_owned(), |value| format_value.run(value)))
                .map(|text| view! { <td>{text}</td> })
                .collect_view()
        });
        view! {
            <tr>
                <th scope="row">{format_time.run(moment)}</th>
                {cells}
            </tr>
        }
    };
    let rows = move || {
        let view = plot.view.get();
        plot.times.with(|times| {
            let every = view.len().div_ceil(ROWS).max(1);
            view.step_by(every)
                .filter_map(|index| Some(row(index, *times.get(index)?)))
                .collect_view()
        })
    };
    view! {
        <div class="visually-hidden">
            <table>
                <caption>{move || label.get()}</caption>
                <thead>
                    <tr>
                        <th scope="col">{move || time_label.get()}</th>
                        {head}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}
