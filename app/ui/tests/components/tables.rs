//! The data table.

use std::collections::BTreeSet;

use drover_ui::{plain, prelude::*};
use insta::assert_snapshot;
use leptos::prelude::*;

use crate::html;

#[derive(Clone, Debug, PartialEq)]
struct Row {
    id: u32,
    name: String,
}

fn rows(count: u32) -> Vec<Row> {
    (0..count)
        .map(|id| Row {
            id,
            name: format!("web-{:02}", count - id),
        })
        .collect()
}

fn columns() -> Vec<Column<Row>> {
    vec![
        Column::new("name", "Name", |row: &Row| row.name.clone())
            .width(200)
            .grow()
            .sort_by(|a, b| a.name.cmp(&b.name)),
        Column::new("id", "Id", |row: &Row| row.id)
            .width(80)
            .align(Align::End)
            .sortable(),
        Column::new("secret", "Secret", |_: &Row| "secret").hidden(true),
    ]
}

fn key(row: &Row) -> String {
    row.id.to_string()
}

#[test]
fn a_short_table() {
    assert_snapshot!(html(|| {
        let keys = RwSignal::new(BTreeSet::from(["1".to_owned()]));
        let selection = Selection::new(keys, "Select all", |row: &Row| format!("Select {}", row.name));
        view! { <DataTable label="Servers" rows=rows(2) row_key=key columns=columns() selection=selection /> }
    }));
}

#[test]
fn the_server_renders_the_first_rows_of_a_long_table() {
    let html = html(
        || view! { <DataTable label="Servers" rows=rows(10_000) row_key=key columns=columns() initial_rows=5 /> },
    );
    assert_eq!(html.matches("class=\"data-table__row\"").count(), 5);
    assert!(html.contains("aria-rowcount=\"10001\""), "{html}");
    assert!(html.contains(&format!("height=\"{}\"", 9_995 * 32)), "{html}");
    assert!(
        html.contains("aria-rowindex=\"6\"") && !html.contains("aria-rowindex=\"7\""),
        "{html}"
    );
}

#[test]
fn the_server_writes_painted_cells_as_others() {
    let html = html(|| {
        let odd = |row: &Row| (row.id % 2 == 1).then(|| format!("odd <{}>", row.id));
        let painted = Column::painted("odd", "Odd", move |paint: Painter<Row>| {
            view! { <b title=paint.attribute(odd)>{plain::badge(paint, odd, Tone::Neutral)}</b> }
        });
        let text = Column::text("name", "Name", |row: &Row| row.name.clone());
        view! { <DataTable label="Servers" rows=rows(2) row_key=key columns=vec![text, painted] /> }
    });
    let rows: Vec<&str> = html
        .split("</tr>")
        .filter(|row| row.contains("data-table__row"))
        .collect();
    let [even, odd] = rows[..] else { panic!("{html}") };
    assert!(even.contains(">web-02<") && odd.contains(">web-01<"), "{html}");
    assert!(
        even.contains("<b>") && odd.contains("<b title=\"odd &lt;1&gt;\">"),
        "{html}"
    );
    let hidden = |row: &str| row.contains("class=\"badge\"") && row.contains(" hidden");
    assert!(odd.contains(">odd &lt;1&gt;</span>"), "{html}");
    assert_ne!(hidden(even), hidden(odd), "{html}");
}

#[test]
fn a_column_that_sorts_itself_does() {
    let first = |sort: Option<Sort>| {
        let html = html(move || {
            let sort = RwSignal::new(sort);
            view! { <DataTable label="Servers" rows=rows(9) row_key=key columns=columns() sort=sort /> }
        });
        let at = html.find("web-").expect("a name");
        html[at..at + 6].to_owned()
    };
    assert_eq!(first(None), "web-09");
    assert_eq!(first(Some(Sort::ascending("name"))), "web-01");
    assert_eq!(first(Some(Sort::descending("name"))), "web-09");
    // Sorted by whoever makes the rows.
    assert_eq!(first(Some(Sort::descending("id"))), "web-09");
}

#[test]
fn an_empty_table_says_what_would_be_there() {
    let html = html(|| {
        view! {
            <DataTable
                label="Servers"
                rows=rows(0)
                row_key=key
                columns=columns()
                empty=|| view! { <EmptyState title="No servers yet" /> }
            />
        }
    });
    assert!(html.contains("No servers yet"), "{html}");
}

#[test]
fn a_table_on_its_way_shows_bars_and_not_that_it_is_empty() {
    let html = html(|| {
        view! {
            <DataTable
                label="Servers"
                rows=rows(0)
                row_key=key
                columns=columns()
                loading=true
                empty=|| view! { <EmptyState title="No servers yet" /> }
            />
        }
    });
    assert_eq!(html.matches("skeleton__bar").count(), 8);
    assert!(
        html.contains("aria-busy=\"true\"") && !html.contains("No servers yet"),
        "{html}"
    );
}
