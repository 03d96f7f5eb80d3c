//! Every operation that there is, asked three times: by nobody, by somebody without the permission, by somebody
//! with it. An operation without a row in the tables fails, and so does a row without an operation.

mod matrix;
mod rest;
mod rpc;

use axum::http::{Method, StatusCode};
use serde_json::Value;

use crate::support::{Answer, Client, TestApp};

/// Who may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    /// Anybody.
    Anybody,
    /// Whoever is signed in.
    SignedIn,
    /// Whoever holds a permission, which the user `nobody` does not.
    Permitted,
}

use Who::{Anybody, Permitted, SignedIn};

/// Asks `who`'s question in all three ways.
async fn ask(app: &TestApp, who: Who, method: &Method, path: &str, body: Option<&Value>) {
    let anonymous = send(&app.anonymous(), method, path, body).await;
    // A session of its own for each: some operations end it.
    let without = send(&app.client("nobody").await, method, path, body).await;
    let with = send(&app.client("admin").await, method, path, body).await;
    let name = format!("{method} {path}");
    match who {
        Anybody => assert_ne!(anonymous, StatusCode::FORBIDDEN, "{name}"),
        SignedIn | Permitted => assert_eq!(anonymous, StatusCode::UNAUTHORIZED, "{name} without a session"),
    }
    match who {
        Permitted => assert_eq!(without, StatusCode::FORBIDDEN, "{name} without the permission"),
        Anybody | SignedIn => assert!(!is_refused(without), "{name} signed in: {without}"),
    }
    assert!(!is_refused(with), "{name} with the permission: {with}");
}

const fn is_refused(status: StatusCode) -> bool {
    matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
}

/// The status alone: a stream has no end.
async fn send(client: &Client, method: &Method, path: &str, body: Option<&Value>) -> StatusCode {
    let headers = [
        ("accept", "application/json"),
        ("content-type", "application/json"),
    ];
    let body = body.map(Value::to_string).unwrap_or_default();
    let response = client.ask(method.clone(), path, &headers, body.into()).await;
    let status = response.status();
    if status == StatusCode::UNAUTHORIZED && path.starts_with("/api") {
        let (parts, body) = response.into_parts();
        let body = http_body_util::BodyExt::collect(body).await.unwrap().to_bytes();
        let answer = Answer {
            status,
            headers: parts.headers,
            body,
        };
        assert_eq!(answer.code(), "AUTHENTICATION_REQUIRED", "{path}");
    }
    status
}
