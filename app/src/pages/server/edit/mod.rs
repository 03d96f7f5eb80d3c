//! Changing a server: one form over two parts of the page, which keeps what is typed until it is saved or
//! discarded, and what happens when somebody else was faster.

mod change;
mod controls;
mod editor;
mod field;
mod form;
mod loaded;
mod news;
mod pending;
mod read;
mod refusal;
mod save;
mod values;

pub use change::free_nic;
pub use editor::Editor;
pub use field::{AddressPart, Field, NicPart, Scope};
pub use form::EditForm;
pub use loaded::Loaded;
