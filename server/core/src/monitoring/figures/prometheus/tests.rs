//! Against something that answers as Prometheus does, or as nothing should. The real one is in `server/tests/it`.

use std::sync::Arc;
use std::time::Duration;

use drover_types::ids::GuestId;
use drover_types::monitoring::{HistoryMetric, HistoryRange, SourceState};
use drover_types::text::Problem;
use secrecy::SecretString;
use serde_json::{Value, json};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::http::Limits;
use super::{Prometheus, Span};
use crate::monitoring::options::PrometheusOptions;

fn of(url: &str) -> Prometheus {
    let options = PrometheusOptions {
        url: url.to_owned(),
        login: Some(("drover".to_owned(), SecretString::from("s3cr3t"))),
    };
    let mut prometheus = Prometheus::new(Some(options)).unwrap();
    let asked = Arc::get_mut(prometheus.0.as_mut().unwrap()).unwrap();
    asked.http.limits = Limits {
        time: Duration::from_secs(1),
        size: 4096,
    };
    prometheus
}

async fn that_answers(answer: ResponseTemplate) -> (MockServer, Prometheus) {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .respond_with(answer)
        .mount(&server)
        .await;
    let prometheus = of(&format!("{}/behind/", server.uri()));
    (server, prometheus)
}

fn found(result: Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({"status": "success", "data": {"result": result}}))
}

#[tokio::test]
async fn whatever_answers_badly_is_told_as_a_problem_and_never_as_a_figure() {
    let slow = ResponseTemplate::new(200).set_delay(Duration::from_mins(1));
    let error = json!({"status": "error", "errorType": "bad_data", "error": "x"});
    for (answer, problem) in [
        (
            ResponseTemplate::new(200).set_body_string("<html>Sign in</html>"),
            Problem::PrometheusUnreadable,
        ),
        (
            ResponseTemplate::new(200).set_body_json(&error),
            Problem::PrometheusUnreadable,
        ),
        (
            ResponseTemplate::new(200).set_body_string("x".repeat(4097)),
            Problem::PrometheusUnreadable,
        ),
        (
            ResponseTemplate::new(500).set_body_string("boom"),
            Problem::PrometheusRefused { status: 500 },
        ),
        (
            ResponseTemplate::new(400).set_body_json(&error),
            Problem::PrometheusRefused { status: 400 },
        ),
        (
            ResponseTemplate::new(401),
            Problem::PrometheusRefused { status: 401 },
        ),
        (
            ResponseTemplate::new(302).insert_header("location", "http://127.0.0.1:1/"),
            Problem::PrometheusRefused { status: 302 },
        ),
        (slow, Problem::PrometheusSlow { seconds: 1 }),
    ] {
        let (_server, prometheus) = that_answers(answer).await;
        assert_eq!(prometheus.state().await, SourceState::Failing(problem.clone()));
        assert_eq!(prometheus.current().await, None);
        let span = Span::until(1_800_000_000, HistoryRange::Hour);
        let over_time = prometheus
            .over_time(&[GuestId::new("lab", 100)], HistoryMetric::Cpu, span)
            .await;
        assert_eq!(over_time.unwrap().unwrap_err(), problem);
    }
    let nobody = of("http://127.0.0.1:1");
    assert_eq!(
        nobody.state().await,
        SourceState::Failing(Problem::PrometheusUnreachable)
    );
    let none = Prometheus::new(None).unwrap();
    assert_eq!(
        (none.state().await, none.current().await),
        (SourceState::Off, None)
    );
}

#[tokio::test]
async fn a_hundred_who_ask_cost_one_question_for_each_figure_of_all_servers() {
    let result = json!([
        {"metric": {"cluster": "lab", "vmid": "100"}, "value": [1, "1"]},
        {"metric": {"cluster": "lab", "vmid": "101"}, "value": [1, "NaN"]},
    ]);
    let (server, prometheus) = that_answers(found(result)).await;
    let all = futures::future::join_all((0..100).map(|_| prometheus.current())).await;
    let figures = all[0].as_ref().unwrap();
    assert_eq!(figures.len(), 2);
    let one = &figures[&GuestId::new("lab", 100)];
    assert_eq!(
        (one.cpu_percent, one.load, one.up),
        (Some(1.0), Some(1.0), Some(true))
    );
    let other = &figures[&GuestId::new("lab", 101)];
    assert_eq!((other.cpu_percent, other.up), (None, None));

    let asked = server.received_requests().await.unwrap();
    assert_eq!(asked.len(), HistoryMetric::ALL.len() + 1);
    for request in asked {
        assert_eq!(request.url.path(), "/behind/api/v1/query");
        assert!(!request.url.as_str().contains("s3cr3t"), "{}", request.url);
        assert_eq!(request.headers["authorization"], "Basic ZHJvdmVyOnMzY3IzdA==");
    }
}

#[tokio::test]
async fn values_stand_at_their_times_and_other_servers_are_left_out() {
    let server = MockServer::start().await;
    let result = json!([
        {"metric": {"cluster": "lab", "vmid": "100"}, "values": [[1_799_996_400, "5"], [1_800_000_000, "7.5"], [1, "9"]]},
        {"metric": {"cluster": "lab", "vmid": "101"}, "values": [[1_799_996_400, "NaN"]]},
        {"metric": {"cluster": "other", "vmid": "100"}, "values": [[1_799_996_400, "5"]]},
    ]);
    Mock::given(path("/api/v1/query_range"))
        .respond_with(found(result))
        .mount(&server)
        .await;
    let prometheus = of(&server.uri());
    let guests = [GuestId::new("lab", 100), GuestId::new("lab", 101)];
    let span = Span::until(1_800_000_000, HistoryRange::Hour);
    let lines = prometheus.over_time(&guests, HistoryMetric::Cpu, span).await;
    let lines = lines.unwrap().unwrap();
    assert_eq!(lines.len(), 1, "one has no value at all");
    let line = &lines[&guests[0]];
    assert_eq!(
        (line.len(), line[0], line[1], line[240]),
        (241, Some(5.0), None, Some(7.5))
    );
    let asked = server.received_requests().await.unwrap();
    let query: Vec<_> = asked[0].url.query_pairs().collect();
    assert!(query.contains(&("step".into(), "15".into())), "{query:?}");
}
