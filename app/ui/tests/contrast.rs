//! Measures the contrast of every text and mark role on every surface it may lie on, in both themes, from
//! `style/tokens.css` itself. WCAG 2.2 asks for 4.5 for text (1.4.3) and 3 for marks (1.4.11).

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test says what it expected, and stops"
)]

use std::collections::BTreeMap;

const TEXT: f64 = 4.5;
const MARK: f64 = 3.0;

/// Grounds that anything may lie on.
const GROUNDS: [&str; 5] = [
    "--surface-sunken",
    "--surface-canvas",
    "--surface-raised",
    "--surface-overlay",
    "--surface-hover",
];

/// Where text lies besides the grounds.
const ON: [(&str, &[&str]); 8] = [
    (
        "--text-primary",
        &[
            "--surface-active",
            "--surface-selected",
            "--surface-info",
            "--surface-success",
            "--surface-warning",
            "--surface-danger",
        ],
    ),
    ("--text-secondary", &["--surface-active", "--surface-selected"]),
    ("--text-muted", &["--surface-selected"]),
    ("--text-accent", &["--surface-active", "--surface-selected"]),
    ("--text-info", &["--surface-info", "--surface-selected"]),
    ("--text-success", &["--surface-success", "--surface-selected"]),
    ("--text-warning", &["--surface-warning", "--surface-selected"]),
    ("--text-danger", &["--surface-danger", "--surface-selected"]),
];

/// Text that lies on one kind of surface only.
const ONLY_ON: [(&str, &[&str]); 3] = [
    (
        "--text-on-accent",
        &["--surface-accent", "--surface-accent-hover"],
    ),
    (
        "--text-on-destroy",
        &["--surface-destroy", "--surface-destroy-hover"],
    ),
    ("--text-on-inverse", &["--surface-inverse"]),
];

#[derive(Clone, Copy, Debug)]
enum Theme {
    Light,
    Dark,
}

/// Linear sRGB.
type Rgb = [f64; 3];

/// The custom properties of the style sheet.
struct Tokens(BTreeMap<String, String>);

impl Tokens {
    fn parse(css: &str) -> Self {
        let css = without_comments(css);
        // The first block is the one that holds for every theme.
        let block = css.split_once(":root {").expect("a :root block").1;
        let block = block.split_once('}').expect("its end").0;
        let declarations = block
            .split(';')
            .filter_map(|declaration| declaration.split_once(':'))
            .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
            .filter(|(name, _)| name.starts_with("--"))
            .collect();
        Self(declarations)
    }

    fn names(&self, prefix: &str) -> Vec<&str> {
        self.0
            .keys()
            .map(String::as_str)
            .filter(|name| name.starts_with(prefix))
            .collect()
    }

    /// The colour of a token in a theme.
    fn colour(&self, name: &str, theme: Theme) -> Rgb {
        let value = self.0.get(name).unwrap_or_else(|| panic!("no token {name}"));
        self.resolve(value, theme)
    }

    fn resolve(&self, value: &str, theme: Theme) -> Rgb {
        let value = value.trim();
        if let Some(pair) = call(value, "light-dark") {
            let (light, dark) = pair.split_at(top_level_comma(pair));
            return match theme {
                Theme::Light => self.resolve(light, theme),
                Theme::Dark => self.resolve(&dark[1..], theme),
            };
        }
        if let Some(name) = call(value, "var") {
            return self.colour(name.trim(), theme);
        }
        let numbers = call(value, "oklch").unwrap_or_else(|| panic!("not a colour: {value}"));
        let numbers: Vec<f64> = numbers
            .split_whitespace()
            .map(|number| number.parse().unwrap_or_else(|_| panic!("not opaque: {value}")))
            .collect();
        let [lightness, chroma, hue] = numbers[..] else {
            panic!("not three numbers: {value}")
        };
        from_oklch(lightness, chroma, hue)
    }
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

/// What stands between the brackets of `name(…)`.
fn call<'a>(value: &'a str, name: &str) -> Option<&'a str> {
    value.strip_prefix(name)?.strip_prefix('(')?.strip_suffix(')')
}

fn top_level_comma(pair: &str) -> usize {
    let mut depth = 0;
    pair.find(|c| {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        c == ',' && depth == 0
    })
    .unwrap_or_else(|| panic!("one colour only: {pair}"))
}

/// The matrices of CSS Color 4, "Sample code for Color Conversions"; clamped into sRGB's gamut.
fn from_oklch(lightness: f64, chroma: f64, hue: f64) -> Rgb {
    let (red_green, blue_yellow) = (chroma * hue.to_radians().cos(), chroma * hue.to_radians().sin());
    let long = (lightness + 0.396_337_777_4 * red_green + 0.215_803_757_3 * blue_yellow).powi(3);
    let medium = (lightness - 0.105_561_345_8 * red_green - 0.063_854_172_8 * blue_yellow).powi(3);
    let short = (lightness - 0.089_484_177_5 * red_green - 1.291_485_548_0 * blue_yellow).powi(3);
    [
        4.076_741_662_1 * long - 3.307_711_591_3 * medium + 0.230_969_929_2 * short,
        -1.268_438_004_6 * long + 2.609_757_401_1 * medium - 0.341_319_396_5 * short,
        -0.004_196_086_3 * long - 0.703_418_614_7 * medium + 1.707_614_701_0 * short,
    ]
    .map(|channel| channel.clamp(0.0, 1.0))
}

fn luminance([red, green, blue]: Rgb) -> f64 {
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn contrast(one: Rgb, other: Rgb) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// Every pair that falls short, as a sentence.
fn shortfalls(css: &str) -> Vec<String> {
    let tokens = Tokens::parse(css);
    let mut pairs: Vec<(&str, &str, f64)> = Vec::new();
    for text in tokens.names("--text-") {
        if let Some((_, surfaces)) = ONLY_ON.iter().find(|(name, _)| *name == text) {
            pairs.extend(surfaces.iter().map(|surface| (text, *surface, TEXT)));
            continue;
        }
        let more = ON.iter().find(|(name, _)| *name == text);
        let more = more
            .unwrap_or_else(|| panic!("{text} is new: say where it lies"))
            .1;
        pairs.extend(GROUNDS.iter().chain(more).map(|surface| (text, *surface, TEXT)));
    }
    for mark in tokens.names("--mark-") {
        pairs.extend(
            ["--surface-canvas", "--surface-raised", "--surface-overlay"].map(|ground| (mark, ground, MARK)),
        );
    }
    let mut short = Vec::new();
    for theme in [Theme::Light, Theme::Dark] {
        for (front, back, least) in &pairs {
            let found = contrast(tokens.colour(front, theme), tokens.colour(back, theme));
            if found < *least {
                short.push(format!(
                    "{front} on {back} in {theme:?}: {found:.2}, needs {least}"
                ));
            }
        }
    }
    short
}

fn style_sheet() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../style/tokens.css");
    std::fs::read_to_string(path).expect("style/tokens.css")
}

#[test]
fn every_pair_is_readable_in_both_themes() {
    let short = shortfalls(&style_sheet());
    assert!(short.is_empty(), "{}", short.join("\n"));
}

#[test]
fn a_pale_text_is_found() {
    let pale = style_sheet().replace(
        "--text-muted: light-dark(var(--gray-550)",
        "--text-muted: light-dark(var(--gray-400)",
    );
    assert!(
        shortfalls(&pale)
            .iter()
            .any(|pair| pair.starts_with("--text-muted on --surface-canvas in Light"))
    );
}

#[test]
fn the_arithmetic_agrees_with_known_colours() {
    let black_on_white = contrast(from_oklch(0.0, 0.0, 0.0), from_oklch(1.0, 0.0, 0.0));
    assert!((black_on_white - 21.0).abs() < 0.01, "{black_on_white}");
    // #ff0000 is oklch(0.62796 0.25768 29.234); its contrast with white is 4.00.
    let red_on_white = contrast(from_oklch(0.627_96, 0.257_68, 29.234), [1.0; 3]);
    assert!((red_on_white - 4.0).abs() < 0.01, "{red_on_white}");
}
