//! Rules that hold for every style sheet: imported once, no colours outside the tokens, no long selectors,
//! nothing that overrides by force.

#![expect(clippy::expect_used, reason = "a test says what it expected, and stops")]

use std::{
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../style")
}

/// Every sheet of the layers that have one file per part, with its path below `style/`.
fn sheets() -> Vec<(String, String)> {
    ["components", "layout", "pages"]
        .iter()
        .flat_map(|layer| {
            fs::read_dir(root().join(layer))
                .expect("a layer")
                .map(move |entry| {
                    let entry = entry.expect("a file");
                    let css = fs::read_to_string(entry.path()).expect("a style sheet");
                    (
                        format!("{layer}/{}", entry.file_name().display()),
                        without_comments(&css),
                    )
                })
        })
        .collect()
}

fn without_comments(css: &str) -> String {
    css.split("/*")
        .enumerate()
        .fold(String::new(), |text, (index, part)| {
            text + if index == 0 {
                part
            } else {
                part.split_once("*/").map_or("", |(_, rest)| rest)
            }
        })
}

/// What stands before each `{`: selectors and at-rules.
fn preludes(css: &str) -> Vec<String> {
    css.split('{')
        .map(|part| part.rsplit(['}', ';']).next().unwrap_or_default())
        .map(|prelude| prelude.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|prelude| !prelude.is_empty())
        .collect()
}

/// How many elements a selector goes through: `.a > .b .c` are three.
fn depth(selector: &str) -> usize {
    let mut brackets = 0;
    let outside: String = selector
        .chars()
        .map(|c| {
            match c {
                '(' | '[' => brackets += 1,
                ')' | ']' => brackets -= 1,
                _ => {}
            }
            if brackets > 0 { '_' } else { c }
        })
        .collect();
    outside
        .split([' ', '>', '+', '~'])
        .filter(|part| !part.is_empty())
        .count()
}

/// A list of selectors, cut at its own commas.
fn selectors(prelude: &str) -> Vec<String> {
    let mut brackets = 0;
    let mut list = vec![String::new()];
    for c in prelude.chars() {
        match c {
            '(' | '[' => brackets += 1,
            ')' | ']' => brackets -= 1,
            _ => {}
        }
        if c == ',' && brackets == 0 {
            list.push(String::new());
        } else if let Some(last) = list.last_mut() {
            last.push(c);
        }
    }
    list
}

#[test]
fn every_sheet_is_imported_once_into_its_layer() {
    let main = fs::read_to_string(root().join("main.css")).expect("main.css");
    for (name, _) in sheets() {
        let layer = name.split('/').next().unwrap_or_default();
        let import = format!("@import \"./{name}\" layer({layer});");
        assert_eq!(main.matches(&import).count(), 1, "{import}");
    }
    assert_eq!(
        main.matches("@import").count(),
        sheets().len() + 3,
        "reset, tokens and base besides"
    );
}

#[test]
fn only_the_tokens_name_colours() {
    for (name, css) in sheets() {
        for word in ["#", "rgb(", "hsl(", "oklch(", "light-dark("] {
            assert!(!css.contains(word), "{name} contains {word}");
        }
    }
}

#[test]
fn nothing_overrides_by_force() {
    for (name, css) in sheets() {
        assert!(!css.contains("!important"), "{name}");
        for prelude in preludes(&css).iter().filter(|prelude| !prelude.starts_with('@')) {
            assert!(!prelude.contains('#'), "{name}: {prelude} selects by id");
            for selector in selectors(prelude) {
                assert!(depth(&selector) <= 2, "{name}: {selector} is deeper than two");
            }
        }
    }
}

#[test]
fn the_window_is_asked_in_words_that_browsers_know() {
    // `inline-size` is for containers; in a media query it never matches, and no browser says so.
    for (name, css) in sheets() {
        for query in preludes(&css)
            .iter()
            .filter(|prelude| prelude.starts_with("@media"))
        {
            assert!(
                query.contains("(width") || query.contains("(prefers-"),
                "{name}: {query}"
            );
        }
    }
}

#[test]
fn depth_counts_elements() {
    assert_eq!(depth(".a"), 1);
    assert_eq!(depth(".a > .b"), 2);
    assert_eq!(depth(".a:has(> .b .c)::after"), 1);
    assert_eq!(depth(".a .b + .c"), 3);
    assert_eq!(selectors(".a:is(.b, .c), .d").len(), 2);
}
