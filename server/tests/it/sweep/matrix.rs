//! The whole of it as a table that a reader can check: each operation, and what it answers to whom.

use std::fmt::Write as _;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use drover_lab::LabOptions;
use serde_json::{Value, json};

use super::{rest, rpc};
use crate::servers::guest;
use crate::support::{Client, Options, PASSWORD, TestApp};

/// The columns. The last is a token of an administrator with every permission, limited to servers that do not exist.
const ASKING: [&str; 6] = [
    "nobody",
    "viewer",
    "operator",
    "developer",
    "admin",
    "limited token",
];

struct Person {
    name: &'static str,
    client: Client,
    token: Option<String>,
}

impl Person {
    async fn signed_in(app: &TestApp, name: &'static str) -> Self {
        Self {
            name,
            client: app.client(name).await,
            token: None,
        }
    }

    async fn ask(&self, method: &Method, path: &str, body: Option<&Value>) -> StatusCode {
        let bearer = self.token.as_ref().map(|token| format!("Bearer {token}"));
        let mut headers = vec![
            ("accept", "application/json"),
            ("content-type", "application/json"),
        ];
        headers.extend(bearer.as_deref().map(|bearer| ("authorization", bearer)));
        let body = body.map(Value::to_string).unwrap_or_default();
        self.client
            .ask(method.clone(), path, &headers, Body::from(body))
            .await
            .status()
    }
}

async fn people(app: &TestApp) -> Vec<Person> {
    let admin = app.client("admin").await;
    for role in ["operator", "developer"] {
        let new = json!({"username": role, "password": PASSWORD, "role": role});
        admin.post("/api/users", new).await.ok();
    }
    let new = json!({"name": "limited", "scope": ["tag:nowhere"]});
    let made = admin.post("/api/tokens", new).await.ok();
    let mut people = vec![Person {
        name: "nobody",
        client: app.anonymous(),
        token: None,
    }];
    for name in ["viewer", "operator", "developer", "admin"] {
        people.push(Person::signed_in(app, name).await);
    }
    people.push(Person {
        name: "limited token",
        client: app.anonymous(),
        token: Some(made["token"].as_str().unwrap().to_owned()),
    });
    people
}

const fn cell(status: StatusCode, names_a_server: bool) -> &'static str {
    match status {
        StatusCode::UNAUTHORIZED => "sign in",
        StatusCode::FORBIDDEN => "refused",
        StatusCode::NOT_FOUND if names_a_server => "not there",
        _ => "yes",
    }
}

#[tokio::test]
async fn the_whole_matrix() {
    let app = TestApp::start(Options {
        lab: Some(LabOptions {
            guests: 1,
            ..LabOptions::default()
        }),
        guests: vec![guest(501, "sample-01", "stopped")],
        self_tests: true,
        real_time: true,
        ..Options::default()
    })
    .await;
    app.heard().await;
    let mut people = people(&app).await;
    assert!(people.iter().map(|person| person.name).eq(ASKING));
    let mut table = format!("{:<6} {:<52}", "", "");
    for name in ASKING {
        write!(table, " {name:<13}").unwrap();
    }
    let asked = rest::all().chain(rpc::all());
    let mut of_servers = Vec::new();
    for (method, path, body) in asked {
        write!(table, "\n{:<6} {path:<52}", method.as_str()).unwrap();
        for person in &mut people {
            // Only whoever must not see it is asked about a server that is there: nothing is to happen to it.
            let is_limited = person.token.is_some();
            let (name, id) = if is_limited {
                ("sample-01", "lab:501")
            } else {
                ("nothing", "lab:999999")
            };
            let there = path.replace("{server}", name);
            let body = body.as_ref().map(|body| {
                body.to_string()
                    .replace("lab:999999", id)
                    .parse::<Value>()
                    .unwrap()
            });
            let names_a_server =
                there != path || body.as_ref().is_some_and(|body| body.to_string().contains(id));
            let status = person.ask(&method, &rest::filled(&there), body.as_ref()).await;
            let cell = cell(status, is_limited && names_a_server);
            write!(table, " {cell:<13}").unwrap();
            if is_limited && names_a_server {
                of_servers.push((path.clone(), cell));
            }
            if person.name != "nobody"
                && !is_limited
                && (path.contains("logout") || path.contains("sign_out"))
            {
                *person = Person::signed_in(&app, person.name).await;
            }
        }
        table = table.trim_end().to_owned();
    }
    insta::assert_snapshot!("matrix", table);
    // It may ask why, and is told the same of a server that is nowhere.
    let may_ask = |path: &str| path == "/rpc/explain_access";
    let seen: Vec<_> = of_servers
        .iter()
        .filter(|(path, cell)| *cell == "yes" && !may_ask(path))
        .collect();
    assert!(
        of_servers.len() > 30 && seen.is_empty(),
        "out of its reach, and yet there: {seen:?}"
    );
}
