//! Somebody who asks: nobody in particular, or whoever signed in.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderName, HeaderValue, Method, Request, Response, header};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::answer::Answer;
use super::app::PASSWORD;
use super::events::EventStream;

/// A client. It keeps its cookie as a browser does.
#[derive(Clone)]
pub struct Client {
    app: Router,
    pub cookie: Option<String>,
    address: SocketAddr,
}

impl Client {
    pub fn new(app: Router) -> Self {
        Self {
            app,
            cookie: None,
            address: "192.0.2.7:40000".parse().unwrap(),
        }
    }

    /// The same client from another address.
    pub fn at(mut self, address: &str) -> Self {
        self.address = SocketAddr::new(address.parse().unwrap(), 40000);
        self
    }

    /// Signs in and keeps the cookie.
    pub async fn sign_in(&mut self, username: &str) {
        let answer = self.try_sign_in(username, PASSWORD).await;
        answer.ok();
        self.keep_cookie(&answer);
    }

    pub async fn try_sign_in(&self, username: &str, password: &str) -> Answer {
        self.post("/login", json!({"username": username, "password": password}))
            .await
    }

    /// Keeps the cookie that an answer sets.
    pub fn keep_cookie(&mut self, answer: &Answer) {
        let cookie = answer.header("set-cookie").split(';').next().unwrap_or_default();
        assert!(cookie.starts_with("session=") && cookie.len() > 20, "{cookie}");
        self.cookie = Some(cookie.to_owned());
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, &[], Some(body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, &[], None).await
    }

    /// Sends JSON, or nothing, with more headers.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> Answer {
        let mut headers = headers.to_vec();
        if body.is_some() && !headers.iter().any(|(name, _)| *name == "content-type") {
            headers.push(("content-type", "application/json"));
        }
        let text = body.map(|body| body.to_string()).unwrap_or_default();
        self.send_text(method, path, &headers, text).await
    }

    /// Sends a body as it is.
    pub async fn send_text(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: String,
    ) -> Answer {
        let response = self.ask(method, path, headers, Body::from(body)).await;
        let (parts, body) = response.into_parts();
        let body = body
            .collect()
            .await
            .expect("the body is sent to its end")
            .to_bytes();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }

    /// Opens a stream.
    pub async fn stream(&self, path: &str, headers: &[(&str, &str)]) -> EventStream {
        EventStream::new(self.ask(Method::GET, path, headers, Body::empty()).await)
    }

    /// Sends a request and leaves the answer's body unread.
    pub async fn ask(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Body,
    ) -> Response<Body> {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .body(body)
            .expect("a request");
        for (name, value) in headers {
            let name: HeaderName = name.parse().expect("a header's name");
            request
                .headers_mut()
                .insert(name, value.parse().expect("a header's value"));
        }
        if let Some(cookie) = &self.cookie {
            let cookie = HeaderValue::from_str(cookie).expect("a cookie");
            request.headers_mut().insert(header::COOKIE, cookie);
        }
        request.extensions_mut().insert(ConnectInfo(self.address));
        self.app
            .clone()
            .oneshot(request)
            .await
            .expect("a router never fails")
    }
}
