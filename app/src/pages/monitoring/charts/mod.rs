//! Figures of several servers over time, side by side.

mod chosen;
mod page;
mod picture;
mod reading;
mod servers;
mod source;

pub(super) use page::{Charts, ranges};
