//! What every endpoint answers with: the envelope of success, the envelope of failure, and pages of lists.

mod failure;
mod paging;
mod refusal;
mod settled;
mod words;

pub use failure::{Failure, FailureBody};
pub(crate) use paging::{LONGEST_LIST, LONGEST_ROWS, Page, PageQuery, Pagination};
pub(crate) use refusal::{Refusal, method_not_allowed, not_found, render, signed_in, too_large};
pub(crate) use settled::{PATIENCE, failed};
pub(crate) use words::{Done, Said};
