//! Opens Proxmox's envelope (`{"data": …}`) and reads what is in it.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::{Error, Result};
use crate::wire::lenient;

#[derive(Deserialize)]
#[serde(bound(deserialize = "T: Deserialize<'de>"))]
struct Envelope<T> {
    #[serde(default = "nothing")]
    data: Option<T>,
    #[serde(default, deserialize_with = "lenient::opt_int")]
    total: Option<u64>,
}

fn nothing<T>() -> Option<T> {
    None
}

fn open<T: DeserializeOwned>(what: &str, body: &[u8]) -> Result<Envelope<T>> {
    serde_json::from_slice(body).map_err(|error| Error::Decode {
        what: what.to_owned(),
        reason: error.to_string(),
    })
}

/// The data, which may be null or missing.
pub(crate) fn maybe<T: DeserializeOwned>(what: &str, body: &[u8]) -> Result<Option<T>> {
    open(what, body).map(|envelope| envelope.data)
}

/// The data, which has to be there.
pub(crate) fn one<T: DeserializeOwned>(what: &str, body: &[u8]) -> Result<T> {
    maybe(what, body)?.ok_or_else(|| Error::Decode {
        what: what.to_owned(),
        reason: "no data".to_owned(),
    })
}

/// The readable elements of a list, and how many there are in all where Proxmox says so.
/// An unreadable element is left out with a warning: one odd guest must not hide the others.
pub(crate) fn counted_list<T: DeserializeOwned>(what: &str, body: &[u8]) -> Result<(Vec<T>, Option<u64>)> {
    // The usual case first: the values in between cost more than the reading.
    if let Ok(envelope) = serde_json::from_slice::<Envelope<Vec<T>>>(body) {
        return Ok((envelope.data.unwrap_or_default(), envelope.total));
    }
    let envelope: Envelope<Vec<Value>> = open(what, body)?;
    let mut items = Vec::new();
    for value in envelope.data.unwrap_or_default() {
        match T::deserialize(&value) {
            Ok(item) => items.push(item),
            Err(error) => {
                let id = value
                    .get("id")
                    .or_else(|| value.get("vmid"))
                    .map(Value::to_string);
                tracing::warn!(what, id, %error, "an element of a list from Proxmox can't be read and is left out");
            }
        }
    }
    Ok((items, envelope.total))
}

/// The readable elements of a list.
pub(crate) fn list<T: DeserializeOwned>(what: &str, body: &[u8]) -> Result<Vec<T>> {
    counted_list(what, body).map(|(items, _)| items)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Named {
        name: String,
    }

    fn named(name: &str) -> Named {
        Named {
            name: name.to_owned(),
        }
    }

    #[test]
    fn one_bad_element_is_left_out() {
        let body = br#"{"data":[{"name":"a"},{"nome":"b"},7,{"name":"c","more":1}]}"#;
        assert_eq!(list::<Named>("GET /x", body).unwrap(), [named("a"), named("c")]);
    }

    #[test]
    fn null_is_an_empty_list_and_no_object() {
        assert!(list::<Named>("GET /x", br#"{"data":null}"#).unwrap().is_empty());
        assert!(list::<Named>("GET /x", b"{}").unwrap().is_empty());
        assert!(maybe::<Named>("GET /x", br#"{"data":null}"#).unwrap().is_none());
        assert!(matches!(
            one::<Named>("GET /x", br#"{"data":null}"#),
            Err(Error::Decode { .. })
        ));
    }

    #[test]
    fn a_broken_body_names_the_call() {
        let Err(Error::Decode { what, .. }) = list::<Named>("GET /x", br#"{"data":[{"na"#) else {
            panic!("a cut body was read");
        };
        assert_eq!(what, "GET /x");
        assert!(list::<Named>("GET /x", br#"{"data":"text"}"#).is_err());
    }

    #[test]
    fn the_total_is_kept() {
        let (items, total) = counted_list::<Named>("GET /x", br#"{"data":[],"total":"12"}"#).unwrap();
        assert!(items.is_empty());
        assert_eq!(total, Some(12));
    }
}
