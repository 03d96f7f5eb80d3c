//! What a server's firewall comes to.

use axum::Json;
use axum::extract::State;
use drover_types::firewall::GuestFirewall;
use drover_types::permission::Permission;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::answer::Refusal;
use crate::api::input::Segment;
use crate::api::servers::queued::named;
use crate::request::Request;
use crate::router::Server;

/// What a server's firewall comes to.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ServerFirewall {
    /// Always true.
    success: bool,
    /// Every switch, the policies, and the list with the groups that it names.
    firewall: GuestFirewall,
}

/// Whether a server is really filtered, read from Proxmox this moment.
#[utoipa::path(
    get, path = "/api/firewall/servers/{server}", tag = "firewall",
    params(("server" = String, Path, description = "The server's name, or `cluster:vmid`.")),
    responses((status = OK, description = "The card.", body = ServerFirewall)),
)]
pub(super) async fn get_server_firewall(
    State(server): State<Server>,
    request: Request,
    Segment(name): Segment,
) -> Result<Json<ServerFirewall>, Refusal> {
    let guest = named(&server, &request, &[Permission::ViewAll], &name).await?;
    let firewall = server.drover.firewall.effective(&request.context, &guest).await?;
    Ok(Json(ServerFirewall {
        success: true,
        firewall,
    }))
}
