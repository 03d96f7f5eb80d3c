//! Several endpoints: when another one is tried, and when a call must not be sent again.

use std::time::Duration;

use pve_client::Error;
use serde_json::json;
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{RawServer, client, data, hasty, nobody, requests, serve, server};

const UPID: &str = "UPID:pve1:0003A9F2:0012B6C1:65A1B2C3:qmstart:100:drover@pve!main:";
const START: &str = "/nodes/pve1/qemu/100/status/start";

async fn good() -> MockServer {
    let server = server("GET", "/version", data(&json!({"version": "9.0"}))).await;
    serve(&server, "POST", START, data(&json!(UPID))).await;
    server
}

fn slow(seconds: u64) -> ResponseTemplate {
    data(&json!({"version": "slow"})).set_delay(Duration::from_secs(seconds))
}

#[tokio::test]
async fn a_refused_connection_moves_reads_and_writes_on() {
    let good = good().await;
    for write_first in [false, true] {
        let client = client(vec![nobody(), good.uri()]);
        if write_first {
            client.start_qemu("pve1", 100).await.unwrap();
        }
        client.version().await.unwrap();
        client.version().await.unwrap();
        let health = client.endpoints();
        assert_eq!(
            (health[0].failures, health[1].failures),
            (1, 0),
            "the good one is kept"
        );
        assert!(
            health[0].reason.as_ref().unwrap().contains("refused"),
            "{health:?}"
        );
    }
}

#[tokio::test]
async fn with_nobody_there_each_is_named() {
    let (first, second) = (nobody(), nobody());
    let client = client(vec![first.clone(), second.clone()]);
    let error = client.start_qemu("pve1", 100).await.unwrap_err();
    let Error::Unreachable { tried } = &error else {
        panic!("{error:?}")
    };
    let names: Vec<_> = tried
        .iter()
        .map(|(endpoint, _)| format!("http://{endpoint}"))
        .collect();
    assert_eq!(names, [first, second]);
    assert!(error.is_retryable() && !error.was_sent());
}

#[tokio::test]
async fn an_endpoint_that_hangs_costs_a_read_half_its_time() {
    let (hanging, good) = (server("GET", "/version", slow(60)).await, good().await);
    let client = hasty(vec![hanging.uri(), good.uri()]);
    assert_eq!(client.version().await.unwrap().version, "9.0");
    assert_eq!(client.version().await.unwrap().version, "9.0");
    assert_eq!(
        requests(&hanging).await,
        1,
        "the second read doesn't try it again"
    );
}

#[tokio::test]
async fn a_write_is_not_repeated_after_its_time_is_over() {
    let (hanging, good) = (server("POST", START, slow(60)).await, good().await);
    let error = hasty(vec![hanging.uri(), good.uri()])
        .start_qemu("pve1", 100)
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Timeout { sent: true, .. }), "{error:?}");
    assert!(error.was_sent() && error.is_retryable());
    assert_eq!((requests(&hanging).await, requests(&good).await), (1, 0));
}

#[tokio::test]
async fn a_lone_endpoint_that_hangs_ends_in_time() {
    let hanging = server("GET", "/version", slow(60)).await;
    let error = hasty(vec![hanging.uri()]).version().await.unwrap_err();
    assert!(matches!(error, Error::Timeout { .. }), "{error:?}");
}

#[tokio::test]
async fn a_slow_answer_within_the_limit_is_an_answer() {
    let answer = data(&json!({"version": "9.0"})).set_delay(Duration::from_millis(400));
    let server = server("GET", "/version", answer).await;
    assert_eq!(hasty(vec![server.uri()]).version().await.unwrap().version, "9.0");
}

#[tokio::test]
async fn a_connection_that_breaks_is_tried_elsewhere_for_reads_only() {
    for cut in ["", "HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"data\":"] {
        let (raw, good) = (RawServer::answering(cut), good().await);
        let endpoints = || vec![raw.url.clone(), good.uri()];
        client(endpoints()).version().await.unwrap();
        let error = client(endpoints()).start_qemu("pve1", 100).await.unwrap_err();
        assert!(
            matches!(error, Error::Interrupted { .. }) && error.was_sent(),
            "{error:?}"
        );
        assert_eq!((raw.requests(), requests(&good).await), (2, 1));
    }
}

#[tokio::test]
async fn reads_are_repeated_a_few_times_and_writes_never() {
    for status in [502, 503, 504, 595, 596] {
        let server = MockServer::start().await;
        Mock::given(path("/api2/json/version"))
            .respond_with(ResponseTemplate::new(status))
            .up_to_n_times(2)
            .mount(&server)
            .await;
        serve(&server, "GET", "/version", data(&json!({"version": "9.0"}))).await;
        serve(&server, "POST", START, ResponseTemplate::new(status)).await;
        let client = client(vec![server.uri()]);
        client.version().await.unwrap();
        assert_eq!(requests(&server).await, 3, "{status}");
        client.start_qemu("pve1", 100).await.unwrap_err();
        assert_eq!(requests(&server).await, 4, "{status}");
    }
}

#[tokio::test]
async fn repeats_are_bounded() {
    let server = server("GET", "/version", ResponseTemplate::new(595)).await;
    let error = client(vec![server.uri()]).version().await.unwrap_err();
    assert!(matches!(error, Error::Upstream { status: 595, .. }), "{error:?}");
    assert_eq!(requests(&server).await, 3);
}

#[tokio::test]
async fn a_node_that_one_endpoint_can_not_reach_is_asked_through_another() {
    let (cut_off, good) = (
        server("GET", "/version", ResponseTemplate::new(595)).await,
        good().await,
    );
    client(vec![cut_off.uri(), good.uri()]).version().await.unwrap();
    assert_eq!((requests(&cut_off).await, requests(&good).await), (1, 1));
}
