//! Single servers of a series: how many there are, which are left out, and what is said of one alone.

use drover_types::bulk::NameSeries;
use serde::{Deserialize, Serialize};

use super::{Cell, Draft};

/// The most servers that the table shows. What may be asked for at once is the server's to say, and less.
pub const MOST: usize = 1000;

/// What is said of one server of the series.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowDraft {
    /// What was typed over, by column.
    pub own: Vec<(Cell, String)>,
    /// Whether it is not to be made. Its name and addresses stay unused, so that the others keep theirs.
    pub is_left_out: bool,
}

impl RowDraft {
    /// What was typed into a column.
    pub fn get(&self, cell: Cell) -> Option<&str> {
        let own = self.own.iter().find(|(other, _)| *other == cell);
        own.map(|(_, text)| text.as_str())
    }
}

impl Draft {
    /// How many servers the name itself says, such as 20 for `web-{01..20}`.
    pub fn said_by_name(&self) -> Option<usize> {
        let count = NameSeries::parse(&self.name).ok()?.count()?;
        usize::try_from(count).ok()
    }

    /// How many servers there are, those that are left out among them.
    pub fn total(&self) -> usize {
        let typed = || {
            self.count
                .and_then(|count| usize::try_from(count).ok())
                .unwrap_or(1)
        };
        self.said_by_name().unwrap_or_else(typed).clamp(1, MOST)
    }

    /// Whether there is a table of servers: for more than one, or where something is said of one alone.
    pub fn is_many(&self) -> bool {
        self.total() > 1 || self.rows.first().is_some_and(|row| !row.own.is_empty())
    }

    /// Makes the series end after `total` servers: in the name where it says so itself.
    pub fn set_total(&mut self, total: usize) {
        let total = total.clamp(1, MOST);
        if let Some(now) = self.said_by_name()
            && let Some((before, rest)) = self.name.split_once("..")
            && let Some((last, after)) = rest.split_once('}')
            && let Ok(number) = last.trim().parse::<usize>()
        {
            let number = (number + total).saturating_sub(now);
            let width = last.trim().len();
            self.name = format!("{before}..{number:0width$}}}{after}");
        } else {
            self.count = i64::try_from(total).ok();
        }
        self.rows.truncate(total);
    }

    /// Says something of one server alone; an empty text takes that back.
    pub fn set_cell(&mut self, at: usize, cell: Cell, text: &str) {
        let row = self.row_mut(at);
        row.own.retain(|(other, _)| *other != cell);
        if !text.is_empty() {
            row.own.push((cell, text.to_owned()));
        }
    }

    /// Takes a server out. The last ones make the series shorter, one in between leaves a gap.
    pub fn leave_out(&mut self, at: usize) {
        self.row_mut(at).is_left_out = true;
        let is_in = |at: usize| self.rows.get(at).is_none_or(|row| !row.is_left_out);
        let end = (0..self.total())
            .rev()
            .find(|at| is_in(*at))
            .map_or(1, |last| last + 1);
        if (0..end).any(is_in) {
            self.set_total(end);
        } else {
            // A form for no server has no sense: the last one stays, with nothing said of it alone.
            self.rows.clear();
        }
    }

    /// Takes every server in again.
    pub fn put_back(&mut self) {
        for row in &mut self.rows {
            row.is_left_out = false;
        }
    }

    /// The places of those that are to be made.
    pub fn places(&self) -> Vec<usize> {
        let is_in = |at: &usize| self.rows.get(*at).is_none_or(|row| !row.is_left_out);
        (0..self.total()).filter(is_in).collect()
    }

    /// The columns that servers have.
    pub fn cells(&self) -> Vec<Cell> {
        let addresses = self.nics.iter().map(|nic| Cell::Address(nic.key));
        [Cell::Name]
            .into_iter()
            .chain(addresses)
            .chain([Cell::Node, Cell::Cores, Cell::Memory, Cell::Storage])
            .collect()
    }

    fn row_mut(&mut self, at: usize) -> &mut RowDraft {
        if self.rows.len() <= at {
            self.rows.resize_with(at + 1, RowDraft::default);
        }
        &mut self.rows[at]
    }
}
