//! Clients with short time limits, and a server whose every byte the test decides.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use pve_client::{Client, ClientConfig, Credentials, Timeouts};
use secrecy::SecretString;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

pub const TOKEN: &str = "drover@pve!main=5ecret-token-value";

pub fn token_config(endpoints: Vec<String>) -> ClientConfig {
    let mut config = ClientConfig::new(endpoints, Credentials::token(TOKEN).unwrap());
    config.timeouts = Timeouts {
        connect: Duration::from_secs(2),
        read: Duration::from_secs(5),
        slow_read: Duration::from_secs(5),
        write: Duration::from_secs(5),
    };
    config
}

pub fn client(endpoints: Vec<String>) -> Client {
    Client::new(token_config(endpoints)).unwrap()
}

/// A client whose calls give up soon, for servers that never answer.
pub fn hasty(endpoints: Vec<String>) -> Client {
    let mut config = token_config(endpoints);
    config.timeouts.read = Duration::from_millis(600);
    config.timeouts.write = Duration::from_millis(600);
    Client::new(config).unwrap()
}

pub fn user_client(endpoint: String) -> Client {
    let password = SecretString::from("5ecret-password");
    let mut config = token_config(vec![endpoint]);
    config.credentials = Credentials::password("root@pam", password).unwrap();
    Client::new(config).unwrap()
}

/// An address where nothing listens: a port that was free a moment ago.
pub fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

pub fn data(value: &serde_json::Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(serde_json::json!({ "data": value }))
}

/// A server that answers one path.
pub async fn server(verb: &str, at: &str, answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    serve(&server, verb, at, answer).await;
    server
}

pub async fn serve(server: &MockServer, verb: &str, at: &str, answer: ResponseTemplate) {
    Mock::given(method(verb))
        .and(path(format!("/api2/json{at}")))
        .respond_with(answer)
        .mount(server)
        .await;
}

pub async fn requests(server: &MockServer) -> usize {
    server.received_requests().await.unwrap().len()
}

/// A server that writes what it is told, byte by byte, and closes the connection.
pub struct RawServer {
    pub url: String,
    requests: Arc<AtomicUsize>,
}

impl RawServer {
    pub fn answering(bytes: &'static str) -> Self {
        let (listener, address) = listen();
        let requests = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&requests);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let mut stream = stream;
                read_request(&mut stream);
                count.fetch_add(1, Ordering::SeqCst);
                // A client that left is no fault of the server's.
                let _ = stream.write_all(bytes.as_bytes());
            }
        });
        Self {
            url: format!("http://{address}"),
            requests,
        }
    }

    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

/// A server that answers nobody until it is opened, and knows how many wait.
pub struct Gate {
    pub url: String,
    state: Arc<(Mutex<GateState>, Condvar)>,
}

#[derive(Default)]
struct GateState {
    open: bool,
    waiting: usize,
    most: usize,
}

impl Gate {
    pub fn closed() -> Self {
        let (listener, address) = listen();
        let state: Arc<(Mutex<GateState>, Condvar)> = Arc::default();
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let shared = Arc::clone(&shared);
                thread::spawn(move || wait_and_answer(stream, &shared));
            }
        });
        Self {
            url: format!("http://{address}"),
            state,
        }
    }

    pub fn waiting(&self) -> usize {
        self.state.0.lock().unwrap().waiting
    }

    pub fn most(&self) -> usize {
        self.state.0.lock().unwrap().most
    }

    pub fn open(&self) {
        self.state.0.lock().unwrap().open = true;
        self.state.1.notify_all();
    }
}

fn wait_and_answer(mut stream: TcpStream, (state, opened): &(Mutex<GateState>, Condvar)) {
    read_request(&mut stream);
    let mut state = state.lock().unwrap();
    state.waiting += 1;
    state.most = state.most.max(state.waiting);
    while !state.open {
        state = opened.wait(state).unwrap();
    }
    state.waiting -= 1;
    drop(state);
    let body = r#"{"data":{"vmid":100,"status":"running"}}"#;
    let length = body.len();
    let _ = write!(
        stream,
        "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    );
}

fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

/// Reads a request to its end, so that closing doesn't look like a refusal to read it.
fn read_request(stream: &mut TcpStream) {
    let mut seen = Vec::new();
    let mut chunk = [0; 4096];
    while let Ok(count) = stream.read(&mut chunk) {
        seen.extend_from_slice(&chunk[..count]);
        let text = String::from_utf8_lossy(&seen);
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            if count == 0 {
                return;
            }
            continue;
        };
        let length = head.lines().find_map(|line| {
            line.to_ascii_lowercase()
                .strip_prefix("content-length: ")?
                .parse::<usize>()
                .ok()
        });
        if count == 0 || body.len() >= length.unwrap_or(0) {
            return;
        }
    }
}

/// Waits until something holds; gives up with a panic.
pub async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..2_000 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("never happened: {what}");
}
