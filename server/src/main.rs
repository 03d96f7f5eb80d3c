//! Drover.
fn main() {}
