//! Many things at a glance: each a small tile in the colour and shape of its state.

mod card;
mod focus;
mod model;
mod status_wall;

pub use model::{TileState, WallGroup, WallTile};
pub use status_wall::StatusWall;
