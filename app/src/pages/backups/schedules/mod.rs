//! Proxmox's own backup jobs: what makes backups by itself, when, and of whom.

mod card;
mod choice;
mod facts;
mod fields;
mod form;
mod jobs;
mod list;
mod parts;
mod runs;
mod theirs;

pub(super) use list::Schedules;
