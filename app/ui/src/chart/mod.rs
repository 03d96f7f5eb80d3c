//! Values over time: a small line for a table's row, and a chart with axes, read-out, zoom and a table behind it.

mod axis;
mod legend;
mod line_chart;
mod link;
mod path;
mod picture;
mod plot;
mod scale;
mod series;
mod sparkline;
mod style;
mod table;
mod zoom;

pub use line_chart::{Chart, ChartKind};
pub use link::ChartLink;
pub use scale::TickBase;
pub use series::Series;
pub use sparkline::Sparkline;
