//! The drawing: grid, lines, and what lies over them.

use leptos::prelude::*;

use super::{
    axis::Axes,
    line_chart::ChartKind,
    path::{area, line},
    plot::Plot,
    style::{colour, dash},
};

/// The marks of both axes.
pub(super) fn grid(
    axes: &Axes,
    format_value: Callback<f64, String>,
    format_tick: Callback<i64, String>,
) -> impl IntoView + use<> {
    let (left, right) = axes.horizontal();
    let (floor, _) = axes.vertical();
    let values: Vec<_> = axes
        .y_ticks
        .iter()
        .map(|tick| {
            let y = axes.y(*tick);
            view! {
                <line class="chart__grid" x1=left x2=right y1=y y2=y></line>
                <text class="chart__tick" data-axis="value" x=left - 8.0 y=y>
                    {format_value.run(*tick)}
                </text>
            }
        })
        .collect();
    let times: Vec<_> = axes
        .x_ticks
        .iter()
        .map(|tick| {
            view! {
                <text class="chart__tick" data-axis="time" x=axes.x(*tick) y=floor + 18.0>
                    {format_tick.run(*tick)}
                </text>
            }
        })
        .collect();
    view! {
        <g>{values}</g>
        <g>{times}</g>
    }
}

/// The lines that are not switched off. Tracked: drawn anew when values, view or room change, and never while one
/// only points.
pub(super) fn lines(plot: Plot, axes: &Axes, kind: ChartKind) -> impl IntoView + use<> {
    let floor = axes.vertical().0;
    let view = plot.view.get();
    plot.times.with(|times| {
        plot.series.with(|series| {
            plot.hidden.with(|hidden| {
                let times = times.get(view.clone()).unwrap_or_default();
                series
                    .iter()
                    .enumerate()
                    .filter(|(_, series)| !hidden.contains(&series.label))
                    .map(|(index, series)| {
                        let points = axes.points(times, series.within(&view));
                        let fill = (kind == ChartKind::Area).then(|| area(&points, floor));
                        let faded = move || plot.lit.get().is_some_and(|lit| lit != index).then_some("true");
                        view! {
                            <g
                                class="chart__series"
                                data-series=colour(index)
                                data-dash=dash(index)
                                data-faded=faded
                            >
                                {fill.map(|path| view! { <path class="chart__area" d=path></path> })}
                                <path class="chart__line" d=line(&points)></path>
                            </g>
                        }
                    })
                    .collect_view()
            })
        })
    })
}

/// The crosshair, with a dot on each line. Tracked.
pub(super) fn cursor(plot: Plot, axes: &Axes) -> Option<impl IntoView + use<>> {
    let x = axes.x(plot.moment()?);
    let (floor, top) = axes.vertical();
    let at = plot.read.get()?;
    let dots = plot.series.with(|series| {
        plot.hidden.with(|hidden| {
            let drawn = series.iter().enumerate();
            drawn
                .filter(|(_, series)| !hidden.contains(&series.label))
                .filter_map(|(index, series)| {
                    let value = series.values.get(at).copied().flatten()?;
                    let y = axes.y(value).clamp(top, floor);
                    Some(view! { <circle class="chart__dot" data-series=colour(index) cx=x cy=y r="3"></circle> })
                })
                .collect_view()
        })
    });
    Some(view! {
        <line class="chart__cursor" x1=x x2=x y1=top y2=floor></line>
        {dots}
    })
}

/// What is being drawn out, to be looked at closer.
pub(super) fn selection(axes: &Axes, (one, other): (i64, i64)) -> impl IntoView + use<> {
    let (left, right) = (axes.x(one.min(other)), axes.x(one.max(other)));
    let (floor, top) = axes.vertical();
    view! { <rect class="chart__selection" x=left y=top width=right - left height=floor - top></rect> }
}
