//! Charts and walls.

use std::{collections::HashSet, sync::Arc};

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

#[test]
fn chart_of_several_lines_that_can_be_switched_off_and_looked_at_closer() {
    assert_snapshot!(html(|| {
        let link = ChartLink::new();
        link.zoom(Some((60, 180)));
        link.read(Some(121));
        let line = |name: &str, values: [f64; 4]| Series::new(name, values.map(Some).to_vec());
        view! {
            <Chart
                label="CPU"
                times=vec![0, 60, 120, 180]
                series=vec![line("web-01", [90.0, 10.0, 20.0, 30.0]), line("web-02", [0.0, 5.0, 4.0, 3.0])]
                format_value=|value: f64| format!("{value:.0} %")
                format_time=|moment: i64| format!("00:0{}", moment / 60)
                format_tick=|moment: i64| format!("0{}", moment / 60)
                time_label="Time"
                reset_label="Reset zoom"
                link=link
            />
        }
    }));
}

#[test]
fn twenty_lines_are_told_apart_by_colour_and_dashes() {
    let series: Vec<_> = (0..20)
        .map(|index| Series::new(format!("web-{index:02}"), vec![Some(1.0), Some(2.0)]))
        .collect();
    let html = html(move || {
        view! {
            <Chart
                label="CPU"
                times=vec![0, 60]
                series=series
                format_value=|value: f64| format!("{value:.0} %")
                format_time=|moment: i64| moment.to_string()
                format_tick=|moment: i64| moment.to_string()
                time_label="Time"
            />
        }
    });
    let looks: HashSet<&str> = html
        .lines()
        .filter(|line| line.contains("class=\"chart__series\""))
        .collect();
    assert_eq!(looks.len(), 20);
}

#[test]
fn status_wall() {
    let tile = |name: &str, state, state_name: &str, reasons: &[&str]| {
        Arc::new(WallTile {
            key: name.into(),
            title: name.into(),
            state_name: state_name.into(),
            state,
            reasons: reasons.iter().map(|reason| (*reason).to_owned()).collect(),
            href: format!("/servers/{name}"),
        })
    };
    let groups = vec![WallGroup {
        key: "pve1".into(),
        label: "pve1".into(),
        note: "1 critical".into(),
        tiles: vec![
            tile("web-01", TileState::Critical, "critical", &["CPU 97 %"]),
            tile("web-02", TileState::Good, "healthy", &[]),
        ],
    }];
    assert_snapshot!(html(|| view! { <StatusWall label="Servers" groups=groups /> }));
}
