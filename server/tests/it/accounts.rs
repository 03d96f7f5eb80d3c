//! Signing in and out, the session, the own password.

use axum::http::{Method, StatusCode};
use chrono::TimeDelta;
use insta::assert_json_snapshot;
use serde_json::json;

use crate::support::{Options, PASSWORD, TestApp};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const BROWSER: (&str, &str) = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8");

fn form(username: &str, password: &str) -> String {
    format!("username={username}&password={}", password.replace(' ', "+"))
}

#[tokio::test]
async fn the_first_versions_sign_in_takes_a_form_and_answers_json() {
    let app = TestApp::alone().await;
    let answer = app
        .anonymous()
        .send_text(
            Method::POST,
            "/auth/login",
            &[FORM, BROWSER],
            form("admin", PASSWORD),
        )
        .await;
    assert_json_snapshot!(answer.told());
    let cookie = answer.header("set-cookie");
    for part in ["session=", "HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(
        !cookie.contains("Secure") && !cookie.contains("Max-Age"),
        "{cookie}"
    );
    let wrong = app
        .anonymous()
        .send_text(Method::POST, "/auth/login", &[FORM], form("admin", "wrong"))
        .await;
    assert_eq!(
        (wrong.status, wrong.code()),
        (StatusCode::UNAUTHORIZED, "AUTHENTICATION_REQUIRED".into())
    );
}

#[tokio::test]
async fn one_answer_for_whatever_does_not_fit() {
    let app = TestApp::alone().await;
    let client = app.anonymous();
    let wrong = client.try_sign_in("admin", "wrong").await;
    let unknown = client.try_sign_in("who", "wrong").await;
    let shape = |answer: &crate::support::Answer| {
        let mut body = answer.json();
        body["details"]["request_id"] = json!("");
        (answer.status, body)
    };
    assert_eq!(shape(&wrong), shape(&unknown));
    assert_json_snapshot!(wrong.told(), {".body.details.request_id" => "[id]"});
    let empty = client.post("/login", json!({"username": "admin"})).await;
    assert_eq!(
        (empty.status, empty.fields()),
        (StatusCode::BAD_REQUEST, vec!["password".to_owned()])
    );
}

#[tokio::test]
async fn a_form_is_led_on_and_back() {
    let app = TestApp::alone().await;
    let client = app.anonymous();
    let post = |body: String| client.send_text(Method::POST, "/login", &[FORM, BROWSER], body);
    let on = post(format!("{}&next=%2Ftasks", form("admin", PASSWORD))).await;
    assert_eq!(
        (on.status, on.header("location")),
        (StatusCode::SEE_OTHER, "/tasks")
    );
    assert!(on.header("set-cookie").starts_with("session="));
    let elsewhere = post(format!("{}&next=%2F%2Fevil", form("admin", PASSWORD))).await;
    assert_eq!(elsewhere.header("location"), "/");
    let back = post(format!("{}&next=%2Ftasks", form("admin", "wrong"))).await;
    assert_eq!(
        (back.status, back.header("location")),
        (StatusCode::SEE_OTHER, "/login?error=failed&next=%2Ftasks")
    );
    assert!(back.headers.get("set-cookie").is_none());
}

#[tokio::test]
async fn a_form_that_prefers_json_gets_json() {
    let app = TestApp::alone().await;
    let headers = [FORM, ("accept", "application/json")];
    let answer = app
        .anonymous()
        .send_text(Method::POST, "/login", &headers, form("admin", PASSWORD))
        .await;
    assert_eq!(answer.ok()["user"]["username"], "admin");
}

#[tokio::test]
async fn who_fails_too_often_waits() {
    let app = TestApp::alone().await;
    let client = app.anonymous();
    for _ in 0..5 {
        assert_eq!(
            client.try_sign_in("viewer", "wrong").await.status,
            StatusCode::UNAUTHORIZED
        );
    }
    let locked = client.try_sign_in("viewer", PASSWORD).await;
    assert_eq!(
        (locked.status, locked.code()),
        (StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED".into())
    );
    assert_eq!(locked.header("retry-after"), "30");
    let elsewhere = app.anonymous().at("198.51.100.9");
    let account = elsewhere.try_sign_in("viewer", PASSWORD).await;
    assert_eq!(
        account.status,
        StatusCode::TOO_MANY_REQUESTS,
        "the account is locked from everywhere"
    );
    elsewhere.try_sign_in("admin", PASSWORD).await.ok();
    let address = client.try_sign_in("admin", PASSWORD).await;
    assert_eq!(
        address.status,
        StatusCode::TOO_MANY_REQUESTS,
        "and the address for everybody"
    );
    let back = client
        .send_text(Method::POST, "/login", &[FORM, BROWSER], form("viewer", PASSWORD))
        .await;
    assert_eq!(back.header("location"), "/login?error=throttled&wait=30");
    app.clock.advance(TimeDelta::seconds(31));
    client.try_sign_in("viewer", PASSWORD).await.ok();
}

#[tokio::test]
async fn behind_tls_the_cookie_is_secure() {
    let app = TestApp::start(Options {
        public_url: Some("https://drover.example.org"),
        ..Options::default()
    })
    .await;
    let answer = app.anonymous().try_sign_in("admin", PASSWORD).await;
    assert!(answer.header("set-cookie").contains("Secure"));
    assert_eq!(answer.header("strict-transport-security"), "max-age=31536000");
}

#[tokio::test]
async fn who_is_signed_in() {
    let app = TestApp::alone().await;
    let (anonymous, viewer) = (app.anonymous(), app.client("viewer").await);
    let none = anonymous.get("/api/session/check").await;
    assert_json_snapshot!("no_session", none.told(), {".body.details.request_id" => "[id]"});
    for path in ["/api/session/check", "/session/check"] {
        assert_eq!(anonymous.get(path).await.status, StatusCode::UNAUTHORIZED);
    }
    assert_json_snapshot!("session", viewer.get("/session/check").await.told());
    assert_json_snapshot!(
        "refreshed",
        viewer.post("/api/session/refresh", json!({})).await.told()
    );
    viewer.post("/session/refresh", json!({})).await.ok();
    assert_json_snapshot!("current_user", viewer.get("/api/current-user").await.told());
    assert_json_snapshot!("profile", viewer.get("/api/profile").await.told());
    for path in ["/profile/api", "/auth/profile"] {
        assert_eq!(viewer.get(path).await.ok(), viewer.get("/api/profile").await.ok());
    }
    assert_eq!(
        anonymous.post("/clear-login-error", json!({})).await.status,
        StatusCode::NO_CONTENT
    );
}

#[tokio::test]
async fn looking_does_not_keep_a_session_alive_and_refreshing_does() {
    let app = TestApp::alone().await;
    let (idle, busy) = (app.client("viewer").await, app.client("viewer").await);
    for _ in 0..3 {
        app.clock.advance(TimeDelta::hours(3));
        if idle.get("/api/session/check").await.status == StatusCode::OK {
            busy.post("/api/session/refresh", json!({})).await.ok();
        } else {
            busy.post("/session/refresh", json!({})).await.ok();
        }
    }
    assert_eq!(
        idle.get("/api/session/check").await.status,
        StatusCode::UNAUTHORIZED
    );
    busy.get("/api/session/check").await.ok();
    app.clock.advance(TimeDelta::hours(7));
    busy.post("/session/refresh", json!({})).await.ok();
    app.clock.advance(TimeDelta::hours(7));
    busy.post("/session/refresh", json!({})).await.ok();
    app.clock.advance(TimeDelta::hours(2));
    assert_eq!(
        busy.get("/api/profile").await.status,
        StatusCode::UNAUTHORIZED,
        "a day is the most"
    );
}

#[tokio::test]
async fn signing_out_ends_the_session() {
    let app = TestApp::alone().await;
    for (method, path) in [
        (Method::GET, "/logout"),
        (Method::POST, "/logout"),
        (Method::GET, "/auth/logout"),
        (Method::POST, "/auth/logout"),
    ] {
        let client = app.client("admin").await;
        let out = client.send(method.clone(), path, &[BROWSER], None).await;
        assert_eq!(
            (out.status, out.header("location")),
            (StatusCode::SEE_OTHER, "/login"),
            "{method} {path}"
        );
        let cookie = out.header("set-cookie");
        assert!(
            cookie.starts_with("session=;") && cookie.contains("Max-Age=0"),
            "{cookie}"
        );
        assert_eq!(client.get("/api/profile").await.status, StatusCode::UNAUTHORIZED);
        let again = client.send(method, path, &[BROWSER], None).await;
        assert_eq!(again.header("location"), "/login");
    }
    let client = app.client("admin").await;
    let json = client
        .send(Method::GET, "/logout", &[("accept", "application/json")], None)
        .await;
    assert_eq!(json.ok()["success"], true);
    let again = client
        .send(Method::GET, "/logout", &[("accept", "application/json")], None)
        .await;
    assert_eq!(again.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_link_on_another_site_signs_nobody_out() {
    let app = TestApp::alone().await;
    let client = app.client("admin").await;
    for headers in [
        [("sec-fetch-site", "cross-site"), BROWSER],
        [("sec-fetch-site", "same-site"), BROWSER],
        [("sec-purpose", "prefetch;prerender"), BROWSER],
    ] {
        let refused = client.send(Method::GET, "/logout", &headers, None).await;
        assert_eq!(
            (refused.status, refused.code()),
            (StatusCode::FORBIDDEN, "PERMISSION_DENIED".into())
        );
        client.get("/api/profile").await.ok();
    }
    let typed = client
        .send(
            Method::GET,
            "/logout",
            &[("sec-fetch-site", "none"), BROWSER],
            None,
        )
        .await;
    assert_eq!(typed.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions() {
    let app = TestApp::alone().await;
    let (mine, other) = (app.client("viewer").await, app.client("viewer").await);
    let change = |current: &str, new: &str, confirm: &str| json!({"current_password": current, "new_password": new, "confirm_password": confirm});
    let new = "another battery staple";
    let wrong = mine.post("/change-password", change("no", new, new)).await;
    assert_eq!(
        (wrong.status, wrong.fields()),
        (StatusCode::BAD_REQUEST, vec!["current_password".to_owned()])
    );
    let differ = mine.post("/change-password", change(PASSWORD, new, "x")).await;
    assert_eq!(differ.fields(), ["confirm_password"]);
    let short = mine
        .post("/auth/change-password", change(PASSWORD, "short", "short"))
        .await;
    assert_eq!(short.fields(), ["new_password"]);
    assert_eq!(mine.post("/change-password", json!({})).await.fields().len(), 3);
    other.get("/api/profile").await.ok();

    let changed = mine.post("/change-password", change(PASSWORD, new, new)).await;
    assert_json_snapshot!(changed.told());
    mine.get("/api/profile").await.ok();
    assert_eq!(other.get("/api/profile").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(
        app.anonymous().try_sign_in("viewer", PASSWORD).await.status,
        StatusCode::UNAUTHORIZED
    );
    app.anonymous().try_sign_in("viewer", new).await.ok();

    let body =
        "current_password=another+battery+staple&new_password=one+more+horse&confirm_password=one+more+horse";
    let form = mine
        .send_text(
            Method::POST,
            "/change-password",
            &[FORM, BROWSER],
            body.to_owned(),
        )
        .await;
    assert_eq!(
        (form.status, form.header("location")),
        (StatusCode::SEE_OTHER, "/profile")
    );
}

#[tokio::test]
async fn errors_are_korean_unless_english_is_preferred() {
    let app = TestApp::alone().await;
    let ask = async |accept: &str| {
        let answer = app
            .anonymous()
            .send(Method::GET, "/api/tasks", &[("accept-language", accept)], None)
            .await;
        answer.json()["error"].as_str().unwrap().to_owned()
    };
    assert_eq!(ask("").await, "로그인이 필요합니다.");
    assert_eq!(ask("en-GB,ko;q=0.5").await, "Sign in first.");
    assert_eq!(ask("fr, ko").await, "로그인이 필요합니다.");
}
