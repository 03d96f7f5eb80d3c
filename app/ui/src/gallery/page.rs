//! The gallery as a whole.

use leptos::prelude::*;

use super::{
    buttons::{Buttons, Icons},
    charts::Charts,
    fields::Fields,
    frames::Frames,
    meters::{Meters, Steps},
    overlays::Overlays,
    sheets::Sheets,
    states::States,
    tables::Tables,
    texts::Texts,
    walls::Walls,
};

/// Every component in every variant. Stands in a page that has provided ids and toasts, with a `Toaster`.
#[component]
pub fn Gallery() -> impl IntoView {
    view! {
        <div class="gallery">
            <Buttons />
            <States />
            <Meters />
            <Steps />
            <Fields />
            <Frames />
            <Overlays />
            <Tables />
            <Sheets />
            <Charts />
            <Walls />
            <Texts />
            <Icons />
        </div>
    }
}
