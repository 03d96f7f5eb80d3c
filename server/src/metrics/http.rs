//! Counts and times requests: by the template of their route, so that ids don't become labels.

use axum::extract::{MatchedPath, Request};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use metrics::{counter, histogram};
use tokio::time::Instant;

/// What no route answers, or only the last one.
const ELSEWHERE: &str = "other";
/// Where the functions of the pages are.
const FUNCTIONS: &str = "/rpc/";

/// Measures a request until its answer begins: a stream of events goes on for hours.
pub async fn measured(request: Request, next: Next) -> Response {
    let (began, method) = (Instant::now(), method(request.method()));
    let route = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    let seconds = began.elapsed().as_secs_f64();
    let status = response.status().as_str().to_owned();
    let route = route.as_ref().map_or(ELSEWHERE, MatchedPath::as_str);
    if let Some(function) = route.strip_prefix(FUNCTIONS) {
        let function = function.to_owned();
        counter!("drover_rpc_calls_total", "function" => function.clone(), "status" => status.clone())
            .increment(1);
        histogram!("drover_rpc_call_seconds", "function" => function).record(seconds);
    }
    let route = route.to_owned();
    counter!("drover_http_requests_total", "method" => method, "route" => route.clone(), "status" => status)
        .increment(1);
    histogram!("drover_http_request_seconds", "method" => method, "route" => route).record(seconds);
    response
}

/// The method; those that somebody made up share a name.
fn method(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => ELSEWHERE,
    }
}
