//! What Proxmox refuses, and answers that nobody can read.

use pve_client::{ConfigChange, Error, Shutdown};
use serde_json::json;
use wiremock::ResponseTemplate;
use wiremock::matchers::{header, method, path, query_param};
use wiremock::{Mock, MockServer};

use crate::support::{RawServer, TOKEN, client, data, requests, server};

const UPID: &str = "UPID:pve1:0003A9F2:0012B6C1:65A1B2C3:qmshutdown:100:drover@pve!main:";

#[tokio::test]
async fn a_token_goes_with_every_call_and_the_path_is_encoded() {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .and(path("/api2/json/nodes/pve1/storage/a%2Fb/content"))
        .and(query_param("content", "images"))
        .and(header("authorization", format!("PVEAPIToken={TOKEN}").as_str()))
        .respond_with(data(&json!([{"volid": "local:vm-100-disk-0", "size": "1024"}])))
        .expect(1)
        .mount(&server)
        .await;
    let volumes = client(vec![server.uri()])
        .storage_content("pve1", "a/b", Some("images"), None)
        .await
        .unwrap();
    assert_eq!(volumes[0].size, Some(1024));
}

#[tokio::test]
async fn a_change_is_sent_as_a_form() {
    let server = server("POST", "/nodes/pve1/qemu/100/status/shutdown", data(&json!(UPID))).await;
    let how = Shutdown {
        timeout: Some(30),
        force_stop: true,
    };
    let upid = client(vec![server.uri()])
        .shutdown_qemu("pve1", 100, how)
        .await
        .unwrap();
    assert_eq!(upid.as_str(), UPID);
    let sent = &server.received_requests().await.unwrap()[0];
    assert_eq!(sent.body, b"timeout=30&forceStop=1");
    assert!(sent.headers.get("csrfpreventiontoken").is_none());
}

#[tokio::test]
async fn a_missing_privilege_keeps_proxmoxs_words() {
    let refusal = json!({"data": null, "message": "Permission check failed (/vms/100, VM.PowerMgmt)\n"});
    let answer = ResponseTemplate::new(403).set_body_json(refusal);
    let server = server("POST", "/nodes/pve1/qemu/100/status/start", answer).await;
    let error = client(vec![server.uri()])
        .start_qemu("pve1", 100)
        .await
        .unwrap_err();
    assert_eq!(
        error,
        Error::Forbidden {
            message: "Permission check failed (/vms/100, VM.PowerMgmt)".into()
        }
    );
    assert!(!error.was_sent() && !error.is_retryable());
}

#[tokio::test]
async fn refused_parameters_are_told_by_field() {
    let refusal = json!({"data": null, "message": "Parameter verification failed.\n", "errors": {"cores": "too many\n"}});
    let answer = ResponseTemplate::new(400).set_body_json(refusal);
    let server = server("PUT", "/nodes/pve1/qemu/100/config", answer).await;
    let change = ConfigChange::new().set("cores", 4096);
    let error = client(vec![server.uri()])
        .update_qemu("pve1", 100, &change)
        .await
        .unwrap_err();
    assert_eq!(error.field_errors().unwrap()["cores"], "too many");
    assert!(matches!(error, Error::Invalid { .. }));
}

#[tokio::test]
async fn the_reason_phrase_is_read_where_there_is_no_text() {
    let raw = RawServer::answering(
        "HTTP/1.1 500 VM is locked (backup)\r\ncontent-length: 13\r\nconnection: close\r\n\r\n{\"data\":null}",
    );
    let error = client(vec![raw.url.clone()])
        .start_qemu("pve1", 100)
        .await
        .unwrap_err();
    assert_eq!(
        error,
        Error::Locked {
            lock: Some("backup".into()),
            message: "VM is locked (backup)".into()
        }
    );
    assert_eq!(raw.requests(), 1);
}

#[tokio::test]
async fn a_missing_guest_is_not_found() {
    let text = "Configuration file 'nodes/pve1/qemu-server/100.conf' does not exist";
    let answer = ResponseTemplate::new(500).set_body_json(json!({"data": null, "message": text}));
    let server = server("GET", "/nodes/pve1/qemu/100/status/current", answer).await;
    let error = client(vec![server.uri()])
        .qemu_status("pve1", 100)
        .await
        .unwrap_err();
    assert!(error.is_not_found() && error.message() == Some(text), "{error:?}");
    assert_eq!(requests(&server).await, 1);
}

#[tokio::test]
async fn half_a_document_is_a_fault_of_its_own() {
    let answer = ResponseTemplate::new(200).set_body_raw(r#"{"data":[{"node":"pv"#, "application/json");
    let server = server("GET", "/nodes", answer).await;
    let error = client(vec![server.uri()]).nodes().await.unwrap_err();
    assert!(
        matches!(&error, Error::Decode { what, .. } if what == "GET /nodes"),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_write_with_an_unreadable_answer_may_have_been_acted_upon() {
    let server = server(
        "POST",
        "/nodes/pve1/qemu/100/status/start",
        data(&json!("no upid")),
    )
    .await;
    let error = client(vec![server.uri()])
        .start_qemu("pve1", 100)
        .await
        .unwrap_err();
    assert!(
        matches!(error, Error::Decode { .. }) && error.was_sent(),
        "{error:?}"
    );
    assert_eq!(requests(&server).await, 1);
}

#[tokio::test]
async fn a_page_of_a_proxy_in_between_is_a_refusal() {
    let answer = ResponseTemplate::new(502).set_body_raw("<html>Bad Gateway</html>", "text/html");
    let server = server("GET", "/version", answer).await;
    let error = client(vec![server.uri()]).version().await.unwrap_err();
    assert!(
        matches!(&error, Error::Api { status: 502, message, .. } if message == "Bad Gateway"),
        "{error:?}"
    );
    assert!(error.is_retryable() && error.is_unavailable());
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = server("GET", "/version", data(&json!({"version": "9"}))).await;
    let away = format!("{}/api2/json/version", elsewhere.uri());
    let answer = ResponseTemplate::new(302).insert_header("location", away.as_str());
    let server = server("GET", "/version", answer).await;
    let error = client(vec![server.uri()]).version().await.unwrap_err();
    assert!(matches!(error, Error::Api { status: 302, .. }), "{error:?}");
    assert_eq!(requests(&elsewhere).await, 0);
}

#[tokio::test]
async fn no_error_and_no_debug_shows_the_token() {
    let server = server("GET", "/version", ResponseTemplate::new(401)).await;
    let client = client(vec![server.uri()]);
    let error = client.version().await.unwrap_err();
    assert!(matches!(error, Error::Unauthorized { .. }), "{error:?}");
    assert_eq!(requests(&server).await, 1, "a token can't be renewed");
    let shown = format!(
        "{client:?} {error:?} {error} {:?}",
        crate::support::token_config(vec![])
    );
    assert!(!shown.contains("5ecret"), "{shown}");
}

#[tokio::test]
async fn an_old_proxmox_resizes_without_a_task() {
    let server = server("PUT", "/nodes/pve1/qemu/100/resize", data(&json!(null))).await;
    let done = client(vec![server.uri()])
        .resize_disk("pve1", 100, "scsi0", 1 << 35, None)
        .await
        .unwrap();
    assert_eq!(done, None);
    assert_eq!(
        server.received_requests().await.unwrap()[0].body,
        b"disk=scsi0&size=34359738368"
    );
}
