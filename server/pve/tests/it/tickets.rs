//! Users with a password: the ticket they get, when it is renewed, and who shares it.

use std::time::Duration;

use pve_client::{ConfigChange, Error};
use serde_json::json;
use tokio::task::JoinSet;
use wiremock::matchers::{body_string, header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{data, serve, user_client};

fn ticket(name: &str) -> ResponseTemplate {
    data(
        &json!({"ticket": format!("PVE:root@pam:{name}::+/="), "CSRFPreventionToken": format!("csrf-{name}"),
        "username": "root@pam"}),
    )
}

fn cookie(name: &str) -> String {
    format!("PVEAuthCookie=PVE:root@pam:{name}::+/=")
}

/// Gives the tickets `A`, then `B`.
async fn two_tickets(server: &MockServer) {
    for (name, times) in [("A", 1), ("B", 100)] {
        Mock::given(method("POST"))
            .and(path("/api2/json/access/ticket"))
            .and(body_string("username=root%40pam&password=5ecret-password"))
            .respond_with(ticket(name))
            .up_to_n_times(times)
            .mount(server)
            .await;
    }
}

async fn accept(server: &MockServer, name: &str) {
    Mock::given(method("GET"))
        .and(path("/api2/json/version"))
        .and(header("cookie", cookie(name).as_str()))
        .respond_with(data(&json!({"version": name})))
        .mount(server)
        .await;
}

async fn logins(server: &MockServer) -> usize {
    let all = server.received_requests().await.unwrap();
    all.iter()
        .filter(|request| request.url.path() == "/api2/json/access/ticket")
        .count()
}

#[tokio::test]
async fn one_ticket_serves_many_calls_and_writes_carry_the_csrf_token() {
    let server = MockServer::start().await;
    two_tickets(&server).await;
    accept(&server, "A").await;
    Mock::given(method("PUT"))
        .and(header("cookie", cookie("A").as_str()))
        .and(header("csrfpreventiontoken", "csrf-A"))
        .respond_with(data(&json!(null)))
        .expect(1)
        .mount(&server)
        .await;
    let client = user_client(server.uri());
    client.version().await.unwrap();
    client.version().await.unwrap();
    client
        .update_qemu("pve1", 100, &ConfigChange::new().set("cores", 2))
        .await
        .unwrap();
    assert_eq!(logins(&server).await, 1);
    let reads = server.received_requests().await.unwrap();
    let read = reads.iter().find(|request| request.method == "GET").unwrap();
    assert!(read.headers.get("csrfpreventiontoken").is_none());
}

#[tokio::test]
async fn a_refused_ticket_is_renewed_once_and_the_write_sent_again() {
    let server = MockServer::start().await;
    two_tickets(&server).await;
    Mock::given(method("PUT"))
        .and(header("csrfpreventiontoken", "csrf-B"))
        .respond_with(data(&json!(null)))
        .expect(1)
        .mount(&server)
        .await;
    Mock::given(method("PUT"))
        .respond_with(ResponseTemplate::new(401))
        .expect(1)
        .mount(&server)
        .await;
    let change = ConfigChange::new().set("cores", 2);
    user_client(server.uri())
        .update_qemu("pve1", 100, &change)
        .await
        .unwrap();
    assert_eq!(logins(&server).await, 2);
}

#[tokio::test]
async fn a_new_ticket_that_is_refused_too_is_the_end() {
    let server = MockServer::start().await;
    two_tickets(&server).await;
    let refusal = json!({"data": null, "message": "permission denied - invalid PVE ticket"});
    serve(
        &server,
        "GET",
        "/version",
        ResponseTemplate::new(401).set_body_json(refusal),
    )
    .await;
    let error = user_client(server.uri()).version().await.unwrap_err();
    assert_eq!(
        error,
        Error::Unauthorized {
            message: "permission denied - invalid PVE ticket".into()
        }
    );
    assert_eq!(logins(&server).await, 2);
}

#[tokio::test]
async fn a_ticket_is_renewed_before_its_two_hours_are_over() {
    let server = MockServer::start().await;
    two_tickets(&server).await;
    accept(&server, "A").await;
    accept(&server, "B").await;
    let client = user_client(server.uri());
    assert_eq!(client.version().await.unwrap().version, "A");
    for (minutes, name) in [(109, "A"), (2, "B")] {
        tokio::time::pause();
        tokio::time::advance(Duration::from_mins(minutes)).await;
        tokio::time::resume();
        assert_eq!(
            client.version().await.unwrap().version,
            name,
            "after {minutes} more minutes"
        );
    }
    assert_eq!(logins(&server).await, 2);
}

#[tokio::test]
async fn an_old_ticket_still_serves_while_the_login_is_down() {
    let server = MockServer::start().await;
    Mock::given(path("/api2/json/access/ticket"))
        .respond_with(ticket("A"))
        .up_to_n_times(1)
        .mount(&server)
        .await;
    serve(&server, "POST", "/access/ticket", ResponseTemplate::new(503)).await;
    accept(&server, "A").await;
    let client = user_client(server.uri());
    client.version().await.unwrap();
    tokio::time::pause();
    tokio::time::advance(Duration::from_mins(112)).await;
    tokio::time::resume();
    assert_eq!(client.version().await.unwrap().version, "A");
}

#[tokio::test]
async fn calls_at_the_same_time_share_one_login() {
    let server = MockServer::start().await;
    let slow = ticket("A").set_delay(Duration::from_millis(200));
    serve(&server, "POST", "/access/ticket", slow).await;
    accept(&server, "A").await;
    let client = user_client(server.uri());
    let mut calls = JoinSet::new();
    for _ in 0..20 {
        let client = client.clone();
        calls.spawn(async move { client.version().await });
    }
    for answer in calls.join_all().await {
        answer.unwrap();
    }
    assert_eq!(logins(&server).await, 1);
}

#[tokio::test]
async fn calls_at_the_same_time_share_a_refused_login() {
    let server = MockServer::start().await;
    let refusal = json!({"data": null, "message": "authentication failure"});
    let slow = ResponseTemplate::new(401)
        .set_body_json(refusal)
        .set_delay(Duration::from_millis(200));
    serve(&server, "POST", "/access/ticket", slow).await;
    let client = user_client(server.uri());
    let mut calls = JoinSet::new();
    for _ in 0..20 {
        let client = client.clone();
        calls.spawn(async move { client.version().await });
    }
    for answer in calls.join_all().await {
        let error = answer.unwrap_err();
        assert_eq!(
            error,
            Error::Unauthorized {
                message: "authentication failure".into()
            }
        );
        assert!(!format!("{error:?} {client:?}").contains("5ecret"));
    }
    assert_eq!(logins(&server).await, 1);
}

#[tokio::test]
async fn a_second_factor_is_told_to_be_out_of_reach() {
    let server = MockServer::start().await;
    let half =
        json!({"ticket": "PVE:!tfa!x", "CSRFPreventionToken": "c", "username": "root@pam", "NeedTFA": 1});
    serve(&server, "POST", "/access/ticket", data(&half)).await;
    let error = user_client(server.uri()).version().await.unwrap_err();
    assert!(
        matches!(&error, Error::Unauthorized { message } if message.contains("API token")),
        "{error:?}"
    );
}
