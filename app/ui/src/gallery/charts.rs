//! Samples of charts, drawn from made-up values that are the same on every run.

use leptos::prelude::*;

use super::entry::Entry;
use crate::{Card, Chart, ChartKind, ChartLink, Series, Sparkline, TickBase};

/// 2026-11-22 00:00 UTC.
const START: i64 = 1_795_305_600;
const POINTS: u32 = 120;

/// A wave of `POINTS` values around `middle`, shifted by `shift`, with a gap.
fn wave(middle: f64, height: f64, shift: u32) -> Vec<Option<f64>> {
    (0..POINTS)
        .map(|index| {
            let angle = f64::from(index + shift) / 11.0;
            let value = middle + height * (angle.sin() * 0.7 + (angle * 2.7).sin() * 0.3);
            (!(70..78).contains(&index)).then_some(value)
        })
        .collect()
}

fn clock(moment: i64) -> String {
    let minute = moment.rem_euclid(86_400) / 60;
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

#[component]
pub(super) fn Charts() -> impl IntoView {
    let times: Vec<i64> = (0..i64::from(POINTS)).map(|index| START + index * 60).collect();
    let same_times = times.clone();
    let cpu = vec![Series::new("CPU", wave(40.0, 30.0, 0))];
    let net = vec![
        Series::new("In", wave(3_000_000.0, 2_000_000.0, 9)),
        Series::new("Out", wave(1_200_000.0, 900_000.0, 40)),
        Series::new("Other", wave(500_000.0, 300_000.0, 70)),
    ];
    let many = (0..20).map(|index| {
        let name = format!("web-{:02}", index + 1);
        Series::new(name, wave(8.0 + 4.0 * f64::from(index), 7.0, index * 13))
    });
    let many: Vec<_> = many.collect();
    let many_times = times.clone();
    // Pointing at one of the first two and looking closer moves both.
    let link = ChartLink::new();
    view! {
        <Entry id="chart" title="Chart">
            <div class="detail__grid">
                <Card>
                    <Chart
                        label="CPU"
                        reset_label="Reset zoom"
                        link=link
                        times=same_times
                        series=cpu
                        format_value=|value: f64| format!("{value:.0} %")
                        format_time=|moment: i64| format!("2026-11-22 {}", clock(moment))
                        format_tick=clock
                        time_label="Time"
                        kind=ChartKind::Area
                        max=100.0
                    />
                </Card>
                <Card>
                    <Chart
                        label="Network"
                        reset_label="Reset zoom"
                        link=link
                        times=times
                        series=net
                        format_value=|value: f64| format!("{:.1} MiB/s", value / 1_048_576.0)
                        format_time=|moment: i64| format!("2026-11-22 {}", clock(moment))
                        format_tick=clock
                        time_label="Time"
                        base=TickBase::Binary
                    />
                </Card>
                <Card>
                    <Chart
                        label="Twenty servers"
                        times=many_times
                        series=many
                        format_value=|value: f64| format!("{value:.0} %")
                        format_time=|moment: i64| format!("2026-11-22 {}", clock(moment))
                        format_tick=clock
                        time_label="Time"
                        max=100.0
                        reset_label="Reset zoom"
                    />
                </Card>
                <Card>
                    <Chart
                        label="Without values"
                        times=Vec::new()
                        series=vec![Series::new("CPU", Vec::new())]
                        format_value=|value: f64| format!("{value:.1} %")
                        format_time=clock
                        format_tick=clock
                        time_label="Time"
                    />
                </Card>
            </div>
        </Entry>
        <Entry id="sparkline" title="Sparkline">
            <div class="gallery__row">
                <Sparkline label="CPU, last hour, now 42 %" values=wave(40.0, 30.0, 3) max=100.0 />
                <Sparkline label="Idle" values=vec![Some(0.0); 20] />
                <Sparkline label="Nothing measured" values=Vec::new() />
            </div>
        </Entry>
    }
}
