//! One call to the API before it is sent: method, path template, parameters. The template names the call
//! in spans, metrics and errors; the path itself, which holds ids, goes to Proxmox only.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Display;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;

use crate::error::{Error, Result};

/// What needs no encoding in a path segment (RFC 3986, "unreserved").
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// How long a call may take; [`Timeouts`](crate::Timeouts) has the figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    Read,
    SlowRead,
    Write,
}

/// What fills a part of the path; it is held while the call is awaited, on whichever thread.
pub(crate) type Arg<'a> = &'a (dyn Display + Sync);

/// A call to the API.
#[derive(Clone)]
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) template: &'static str,
    pub(crate) path: Result<String>,
    pub(crate) node: Option<String>,
    pub(crate) params: Vec<(Cow<'static, str>, String)>,
    pub(crate) class: Class,
    /// Whether it may be sent again after it may have been acted upon.
    pub(crate) repeatable: bool,
}

impl Call {
    pub(crate) fn get(template: &'static str, args: &[Arg<'_>]) -> Self {
        Self::new(Method::GET, template, args)
    }

    pub(crate) fn post(template: &'static str, args: &[Arg<'_>]) -> Self {
        Self::new(Method::POST, template, args)
    }

    pub(crate) fn put(template: &'static str, args: &[Arg<'_>]) -> Self {
        Self::new(Method::PUT, template, args)
    }

    pub(crate) fn delete(template: &'static str, args: &[Arg<'_>]) -> Self {
        Self::new(Method::DELETE, template, args)
    }

    fn new(method: Method, template: &'static str, args: &[Arg<'_>]) -> Self {
        let read = method == Method::GET;
        let mut args = args.iter().map(ToString::to_string);
        let mut node = None;
        let mut path = Ok(String::with_capacity(template.len() + 16));
        for segment in template.split('/').skip(1) {
            let filled = if segment.starts_with('{') {
                args.next().unwrap_or_default()
            } else {
                segment.to_owned()
            };
            // An address parser would take a dot segment as a step up, encoded or not.
            if matches!(filled.as_str(), "" | "." | "..") {
                path = Err(unusable(segment));
            }
            if let Ok(path) = &mut path {
                path.push('/');
                path.extend(utf8_percent_encode(&filled, SEGMENT));
            }
            if segment == "{node}" {
                node = Some(filled);
            }
        }
        let class = if read { Class::Read } else { Class::Write };
        Self {
            method,
            template,
            path,
            node,
            params: Vec::new(),
            class,
            repeatable: read,
        }
    }

    /// Allows the long limit, for what has to ask a storage.
    pub(crate) fn slow(mut self) -> Self {
        self.class = Class::SlowRead;
        self
    }

    /// Holds a write to the limit of a read: it only asks something.
    pub(crate) fn short(mut self) -> Self {
        self.class = Class::Read;
        self
    }

    /// Allows sending a write again: asking twice does no more than asking once.
    pub(crate) fn repeatable(mut self) -> Self {
        self.repeatable = true;
        self
    }

    pub(crate) fn param(mut self, name: impl Into<Cow<'static, str>>, value: impl Display) -> Self {
        self.params.push((name.into(), value.to_string()));
        self
    }

    pub(crate) fn opt(self, name: &'static str, value: Option<impl Display>) -> Self {
        match value {
            Some(value) => self.param(name, value),
            None => self,
        }
    }

    /// Sends the flag where it is set; Proxmox's default is 0 for all that are sent so.
    pub(crate) fn flag(self, name: &'static str, value: bool) -> Self {
        if value { self.param(name, 1) } else { self }
    }

    pub(crate) fn opt_flag(self, name: &'static str, value: Option<bool>) -> Self {
        self.opt(name, value.map(u8::from))
    }

    /// What the call is called in spans, metrics and errors.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.method, self.template)
    }
}

fn unusable(segment: &str) -> Error {
    let field = segment.trim_matches(['{', '}']).to_owned();
    Error::Invalid {
        message: "a part of the path can't be used".to_owned(),
        errors: BTreeMap::from([(field, "must not be empty, `.` or `..`".to_owned())]),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn segments_are_encoded() {
        let call = Call::get(
            "/nodes/{node}/tasks/{upid}/status",
            &[&"pve1", &"UPID:pve1:0/1:a b:"],
        );
        assert_eq!(
            call.path.unwrap(),
            "/nodes/pve1/tasks/UPID%3Apve1%3A0%2F1%3Aa%20b%3A/status"
        );
        assert_eq!(call.node.as_deref(), Some("pve1"));
    }

    #[test]
    fn a_step_up_is_refused() {
        for bad in ["", ".", ".."] {
            let error = Call::get("/nodes/{node}/qemu", &[&bad]).path.unwrap_err();
            assert!(error.field_errors().unwrap().contains_key("node"), "{error}");
        }
        assert!(Call::get("/nodes/{node}/qemu", &[]).path.is_err());
    }

    #[test]
    fn only_reads_are_repeated_unless_said_so() {
        assert!(Call::get("/version", &[]).repeatable);
        assert!(!Call::post("/nodes/{node}/qemu", &[&"pve1"]).repeatable);
        assert!(!Call::delete("/nodes/{node}/qemu", &[&"pve1"]).repeatable);
        assert!(!Call::put("/nodes/{node}/qemu", &[&"pve1"]).repeatable);
    }

    proptest! {
        #[test]
        fn an_argument_stays_one_segment(node in "\\PC{1,20}") {
            let call = Call::get("/nodes/{node}/status", &[&node]);
            if let Ok(path) = call.path {
                prop_assert_eq!(path.split('/').count(), 4);
                let url = reqwest::Url::parse(&format!("https://pve{path}")).unwrap();
                prop_assert_eq!(url.path(), path);
                prop_assert_eq!(url.query(), None);
            }
        }
    }
}
