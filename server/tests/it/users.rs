//! Users, their roles and permissions, at the addresses of both versions.

use axum::http::{Method, StatusCode};
use insta::assert_json_snapshot;
use serde_json::{Value, json};

use crate::support::{Answer, Client, Options, PASSWORD, TestApp};

fn fields(answer: &Answer) -> Value {
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.json());
    assert_eq!(answer.code(), "VALIDATION_ERROR");
    answer.json()["details"]["fields"].clone()
}

async fn make(client: &Client, username: &str, role: &str) -> Value {
    let body = json!({"username": username, "email": "", "password": PASSWORD, "role": role});
    client.post("/api/users", body).await.ok()
}

#[tokio::test]
async fn a_user_is_made_listed_and_removed_at_every_address() {
    let app = TestApp::alone().await;
    let admin = app.client("admin").await;
    let made = make(&admin, "grace", "operator").await;
    assert_json_snapshot!("made", made, {".user.created_at" => "[time]"});
    let body = json!({"username": "eve", "email": "eve@example.org", "password": PASSWORD, "role": "viewer"});
    admin.post("/api/admin/users", body).await.ok();
    let list = admin.get("/api/users").await.ok();
    assert_json_snapshot!("list", list, {".users[].created_at" => "[time]", ".users[].last_login" => "[time]"});
    assert_eq!(admin.get("/api/admin/users").await.ok(), list);
    let page = admin.get("/api/users?page=2&per_page=2").await.ok();
    assert_eq!(page["users"].as_array().unwrap().len(), 2);
    assert_eq!(page["pagination"]["total"], 5);
    app.client("grace").await;

    let twice = json!({"username": "grace", "password": PASSWORD});
    assert!(fields(&admin.post("/api/users", twice).await)["username"].is_string());
    let nothing = fields(&admin.post("/api/users", json!({})).await);
    assert!(
        nothing["username"].is_string() && nothing["password"].is_string(),
        "{nothing}"
    );

    let refused = admin.delete("/api/users/admin").await;
    assert!(fields(&refused)["username"].is_string());
    make(&admin, "root", "admin").await;
    assert!(fields(&admin.delete("/api/users/root").await)["username"].is_string());
    admin.delete("/api/users/grace").await.ok();
    let gone = admin.delete("/api/users/grace").await;
    assert_eq!(
        (gone.status, gone.code()),
        (StatusCode::NOT_FOUND, "RESOURCE_NOT_FOUND".into())
    );
    let refused = app.anonymous().try_sign_in("grace", PASSWORD).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn roles_and_permissions_are_set_and_take_effect_in_open_sessions() {
    let app = TestApp::alone().await;
    let admin = app.client("admin").await;
    let viewer = app.client("viewer").await;
    let data = admin.get("/api/iam/data").await.ok();
    assert!(data.get("db_uri").is_none());
    assert_eq!(data["users_count"], 3);
    assert_eq!(data["all_permissions"].as_array().unwrap().len(), 18);
    assert_eq!(
        data["permission_aliases"]["manage_backups"],
        json!(["backup_management"])
    );

    assert_eq!(viewer.get("/api/users").await.status, StatusCode::FORBIDDEN);
    let set = json!({"permissions": ["view_all", "manage_users", "manage_firewall"]});
    admin.post("/api/admin/iam/viewer/permissions", set).await.ok();
    viewer.get("/api/users").await.ok();
    let held = viewer.get("/api/current-user").await.ok()["permissions"].clone();
    assert_eq!(held.as_array().unwrap().len(), 5, "{held}");
    admin
        .post(
            "/api/iam/viewer/permissions",
            json!({"permissions": ["view_all"]}),
        )
        .await
        .ok();
    assert_eq!(viewer.get("/api/users").await.status, StatusCode::FORBIDDEN);

    let unknown = json!({"permissions": ["root", "view_all"]});
    for path in ["/api/iam/viewer/permissions", "/api/admin/iam/viewer/permissions"] {
        let fields = fields(&admin.post(path, unknown.clone()).await);
        let said = fields["permissions"].as_str().unwrap();
        assert!(said.contains("root") && said.contains("manage_users"), "{said}");
    }
    assert!(fields(&admin.post("/api/iam/viewer/permissions", json!({})).await)["permissions"].is_string());
    for (path, role) in [
        ("/api/iam/viewer/role", "operator"),
        ("/api/admin/iam/viewer/role", "developer"),
    ] {
        admin.post(path, json!({"role": role})).await.ok();
        assert_eq!(viewer.get("/api/current-user").await.ok()["role"], role);
        assert!(fields(&admin.post(path, json!({"role": "emperor"})).await)["role"].is_string());
        assert!(fields(&admin.post(path, json!({})).await)["role"].is_string());
    }
    for path in ["/api/iam/admin/role", "/api/admin/iam/admin/role"] {
        let refused = admin.post(path, json!({"role": "viewer"})).await;
        assert!(fields(&refused)["role"].is_string(), "not oneself");
    }
    let missing = admin
        .post("/api/iam/nothing/role", json!({"role": "viewer"}))
        .await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_reset_password_ends_sessions_and_a_generated_one_is_told_once() {
    let app = TestApp::alone().await;
    let admin = app.client("admin").await;
    let viewer = app.client("viewer").await;
    let path = "/api/users/viewer/password";
    let new = "another horse entirely";
    let differ = json!({"new_password": new, "confirm_password": "x"});
    assert!(fields(&admin.post(path, differ).await)["confirm_password"].is_string());
    assert!(fields(&admin.post(path, json!({})).await)["new_password"].is_string());
    let short = json!({"new_password": "short", "confirm_password": "short"});
    assert!(fields(&admin.post(path, short).await)["new_password"].is_string());
    viewer.get("/api/profile").await.ok();
    let given = json!({"new_password": new, "confirm_password": new});
    let reset = admin.post(path, given).await.ok();
    assert!(reset.get("password").is_none(), "{reset}");
    assert_eq!(viewer.get("/api/profile").await.status, StatusCode::UNAUTHORIZED);
    app.anonymous().try_sign_in("viewer", new).await.ok();

    let reset = admin.post(path, json!({"generate": true})).await.ok();
    let password = reset["password"].as_str().unwrap();
    let mut viewer = app.anonymous();
    let answer = viewer.try_sign_in("viewer", password).await;
    viewer.keep_cookie(&answer);
    let refused = viewer.get("/api/servers").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    viewer.get("/api/profile").await.ok();
    let change = json!({"current_password": password, "new_password": new, "confirm_password": new});
    viewer.post("/change-password", change).await.ok();
    viewer.get("/api/servers").await.ok();
}

#[tokio::test]
async fn an_account_is_edited_and_disabled() {
    let app = TestApp::alone().await;
    let admin = app.client("admin").await;
    let viewer = app.client("viewer").await;
    let put = async |body: Value| {
        admin
            .send(Method::PUT, "/api/users/viewer", &[], Some(body))
            .await
    };
    let edited = put(json!({"name": "Vera", "email": "vera@example.org"}))
        .await
        .ok();
    assert_eq!(
        (&edited["user"]["name"], &edited["user"]["role"]),
        (&json!("Vera"), &json!("viewer"))
    );
    assert!(fields(&put(json!({"email": "vera"})).await)["email"].is_string());
    assert_eq!(admin.get("/api/users/viewer").await.ok()["user"], edited["user"]);
    viewer.get("/api/profile").await.ok();
    assert_eq!(admin.delete("/api/users/viewer/sessions").await.ok()["count"], 1);
    assert_eq!(viewer.get("/api/profile").await.status, StatusCode::UNAUTHORIZED);
    put(json!({"is_active": false})).await.ok();
    let refused = app.anonymous().try_sign_in("viewer", PASSWORD).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn one_session_and_one_token_of_a_user_are_ended() {
    let app = TestApp::alone().await;
    let admin = app.client("admin").await;
    let (home, office) = (app.client("viewer").await, app.client("viewer").await);
    let made = home.post("/api/tokens", json!({"name": "script"})).await.ok();
    let bearer = format!("Bearer {}", made["token"].as_str().unwrap());
    let script = async || {
        let headers = [("authorization", bearer.as_str())];
        let asked = app.anonymous();
        asked
            .send(Method::GET, "/api/profile", &headers, None)
            .await
            .status
    };
    assert_eq!(script().await, StatusCode::OK);

    let listed = admin.get("/api/users/viewer/sessions").await.ok();
    let listed = listed["sessions"].as_array().unwrap();
    assert_eq!(listed.len(), 2);
    assert!(listed.iter().all(|row| row["current"] == false));
    let last = listed[0]["id"].as_str().unwrap();
    admin
        .delete(&format!("/api/users/viewer/sessions/{last}"))
        .await
        .ok();
    let open = [
        home.get("/api/profile").await.status,
        office.get("/api/profile").await.status,
    ];
    let ended = open.iter().filter(|status| **status == StatusCode::UNAUTHORIZED);
    assert_eq!(ended.count(), 1, "{open:?}");

    let listed = admin.get("/api/users/viewer/tokens").await.ok();
    assert_eq!(listed["tokens"][0]["name"], "script");
    assert!(!listed.to_string().contains(made["token"].as_str().unwrap()));
    let path = format!(
        "/api/users/viewer/tokens/{}",
        made["item"]["id"].as_str().unwrap()
    );
    assert_eq!(home.delete(&path).await.status, StatusCode::FORBIDDEN);
    admin.delete(&path).await.ok();
    assert_eq!(script().await, StatusCode::UNAUTHORIZED);
    for path in [
        path.as_str(),
        "/api/users/viewer/tokens/1",
        "/api/users/viewer/sessions/1",
    ] {
        assert_eq!(admin.delete(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn a_browser_is_led_from_the_old_pages_to_ours() {
    let app = TestApp::start(Options {
        self_tests: true,
        ..Options::default()
    })
    .await;
    let html = [("accept", "text/html,application/xhtml+xml,*/*;q=0.8")];
    let (admin, anonymous) = (app.client("admin").await, app.anonymous());
    for path in ["/api/admin/", "/api/admin", "/api/admin/iam", "/api/admin/users"] {
        for (client, to) in [(&admin, "/users"), (&anonymous, "/login?next=/users")] {
            let led = client.send(Method::GET, path, &html, None).await;
            assert_eq!(
                (led.status, led.header("location")),
                (StatusCode::SEE_OTHER, to),
                "{path}"
            );
        }
        assert_eq!(anonymous.get(path).await.status, StatusCode::UNAUTHORIZED);
    }
    let info = admin.get("/api/debug/user-info").await.ok();
    assert_eq!(
        (&info["permissions_count"], &info["has_manage_users"]),
        (&json!(18), &json!(true))
    );
    let quiet = TestApp::alone().await;
    let off = quiet.client("admin").await.get("/api/debug/user-info").await;
    assert_eq!(off.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn why_not_is_explained_with_who_can_grant_it() {
    let app = TestApp::alone().await;
    let admin = app.client("admin").await;
    let viewer = app.client("viewer").await;
    let told = viewer.get("/api/access/explain?action=start").await.ok();
    assert_eq!(told["allowed"], false);
    assert_eq!(told["permissions"], json!(["start_server", "manage_server"]));
    assert_eq!(told["granted_by"], json!(["admin"]));
    assert!(told["reason"].as_str().unwrap().contains("start_server"));
    let told = admin.get("/api/access/explain?action=view_logs").await.ok();
    assert_eq!((&told["allowed"], &told["reason"]), (&json!(true), &json!(null)));
    assert!(fields(&viewer.get("/api/access/explain?action=fly").await)["action"].is_string());
    assert!(fields(&viewer.get("/api/access/explain").await)["action"].is_string());
}
