//! Holds the two languages together: the same areas, keys and parameters in both, and no text that somebody
//! forgot to translate.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test says what is wrong by failing"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use serde_json::Value;

/// Texts that are the same in Korean and English: proper names, units and what is typed.
const SAME: &[&str] = &[
    "CPU",
    "RAM",
    "VLAN",
    "VMID",
    "{{ name }}: {{ reason }}",
    "web status:running node:pve2 tag:prod cpu>80",
    "Gotify",
    "ntfy",
    "STARTTLS",
    "TLS",
    "Proxmox",
];

/// Each text of a language by its key, such as `servers.title`; of a text that depends on a count each form.
fn texts(lang: &str) -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("locales").join(lang);
    let mut texts = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("the folder of a language") {
        let path = entry.expect("an entry of the folder").path();
        let area = path
            .file_stem()
            .and_then(|stem| stem.to_str())
            .expect("a file of texts")
            .to_owned();
        let json = fs::read_to_string(&path).expect("readable texts");
        let read: BTreeMap<String, Value> =
            serde_json::from_str(&json).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for (key, text) in read {
            let key = format!("{area}.{key}");
            match text {
                Value::String(text) => drop(texts.insert(key, text)),
                // The type of the count, then each form with the counts that it is for.
                Value::Array(forms) => {
                    for (n, form) in forms.iter().skip(1).enumerate() {
                        let form = form[0].as_str().unwrap_or_else(|| panic!("{key}: {form}"));
                        texts.insert(format!("{key}#{n}"), form.to_owned());
                    }
                }
                other => panic!("{key}: {other}"),
            }
        }
    }
    texts
}

/// The key without the number of its form: Korean has one form only, and writes none.
fn base(key: &str) -> &str {
    key.split_once('#').map_or(key, |(base, _)| base)
}

fn parameters(text: &str) -> BTreeSet<&str> {
    text.split("{{")
        .skip(1)
        .filter_map(|rest| Some(rest.split_once("}}")?.0.trim()))
        .collect()
}

#[test]
fn both_languages_have_the_same_keys() {
    let keys = |lang| {
        texts(lang)
            .keys()
            .map(|key| base(key).to_owned())
            .collect::<BTreeSet<_>>()
    };
    let (ko, en) = (keys("ko"), keys("en"));
    let only_ko: Vec<_> = ko.difference(&en).collect();
    let only_en: Vec<_> = en.difference(&ko).collect();
    assert!(
        only_ko.is_empty() && only_en.is_empty(),
        "only in ko: {only_ko:?}, only in en: {only_en:?}"
    );
}

#[test]
fn both_languages_say_the_same_parameters() {
    let ko = texts("ko");
    for (key, en) in texts("en") {
        if let Some(ko) = ko.get(base(&key)).or_else(|| ko.get(&key)) {
            assert_eq!(parameters(ko), parameters(&en), "{key}");
        }
    }
}

#[test]
fn korean_is_not_english() {
    let en = texts("en");
    let same: Vec<_> = texts("ko")
        .into_iter()
        .filter(|(key, ko)| en.get(key) == Some(ko) && !SAME.contains(&ko.as_str()))
        .collect();
    assert!(same.is_empty(), "not translated: {same:?}");
}

#[test]
fn no_text_is_empty() {
    for lang in ["ko", "en"] {
        for (key, text) in texts(lang) {
            assert!(!text.trim().is_empty(), "{lang}: {key}");
        }
    }
}
