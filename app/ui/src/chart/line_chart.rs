//! The chart: SVG of our own, a legend that reads values out, and a table behind it.

use leptos::{
    ev::{KeyboardEvent, PointerEvent},
    html,
    prelude::*,
};
use leptos_use::{UseElementSizeReturn, use_element_size};
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::{
    axis::Axes,
    legend::Legend,
    link::ChartLink,
    picture::{cursor, grid, lines, selection},
    plot::Plot,
    scale::TickBase,
    series::Series,
    table::Table,
    zoom,
};
use crate::{Button, ButtonSize, ButtonVariant, IconName};

/// How wide the server draws it, and the browser until it has measured the room.
const FIRST_WIDTH: f64 = 640.0;
/// How far one drags before it is more than a click, in pixels.
const DRAG: i32 = 6;

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
/// through them. Dragging over a span, or `+`, looks closer; `-` and `0` look wider and at all.
#[component]
pub fn Chart(
    /// What it shows.
    #[prop(into)]
    label: Signal<String>,
    /// The times, in seconds since 1970, oldest first.
    #[prop(into)]
    times: Signal<Vec<i64>>,
    /// The lines, each with one value per time; up to 24 are told apart.
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
    /// What the button says that shows all again. Without it one can't look closer.
    #[prop(optional, into)]
    reset_label: Option<Signal<String>>,
    /// The crosshair and the zoom; one of its own where not given.
    #[prop(optional, into)]
    link: Option<ChartLink>,
) -> impl IntoView {
    let figure = NodeRef::<html::Div>::new();
    let UseElementSizeReturn { width: measured, .. } = use_element_size(figure);
    let width = Memo::new(move |_| {
        Some(measured.get().round())
            .filter(|width| *width > 0.0)
            .unwrap_or(FIRST_WIDTH)
    });
    let plot = Plot::new(times, series, link.unwrap_or_default());
    let axes = Memo::new(move |_| {
        let top = max.get().unwrap_or(0.0).max(plot.max());
        Axes::new(plot.span(), top, (width.get(), height), base, utc_offset.get())
    });
    let can_zoom = reset_label.is_some();
    let drag = Drag::new(plot, axes, can_zoom);
    let announced = RwSignal::new(String::new());
    let on_key = move |event: KeyboardEvent| {
        if press(plot, &event, can_zoom) {
            event.prevent_default();
            announced.set(untrack(|| read_out(plot, format_value, format_time)));
        }
    };
    let reset = move || {
        let label = reset_label.filter(|_| plot.link.span().is_some())?;
        // It goes with the press; the focus stays in the chart.
        let all = move |_| {
            plot.link.zoom(None);
            if let Some(figure) = figure.get_untracked() {
                // A chart that has left the page can't take the focus, which is no fault.
                drop(figure.focus());
            }
        };
        Some(view! {
            <Button
                size=ButtonSize::Small
                variant=ButtonVariant::Ghost
                icon=IconName::Refresh
                on_click=all
            >
                {move || label.get()}
            </Button>
        })
    };
    view! {
        <figure class="chart">
            <figcaption class="chart__caption">
                <span class="chart__title">{move || label.get()}</span>
                <span class="chart__time">{move || plot.moment().map(|moment| format_time.run(moment))}</span>
                {reset}
            </figcaption>
            <Legend plot=plot format_value=format_value />
            <div
                node_ref=figure
                class="chart__plot"
                tabindex="0"
                role="group"
                aria-label=move || label.get()
                aria-keyshortcuts=can_zoom.then_some("ArrowLeft ArrowRight Home End Plus - 0")
                on:keydown=on_key
            >
                <svg
                    class="chart__picture"
                    viewBox=move || format!("0 0 {} {height}", width.get())
                    height=height.to_string()
                    width="100%"
                    aria-hidden="true"
                    data-zoom=can_zoom.then_some("true")
                    on:pointerdown=move |event| drag.start(&event)
                    on:pointermove=move |event| drag.go(&event)
                    on:pointerup=move |event| drag.end(&event)
                    on:pointercancel=move |_| drag.stop()
                    on:pointerleave=move |_| plot.link.read(None)
                >
                    {move || axes.with(|axes| grid(axes, format_value, format_tick))}
                    {move || axes.with(|axes| lines(plot, axes, kind).into_any())}
                    {move || drag.span.get().map(|span| axes.with(|axes| selection(axes, span)))}
                    {move || axes.with(|axes| cursor(plot, axes))}
                </svg>
                <span class="visually-hidden" aria-live="polite">{move || announced.get()}</span>
            </div>
            <Table
                plot=plot
                label=label
                format_value=format_value
                format_time=format_time
                time_label=time_label
            />
        </figure>
    }
}

/// What a key press does; false where it does nothing.
fn press(plot: Plot, event: &KeyboardEvent, can_zoom: bool) -> bool {
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return false;
    }
    let (link, key) = (plot.link, event.key());
    let view = plot.view.get_untracked();
    let Some(last) = view.end.checked_sub(1).filter(|last| *last >= view.start) else {
        return false;
    };
    let now = plot.read.get_untracked();
    let move_to = |index: usize| link.read(plot.times.with_untracked(|times| times.get(index).copied()));
    let zoom_by = |by: fn(&[i64], zoom::Span, i64) -> Option<zoom::Span>| {
        let span = untrack(|| plot.span());
        let around = untrack(|| plot.moment()).unwrap_or_else(|| i64::midpoint(span.0, span.1));
        link.zoom(plot.times.with_untracked(|times| by(times, span, around)));
    };
    match key.as_str() {
        "ArrowLeft" => move_to(now.map_or(last, |index| index.saturating_sub(1).max(view.start))),
        "ArrowRight" => move_to(now.map_or(last, |index| (index + 1).min(last))),
        "Home" => move_to(view.start),
        "End" => move_to(last),
        "+" | "=" if can_zoom => zoom_by(|times, span, around| Some(zoom::closer(times, span, around))),
        "-" if can_zoom => zoom_by(|times, span, _| zoom::wider(times, span)),
        "0" if can_zoom => link.zoom(None),
        "Escape" if now.is_some() => link.read(None),
        _ => return false,
    }
    true
}

/// The time that is read out and what each line says then, as a sentence.
fn read_out(plot: Plot, format_value: Callback<f64, String>, format_time: Callback<i64, String>) -> String {
    let Some(moment) = plot.moment() else {
        return String::new();
    };
    let values = plot.series.with(|series| {
        let labels = series.iter().map(|series| series.label.clone()).enumerate();
        let said = labels.filter_map(|(index, label)| {
            let value = plot.value(index)?;
            Some(format!("{label} {}", format_value.run(value)))
        });
        said.collect::<Vec<_>>()
    });
    format!("{}: {}", format_time.run(moment), values.join(", "))
}

/// Pointing at the picture, and drawing out a span of it.
#[derive(Clone, Copy)]
struct Drag {
    plot: Plot,
    axes: Memo<Axes>,
    can_zoom: bool,
    /// Where the button went down: the pixel on the screen and the moment.
    from: StoredValue<Option<(i32, i64)>>,
    /// What is drawn out so far.
    span: RwSignal<Option<zoom::Span>>,
}

impl Drag {
    fn new(plot: Plot, axes: Memo<Axes>, can_zoom: bool) -> Self {
        Self {
            plot,
            axes,
            can_zoom,
            from: StoredValue::new(None),
            span: RwSignal::new(None),
        }
    }

    /// The moment under the pointer.
    fn moment(self, event: &PointerEvent) -> Option<i64> {
        let picture = event.current_target()?.dyn_into::<Element>().ok()?;
        // The picture is drawn one to one once it has been measured.
        let pixel = f64::from(event.client_x()) - picture.get_bounding_client_rect().left();
        Some(self.axes.with_untracked(|axes| axes.moment_at(pixel)))
    }

    fn start(self, event: &PointerEvent) {
        if !self.can_zoom || event.button() != 0 {
            return;
        }
        let Some(moment) = self.moment(event) else { return };
        self.from.set_value(Some((event.client_x(), moment)));
        let picture = event
            .current_target()
            .and_then(|target| target.dyn_into::<Element>().ok());
        if let Some(picture) = picture {
            // Without it one has to stay within the picture, no more.
            drop(picture.set_pointer_capture(event.pointer_id()));
        }
    }

    fn go(self, event: &PointerEvent) {
        let Some(moment) = self.moment(event) else { return };
        self.plot.link.read(Some(moment));
        if let Some((pixel, from)) = self.from.get_value() {
            let is_far = (event.client_x() - pixel).abs() >= DRAG;
            if is_far || self.span.with_untracked(Option::is_some) {
                self.span.set(Some((from, moment)));
            }
        }
    }

    fn end(self, event: &PointerEvent) {
        self.go(event);
        let span = self.span.get_untracked();
        self.stop();
        if let Some((one, other)) = span {
            let span = self
                .plot
                .times
                .with_untracked(|times| zoom::between(times, one, other));
            if span.is_some() {
                self.plot.link.zoom(span);
            }
        }
    }

    fn stop(self) {
        self.from.set_value(None);
        if self.span.with_untracked(Option::is_some) {
            self.span.set(None);
        }
    }
}
