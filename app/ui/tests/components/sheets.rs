//! Sheets: what a cell says of itself.

use drover_ui::prelude::*;
use leptos::prelude::*;

use crate::html;

#[test]
fn a_cell_shows_what_stands_there_by_itself_and_says_what_is_wrong_with_what_was_typed() {
    let cell = |own: &str, problem: Option<&str>| SheetCell {
        filled: "web-01".into(),
        own: own.into(),
        problem: problem.map(str::to_owned),
    };
    let row = SheetRow {
        key: 7,
        number: 1,
        label: "row 1".into(),
        cells: vec![cell("", None), cell("two words", Some("No spaces, please."))],
        note: vec!["id 100".into()],
        tone: Tone::Neutral,
        remove: "Remove web-01".into(),
    };
    let columns = vec![
        SheetColumn::new("Name", 16),
        SheetColumn::new("Node", 8).choices(vec!["pve1".into()]),
    ];
    let page = html(move || {
        view! {
            <Sheet
                label="Servers"
                columns=columns.clone()
                rows=vec![row.clone()]
                note_label="Result"
                put_back_label="Put back"
                on_change=|_| {}
                on_paste=|_| {}
                on_remove=|_| {}
            />
        }
    });
    let inputs: Vec<&str> = page
        .split("<input")
        .skip(1)
        .map(|rest| rest.split('>').next().expect("a tag"))
        .collect();
    let [name, node]: [&str; 2] = inputs.try_into().expect("two cells");
    assert!(
        name.contains(r#"aria-label="Name, row 1""#) && name.contains(r#"placeholder="web-01""#),
        "{name}"
    );
    assert!(
        !name.contains("aria-invalid") && !name.contains("list="),
        "{name}"
    );
    assert!(
        node.contains(r#"value="two words""#) && node.contains("aria-invalid"),
        "{node}"
    );
    let described_by = node
        .split("aria-describedby=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    let text = format!(
        "id=\"{}\" class=\"visually-hidden\">No spaces, please.",
        described_by.expect("a description")
    );
    assert!(page.contains(&text), "{page}");
    assert_eq!(
        page.matches("aria-label=\"Put back\"").count(),
        1,
        "only what was typed can be put back"
    );
}
