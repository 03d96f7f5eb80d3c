//! Changing one's own password.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::api::answer::{Done, Refusal, Said};
use crate::api::input::{Form, Sent};
use crate::request::{Preferred, Request, RequestLang, preferred};
use crate::router::Server;

/// The old password and, twice, the new one.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct ChangePassword {
    /// The password until now.
    #[schema(value_type = String, format = Password)]
    current_password: Option<SecretString>,
    /// The new one.
    #[schema(value_type = String, format = Password)]
    new_password: Option<SecretString>,
    /// The new one again.
    #[schema(value_type = String, format = Password)]
    confirm_password: Option<SecretString>,
}

/// Change the own password.
///
/// Ends all other sessions of the user.
#[utoipa::path(
    post, path = "/change-password", tag = "session",
    request_body(content(
        (ChangePassword = "application/json"),
        (ChangePassword = "application/x-www-form-urlencoded"),
    )),
    responses(
        (status = OK, description = "Changed.", body = Done),
        (status = SEE_OTHER, description = "Changed; to a form, which is led to the profile."),
    ),
)]
pub(super) async fn change_password(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    headers: HeaderMap,
    Form { fields, sent }: Form<ChangePassword>,
) -> Result<Response, Refusal> {
    let given = |password: Option<SecretString>| password.unwrap_or_else(|| SecretString::from(""));
    let (current, new, confirm) = (
        given(fields.current_password),
        given(fields.new_password),
        given(fields.confirm_password),
    );
    server
        .drover
        .users
        .change_password(&request.context, &current, &new, &confirm)
        .await?;
    Ok(if sent == Sent::Form && preferred(&headers) != Preferred::Json {
        Redirect::to("/profile").into_response()
    } else {
        Json(Done::new(Said::PasswordChanged, lang)).into_response()
    })
}
