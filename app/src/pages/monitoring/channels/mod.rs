//! Channels by which notifications leave: making and trying them, and what went through.

mod card;
mod deliveries;
mod fields;
mod form;
mod inputs;
mod names;
mod page;
mod route_fields;
mod routes;
mod store;

pub(super) use page::Channels;
