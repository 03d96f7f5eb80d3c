//! Values over time: a small line for a table's row, and a chart with axes, read-out and a table behind it.

mod axis;
mod line_chart;
mod path;
mod scale;
mod series;
mod sparkline;

pub use line_chart::{Chart, ChartKind};
pub use scale::TickBase;
pub use series::Series;
pub use sparkline::Sparkline;
