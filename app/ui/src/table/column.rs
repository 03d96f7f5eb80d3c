//! What a table shows of a row.

use std::{cmp::Ordering, sync::Arc};

use leptos::{prelude::*, reactive::IntoReactiveValue};

use crate::paint::Painter;

/// To which edge a column's content keeps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Align {
    /// Where the text starts: words.
    #[default]
    Start,
    /// Where the text ends: numbers.
    End,
    /// The middle: a single picture.
    Center,
}

impl Align {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::End => "end",
            Self::Center => "center",
        }
    }
}

type Compare<T> = Arc<dyn Fn(&T, &T) -> Ordering + Send + Sync>;

/// How a column sorts.
pub(super) enum Sorting<T> {
    No,
    /// Whoever makes the rows sorts them.
    ByPage,
    /// The table sorts them.
    ByTable(Compare<T>),
}

/// One column of a [`DataTable`](super::DataTable): its id, its header and what it shows of a row.
pub struct Column<T: Send + Sync + 'static> {
    pub(super) id: &'static str,
    pub(super) header: Signal<String>,
    pub(super) header_hidden: bool,
    pub(super) width: u32,
    pub(super) grow: bool,
    pub(super) align: Align,
    pub(super) sorting: Sorting<T>,
    pub(super) hidden: Signal<bool>,
    pub(super) cell: Arc<dyn Fn(Painter<T>) -> AnyView + Send + Sync>,
}

impl<T: Clone + Send + Sync + 'static> Column<T> {
    /// A column whose cells are rendered anew when their row changes.
    pub fn new<M, V: IntoView + 'static>(
        id: &'static str,
        header: impl IntoReactiveValue<Signal<String>, M>,
        cell: impl Fn(&T) -> V + Send + Sync + 'static,
    ) -> Self {
        let cell = Arc::new(cell);
        Self::live(id, header, move |row: Signal<T>| {
            let cell = Arc::clone(&cell);
            move || row.with(|row| cell(row).into_any())
        })
    }

    /// A column whose cells are made once per rendered row and follow its changes by themselves: for a menu that must
    /// not close, or a cell that is cheap to change. A rendered row is handed on to another row of the list when its
    /// own leaves the view, so a cell keeps nothing about its row but what it reads from the signal.
    pub fn live<M, V: IntoView + 'static>(
        id: &'static str,
        header: impl IntoReactiveValue<Signal<String>, M>,
        cell: impl Fn(Signal<T>) -> V + Send + Sync + 'static,
    ) -> Self {
        Self::painted(id, header, move |paint| cell(paint.item()))
    }

    /// A column of texts, painted.
    pub fn text<M>(
        id: &'static str,
        header: impl IntoReactiveValue<Signal<String>, M>,
        of: impl Fn(&T) -> String + Clone + Send + Sync + 'static,
    ) -> Self {
        Self::painted(id, header, move |paint| paint.text(of.clone()))
    }

    /// A column whose cells are made once per rendered row and painted: for long lists.
    pub fn painted<M, V: IntoView + 'static>(
        id: &'static str,
        header: impl IntoReactiveValue<Signal<String>, M>,
        cell: impl Fn(Painter<T>) -> V + Send + Sync + 'static,
    ) -> Self {
        Self {
            id,
            header: header.into_reactive_value(),
            header_hidden: false,
            width: 120,
            grow: false,
            align: Align::Start,
            sorting: Sorting::No,
            hidden: Signal::default(),
            cell: Arc::new(move |paint| cell(paint).into_any()),
        }
    }

    /// The same column, `pixels` wide. 120 unless told.
    #[must_use]
    pub fn width(mut self, pixels: u32) -> Self {
        self.width = pixels;
        self
    }

    /// The same column, taking the room that is left over. Its width is then its least.
    #[must_use]
    pub fn grow(mut self) -> Self {
        self.grow = true;
        self
    }

    /// The same column, keeping to an edge.
    #[must_use]
    pub fn align(mut self, align: Align) -> Self {
        self.align = align;
        self
    }

    /// The same column, sorted by whoever makes the rows: the table only sets its `sort`.
    #[must_use]
    pub fn sortable(mut self) -> Self {
        self.sorting = Sorting::ByPage;
        self
    }

    /// The same column, sorted by the table itself.
    #[must_use]
    pub fn sort_by(mut self, compare: impl Fn(&T, &T) -> Ordering + Send + Sync + 'static) -> Self {
        self.sorting = Sorting::ByTable(Arc::new(compare));
        self
    }

    /// The same column, left out while `hidden` is true.
    #[must_use]
    pub fn hidden<M>(mut self, hidden: impl IntoReactiveValue<Signal<bool>, M>) -> Self {
        self.hidden = hidden.into_reactive_value();
        self
    }

    /// The same column, with a header for screen readers only.
    #[must_use]
    pub fn hide_header(mut self) -> Self {
        self.header_hidden = true;
        self
    }

    pub(super) const fn is_sortable(&self) -> bool {
        !matches!(self.sorting, Sorting::No)
    }
}
