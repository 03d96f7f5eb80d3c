//! Ways to the outside for notifications: which there are, what each lets through, and what became of it.

mod delivery;
mod input;
mod reach;
mod route;
mod settings;
#[cfg(test)]
mod tests;
mod trouble;
mod trouble_text;

pub use delivery::{Delivery, DeliveryPage, DeliveryState, Trial};
pub use input::{ChannelInput, ChannelRow, ChannelState};
pub use reach::Concerned;
pub use route::{CATEGORIES, Passes, Route};
pub use settings::{ChannelKind, ChannelSettings, MASK, MailSecurity};
pub use trouble::ChannelTrouble;
