//! Rows from a spreadsheet: lines of cells, with a line of headings or without.

use super::{Cell, Draft, cells::DHCP};

/// What a heading stands for, and the unit that it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Heading {
    Name,
    Address,
    Node,
    Cores,
    Memory(&'static str),
    Storage,
}

impl Draft {
    /// Takes rows from a spreadsheet. Where the first line has headings they say which column is which; otherwise
    /// the columns are those of the table, from `from` on. Without `from` the table is made anew. Returns how many
    /// rows there were.
    pub fn paste(&mut self, text: &str, from: Option<(usize, Cell)>) -> usize {
        let mut lines = lines(text);
        let headings = lines.first().and_then(|line| headings(line));
        if headings.is_some() {
            lines.remove(0);
        }
        if lines.is_empty() {
            return 0;
        }
        let columns = self.columns(headings.as_deref(), from.map(|(_, cell)| cell));
        let places = self.room(lines.len(), from.map(|(at, _)| at));
        for (at, line) in places.into_iter().zip(&lines) {
            for (column, text) in columns.iter().zip(line) {
                if let Some((cell, unit)) = column {
                    self.put(at, *cell, text, unit);
                }
            }
        }
        lines.len()
    }

    fn columns(
        &self,
        headings: Option<&[Option<Heading>]>,
        from: Option<Cell>,
    ) -> Vec<Option<(Cell, &'static str)>> {
        let Some(headings) = headings else {
            let first = |cell: &Cell| from.is_some_and(|from| from != *cell);
            let own = self.cells().into_iter().skip_while(first);
            return own.map(|cell| Some((cell, ""))).collect();
        };
        let mut nics = self.nics.iter();
        let column = |heading: &Option<Heading>| {
            Some(match (*heading)? {
                Heading::Name => (Cell::Name, ""),
                Heading::Address => (Cell::Address(nics.next()?.key), ""),
                Heading::Node => (Cell::Node, ""),
                Heading::Cores => (Cell::Cores, ""),
                Heading::Memory(unit) => (Cell::Memory, unit),
                Heading::Storage => (Cell::Storage, ""),
            })
        };
        headings.iter().map(column).collect()
    }

    /// The places of so many rows, made where there are too few.
    fn room(&mut self, count: usize, from: Option<usize>) -> Vec<usize> {
        let Some(from) = from else {
            self.rows.clear();
            self.set_total(count);
            return self.places();
        };
        let behind = self.places().into_iter().filter(|at| *at >= from).count();
        self.set_total(self.total() + count.saturating_sub(behind));
        self.places().into_iter().filter(|at| *at >= from).collect()
    }

    fn put(&mut self, at: usize, cell: Cell, text: &str, unit: &str) {
        let is_bare = text.ends_with(|c: char| c.is_ascii_digit());
        if is_bare && !unit.is_empty() {
            self.set_cell(at, cell, &format!("{text} {unit}"));
        } else {
            self.set_cell(at, cell, text);
        }
        // Its prefix length and gateway have to be seen then.
        if let Cell::Address(key) = cell
            && !text.is_empty()
            && !text.eq_ignore_ascii_case(DHCP)
            && let Some(nic) = self.nics.iter_mut().find(|nic| nic.key == key)
        {
            nic.is_static = true;
        }
    }
}

/// The cells of each line that is not empty. Spreadsheets put tabs between them; other lists have semicolons or commas.
fn lines(text: &str) -> Vec<Vec<String>> {
    let between = ['\t', ';', ',']
        .into_iter()
        .find(|c| text.contains(*c))
        .unwrap_or('\t');
    let cells = |line: &str| {
        let cells = line.split(between);
        cells
            .map(|cell| cell.trim().trim_matches('"').to_owned())
            .collect()
    };
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(cells)
        .collect()
}

/// What the headings of a first line stand for; `None` where it has none. A heading that nobody knows leaves its
/// column out.
fn headings(line: &[String]) -> Option<Vec<Option<Heading>>> {
    let found: Vec<Option<Heading>> = line.iter().map(|cell| heading(cell)).collect();
    let has_name = found.contains(&Some(Heading::Name));
    (has_name || found.iter().all(Option::is_some)).then_some(found)
}

fn heading(text: &str) -> Option<Heading> {
    let text = text.to_lowercase();
    let (word, unit) = match text.split_once(['(', '[']) {
        Some((word, unit)) => (word.trim(), unit.trim_end_matches([')', ']'])),
        None => text.rsplit_once('_').unwrap_or((&text, "")),
    };
    let unit = match unit.trim() {
        "mb" | "mib" => "MiB",
        "gb" | "gib" => "GiB",
        _ => "",
    };
    match if unit.is_empty() { text.as_str() } else { word } {
        "name" | "hostname" | "host" | "server" | "이름" | "서버" | "호스트" => Some(Heading::Name),
        "ip" | "address" | "addresses" | "ip address" | "ip_address" | "주소" | "ip 주소" => {
            Some(Heading::Address)
        }
        "node" | "노드" => Some(Heading::Node),
        "cpu" | "cores" | "vcpu" | "코어" => Some(Heading::Cores),
        "memory" | "ram" | "메모리" => Some(Heading::Memory(unit)),
        "storage" | "datastore" | "스토리지" | "저장소" => Some(Heading::Storage),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_known_in_both_languages_and_names_are_none() {
        let parse = |text: &str| headings(&lines(text)[0]);
        assert_eq!(
            parse("Name\tMemory (MB)\tOwner"),
            Some(vec![Some(Heading::Name), Some(Heading::Memory("MiB")), None])
        );
        assert_eq!(
            parse("이름;메모리_gb;노드"),
            Some(vec![
                Some(Heading::Name),
                Some(Heading::Memory("GiB")),
                Some(Heading::Node)
            ])
        );
        assert_eq!(
            parse("ip_address,cpu"),
            Some(vec![Some(Heading::Address), Some(Heading::Cores)])
        );
        assert_eq!(parse("web-01\t10.0.0.5"), None);
        assert_eq!(parse("web-01\tnode"), None);
    }
}
