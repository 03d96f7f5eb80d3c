//! Why somebody can't do something.

use drover_types::{access::Explanation, error::ApiError};
use leptos::prelude::*;

use super::Json;
#[cfg(feature = "ssr")]
use super::call;

/// Whether the user can do what `action` names, an action or a permission, to `server`, and if not, why. An empty
/// `server` asks about none.
#[server(name = ExplainAccess, prefix = "/rpc", endpoint = "explain_access", input = Json, output = Json)]
pub async fn explain(action: String, server: String) -> Result<Explanation, ApiError> {
    call(|drover, ctx| async move {
        let asked = drover_types::access::Asked::read(&action);
        let asked = asked.map_err(|problem| drover_core::Error::field("action", problem))?;
        drover.explain(&ctx, asked, &server).await
    })
    .await
}
