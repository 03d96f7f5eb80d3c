//! Switches guests on and off, and what lies between. What is so already is done already; what was cut off is
//! looked at before it is asked for again.

mod bring_about;
mod step;
mod target;
mod verb;

pub(super) use bring_about::bring_about;
pub(super) use step::Power;
pub(crate) use step::PowerInput;
pub(super) use target::Target;
pub(super) use verb::Verb;
