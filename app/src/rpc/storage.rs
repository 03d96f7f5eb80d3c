//! Storages, and which of them new disks go to.

use drover_types::{
    error::ApiError,
    storage::{StorageDefaults, StorageOverview, StorageRefresh},
};
use leptos::prelude::*;

use super::Json;
#[cfg(feature = "ssr")]
use super::call;

/// Every storage and the defaults, for a first paint.
#[server(name = LoadStorageOverview, prefix = "/rpc", endpoint = "storage_overview", input = Json, output = Json)]
pub async fn storage_overview() -> Result<StorageOverview, ApiError> {
    call(|drover, ctx| async move { drover.storage.overview(&ctx).await }).await
}

/// Asks the clusters for their storages now.
#[server(prefix = "/rpc", endpoint = "refresh_storage", input = Json, output = Json)]
pub async fn refresh_storage() -> Result<StorageRefresh, ApiError> {
    call(|drover, ctx| async move { drover.storage.refresh(&ctx).await }).await
}

/// Says where disks of a cluster go; `None` takes a kind back to what is configured.
#[server(prefix = "/rpc", endpoint = "set_default_storage", input = Json, output = Json)]
pub async fn set_default_storage(
    cluster: String,
    hdd: Option<String>,
    ssd: Option<String>,
) -> Result<StorageDefaults, ApiError> {
    call(|drover, ctx| async move {
        let (hdd, ssd) = (hdd.as_deref(), ssd.as_deref());
        drover.storage.set_defaults(&ctx, Some(&cluster), hdd, ssd).await
    })
    .await
}
