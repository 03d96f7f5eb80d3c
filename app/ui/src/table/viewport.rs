//! The scrolling box around a table: how tall it is, how far it is scrolled, which rows are in it.

use leptos::{html, prelude::*};
use leptos_use::{UseElementSizeReturn, use_element_size};

use super::geometry::{RowWindow, first_rows, rows_in_view, scroll_to_show};
use crate::{Density, use_density};

/// The scrolling box around a table.
#[derive(Clone, Copy)]
pub(super) struct Viewport {
    pub(super) element: NodeRef<html::Div>,
    /// The rendered rows.
    pub(super) window: Memo<RowWindow>,
    height: Signal<f64>,
    scroll_top: RwSignal<u32>,
    density: Signal<Density>,
}

impl Viewport {
    /// A box over `count` rows of which the server renders `initial_rows`.
    pub(super) fn new(count: Memo<usize>, initial_rows: usize) -> Self {
        let element = NodeRef::<html::Div>::new();
        let UseElementSizeReturn { height, .. } = use_element_size(element);
        let scroll_top = RwSignal::new(0);
        let density = use_density();
        let window = Memo::new(move |_| {
            let row_height = density.get().row_height();
            match pixels(height.get()) {
                // Not measured yet, or not shown.
                0 => first_rows(count.get(), initial_rows, row_height),
                height => rows_in_view(scroll_top.get(), height, row_height, count.get()),
            }
        });
        Self {
            element,
            window,
            height,
            scroll_top,
            density,
        }
    }

    /// Takes over how far the box is scrolled.
    pub(super) fn on_scroll(self) {
        if let Some(element) = self.element.get_untracked() {
            self.scroll_top
                .set(u32::try_from(element.scroll_top()).unwrap_or(0));
        }
    }

    /// How many rows a page has.
    pub(super) fn page(self) -> usize {
        let rows = pixels(self.height.get_untracked()) / self.density.get_untracked().row_height();
        usize::try_from(rows).unwrap_or(1).saturating_sub(2).max(1)
    }

    /// Scrolls as little as needed to bring a row into view.
    pub(super) fn show(self, index: usize) {
        let row_height = self.density.get_untracked().row_height();
        let height = pixels(self.height.get_untracked());
        let to = scroll_to_show(
            index,
            self.scroll_top.get_untracked(),
            height,
            row_height,
            row_height,
        );
        if let (Some(element), Some(to)) = (self.element.get_untracked(), to) {
            element.set_scroll_top(i32::try_from(to).unwrap_or(i32::MAX));
        }
    }
}

/// A length that the browser measured, in whole pixels.
fn pixels(length: f64) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a cast saturates, and no element is four billion pixels tall"
    )]
    {
        length.round() as u32
    }
}
