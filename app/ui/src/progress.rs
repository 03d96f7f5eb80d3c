//! Bars: how much of something is used, how far something is. Drawn in SVG, because the content security
//! policy blocks `style` attributes.

use leptos::prelude::*;

use crate::Tone;

/// `part` of `whole` in percent, between 0 and 100; 0 where there is no whole.
#[must_use]
pub fn percent(part: f64, whole: f64) -> f64 {
    if whole > 0.0 && part.is_finite() {
        (part / whole * 100.0).clamp(0.0, 100.0)
    } else {
        0.0
    }
}

/// A length for SVG, in percent with one decimal.
fn length(percent: f64) -> String {
    format!("{:.1}%", percent.clamp(0.0, 100.0))
}

/// How much of something is used. Turns to warning and danger at its limits.
#[component]
pub fn Meter(
    /// What is measured, for screen readers.
    #[prop(into)]
    label: Signal<String>,
    /// How much, from 0 to 100.
    #[prop(into)]
    value: Signal<f64>,
    /// The same in words, such as "12 of 64 GiB"; shown beside the bar.
    #[prop(optional, into)]
    text: Signal<Option<String>>,
    /// From where on it is a warning.
    #[prop(default = 80.0)]
    warn_at: f64,
    /// From where on it is a danger.
    #[prop(default = 95.0)]
    danger_at: f64,
) -> impl IntoView {
    let tone = move || match value.get() {
        value if value >= danger_at => Tone::Danger,
        value if value >= warn_at => Tone::Warning,
        _ => Tone::Neutral,
    };
    view! {
        <div
            class="meter"
            role="meter"
            data-tone=move || tone().as_str()
            aria-label=move || label.get()
            aria-valuemin="0"
            aria-valuemax="100"
            aria-valuenow=move || format!("{:.0}", value.get())
            aria-valuetext=move || text.get()
        >
            <svg class="meter__bar" width="100%" height="6" aria-hidden="true" focusable="false">
                <rect class="meter__fill" height="100%" width=move || length(value.get())></rect>
            </svg>
            {move || text.get().map(|text| view! { <span class="meter__text">{text}</span> })}
        </div>
    }
}

/// How far something is; without a value, that it is under way.
#[component]
pub fn Progress(
    /// What is under way, for screen readers.
    #[prop(into)]
    label: Signal<String>,
    /// How far it is, from 0 to 100; `None` while nobody knows.
    #[prop(optional, into)]
    value: Signal<Option<f64>>,
    /// What the colour means.
    #[prop(default = Tone::Info.into(), into)]
    tone: Signal<Tone>,
    /// Whether the percentage stands beside the bar.
    #[prop(optional)]
    show_value: bool,
) -> impl IntoView {
    view! {
        <div
            class="progress"
            role="progressbar"
            data-tone=move || tone.get().as_str()
            data-indeterminate=move || value.with(Option::is_none).then_some("true")
            aria-label=move || label.get()
            aria-valuemin="0"
            aria-valuemax="100"
            aria-valuenow=move || value.get().map(|value| format!("{value:.0}"))
        >
            <svg class="progress__bar" width="100%" height="6" aria-hidden="true" focusable="false">
                <rect
                    class="progress__fill"
                    height="100%"
                    width=move || value.get().map_or_else(|| "30%".to_owned(), length)
                ></rect>
            </svg>
            {move || {
                value
                    .get()
                    .filter(|_| show_value)
                    .map(|value| view! { <span class="progress__text">{format!("{value:.0} %")}</span> })
            }}
        </div>
    }
}

/// One part of a [`SplitBar`].
#[derive(Clone, Debug, PartialEq)]
pub struct Split {
    /// What the part is.
    pub label: String,
    /// How large it is, in the unit of the whole.
    pub value: f64,
    /// Its size in words.
    pub text: String,
    /// What its colour means.
    pub tone: Tone,
}

impl Split {
    /// A part named `label`, `value` large, which reads as `text`.
    pub fn new(label: impl Into<String>, value: f64, text: impl Into<String>, tone: Tone) -> Self {
        Self {
            label: label.into(),
            value,
            text: text.into(),
            tone,
        }
    }
}

/// Where each part of a bar starts and how wide it is, in percent. Never reaches over 100.
#[must_use]
fn split_spans(values: &[f64], whole: f64) -> Vec<(f64, f64)> {
    let mut start = 0.0;
    values
        .iter()
        .map(|value| {
            let width = percent(*value, whole).min(100.0 - start);
            let span = (start, width);
            start += width;
            span
        })
        .collect()
}

/// A bar made of parts, with a legend: running, stopped and failed servers; used, allocated and free space.
#[component]
pub fn SplitBar(
    /// What is divided, for screen readers.
    #[prop(into)]
    label: Signal<String>,
    /// The parts, in order.
    #[prop(into)]
    parts: Signal<Vec<Split>>,
    /// How large the whole is; the parts' sum where not given.
    #[prop(optional, into)]
    total: Signal<Option<f64>>,
) -> impl IntoView {
    let bars = move || {
        parts.with(|parts| {
            let values: Vec<f64> = parts.iter().map(|part| part.value).collect();
            let whole = total.get().unwrap_or_else(|| values.iter().sum());
            parts
                .iter()
                .zip(split_spans(&values, whole))
                .map(|(part, (start, width))| {
                    view! {
                        <rect
                            class="split-bar__part"
                            data-tone=part.tone.as_str()
                            x=length(start)
                            width=length(width)
                            height="100%"
                        ></rect>
                    }
                })
                .collect_view()
        })
    };
    view! {
        <div class="split-bar" role="group" aria-label=move || label.get()>
            <svg class="split-bar__bar" width="100%" height="8" aria-hidden="true" focusable="false">
                {bars}
            </svg>
            <ul class="split-bar__legend">
                {move || {
                    parts
                        .get()
                        .into_iter()
                        .map(|part| {
                            view! {
                                <li class="split-bar__entry" data-tone=part.tone.as_str()>
                                    <span class="split-bar__label">{part.label}</span>
                                    <span class="split-bar__value">{part.text}</span>
                                </li>
                            }
                        })
                        .collect_view()
                }}
            </ul>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_of_nothing_is_nothing() {
        assert!(percent(3.0, 0.0).abs() < f64::EPSILON);
        assert!(percent(f64::NAN, 4.0).abs() < f64::EPSILON);
    }

    proptest! {
        #[test]
        fn parts_lie_side_by_side_within_the_bar(
            values in prop::collection::vec(0.0..1e6_f64, 0..12),
            whole in 0.0..1e6_f64,
        ) {
            let mut end = 0.0;
            for (start, width) in split_spans(&values, whole) {
                prop_assert!((start - end).abs() < 1e-6);
                prop_assert!(width >= 0.0);
                end = start + width;
            }
            prop_assert!(end <= 100.0 + 1e-6);
        }
    }
}
