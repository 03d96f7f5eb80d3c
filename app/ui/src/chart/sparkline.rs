//! A small line without axes, for a row of a table.

use leptos::prelude::*;

use super::{
    path::{area, line},
    scale::{Scale, seconds},
};

const WIDTH: f64 = 100.0;
const HEIGHT: f64 = 20.0;

/// The last values of something, as a small line.
#[component]
pub fn Sparkline(
    /// What it shows and where it stands, for screen readers, such as "CPU, last hour, now 12 %".
    #[prop(into)]
    label: Signal<String>,
    /// The values, oldest first; `None` where nothing was measured.
    #[prop(into)]
    values: Signal<Vec<Option<f64>>>,
    /// For how many values there is room: fewer stand at the end, so that the newest is always there. As many as there
    /// are where not given.
    #[prop(optional)]
    room: usize,
    /// The value at the top; the largest of the values where not given.
    #[prop(optional, into)]
    max: Signal<Option<f64>>,
) -> impl IntoView {
    let points = Memo::new(move |_| {
        values.with(|values| {
            let largest = values.iter().flatten().copied().fold(0.0, f64::max);
            let top = max.get().unwrap_or(largest).max(f64::MIN_POSITIVE);
            let room = room.max(values.len());
            let last = i64::try_from(room.saturating_sub(1)).unwrap_or(i64::MAX);
            let first = i64::try_from(room - values.len()).unwrap_or_default();
            let x = Scale::new((0.0, seconds(last.max(1))), (0.0, WIDTH));
            // A pixel at both edges, so that the stroke is not cut.
            let y = Scale::new((0.0, top), (HEIGHT - 1.0, 1.0));
            (first..)
                .zip(values)
                .map(|(index, value)| {
                    value.map(|value| (x.map(seconds(index)), y.map(value.clamp(0.0, top))))
                })
                .collect::<Vec<_>>()
        })
    });
    view! {
        <svg
            class="sparkline"
            viewBox=format!("0 0 {WIDTH} {HEIGHT}")
            preserveAspectRatio="none"
            role="img"
            aria-label=move || label.get()
        >
            <path class="sparkline__area" d=move || points.with(|points| area(points, HEIGHT))></path>
            <path class="sparkline__line" d=move || points.with(|points| line(points))></path>
        </svg>
    }
}
