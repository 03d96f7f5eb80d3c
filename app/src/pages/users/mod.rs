//! Users and access: who there is, what each may do, and one user's own page.

mod access;
mod account;
mod columns;
mod create;
mod draft;
mod entries;
mod grants;
mod groups;
mod matrix;
mod once;
mod page;
mod user;

pub use page::Users;
pub use user::User;
