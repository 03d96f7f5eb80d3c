//! Which rows of a long list are in view. Pure arithmetic in CSS pixels; touches no browser.

/// Rows above and below the view that are rendered too, so that scrolling shows no gaps.
pub const OVERSCAN: usize = 2;

/// The rendered rows of a list, and the space that stands for the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RowWindow {
    /// The first rendered row.
    pub start: usize,
    /// The row after the last rendered one.
    pub end: usize,
    /// Pixels that stand for the rows before.
    pub above: u32,
    /// Pixels that stand for the rows after.
    pub below: u32,
}

impl RowWindow {
    /// Whether `to` is this window scrolled: as many rows of a list that is as long.
    pub(super) const fn is_scrolled_to(&self, to: &Self) -> bool {
        self.end - self.start == to.end - to.start && self.above + self.below == to.above + to.below
    }

    fn new(start: usize, end: usize, count: usize, row_height: u32) -> Self {
        Self {
            start,
            end,
            above: pixels(start, row_height),
            below: pixels(count - end, row_height),
        }
    }
}

fn pixels(rows: usize, row_height: u32) -> u32 {
    u32::try_from(rows).unwrap_or(u32::MAX).saturating_mul(row_height)
}

fn rows(pixels: u32, row_height: u32) -> usize {
    usize::try_from(pixels / row_height.max(1)).unwrap_or(usize::MAX)
}

/// The first rows of a list: what the server renders, and the browser until it has measured the view.
#[must_use]
pub fn first_rows(count: usize, initial: usize, row_height: u32) -> RowWindow {
    RowWindow::new(0, count.min(initial), count, row_height)
}

/// The rows to render when a view `view_height` tall is scrolled down by `scroll_top`.
///
/// The start moves in steps of half the overscan, so that most scroll events change nothing.
#[must_use]
pub fn rows_in_view(scroll_top: u32, view_height: u32, row_height: u32, count: usize) -> RowWindow {
    let step = OVERSCAN.div_ceil(2);
    let visible = rows(view_height, row_height).saturating_add(2);
    let rendered = visible.saturating_add(2 * OVERSCAN + step);
    let start = rows(scroll_top, row_height).saturating_sub(OVERSCAN) / step * step;
    let start = start.min(count.saturating_sub(rendered));
    RowWindow::new(
        start,
        start.saturating_add(rendered).min(count),
        count,
        row_height,
    )
}

/// Where to scroll so that row `index` is in view below a header `header_height` tall; `None` where it is
/// already.
#[must_use]
pub fn scroll_to_show(
    index: usize,
    scroll_top: u32,
    view_height: u32,
    row_height: u32,
    header_height: u32,
) -> Option<u32> {
    let top = pixels(index, row_height);
    let bottom = top.saturating_add(row_height);
    let body = view_height.saturating_sub(header_height);
    if top < scroll_top {
        Some(top)
    } else if bottom > scroll_top.saturating_add(body) {
        Some(bottom.saturating_sub(body))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_server_renders_the_first_rows_and_leaves_room_for_the_rest() {
        assert_eq!(
            first_rows(10_000, 50, 32),
            RowWindow {
                start: 0,
                end: 50,
                above: 0,
                below: 9_950 * 32
            }
        );
        assert_eq!(
            first_rows(3, 50, 32),
            RowWindow {
                start: 0,
                end: 3,
                above: 0,
                below: 0
            }
        );
    }

    #[test]
    fn a_scroll_of_one_pixel_changes_nothing() {
        assert_eq!(
            rows_in_view(3_200, 640, 32, 10_000),
            rows_in_view(3_201, 640, 32, 10_000)
        );
    }

    proptest! {
        #[test]
        fn every_row_in_view_is_rendered(
            count in 0_usize..20_000,
            scroll_top in 0_u32..700_000,
            view_height in 0_u32..4_000,
            row_height in 20_u32..60,
        ) {
            let window = rows_in_view(scroll_top, view_height, row_height, count);
            let total = u32::try_from(count).expect("small") * row_height;
            // The browser never scrolls further than the content.
            let scroll_top = scroll_top.min(total.saturating_sub(view_height));
            let first = (scroll_top / row_height) as usize;
            let last = ((scroll_top + view_height).div_ceil(row_height) as usize).min(count);
            prop_assert!(window.start <= first.min(count));
            prop_assert!(window.end >= last);
        }

        #[test]
        fn the_height_never_changes(
            count in 0_usize..20_000,
            scroll_top in 0_u32..700_000,
            view_height in 0_u32..4_000,
            row_height in 20_u32..60,
        ) {
            let window = rows_in_view(scroll_top, view_height, row_height, count);
            prop_assert!(window.start <= window.end && window.end <= count);
            let rendered = u32::try_from(window.end - window.start).expect("small") * row_height;
            let total = u32::try_from(count).expect("small") * row_height;
            prop_assert_eq!(window.above + rendered + window.below, total);
        }

        #[test]
        fn few_rows_are_rendered(
            count in 0_usize..20_000,
            scroll_top in 0_u32..700_000,
            view_height in 0_u32..4_000,
        ) {
            let window = rows_in_view(scroll_top, view_height, 32, count);
            prop_assert!(window.end - window.start <= (view_height / 32) as usize + 2 + 3 * OVERSCAN);
        }

        #[test]
        fn scrolling_to_a_row_shows_all_of_it(
            index in 0_usize..20_000,
            scroll_top in 0_u32..700_000,
            view_height in 100_u32..4_000,
        ) {
            let (row, header) = (32, 32);
            let to = scroll_to_show(index, scroll_top, view_height, row, header).unwrap_or(scroll_top);
            let top = u32::try_from(index).expect("small") * row;
            prop_assert!(top >= to);
            prop_assert!(top + row <= to + view_height - header);
            prop_assert_eq!(scroll_to_show(index, to, view_height, row, header), None);
        }
    }
}
