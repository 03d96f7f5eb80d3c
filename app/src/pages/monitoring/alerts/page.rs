//! The part of the page.

use leptos::prelude::*;

use super::{
    events::{EventsDialog, use_events},
    history::Past,
    open::Open,
};
use crate::pages::monitoring::known::Known;

/// The alerts that stand, and those of the past below.
#[component]
pub(in crate::pages::monitoring) fn Alerts(known: Known) -> impl IntoView {
    let events = use_events();
    view! {
        <Open known=known events=events />
        <Past known=known events=events />
        <EventsDialog events=events />
    }
}
