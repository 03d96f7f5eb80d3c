//! Prints the gallery as a page of its own, for a look without the server:
//! `cargo run -p drover-ui --example gallery --features ssr -- dark ko > /tmp/gallery.html`.
use std::env;

use drover_ui::{gallery::Gallery, prelude::*};
use leptos::prelude::*;

fn main() {
    let theme = env::args().nth(1).unwrap_or_else(|| "system".to_owned());
    let lang = env::args().nth(2).unwrap_or_else(|| "en".to_owned());
    let style = concat!("file://", env!("CARGO_MANIFEST_DIR"), "/../../style/main.css");
    let owner = Owner::new();
    let body = owner.with(|| {
        provide_ids();
        provide_toasts();
        view! {
            <main class="page">
                <Gallery />
            </main>
            <Toaster label="Messages" dismiss_label="Dismiss" />
        }
        .to_html()
    });
    println!(
        r#"<!DOCTYPE html><html lang="{lang}" data-theme="{theme}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>drover-ui</title><link rel="stylesheet" href="{style}"></head><body>{body}</body></html>"#
    );
}
