//! The rows of a table in the order shown, and its columns.

use std::sync::Arc;

use leptos::prelude::*;

use super::{Column, Sort, column::Sorting, geometry::RowWindow, order::sorted_positions};

/// What a row is known by.
pub(super) type KeyOf<T> = Arc<dyn Fn(&T) -> String + Send + Sync>;

/// A row in view.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Placed<T> {
    /// Its place in the order shown.
    pub(super) index: usize,
    /// What it is known by. Made once a slice, for each row looks itself up in it.
    pub(super) key: Arc<str>,
    pub(super) row: T,
}

/// The rows of a table in the order shown, and its columns.
pub(super) struct Model<T: Send + Sync + 'static> {
    pub(super) rows: Signal<Vec<T>>,
    pub(super) key_of: KeyOf<T>,
    pub(super) columns: Arc<[Column<T>]>,
    /// Which columns are not hidden.
    pub(super) visible: Memo<Vec<usize>>,
    pub(super) count: Memo<usize>,
    /// Where each shown row stands in `rows`; `None` while they are shown as they come.
    order: Memo<Option<Vec<usize>>>,
}

impl<T: Send + Sync + 'static> Clone for Model<T> {
    fn clone(&self) -> Self {
        Self {
            rows: self.rows,
            key_of: Arc::clone(&self.key_of),
            columns: Arc::clone(&self.columns),
            visible: self.visible,
            count: self.count,
            order: self.order,
        }
    }
}

impl<T: Clone + Send + Sync + 'static> Model<T> {
    pub(super) fn new(
        rows: Signal<Vec<T>>,
        key_of: KeyOf<T>,
        columns: Arc<[Column<T>]>,
        sort: RwSignal<Option<Sort>>,
    ) -> Self {
        let visible = {
            let columns = Arc::clone(&columns);
            Memo::new(move |_| {
                (0..columns.len())
                    .filter(|index| !columns[*index].hidden.get())
                    .collect()
            })
        };
        let order =
            {
                let columns = Arc::clone(&columns);
                Memo::new(move |_| {
                    let sort = sort.get()?;
                    let column = columns.iter().find(|column| column.id == sort.column)?;
                    let Sorting::ByTable(compare) = &column.sorting else {
                        return None;
                    };
                    Some(rows.with(|rows| {
                        sorted_positions(rows, sort.direction, |left, right| compare(left, right))
                    }))
                })
            };
        Self {
            rows,
            key_of,
            columns,
            visible,
            count: Memo::new(move |_| rows.with(Vec::len)),
            order,
        }
    }

    /// The columns' widths together, in pixels.
    pub(super) fn width(&self) -> u32 {
        self.visible
            .with(|visible| visible.iter().map(|index| self.columns[*index].width).sum())
    }

    /// All keys in the order shown.
    pub(super) fn keys(&self) -> Vec<String> {
        self.order.with(|order| {
            self.rows.with(|rows| match order {
                Some(order) => order
                    .iter()
                    .filter_map(|position| rows.get(*position))
                    .map(|row| (self.key_of)(row))
                    .collect(),
                None => rows.iter().map(|row| (self.key_of)(row)).collect(),
            })
        })
    }

    /// The rows of a window, each with its place in the order shown.
    pub(super) fn slice(&self, window: RowWindow) -> Vec<Placed<T>> {
        self.order.with(|order| {
            self.rows.with(|rows| {
                (window.start..window.end.min(rows.len()))
                    .filter_map(|index| {
                        let position = order
                            .as_ref()
                            .map_or(Some(index), |order| order.get(index).copied())?;
                        let row = rows.get(position)?;
                        Some(Placed {
                            index,
                            key: (self.key_of)(row).into(),
                            row: row.clone(),
                        })
                    })
                    .collect()
            })
        })
    }

    /// The row of a key.
    pub(super) fn row(&self, key: &str) -> Option<T> {
        self.rows
            .with(|rows| rows.iter().find(|row| (self.key_of)(row) == key).cloned())
    }
}
