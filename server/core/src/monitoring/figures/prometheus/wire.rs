//! What Prometheus answers: each figure of a server bears the labels of its target.

use std::borrow::Cow;

use drover_types::ids::GuestId;
use drover_types::text::Problem;
use serde::Deserialize;

/// A figure of a server; `None` where it is no number, such as a division by zero.
pub(super) type Sample = (GuestId, Option<f64>);

/// The figures of a server, each at its time in seconds since 1970.
pub(super) type Series = (GuestId, Vec<(f64, Option<f64>)>);

#[derive(Deserialize)]
struct Answer<'a> {
    status: Cow<'a, str>,
    #[serde(borrow)]
    data: Option<Data<'a>>,
}

#[derive(Deserialize)]
struct Data<'a> {
    #[serde(borrow)]
    result: Vec<One<'a>>,
}

#[derive(Deserialize)]
struct One<'a> {
    #[serde(borrow)]
    metric: Labels<'a>,
    #[serde(borrow)]
    value: Option<Point<'a>>,
    #[serde(borrow, default)]
    values: Vec<Point<'a>>,
}

/// Those that Drover gave the target; see the file of targets.
#[derive(Deserialize)]
struct Labels<'a> {
    #[serde(borrow)]
    cluster: Option<Cow<'a, str>>,
    #[serde(borrow)]
    vmid: Option<Cow<'a, str>>,
}

/// A time, and a number as text: JSON has neither NaN nor infinity.
#[derive(Deserialize)]
struct Point<'a>(f64, #[serde(borrow)] Cow<'a, str>);

impl Labels<'_> {
    fn guest(&self) -> Option<GuestId> {
        let vmid = self.vmid.as_ref()?.parse().ok()?;
        Some(GuestId::new(self.cluster.as_deref()?, vmid))
    }
}

impl Point<'_> {
    /// The number, where it is one.
    fn number(&self) -> Result<Option<f64>, Problem> {
        let number: f64 = self.1.parse().map_err(|_| {
            tracing::warn!(given = %self.1, "Prometheus tells a figure that is no number");
            Problem::PrometheusUnreadable
        })?;
        Ok(Some(number).filter(|number| number.is_finite()))
    }
}

/// The figures of an instant. What bears no label of a server's is left out.
pub(super) fn samples(body: &[u8]) -> Result<Vec<Sample>, Problem> {
    let mut samples = Vec::new();
    for one in read(body)? {
        let (Some(guest), Some(value)) = (one.metric.guest(), one.value) else {
            continue;
        };
        samples.push((guest, value.number()?));
    }
    Ok(samples)
}

/// The figures of a time span.
pub(super) fn series(body: &[u8]) -> Result<Vec<Series>, Problem> {
    let mut series = Vec::new();
    for one in read(body)? {
        let Some(guest) = one.metric.guest() else {
            continue;
        };
        let values = one
            .values
            .iter()
            .map(|point| Ok((point.0, point.number()?)))
            .collect::<Result<_, Problem>>()?;
        series.push((guest, values));
    }
    Ok(series)
}

fn read(body: &[u8]) -> Result<Vec<One<'_>>, Problem> {
    let answer: Answer<'_> = serde_json::from_slice(body).map_err(|error| {
        tracing::warn!(%error, "Prometheus' answer can't be read");
        Problem::PrometheusUnreadable
    })?;
    match answer.data {
        Some(data) if answer.status == "success" => Ok(data.result),
        _ => {
            tracing::warn!(status = %answer.status, "Prometheus answers without a result");
            Err(Problem::PrometheusUnreadable)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const VECTOR: &str = r#"{"status":"success","data":{"resultType":"vector","result":[
        {"metric":{"cluster":"lab","vmid":"100"},"value":[1435781451.781,"1.5"]},
        {"metric":{"cluster":"lab","vmid":"101"},"value":[1435781451.781,"NaN"]},
        {"metric":{"cluster":"lab"},"value":[1435781451.781,"3"]},
        {"metric":{"cluster":"lab","vmid":"x"},"value":[1435781451.781,"3"]}]}}"#;
    const MATRIX: &str = r#"{"status":"success","data":{"resultType":"matrix","result":[
        {"metric":{"vmid":"100","cluster":"lab","name":"a\"b"},"values":[[10,"1"],[20,"+Inf"]]}]}}"#;

    #[test]
    fn figures_are_of_servers_and_no_number_is_no_figure() {
        let lab = |vmid| GuestId::new("lab", vmid);
        assert_eq!(
            samples(VECTOR.as_bytes()).unwrap(),
            [(lab(100), Some(1.5)), (lab(101), None)]
        );
        assert_eq!(
            series(MATRIX.as_bytes()).unwrap(),
            [(lab(100), vec![(10.0, Some(1.0)), (20.0, None)])]
        );
    }

    #[test]
    fn what_is_no_answer_of_prometheus_is_no_figure() {
        for body in [
            "",
            "<html>",
            "[]",
            "{}",
            r#"{"status":"success"}"#,
            r#"{"status":"error","errorType":"bad_data","error":"x"}"#,
            r#"{"status":"success","data":{"resultType":"scalar","result":[1,"1"]}}"#,
            r#"{"status":"success","data":{"result":[{"metric":{"cluster":"a","vmid":"1"},"value":[1,"one"]}]}}"#,
        ] {
            assert_eq!(
                samples(body.as_bytes()),
                Err(Problem::PrometheusUnreadable),
                "{body}"
            );
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = samples(&body);
            let _ = series(&body);
        }

        #[test]
        fn any_broken_answer_is_read_or_refused(cut in 0..VECTOR.len(), letter in any::<char>()) {
            let mut text: Vec<char> = VECTOR.chars().collect();
            text[cut] = letter;
            let body: String = text.into_iter().collect();
            let _ = samples(body.as_bytes());
        }
    }
}
