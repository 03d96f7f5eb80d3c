//! The filter language of the list of servers: `web status:running node:pve2,pve3 tag:prod -cpu<80`.
//!
//! Words narrow the list, a comma means "or", a hyphen in front "not". Pure, and used by the browser over its
//! own copy and by the server for a first paint and for the API, so that both find the same rows.

mod key;
mod matching;
mod parse;
mod search;
mod sort;
mod suggest;
mod terms;

pub use key::Key;
pub(crate) use parse::Pattern;
pub use parse::{Filter, FilterError};
pub use search::{Search, SearchTexts};
pub use sort::{Sort, SortKey, natural, select};
pub use suggest::{Place, Suggestion, Value, values};
