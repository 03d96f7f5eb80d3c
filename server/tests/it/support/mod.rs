//! The application, and clients that ask it.

mod answer;
mod app;
mod client;
mod events;
mod poll;
mod site;

pub use answer::Answer;
pub use app::{Options, PASSWORD, TestApp};
pub use client::Client;
pub use poll::until;
pub use site::site;
