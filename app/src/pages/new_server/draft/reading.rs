//! What the form asks for: one server, or a row for each of a series.

use std::net::IpAddr;

use drover_types::bulk::{NameSeries, addresses_from, repeats};
use drover_types::error::FieldProblems;
use drover_types::server::CreateServer;
use drover_types::storage::StorageDefaults;

use super::{Cell, Draft};
use crate::pages::new_server::fields;

/// What stands in the form, read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// The only server, or what all have in common.
    pub common: CreateServer,
    /// What is wrong with it, by the form's fields.
    pub problems: FieldProblems,
    /// The servers of a series; empty for a single one.
    pub rows: Vec<ReadRow>,
}

/// A server of a series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadRow {
    /// Its place in the series.
    pub at: usize,
    /// What it would be if nothing were said of it alone.
    pub counted: CreateServer,
    /// What is asked for.
    pub request: CreateServer,
    /// What is wrong with it alone.
    pub problems: FieldProblems,
}

impl Draft {
    /// The request, or requests, and what is wrong with them by themselves. Disks whose storage is open go to
    /// `defaults`.
    pub fn read(&self, defaults: &StorageDefaults) -> Reading {
        let (mut common, mut problems) = self.common(defaults);
        let series = NameSeries::parse(&self.name);
        if let Err(problem) = &series {
            problems.insert(fields::NAME.to_owned(), problem.clone());
        }
        if !self.is_many() {
            if let Some(name) = series.ok().and_then(|series| series.names(1).pop()) {
                common.name = name;
            }
            add(&mut problems, common.problems());
            return Reading {
                common,
                problems,
                rows: Vec::new(),
            };
        }
        let names = match series {
            Ok(series) if !self.name.trim().is_empty() => series.names(self.count_of_names()),
            _ => Vec::new(),
        };
        let addresses = self.addresses(&common, &mut problems);
        let mut rows: Vec<ReadRow> = self
            .places()
            .into_iter()
            .map(|at| {
                let mut counted = common.clone();
                counted.name = names.get(at).cloned().unwrap_or_default();
                for (nic, column) in counted.nics.iter_mut().zip(&addresses) {
                    nic.address = column.get(at).copied();
                }
                self.row(at, counted)
            })
            .collect();
        self.blame(&common, &mut problems, &mut rows);
        let requests: Vec<CreateServer> = rows.iter().map(|row| row.request.clone()).collect();
        for (n, repeated) in repeats(&requests) {
            if let Some(row) = rows.get_mut(n) {
                add(&mut row.problems, repeated);
            }
        }
        Reading {
            common,
            problems,
            rows,
        }
    }

    fn count_of_names(&self) -> u32 {
        u32::try_from(self.total()).unwrap_or(u32::MAX)
    }

    /// The addresses of each NIC, counted up as far as they are needed.
    fn addresses(&self, common: &CreateServer, problems: &mut FieldProblems) -> Vec<Vec<IpAddr>> {
        let gateways: Vec<IpAddr> = common.nics.iter().filter_map(|nic| nic.gateway).collect();
        let places = self.places();
        let column = |n: usize, problems: &mut FieldProblems| {
            let (nic, typed) = (common.nics.get(n)?, self.nics.get(n)?);
            let cell = Cell::Address(typed.key);
            let open = |at: &&usize| self.rows.get(**at).is_none_or(|row| row.get(cell).is_none());
            let field = cell.field(&self.nics);
            let Some(last) = places.iter().rev().find(open) else {
                // Every server says its own.
                problems.remove(&field);
                return None;
            };
            match addresses_from(nic.address?, nic.prefix, last + 1, &gateways) {
                Ok(found) => Some(found),
                Err(problem) => {
                    problems.entry(field).or_insert(problem);
                    None
                }
            }
        };
        (0..self.nics.len())
            .map(|n| column(n, problems).unwrap_or_default())
            .collect()
    }

    fn row(&self, at: usize, counted: CreateServer) -> ReadRow {
        let mut request = counted.clone();
        let mut problems = FieldProblems::new();
        let own = self
            .rows
            .get(at)
            .map(|row| row.own.as_slice())
            .unwrap_or_default();
        for (cell, text) in own {
            if let Err(problem) = cell.put(text, &mut request, &self.nics, self.unit) {
                problems.insert(cell.field(&self.nics), problem);
            }
        }
        add(&mut problems, request.problems());
        ReadRow {
            at,
            counted,
            request,
            problems,
        }
    }

    /// Names what is wrong once: with what all have in common where that is it, else with the row.
    fn blame(&self, common: &CreateServer, problems: &mut FieldProblems, rows: &mut [ReadRow]) {
        let mut of_all = common.problems();
        if !self.name.trim().is_empty() {
            // The name of a series is no server's name.
            of_all.remove(fields::NAME);
        }
        let cells: Vec<(Cell, String)> = self
            .cells()
            .into_iter()
            .map(|cell| (cell, cell.field(&self.nics)))
            .collect();
        for (field, problem) in of_all {
            let cell = cells.iter().find(|(_, other)| *other == field);
            let is_own = |row: &ReadRow| {
                let own = self.rows.get(row.at);
                cell.is_some_and(|(cell, _)| own.is_some_and(|own| own.get(*cell).is_some()))
            };
            // What every server says for itself needs nothing in common.
            if !rows.iter().all(is_own) {
                problems.entry(field).or_insert(problem);
            }
        }
        for row in rows {
            let own = self.rows.get(row.at);
            row.problems.retain(|field, _| {
                let cell = cells.iter().find(|(_, other)| other == field);
                let is_own = cell.is_some_and(|(cell, _)| own.is_some_and(|own| own.get(*cell).is_some()));
                is_own || !problems.contains_key(field)
            });
        }
    }
}

/// Adds problems of fields that have none yet.
pub fn add(problems: &mut FieldProblems, more: FieldProblems) {
    for (field, problem) in more {
        problems.entry(field).or_insert(problem);
    }
}
