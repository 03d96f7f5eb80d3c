//! What the components send to the browser: structure, names, states. One snapshot per component, and what
//! must hold for all of them.
#![cfg(feature = "ssr")]
#![expect(clippy::expect_used, reason = "a test says what it expected, and stops")]

mod all;
mod buttons;
mod charts;
mod fields;
mod overlays;
mod sheets;
mod states;
mod tables;

use drover_ui::{provide_ids, provide_toasts};
use leptos::prelude::*;

/// The HTML of a view in a page of its own, one tag a line, without the markers of hydration.
fn html<V: IntoView + 'static>(view: impl FnOnce() -> V) -> String {
    let html = Owner::new().with(|| {
        provide_ids();
        provide_toasts();
        view().into_view().to_html()
    });
    html.replace("<!>", "").replace("><", ">\n<")
}
