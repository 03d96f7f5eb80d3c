//! The OpenAPI document.

use insta::assert_json_snapshot;

use crate::support::TestApp;

#[tokio::test]
async fn the_document_is_as_it_was_agreed() {
    let app = TestApp::alone().await;
    let answer = app.client("viewer").await.get("/api/openapi.json").await;
    let document = answer.ok();
    assert!(
        document["openapi"].as_str().unwrap().starts_with("3.1"),
        "{}",
        document["openapi"]
    );
    let mut ids: Vec<&str> = document["paths"]
        .as_object()
        .unwrap()
        .values()
        .flat_map(|item| item.as_object().unwrap().values())
        .filter_map(|operation| operation["operationId"].as_str())
        .collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count, "every operation has an id of its own");
    assert_json_snapshot!(document, {".info.version" => "[version]"});
}
