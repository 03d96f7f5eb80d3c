//! Names that count up.

use crate::text::Problem;

/// The most names that one series has, whatever it says.
const MOST: u32 = 10_000;

/// A name with a number in it that counts up: `web-{01..20}`, `web-{01}`, or any name, whose last digits count up
/// where it ends with some.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameSeries {
    before: String,
    after: String,
    first: u32,
    /// Where the name itself says where to stop.
    last: Option<u32>,
    /// The least digits of a number; `None` for as many as the last one has.
    width: Option<usize>,
    /// Whether a single name has a number too.
    always: bool,
}

impl NameSeries {
    /// Reads a series.
    ///
    /// # Errors
    /// [`Problem::InvalidSeries`] for braces that hold no numbers.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let text = text.trim();
        let Some((before, rest)) = text.split_once('{') else {
            if text.contains('}') {
                return Err(Problem::InvalidSeries);
            }
            return Ok(Self::plain(text));
        };
        let (inside, after) = rest.split_once('}').ok_or(Problem::InvalidSeries)?;
        if after.contains(['{', '}']) {
            return Err(Problem::InvalidSeries);
        }
        let (first, last) = match inside.split_once("..") {
            Some((first, last)) => (first.trim(), Some(number(last.trim())?)),
            None => (inside.trim(), None),
        };
        let width = first.len();
        let first = number(first)?;
        if last.is_some_and(|last| last < first || last - first >= MOST) {
            return Err(Problem::InvalidSeries);
        }
        Ok(Self {
            before: before.to_owned(),
            after: after.to_owned(),
            first,
            last,
            width: Some(width),
            always: true,
        })
    }

    fn plain(text: &str) -> Self {
        let stem = text.trim_end_matches(|c: char| c.is_ascii_digit());
        let digits = &text[stem.len()..];
        match number(digits) {
            Ok(first) => Self {
                before: stem.to_owned(),
                after: String::new(),
                first,
                last: None,
                width: Some(digits.len()),
                always: true,
            },
            Err(_) => Self {
                before: text.to_owned(),
                after: String::new(),
                first: 1,
                last: None,
                width: None,
                always: false,
            },
        }
    }

    /// How many names there are, where the series says so itself.
    pub fn count(&self) -> Option<u32> {
        self.last.map(|last| last - self.first + 1)
    }

    /// The names: as many as the series says, else `count`.
    pub fn names(&self, count: u32) -> Vec<String> {
        let count = self.count().unwrap_or(count).min(MOST);
        if count == 1 && !self.always {
            return vec![self.before.clone()];
        }
        let last = self.first.saturating_add(count.saturating_sub(1));
        let width = self.width.unwrap_or_else(|| last.to_string().len());
        let dash = if self.always { "" } else { "-" };
        (0..count)
            .map(|n| {
                let number = self.first.saturating_add(n);
                format!("{}{dash}{number:0width$}{}", self.before, self.after)
            })
            .collect()
    }
}

fn number(text: &str) -> Result<u32, Problem> {
    let is_number = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let number = is_number.then(|| text.parse().ok()).flatten();
    number.ok_or(Problem::InvalidSeries)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str, count: u32) -> String {
        NameSeries::parse(text).unwrap().names(count).join(" ")
    }

    #[test]
    fn numbers_count_up_and_keep_their_width() {
        for (text, count, expected) in [
            ("web-{08..11}", 99, "web-08 web-09 web-10 web-11"),
            ("web-{8..10}.shop", 1, "web-8.shop web-9.shop web-10.shop"),
            ("web-{01}", 2, "web-01 web-02"),
            ("web{7}a", 2, "web7a web8a"),
            ("web-099", 3, "web-099 web-100 web-101"),
            ("web", 1, "web"),
            ("web-1", 1, "web-1"),
            ("web", 3, "web-1 web-2 web-3"),
            (" web ", 2, "web-1 web-2"),
            ("web", 0, ""),
        ] {
            assert_eq!(names(text, count), expected, "{text} × {count}");
        }
        assert!(names("web", 10).starts_with("web-01 web-02"));
        assert_eq!(NameSeries::parse("a{5..9}").unwrap().count(), Some(5));
        assert_eq!(NameSeries::parse("a{5}").unwrap().count(), None);
    }

    #[test]
    fn what_does_not_count_is_refused() {
        for text in [
            "a{}",
            "a{x}",
            "a{1..}",
            "a{3..1}",
            "a{1..2}{1..2}",
            "a}",
            "a{1",
            "a{-1..2}",
            "a{1..99999999}",
        ] {
            assert_eq!(NameSeries::parse(text), Err(Problem::InvalidSeries), "{text}");
        }
    }
}
