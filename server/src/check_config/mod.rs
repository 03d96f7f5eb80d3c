//! `drover check-config`: tries everything that the configuration names and says how to mend what fails. It looks
//! only: what it finds is afterwards as it was before.

mod ansible;
mod check;
mod cluster;
mod defaults;
mod finding;
mod privileges;
mod sources;
mod storage;

pub use check::check;
pub use finding::Finding;
