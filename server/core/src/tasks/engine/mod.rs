//! Runs tasks: claims them with a lease, goes forward through their steps, backwards where one fails, and ends
//! them together with their notification. A run that is cut off anywhere is taken up again by the next claim.

mod end;
mod lease;
mod parent;
mod places;
mod queue;
mod run;
#[cfg(test)]
mod tests;
mod turn;
mod undo;

pub(super) use end::{Ended, finish};
pub(super) use places::Place;
