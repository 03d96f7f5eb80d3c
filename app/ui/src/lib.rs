//! Drover.
