//! The chart: SVG of our own, a legend that reads values out, and a table behind it.

use leptos::{
    ev::{KeyboardEvent, PointerEvent},
    html,
    prelude::*,
};
use leptos_use::{UseElementSizeReturn, use_element_size};

use super::{
    axis::Axes,
    path::{area, line},
    scale::TickBase,
    series::Series,
};

/// How wide the server draws it, and the browser until it has measured the room.
const FIRST_WIDTH: f64 = 640.0;
/// How many rows the table behind it has at most.
const TABLE_ROWS: usize = 24;

/// How a chart draws its values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ChartKind {
    /// Lines: several things side by side.
    #[default]
    Line,
    /// Filled lines: one thing and how much of it.
    Area,
}

/// Values over time. The legend shows the newest values, or those under the pointer; the arrow keys move
/// through them.
#[component]
pub fn Chart(
    /// What it shows.
    #[prop(into)]
    label: Signal<String>,
    /// The times, in seconds since 1970, oldest first.
    #[prop(into)]
    times: Signal<Vec<i64>>,
    /// The lines, each with one value per time.
    #[prop(into)]
    series: Signal<Vec<Series>>,
    /// How a value reads, with its unit.
    #[prop(into)]
    format_value: Callback<f64, String>,
    /// How a time reads, in full.
    #[prop(into)]
    format_time: Callback<i64, String>,
    /// How a time reads on the axis.
    #[prop(into)]
    format_tick: Callback<i64, String>,
    /// What the column of times is called in the table behind the chart.
    #[prop(into)]
    time_label: Signal<String>,
    /// How the values are drawn.
    #[prop(optional)]
    kind: ChartKind,
    /// The value that the axis reaches at least, such as 100 for percent.
    #[prop(optional, into)]
    max: Signal<Option<f64>>,
    /// What counts as a round value.
    #[prop(optional)]
    base: TickBase,
    /// How far the reader's clock is ahead of UTC, in seconds.
    #[prop(optional, into)]
    utc_offset: Signal<i64>,
    /// How tall the picture is, in pixels.
    #[prop(default = 200.0)]
    height: f64,
) -> impl IntoView {
    let figure = NodeRef::<html::Div>::new();
    let UseElementSizeReturn { width: measured, .. } = use_element_size(figure);
    let width = Memo::new(move |_| {
        Some(measured.get().round())
            .filter(|width| *width > 0.0)
            .unwrap_or(FIRST_WIDTH)
    });
    let axes = Memo::new(move |_| {
        let largest = series.with(|series| series.iter().map(Series::max).fold(0.0, f64::max));
        let top = max.get().unwrap_or(0.0).max(largest);
        times.with(|times| Axes::new(times, top, (width.get(), height), base, utc_offset.get()))
    });
    let read = RwSignal::new(None::<usize>);
    let point = move |event: PointerEvent| {
        // The picture is drawn one to one once it has been measured.
        let pixel = f64::from(event.offset_x());
        read.set(axes.with_untracked(|axes| times.with_untracked(|times| axes.time_at(times, pixel))));
    };
    let step = move |event: KeyboardEvent| {
        let Some(last) = times.with_untracked(Vec::len).checked_sub(1) else {
            return;
        };
        let now = read.get_untracked();
        let next = match event.key().as_str() {
            "ArrowLeft" => Some(now.map_or(last, |index| index.saturating_sub(1))),
            "ArrowRight" => Some(now.map_or(last, |index| (index + 1).min(last))),
            "Home" => Some(0),
            "End" => Some(last),
            "Escape" if now.is_some() => None,
            _ => return,
        };
        event.prevent_default();
        read.set(next);
    };
    let moment = move || {
        let index = read.get()?;
        times.with(|times| times.get(index).copied())
    };
    view! {
        <figure class="chart">
            <figcaption class="chart__caption">
                <span class="chart__title">{move || label.get()}</span>
                <span class="chart__time">{move || moment().map(|moment| format_time.run(moment))}</span>
            </figcaption>
            <Legend series=series read=read format_value=format_value />
            <div node_ref=figure class="chart__plot" tabindex="0" role="group" aria-label=move || label.get() on:keydown=step>
                <svg
                    class="chart__picture"
                    viewBox=move || format!("0 0 {} {height}", width.get())
                    height=height.to_string()
                    width="100%"
                    aria-hidden="true"
                    on:pointermove=point
                    on:pointerleave=move |_| read.set(None)
                >
                    {move || axes.with(|axes| grid(axes, format_value, format_tick))}
                    {move || {
                        axes.with(|axes| {
                            times
                                .with(|times| {
                                    series.with(|series| lines(axes, times, series, kind)).into_any()
                                })
                        })
                    }}
                    {move || {
                        let moment = moment()?;
                        Some(axes.with(|axes| cursor(axes, moment)))
                    }}
                </svg>
            </div>
            <Table
                label=label
                times=times
                series=series
                format_value=format_value
                format_time=format_time
                time_label=time_label
            />
        </figure>
    }
}

fn grid(
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

fn lines(axes: &Axes, times: &[i64], series: &[Series], kind: ChartKind) -> impl IntoView + use<> {
    let floor = axes.vertical().0;
    series
        .iter()
        .enumerate()
        .map(|(index, series)| {
            let points = axes.points(times, series);
            let fill = (kind == ChartKind::Area).then(|| area(&points, floor));
            view! {
                <g class="chart__series" data-series=colour(index)>
                    {fill.map(|path| view! { <path class="chart__area" d=path></path> })}
                    <path class="chart__line" d=line(&points)></path>
                </g>
            }
        })
        .collect_view()
}

fn cursor(axes: &Axes, moment: i64) -> impl IntoView + use<> {
    let x = axes.x(moment);
    let (floor, top) = axes.vertical();
    view! { <line class="chart__cursor" x1=x x2=x y1=top y2=floor></line> }
}

/// The number of a line's colour; there are six.
fn colour(index: usize) -> String {
    (index % 6 + 1).to_string()
}

#[component]
fn Legend(
    series: Signal<Vec<Series>>,
    read: RwSignal<Option<usize>>,
    format_value: Callback<f64, String>,
) -> impl IntoView {
    let value = move |series: &Series| {
        let value = match read.get() {
            Some(index) => series.values.get(index).copied().flatten(),
            None => series.last(),
        };
        value.map_or_else(|| "–".to_owned(), |value| format_value.run(value))
    };
    view! {
        <ul class="chart__legend">
            {move || {
                series
                    .with(|series| {
                        series
                            .iter()
                            .enumerate()
                            .map(|(index, series)| {
                                view! {
                                    <li class="chart__entry" data-series=colour(index)>
                                        <span class="chart__label">{series.label.clone()}</span>
                                        <span class="chart__value">{value(series)}</span>
                                    </li>
                                }
                            })
                            .collect_view()
                    })
            }}
        </ul>
    }
}

#[component]
fn Table(
    label: Signal<String>,
    times: Signal<Vec<i64>>,
    series: Signal<Vec<Series>>,
    format_value: Callback<f64, String>,
    format_time: Callback<i64, String>,
    time_label: Signal<String>,
) -> impl IntoView {
    let head = move || {
        series.with(|series| {
            series
                .iter()
                .map(|series| view! { <th scope="col">{series.label.clone()}</th> })
                .collect_view()
        })
    };
    let row = move |index: usize, moment: i64| {
        let cells = series.with(|series| {
            series
                .iter()
                .map(|series| {
                    series
                        .values
                        .get(index)
                        .copied()
                        .flatten()
                        .map(|value| format_value.run(value))
                })
                .map(|text| view! { <td>{text.unwrap_or_else(|| "–".to_owned())}</td> })
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
        times.with(|times| {
            let every = times.len().div_ceil(TABLE_ROWS).max(1);
            times
                .iter()
                .copied()
                .enumerate()
                .step_by(every)
                .map(|(index, moment)| row(index, moment))
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
