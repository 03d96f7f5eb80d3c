//! The audit.

use drover_types::{
    audit::{AuditFilter, AuditPage},
    error::ApiError,
};
use leptos::prelude::*;

use super::Json;
#[cfg(feature = "ssr")]
use super::call;

/// How many rows a page has.
pub const AUDIT_ROWS: u32 = 50;

/// A page, newest first, counted from 1.
#[server(name = LoadAudit, prefix = "/rpc", endpoint = "list_audit", input = Json, output = Json)]
pub async fn list_audit(filter: AuditFilter, page: u32) -> Result<AuditPage, ApiError> {
    call(|drover, ctx| async move { drover.audit.page(&ctx, &filter, page, AUDIT_ROWS).await }).await
}

/// Chooses for how many days it is kept; 0 for ever.
#[server(prefix = "/rpc", endpoint = "set_audit_retention", input = Json, output = Json)]
pub async fn set_audit_retention(days: u32) -> Result<(), ApiError> {
    call(|drover, ctx| async move { drover.audit.set_retention(&ctx, days).await }).await
}
