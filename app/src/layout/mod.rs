//! The frame around every page: sidebar, top bar, drawers, palette, the question before something is done,
//! and messages.

mod confirm;
mod frame;
mod messages;
mod notice_link;
mod notifications_drawer;
mod page;
mod palette;
mod palette_items;
mod presence;
mod shell;
mod sidebar;
mod status;
mod tasks_drawer;
mod user_menu;

pub use confirm::{Question, use_confirm};
pub use frame::use_frame;
pub use messages::Messages;
pub use page::Page;
pub use shell::Shell;
