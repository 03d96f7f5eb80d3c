//! A value that a control reads and writes, wherever it is kept.

use leptos::prelude::*;

/// A value to show and a way to change it. Made from an `RwSignal`, or from a getter and a setter with
/// [`Bound::new`] where the value is a part of something larger.
pub struct Bound<T: Send + Sync + 'static> {
    get: Signal<T>,
    set: Callback<T>,
}

impl<T: Send + Sync + 'static> Clone for Bound<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Bound<T> {}

impl<T: Clone + Send + Sync + 'static> Bound<T> {
    /// Shows what `get` returns and hands each change to `set`.
    pub fn new(get: impl Fn() -> T + Send + Sync + 'static, set: impl Fn(T) + Send + Sync + 'static) -> Self {
        Self {
            get: Signal::derive(get),
            set: Callback::new(set),
        }
    }

    /// The value now; tracks it.
    pub fn get(self) -> T {
        self.get.get()
    }

    /// The value now, without tracking it.
    pub fn get_untracked(self) -> T {
        self.get.get_untracked()
    }

    /// Reads the value in place; tracks it.
    pub fn with<R>(self, read: impl FnOnce(&T) -> R) -> R {
        self.get.with(read)
    }

    /// Changes the value.
    pub fn set(self, value: T) {
        self.set.run(value);
    }
}

impl<T: Clone + Send + Sync + 'static> From<RwSignal<T>> for Bound<T> {
    fn from(signal: RwSignal<T>) -> Self {
        Self {
            get: signal.into(),
            set: Callback::new(move |value| signal.set(value)),
        }
    }
}

impl<T, F> From<(Signal<T>, F)> for Bound<T>
where
    T: Clone + Send + Sync + 'static,
    F: Fn(T) + Send + Sync + 'static,
{
    fn from((get, set): (Signal<T>, F)) -> Self {
        Self {
            get,
            set: Callback::new(set),
        }
    }
}
