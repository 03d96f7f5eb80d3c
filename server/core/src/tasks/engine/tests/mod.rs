//! The engine with steps that only say that they ran.

mod cut_off;
mod ends;
mod parents;
mod shared;
mod slots;
mod stuck;
mod support;
