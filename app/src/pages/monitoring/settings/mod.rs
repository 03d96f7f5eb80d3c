//! What is set about monitoring beside the rules, and what it has beside Proxmox's own figures.

mod fields;
mod form;
mod page;
mod quiet;
mod sources;
mod time_zones;

pub(super) use page::Settings;
