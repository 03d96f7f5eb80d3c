//! Notification channels by the API, and what goes through them to a real listener and a real mail server.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::routing::post;
use drover_lab::{MailOptions, MailServer};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_util::task::AbortOnDropHandle;

use crate::support::{Client, Options, TestApp, until};

const SECRET: &str = "0123456789abcdef";

/// A listener that keeps what it is sent and answers with what it is told.
#[derive(Clone)]
struct Listener {
    seen: Arc<Mutex<Vec<(HeaderMap, Value)>>>,
    status: Arc<Mutex<StatusCode>>,
    url: String,
    _serving: Arc<AbortOnDropHandle<()>>,
}

impl Listener {
    async fn start() -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", socket.local_addr().unwrap());
        let seen = Arc::<Mutex<Vec<_>>>::default();
        let status = Arc::new(Mutex::new(StatusCode::NO_CONTENT));
        let state = (Arc::clone(&seen), Arc::clone(&status));
        let router = Router::new().route("/hook", post(keep)).with_state(state);
        let serving = async move { axum::serve(socket, router).await.unwrap() };
        let serving = tokio_util::task::TaskTracker::new().spawn(serving);
        Self {
            seen,
            status,
            url,
            _serving: Arc::new(AbortOnDropHandle::new(serving)),
        }
    }

    fn answer(&self, status: StatusCode) {
        *self.status.lock().unwrap() = status;
    }

    fn seen(&self) -> Vec<(HeaderMap, Value)> {
        self.seen.lock().unwrap().clone()
    }
}

type Kept = (Arc<Mutex<Vec<(HeaderMap, Value)>>>, Arc<Mutex<StatusCode>>);

async fn keep(State((seen, status)): State<Kept>, headers: HeaderMap, body: Bytes) -> (StatusCode, String) {
    let body = serde_json::from_slice(&body).unwrap();
    seen.lock().unwrap().push((headers, body));
    let status = *status.lock().unwrap();
    (status, "said the listener".to_owned())
}

fn webhook(url: &str) -> Value {
    json!({
        "name": "Operations",
        "language": "en",
        "settings": {"kind": "webhook", "url": url, "secret": SECRET},
        "routes": [{"level": "info"}],
    })
}

const CHANNELS: &str = "/api/notification_channels";

async fn made(client: &Client, body: Value) -> Value {
    client.post(CHANNELS, body).await.ok()["channel"].clone()
}

fn path_of(channel: &Value) -> String {
    format!("{CHANNELS}/{}", channel["id"].as_str().unwrap())
}

async fn put(client: &Client, path: &str, body: Value) -> crate::support::Answer {
    client.send(Method::PUT, path, &[], Some(body)).await
}

#[tokio::test]
async fn a_channel_is_made_shown_changed_and_deleted() {
    let app = TestApp::alone().await;
    let admin = app.client("admin").await;
    let listener = Listener::start().await;
    let channel = made(&admin, webhook(&listener.url)).await;
    assert_eq!(channel["settings"]["secret"], "********");
    assert_eq!(
        (&channel["revision"], &channel["enabled"]),
        (&json!(1), &json!(true))
    );
    let path = path_of(&channel);
    assert_eq!(admin.get(&path).await.ok()["channel"], channel);
    assert!(!app.keeps(SECRET), "the secret is stored sealed");

    // What is left out stays.
    let renamed = put(&admin, &path, json!({"name": "Night", "revision": 1}))
        .await
        .ok();
    assert_eq!(renamed["channel"]["name"], "Night");
    assert_eq!(renamed["channel"]["settings"], channel["settings"]);
    let late = put(&admin, &path, json!({"name": "Late", "revision": 1})).await;
    assert_eq!(
        (late.status, late.code()),
        (StatusCode::CONFLICT, "CONFLICT".into())
    );
    let body = late.json();
    assert_eq!(body["details"]["current"]["name"], "Night", "{body}");
    assert!(!body.to_string().contains(SECRET), "{body}");

    let taken = admin.post(CHANNELS, webhook(&listener.url)).await;
    taken.ok();
    let mut other = webhook(&listener.url);
    other["name"] = "NIGHT".into();
    let taken = admin.post(CHANNELS, other).await;
    assert_eq!(taken.status, StatusCode::BAD_REQUEST);
    assert!(taken.json().to_string().contains("NIGHT"), "{}", taken.json());

    admin.delete(&path).await.ok();
    assert_eq!(admin.get(&path).await.status, StatusCode::NOT_FOUND);
    let listed = admin.get(CHANNELS).await.ok();
    assert_eq!(listed["channels"].as_array().unwrap().len(), 1);
    let audit = admin.get("/api/audit?action=channel").await.ok().to_string();
    assert!(
        audit.contains("channel.delete") && !audit.contains(SECRET),
        "{audit}"
    );
}

#[tokio::test]
async fn a_channel_whose_secret_is_lost_is_shown_and_mended() {
    let app = TestApp::alone().await;
    let admin = app.client("admin").await;
    let listener = Listener::start().await;
    let channel = made(&admin, webhook(&listener.url)).await;
    let path = path_of(&channel);
    // As after a start with another DROVER_SECRET_KEY.
    let mut db = app.database().await;
    sqlx::query("UPDATE notification_channels SET secret = 'v1:bm90aGluZw=='")
        .execute(&mut db)
        .await
        .unwrap();
    let lost = admin.get(CHANNELS).await.ok()["channels"][0].clone();
    assert_eq!(
        (&lost["secret_lost"], &lost["settings"]["secret"]),
        (&json!(true), &json!("********"))
    );
    let trial = admin.post(&format!("{path}/test"), json!({})).await.ok();
    assert_eq!(trial["sent"], false);
    assert!(trial["error"].is_string(), "{trial}");
    let renamed = put(&admin, &path, json!({"name": "Night"})).await;
    assert_eq!(
        (renamed.status, renamed.fields()),
        (StatusCode::BAD_REQUEST, vec!["settings.secret".to_owned()])
    );
    let mended = put(&admin, &path, webhook(&listener.url)).await.ok();
    assert_eq!(mended["channel"]["secret_lost"], false);
    let trial = admin.post(&format!("{path}/test"), json!({})).await.ok();
    assert_eq!((&trial["sent"], listener.seen().len()), (&json!(true), 1));
}

#[tokio::test]
async fn what_is_wrong_is_told_by_field() {
    let app = TestApp::alone().await;
    let admin = app.client("admin").await;
    let with = |settings: Value, routes: Value| {
        json!({
            "name": "a", "settings": settings, "routes": routes,
        })
    };
    let all = json!([{"level": "info"}]);
    let mail = json!({"kind": "email", "host": "mail", "port": 25, "from": "a", "to": []});
    let inner = json!({"kind": "webhook", "url": "http://10.0.0.1/", "secret": SECRET});
    let meta = json!({"kind": "slack", "url": "http://[fd00:ec2::254]/latest"});
    let moon = json!([{"level": "info", "categories": ["moon"]}]);
    let ntfy = json!({"kind": "ntfy", "url": "https://192.0.2.1", "topic": "a/b"});
    for (body, fields) in [
        (json!({}), vec!["settings"]),
        (with(mail, all.clone()), vec!["settings.from", "settings.to"]),
        (with(inner, all.clone()), vec!["settings.url"]),
        (with(meta, all.clone()), vec!["settings.url"]),
        (with(ntfy, moon), vec!["routes[0].categories", "settings.topic"]),
    ] {
        let answer = admin.post(CHANNELS, body.clone()).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}");
        let told = answer.json();
        for field in fields {
            assert!(
                told.to_string().contains(&format!("\"{field}\"")),
                "{field}: {told}"
            );
        }
    }
    let unread = admin
        .post(CHANNELS, json!({"settings": {"kind": "pigeon"}}))
        .await;
    assert_eq!(unread.status, StatusCode::BAD_REQUEST);
    assert_eq!(
        admin.get(CHANNELS).await.ok()["channels"],
        json!([]),
        "nothing was stored"
    );
}

#[tokio::test]
async fn the_end_of_a_task_goes_out_and_what_was_given_up_is_sent_again() {
    let app = TestApp::start(Options {
        self_tests: true,
        public_url: Some("https://drover.example.org"),
        ..Options::default()
    })
    .await;
    let admin = app.client("admin").await;
    let listener = Listener::start().await;
    let path = path_of(&made(&admin, webhook(&listener.url)).await);

    listener.answer(StatusCode::GONE);
    let trial = admin.post(&format!("{path}/test"), json!({})).await.ok();
    assert_eq!(
        (&trial["sent"], &trial["words"]),
        (&json!(false), &json!("said the listener"))
    );
    assert!(trial["error"].as_str().unwrap().contains("410"), "{trial}");

    let task = admin.post("/api/test/simple", json!({})).await.ok();
    let task = task["task_id"].as_str().unwrap().to_owned();
    let deliveries = async || {
        let answer = admin.get(&format!("{path}/deliveries")).await.ok();
        answer["deliveries"].as_array().unwrap().clone()
    };
    until("it is given up", async || {
        deliveries()
            .await
            .first()
            .is_some_and(|one| one["state"] == "dead")
    })
    .await;
    let dead = deliveries().await.remove(0);
    assert_eq!((&dead["attempts"], &dead["task_id"]), (&json!(1), &json!(task)));
    let channel = admin.get(&path).await.ok()["channel"].clone();
    assert_eq!((&channel["dead"], &channel["sent_at"]), (&json!(1), &Value::Null));

    listener.answer(StatusCode::OK);
    let again = format!("{path}/deliveries/{}/retry", dead["id"].as_str().unwrap());
    admin.post(&again, json!({})).await.ok();
    until("it is sent", async || deliveries().await[0]["state"] == "sent").await;
    let (headers, body) = listener.seen().pop().unwrap();
    assert_eq!(headers["x-drover-delivery"], dead["id"].as_str().unwrap());
    assert!(
        headers["x-drover-signature"]
            .to_str()
            .unwrap()
            .starts_with("sha256=")
    );
    assert_eq!(body["url"], format!("https://drover.example.org/tasks/{task}"));
    let conflict = admin.post(&again, json!({})).await;
    assert_eq!(conflict.status, StatusCode::CONFLICT);
    let dead = admin.get(&format!("{path}/deliveries?state=dead")).await.ok();
    assert_eq!((&dead["deliveries"], &dead["next"]), (&json!([]), &Value::Null));
    let unknown = admin.get(&format!("{path}/deliveries?state=moon")).await;
    assert_eq!(unknown.status, StatusCode::BAD_REQUEST);
    // Signing in was told to the administrator alone.
    assert!(listener.seen().iter().all(|(_, body)| body["type"] != "login"));
}

#[tokio::test]
async fn a_mail_arrives_in_the_channels_language() {
    let app = TestApp::start(Options {
        self_tests: true,
        ..Options::default()
    })
    .await;
    let admin = app.client("admin").await;
    let options = MailOptions {
        security: Some("starttls"),
        password: Some("a password"),
        refuse_recipients: vec!["gone@example.org 550 nobody"],
        ..MailOptions::default()
    };
    let mut mail = MailServer::start(options).await.unwrap();
    let body = json!({
        "name": "mail",
        "settings": {
            "kind": "email", "host": "127.0.0.1", "port": mail.port, "security": "starttls", "username": "drover",
            "password": "a password", "from": "drover@example.org", "to": ["ops@example.org", "gone@example.org"],
            "authorities": mail.authority,
        },
        "routes": [{"level": "info", "categories": ["system"]}],
    });
    let channel = made(&admin, body).await;
    assert_eq!(channel["secret_lost"], false);
    admin.post("/api/test/simple", json!({})).await.ok();
    let taken = mail.next().await.unwrap();
    assert_eq!(taken.to, ["ops@example.org"]);
    assert!(taken.tls && taken.user.as_deref() == Some("drover"), "{taken:?}");
    assert!(taken.headers["Subject"].contains("완료"), "{taken:?}");
    assert!(!taken.plain.contains("http"), "no address of Drover's is known");

    // The other one is told, and sent to again alone.
    let path = path_of(&channel);
    let deliveries = async || admin.get(&format!("{path}/deliveries")).await.ok()["deliveries"].clone();
    until("it is given up", async || {
        deliveries().await[0]["state"] == "dead"
    })
    .await;
    let dead = deliveries().await[0].clone();
    let error = dead["error"].as_str().unwrap();
    assert!(
        error.contains("gone@example.org") && error.contains("550"),
        "{dead}"
    );
    let again = format!("{path}/deliveries/{}/retry", dead["id"].as_str().unwrap());
    admin.post(&again, json!({})).await.ok();
    assert_eq!(mail.next().await.unwrap().to, ["gone@example.org"]);

    // The password is for this port and this user.
    for change in [
        json!({"port": 1}),
        json!({"username": "other"}),
        json!({"security": "none"}),
    ] {
        let mut settings = channel["settings"].clone();
        for (field, value) in change.as_object().unwrap() {
            settings[field] = value.clone();
        }
        let refused = put(&admin, &path, json!({"settings": settings})).await;
        assert_eq!(
            (refused.status, refused.fields()),
            (StatusCode::BAD_REQUEST, vec!["settings.password".to_owned()])
        );
    }
}
