//! Which connections pass: a table of cases, each with where Proxmox says so. Scenes are written as Proxmox writes its
//! files; [`fw`] reads them.

mod fw;
mod lists;
mod packets;
mod properties;
mod rules;

use fw::{Files, verdict};

/// A case: its name, the files beside those of [`Files::filtered`], the question and what becomes of it.
struct Case {
    name: &'static str,
    files: &'static str,
    asked: &'static str,
    expected: &'static str,
}

const fn case(name: &'static str, files: &'static str, asked: &'static str, expected: &'static str) -> Case {
    Case {
        name,
        files,
        asked,
        expected,
    }
}

fn check(cases: &[Case]) {
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let got = verdict(&Files::filtered(case.files), case.asked);
            let line = format!("{}: {} is {got}, not {}", case.name, case.asked, case.expected);
            (got != case.expected).then_some(line)
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
