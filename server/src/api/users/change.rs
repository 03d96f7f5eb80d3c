//! Making, changing and removing users, and their passwords.

use axum::Json;
use axum::extract::State;
use drover_core::Error;
use drover_types::permission::Permission;
use drover_types::text::Problem;
use drover_types::user::{ChangeUser, CreateUser, UserWithPassword};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::item::UserItem;
use crate::api::answer::{Done, Refusal, Said};
use crate::api::input::{Body, Segment};
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// A user to be made.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub(super) struct NewUser {
    /// The name to sign in with. Required.
    #[serde(default)]
    username: String,
    /// The password. Required, unless `generate_password` is set.
    #[schema(value_type = Option<String>, format = Password)]
    password: Option<SecretString>,
    /// Whether to generate a password. It is in the answer, and must be changed at the first sign-in.
    #[serde(default)]
    generate_password: bool,
    /// The name for people.
    #[serde(default)]
    name: String,
    /// The e-mail address.
    #[serde(default)]
    email: String,
    /// `admin`, `developer`, `operator` or `viewer`; `developer` where nothing is said.
    #[serde(default)]
    role: String,
    /// All that the user is to hold; what the role grants where nothing is said.
    permissions: Option<Vec<String>>,
    /// The servers that they are limited to: any of `tag:…`, `pool:…`, `node:…`, `name:…`, with `*` for any part; all
    /// where nothing is said.
    #[serde(default)]
    scope: Vec<String>,
}

/// What was done to a user.
#[derive(Serialize, ToSchema)]
pub(super) struct ChangedReply {
    /// Always true.
    success: bool,
    /// What was done, for people.
    message: &'static str,
    /// The user as they are now.
    user: UserItem,
    /// The password that was generated: told here and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<String>,
}

/// Make a user.
#[utoipa::path(
    post, path = "/api/users", tag = "users",
    request_body = NewUser,
    responses((status = OK, description = "Made.", body = ChangedReply)),
)]
pub(super) async fn create_user(
    server: State<Server>,
    request: Request,
    lang: RequestLang,
    body: Body<NewUser>,
) -> Result<Json<ChangedReply>, Refusal> {
    create(server, request, lang, body).await
}

/// Make a user.
///
/// The same as at `/api/users`.
#[utoipa::path(
    post, path = "/api/admin/users", tag = "users",
    request_body = NewUser,
    responses((status = OK, description = "Made.", body = ChangedReply)),
)]
pub(super) async fn admin_create_user(
    server: State<Server>,
    request: Request,
    lang: RequestLang,
    body: Body<NewUser>,
) -> Result<Json<ChangedReply>, Refusal> {
    create(server, request, lang, body).await
}

async fn create(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Body(body): Body<NewUser>,
) -> Result<Json<ChangedReply>, Refusal> {
    let new = CreateUser {
        username: body.username,
        name: body.name,
        email: body.email,
        role: body.role,
        permissions: body.permissions,
        scope: body.scope,
    };
    // Nobody is given a password that they did not ask for: without one the service says that it is required.
    let given = body
        .password
        .or_else(|| (!body.generate_password).then(SecretString::default));
    let made = server
        .drover
        .users
        .create(&request.context, &new, given.as_ref())
        .await?;
    Ok(Json(reply(made, Said::UserCreated.text(lang))))
}

fn reply(made: UserWithPassword, message: &'static str) -> ChangedReply {
    ChangedReply {
        success: true,
        message,
        user: made.user.into(),
        password: made.password,
    }
}

/// What changes of a user; what is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct UserEdit {
    /// The name for people.
    name: Option<String>,
    /// The e-mail address.
    email: Option<String>,
    /// The role. What was granted or withheld beside the old one stays so.
    role: Option<String>,
    /// All that the user is to hold.
    permissions: Option<Vec<String>>,
    /// The servers that they are limited to: any of `tag:…`, `pool:…`, `node:…`, `name:…`, with `*` for any part; an
    /// empty list is all.
    scope: Option<Vec<String>>,
    /// Whether the account may be used.
    is_active: Option<bool>,
}

/// Change a user.
///
/// It takes effect at once, on open sessions too.
#[utoipa::path(
    put, path = "/api/users/{username}", tag = "users",
    params(("username" = String, Path, description = "The name to sign in with.")),
    request_body = UserEdit,
    responses((status = OK, description = "Changed.", body = ChangedReply)),
)]
pub(super) async fn change_user(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(username): Segment,
    Body(body): Body<UserEdit>,
) -> Result<Json<ChangedReply>, Refusal> {
    let change = ChangeUser {
        name: body.name,
        email: body.email,
        role: body.role,
        permissions: body.permissions,
        scope: body.scope,
        is_active: body.is_active,
    };
    let user = server
        .drover
        .users
        .update(&request.context, &username, &change)
        .await?;
    let changed = UserWithPassword { user, password: None };
    Ok(Json(reply(changed, Said::UserChanged.text(lang))))
}

/// Delete a user.
///
/// An administrator has to be given another role first. What the user did keeps their name.
#[utoipa::path(
    delete, path = "/api/users/{username}", tag = "users",
    params(("username" = String, Path, description = "The name to sign in with.")),
    responses((status = OK, description = "Deleted.", body = Done)),
)]
pub(super) async fn delete_user(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(username): Segment,
) -> Result<Json<Done>, Refusal> {
    server.drover.users.delete(&request.context, &username).await?;
    Ok(Json(Done::new(Said::UserDeleted, lang)))
}

/// Another password for a user.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub(super) struct PasswordReset {
    /// The new one. Required, unless `generate` is set.
    #[schema(value_type = Option<String>, format = Password)]
    new_password: Option<SecretString>,
    /// The new one again.
    #[schema(value_type = Option<String>, format = Password)]
    confirm_password: Option<SecretString>,
    /// Whether to generate one. It is in the answer, and must be changed at the next sign-in.
    #[serde(default)]
    generate: bool,
}

/// Reset a user's password.
///
/// Ends all their sessions.
#[utoipa::path(
    post, path = "/api/users/{username}/password", tag = "users",
    params(("username" = String, Path, description = "The name to sign in with.")),
    request_body = PasswordReset,
    responses((status = OK, description = "Reset.", body = ChangedReply)),
)]
pub(super) async fn reset_user_password(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(username): Segment,
    Body(body): Body<PasswordReset>,
) -> Result<Json<ChangedReply>, Refusal> {
    let (drover, context) = (&server.drover, &request.context);
    context.require(Permission::ManageUsers)?;
    let given = if body.generate {
        None
    } else {
        let new = body.new_password.unwrap_or_default();
        let confirm = body.confirm_password.unwrap_or_default();
        if new.expose_secret().is_empty() {
            return Err(Error::field("new_password", Problem::Required).into());
        }
        if new.expose_secret() != confirm.expose_secret() {
            return Err(Error::field("confirm_password", Problem::PasswordsDiffer).into());
        }
        Some(new)
    };
    let reset = drover
        .users
        .reset_password(context, &username, given.as_ref())
        .await?;
    Ok(Json(reply(reset, Said::PasswordReset.text(lang))))
}
