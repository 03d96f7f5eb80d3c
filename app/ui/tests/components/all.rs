//! What must hold for every component in every variant.

use std::collections::HashSet;

use drover_ui::{
    gallery::Gallery,
    prelude::{Density, Toaster, provide_density},
};
use insta::assert_snapshot;
use leptos::prelude::*;

use crate::html;

fn gallery() -> String {
    html(|| view! { <Gallery /><Toaster label="Messages" dismiss_label="Dismiss" /> })
}

/// The values of an attribute.
fn values<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
    let start = format!(" {attribute}=\"");
    html.split(start.as_str())
        .skip(1)
        .map(|rest| rest.split('"').next().expect("a value"))
        .collect()
}

#[test]
fn no_inline_style_or_script_trips_the_content_security_policy() {
    let html = gallery();
    for attribute in ["style", "onclick", "oninput", "onsubmit", "onload"] {
        assert_eq!(values(&html, attribute), Vec::<&str>::new(), "{attribute}");
    }
}

#[test]
fn ids_are_unique() {
    let html = gallery();
    let mut seen = HashSet::new();
    let twice: Vec<&str> = values(&html, "id")
        .into_iter()
        .filter(|id| !seen.insert(*id))
        .collect();
    assert_eq!(twice, Vec::<&str>::new());
}

#[test]
fn every_reference_leads_somewhere() {
    let html = gallery();
    let ids: HashSet<&str> = values(&html, "id").into_iter().collect();
    for attribute in [
        "for",
        "form",
        "aria-labelledby",
        "aria-describedby",
        "aria-controls",
        "popovertarget",
    ] {
        for value in values(&html, attribute) {
            for id in value.split(' ') {
                assert!(ids.contains(id), "{attribute}={id}");
            }
        }
    }
}

#[test]
fn the_gallery_is_the_same_every_time() {
    assert_eq!(gallery(), gallery());
}

#[test]
fn a_page_can_tell_its_tables_to_be_compact() {
    let height = |density: Density| {
        html(move || {
            provide_density(density);
            view! { <Gallery /> }
        })
        .split("data-table__spacer")
        .nth(2)
        .and_then(|rest| {
            rest.split("height=\"")
                .nth(1)?
                .split('"')
                .next()
                .map(str::to_owned)
        })
    };
    assert_snapshot!(height(Density::Comfortable).expect("a spacer"), @"319360");
    assert_snapshot!(height(Density::Compact).expect("a spacer"), @"279440");
}
