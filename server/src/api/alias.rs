//! Second addresses of an endpoint, from older versions of the API.

use utoipa::openapi::Deprecated;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa_axum::router::UtoipaMethodRouter;

/// The endpoint answers at `path` too, and the OpenAPI document says so.
pub(super) fn also_at<S>(
    (schemas, mut paths, routes): UtoipaMethodRouter<S>,
    path: &str,
) -> UtoipaMethodRouter<S>
where
    S: Clone + Send + Sync + 'static,
{
    if let Some(first) = paths.paths.values().next() {
        let mut item = first.clone();
        for operation in operations(&mut item) {
            // Ids are unique in a document.
            operation.operation_id = operation
                .operation_id
                .as_ref()
                .map(|id| format!("{id}{}", suffix(path)));
            operation.description = Some("An older address of the same.".to_owned());
            operation.deprecated = Some(Deprecated::True);
        }
        paths.paths.insert(path.to_owned(), item);
    }
    (schemas, paths, routes)
}

/// Every operation of an address.
pub(super) fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [
        &mut item.get,
        &mut item.put,
        &mut item.post,
        &mut item.delete,
        &mut item.patch,
    ]
    .into_iter()
    .flatten()
}

fn suffix(path: &str) -> String {
    path.replace(|letter: char| !letter.is_ascii_alphanumeric(), "_")
}
