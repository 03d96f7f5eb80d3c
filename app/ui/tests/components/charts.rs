//! Charts.

use drover_ui::prelude::*;
use insta::assert_snapshot;
use leptos::prelude::*;

use crate::html;

#[test]
fn chart_with_axes_legend_and_a_table_behind() {
    assert_snapshot!(html(|| view! {
        <Chart
            label="CPU"
            times=vec![0, 60, 120]
            series=vec![Series::new("web-01", vec![Some(10.0), None, Some(30.0)])]
            format_value=|value: f64| format!("{value:.0} %")
            format_time=|moment: i64| format!("00:0{}", moment / 60)
            format_tick=|moment: i64| format!("0{}", moment / 60)
            time_label="Time"
            kind=ChartKind::Area
            max=100.0
        />
    }));
}

#[test]
fn sparkline() {
    assert_snapshot!(html(|| view! {
        <Sparkline label="CPU, now 30 %" values=vec![Some(0.0), Some(60.0), None, Some(30.0)] max=60.0 />
    }));
}
