//! Every component in every variant, for whoever extends them. Its texts are samples, in English only.

mod buttons;
mod charts;
mod entry;
mod fields;
mod frames;
mod meters;
mod overlays;
mod page;
mod sheets;
mod states;
mod tables;
mod texts;
mod walls;

pub use page::Gallery;
