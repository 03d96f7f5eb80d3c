//! From one description to its rows, and what the rows have in common that they must not.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::addresses::addresses_from;
use super::names::NameSeries;
use crate::error::FieldProblems;
use crate::server::CreateServer;
use crate::text::Problem;

/// The rows that `base` stands for: its name counts up, and so does each address from the one that is given, without
/// gateways. A name such as `web-{01..20}` says itself how many there are.
///
/// # Errors
/// What can't count, by the fields of `base`.
pub fn expand(base: &CreateServer, count: u32) -> Result<Vec<CreateServer>, FieldProblems> {
    let mut problems = FieldProblems::new();
    let names = match NameSeries::parse(&base.name) {
        Ok(series) => series.names(count),
        Err(problem) => {
            problems.insert("name".to_owned(), problem);
            return Err(problems);
        }
    };
    let gateways: Vec<IpAddr> = base.nics.iter().filter_map(|nic| nic.gateway).collect();
    let mut columns = Vec::with_capacity(base.nics.len());
    for (n, nic) in base.nics.iter().enumerate() {
        let column = match nic.address {
            None => Vec::new(),
            // Two NICs of one description may start in one network: the later one goes on where it says.
            Some(first) => match addresses_from(first, nic.prefix, names.len(), &gateways) {
                Ok(found) => found,
                Err(problem) => {
                    problems.insert(format!("network_devices[{n}].ip_address"), problem);
                    Vec::new()
                }
            },
        };
        columns.push(column);
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let row = |(at, name): (usize, String)| {
        let mut row = CreateServer { name, ..base.clone() };
        for (nic, column) in row.nics.iter_mut().zip(&columns) {
            nic.address = column.get(at).copied();
        }
        row
    };
    Ok(names.into_iter().enumerate().map(row).collect())
}

/// Names and addresses that an earlier row of the same cluster has, by the number of the later row.
pub fn repeats(rows: &[CreateServer]) -> BTreeMap<usize, FieldProblems> {
    let mut names: BTreeMap<(Option<&str>, String), usize> = BTreeMap::new();
    let mut addresses: BTreeMap<(Option<&str>, IpAddr), usize> = BTreeMap::new();
    let mut repeats: BTreeMap<usize, FieldProblems> = BTreeMap::new();
    let same = |row: usize| Problem::SameAsRow {
        row: u32::try_from(row + 1).unwrap_or(u32::MAX),
    };
    for (at, row) in rows.iter().enumerate() {
        let cluster = row.cluster.as_deref();
        if !row.name.is_empty() {
            let first = *names
                .entry((cluster, row.name.to_ascii_lowercase()))
                .or_insert(at);
            if first != at {
                let problems = repeats.entry(at).or_default();
                problems.insert("name".to_owned(), same(first));
            }
        }
        for (n, address) in row.nics.iter().enumerate().map(|(n, nic)| (n, nic.address)) {
            let Some(address) = address else { continue };
            let first = *addresses.entry((cluster, address)).or_insert(at);
            if first != at {
                let problems = repeats.entry(at).or_default();
                problems.insert(format!("network_devices[{n}].ip_address"), same(first));
            }
        }
    }
    repeats
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::NicSpec;

    fn nic(address: &str, gateway: Option<&str>) -> NicSpec {
        NicSpec {
            address: Some(address.parse().unwrap()),
            prefix: 24,
            gateway: gateway.map(|text| text.parse().unwrap()),
            ..NicSpec::default()
        }
    }

    fn base(name: &str, nics: Vec<NicSpec>) -> CreateServer {
        CreateServer {
            name: name.into(),
            cores: 2,
            nics,
            ..CreateServer::default()
        }
    }

    #[test]
    fn one_description_becomes_rows() {
        let nics = vec![nic("10.0.0.1", Some("10.0.0.2")), NicSpec::default()];
        let rows = expand(&base("web-{1..3}", nics), 99).unwrap();
        let seen: Vec<(&str, String)> = rows
            .iter()
            .map(|row| (row.name.as_str(), row.nics[0].address.unwrap().to_string()))
            .collect();
        let expected = [
            ("web-1", "10.0.0.1"),
            ("web-2", "10.0.0.3"),
            ("web-3", "10.0.0.4"),
        ];
        assert_eq!(seen, expected.map(|(name, address)| (name, address.to_owned())));
        assert!(
            rows.iter()
                .all(|row| row.nics[1].address.is_none() && row.cores == 2)
        );
        assert!(repeats(&rows).is_empty());
    }

    #[test]
    fn what_does_not_count_is_named_by_its_field() {
        let fields = |base: &CreateServer| {
            let problems = expand(base, 9).unwrap_err();
            problems.into_keys().collect::<Vec<_>>()
        };
        assert_eq!(fields(&base("web-{x}", vec![])), ["name"]);
        assert_eq!(
            fields(&base("web", vec![NicSpec::default(), nic("10.0.0.250", None)])),
            ["network_devices[1].ip_address"]
        );
    }

    #[test]
    fn a_later_row_repeats_an_earlier_one() {
        let mut rows = vec![
            base("web", vec![nic("10.0.0.5", None)]),
            base("WEB", vec![nic("10.0.0.6", None), nic("10.0.0.5", None)]),
            base("web", vec![nic("10.0.0.5", None)]),
        ];
        rows[2].cluster = Some("other".into());
        let found = repeats(&rows);
        assert_eq!(found.len(), 1);
        let fields: Vec<_> = found[&1].iter().collect();
        let first = Problem::SameAsRow { row: 1 };
        assert_eq!(
            fields,
            [
                (&"name".to_owned(), &first),
                (&"network_devices[1].ip_address".to_owned(), &first)
            ]
        );
    }
}
