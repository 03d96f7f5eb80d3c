//! Numbered pages of lists. They are opt-in: without `page` and `per_page` a list is whole, as old clients know it,
//! and cut at [`LONGEST_LIST`].

use drover_core::{Error, Result};
use drover_types::text::Problem;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// How many rows an unpaged list has at most.
pub(crate) const LONGEST_LIST: usize = LONGEST_ROWS as usize;
/// The same, as services count rows.
pub(crate) const LONGEST_ROWS: u32 = 10_000;
/// How many rows a page has where nothing is said, and at most.
const PER_PAGE: u32 = 20;
const MOST_PER_PAGE: u32 = 200;

/// Which page is wanted.
#[derive(Debug, Clone, Copy, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// The page, counted from 1. Either of the two switches paging on.
    #[param(minimum = 1)]
    pub page: Option<u32>,
    /// Rows on a page; 20 where nothing is said, 200 at most.
    #[param(minimum = 1, maximum = 200)]
    pub per_page: Option<u32>,
}

/// A page of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Page {
    /// Its number, from 1.
    pub number: u32,
    /// How many rows it has.
    pub size: u32,
}

impl PageQuery {
    /// The page that is asked for; `None` where the whole list is.
    ///
    /// # Errors
    /// There is no page 0, and none without rows.
    pub(crate) fn page(self) -> Result<Option<Page>> {
        if self.page.is_none() && self.per_page.is_none() {
            return Ok(None);
        }
        let from_one = |name, value: Option<u32>, default| match value.unwrap_or(default) {
            0 => Err(Error::field(
                name,
                Problem::OutOfRange {
                    min: 1,
                    max: u32::MAX.into(),
                },
            )),
            value => Ok(value),
        };
        Ok(Some(Page {
            number: from_one("page", self.page, 1)?,
            size: from_one("per_page", self.per_page, PER_PAGE)?.min(MOST_PER_PAGE),
        }))
    }
}

impl Page {
    /// How many rows come before it.
    pub(crate) const fn offset(self) -> u64 {
        (self.number as u64 - 1) * self.size as u64
    }

    /// From which row to which: the second is not on the page any more.
    pub(crate) fn range(self) -> (usize, usize) {
        let from = usize::try_from(self.offset()).unwrap_or(usize::MAX);
        (from, from.saturating_add(self.size as usize))
    }

    /// How it is told, among `total` rows.
    pub(crate) fn told(self, total: u64) -> Pagination {
        Pagination {
            page: self.number,
            per_page: self.size,
            total,
            pages: total.div_ceil(self.size.into()),
        }
    }
}

/// Which page an answer holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Pagination {
    /// Its number, from 1.
    page: u32,
    /// Rows on a page.
    per_page: u32,
    /// Rows on all pages.
    total: u64,
    /// How many pages there are.
    pages: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(page: Option<u32>, per_page: Option<u32>) -> Option<Page> {
        PageQuery { page, per_page }.page().unwrap()
    }

    #[test]
    fn either_parameter_switches_paging_on() {
        assert_eq!(page(None, None), None);
        assert_eq!(page(Some(2), None), Some(Page { number: 2, size: 20 }));
        assert_eq!(page(None, Some(9999)), Some(Page { number: 1, size: 200 }));
        assert!(
            PageQuery {
                page: Some(0),
                per_page: None
            }
            .page()
            .is_err()
        );
        assert!(
            PageQuery {
                page: None,
                per_page: Some(0)
            }
            .page()
            .is_err()
        );
    }

    #[test]
    fn a_page_is_a_range_however_far_behind_the_last() {
        let of = |number| Page { number, size: 20 };
        assert_eq!([of(1).range(), of(3).range()], [(0, 20), (40, 60)]);
        assert!(of(u32::MAX).range().0 > 45);
        assert_eq!(
            [of(1).told(45).pages, of(1).told(40).pages, of(1).told(0).pages],
            [3, 2, 0]
        );
    }
}
