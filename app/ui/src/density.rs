//! How much air a list has. The stylesheet and the row geometry must agree on it.

use leptos::prelude::*;

/// How tall rows are. The page sets it as `data-density` on `<html>`, and in context with
/// [`provide_density`], because the window of a table counts in pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Density {
    /// 32 px rows.
    #[default]
    Comfortable,
    /// 28 px rows.
    Compact,
}

impl Density {
    /// The value of the `data-density` attribute.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Comfortable => "comfortable",
            Self::Compact => "compact",
        }
    }

    /// How tall a row is, in CSS pixels; `--row-height` in `style/tokens.css` says the same.
    pub const fn row_height(self) -> u32 {
        match self {
            Self::Comfortable => 32,
            Self::Compact => 28,
        }
    }
}

#[derive(Clone, Copy)]
struct DensityContext(Signal<Density>);

/// Tells the tables below how tall their rows are.
pub fn provide_density(density: impl Into<Signal<Density>>) {
    provide_context(DensityContext(density.into()));
}

/// The density in context; comfortable where none was provided.
pub fn use_density() -> Signal<Density> {
    use_context::<DensityContext>().map_or_else(Signal::default, |context| context.0)
}
