//! What all endpoints share in the OpenAPI document: title, session, and the shape of errors.

use utoipa::OpenApi as _;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{InfoBuilder, LicenseBuilder, OpenApi, Ref, RefOr, ResponseBuilder};

use super::alias::operations;
use super::answer::FailureBody;

/// The scheme's name.
const SESSION: &str = "session";
const TOKEN: &str = "token";

#[derive(utoipa::OpenApi)]
#[openapi(
    components(schemas(FailureBody)),
    tags(
        (name = "session", description = "Signing in and out, and who is signed in."),
        (name = "servers", description = "Virtual machines and containers."),
        (name = "tasks", description = "Work that takes time."),
        (name = "notifications", description = "What happened, to each reader their own."),
        (name = "clusters", description = "What servers are made from and on."),
        (name = "storage", description = "What disks are put on."),
        (name = "firewall", description = "Firewall groups, their rules, and what servers are filtered by."),
        (name = "roles", description = "What servers are for, installed and kept by Ansible."),
        (name = "backups", description = "Backups of servers, and the jobs that make them."),
        (name = "users", description = "Users, their roles and permissions."),
        (name = "audit", description = "Who did what."),
        (name = "tokens", description = "API tokens: sent as `Authorization: Bearer`."),
        (name = "streams", description = "Server-sent events."),
        (name = "self-tests", description = "Trials, for administrators where they are switched on."),
        (name = "health", description = "For supervisors."),
    ),
)]
struct Base;

/// The document without its endpoints.
pub(super) fn base() -> OpenApi {
    let mut document = Base::openapi();
    document.info = InfoBuilder::new()
        .title("Drover")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "A control panel for Proxmox VE. Errors are in the language that `Accept-Language` prefers.",
        ))
        .license(Some(
            LicenseBuilder::new()
                .name("MIT OR Apache-2.0")
                .identifier(Some("MIT OR Apache-2.0"))
                .build(),
        ))
        .build();
    if let Some(components) = &mut document.components {
        let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(SESSION)));
        components.add_security_scheme(SESSION, cookie);
        components.add_security_scheme(TOKEN, SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
    }
    document
}

/// Says of every endpoint how it refuses, and that it wants a session where `signed_in`.
pub(super) fn complete(document: &mut OpenApi, signed_in: bool) {
    for item in document.paths.paths.values_mut() {
        for operation in operations(item) {
            let failure = ResponseBuilder::new()
                .description("Refused, or failed.")
                .content(
                    "application/json",
                    ContentBuilder::new()
                        .schema(Some(Ref::from_schema_name("FailureBody")))
                        .build(),
                )
                .build();
            operation
                .responses
                .responses
                .insert("default".to_owned(), RefOr::T(failure));
            operation.security = Some(if signed_in {
                [SESSION, TOKEN]
                    .map(|scheme| SecurityRequirement::new(scheme, Vec::<String>::new()))
                    .to_vec()
            } else {
                Vec::new()
            });
        }
    }
}
