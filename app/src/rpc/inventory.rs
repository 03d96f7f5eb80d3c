//! The list of guests: whole, or its first rows.

use drover_types::{
    error::ApiError,
    filter::Sort,
    inventory::{GuestPage, Snapshot},
};
use leptos::prelude::*;

use super::Json;
#[cfg(feature = "ssr")]
use super::call;

/// How many rows a first paint shows: a screen of them. Each costs the browser time before the page is live.
#[cfg(feature = "ssr")]
const FIRST_ROWS: u32 = 30;

/// The whole picture.
#[server(name = LoadSnapshot, prefix = "/rpc", endpoint = "snapshot", input = Json, output = Json)]
pub async fn snapshot() -> Result<Snapshot, ApiError> {
    call(|drover, ctx| async move { drover.inventory.list(&ctx).map(|picture| (*picture).clone()) }).await
}

/// The first rows of the list, for a first paint.
#[server(name = LoadFirstPage, prefix = "/rpc", endpoint = "first_page", input = Json, output = Json)]
pub async fn first_page(filter: String, sort: Sort) -> Result<GuestPage, ApiError> {
    call(|drover, ctx| async move { drover.inventory.page(&ctx, &filter, sort, 0, FIRST_ROWS) }).await
}
