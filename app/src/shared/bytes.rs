//! A size.

use drover_types::units;
use leptos::prelude::*;

/// A size in bytes, written with a binary unit.
#[component]
pub fn Bytes(
    /// How many.
    #[prop(into)]
    bytes: Signal<u64>,
) -> impl IntoView {
    move || units::size(bytes.get())
}
