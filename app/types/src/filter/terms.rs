//! Cuts the text of a filter into terms, without knowing what they mean.

/// How a key is compared with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    /// `:`, what one means most of the time.
    Has,
    /// `=`
    Is,
    /// `<`
    Below,
    /// `<=`
    AtMost,
    /// `>`
    Above,
    /// `>=`
    AtLeast,
}

/// A part of the text; bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) start: usize,
    pub(super) end: usize,
    /// Whether it was, or began, in quotes.
    pub(super) quoted: bool,
}

/// What stands between two spaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Term {
    pub(super) negated: bool,
    pub(super) key: Option<(Piece, Operator)>,
    /// What the commas separate; empty ones are left out.
    pub(super) values: Vec<Piece>,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// The terms of `input`. A quote that is not closed reaches to the end: whoever types is not done yet.
pub(super) fn terms(input: &str) -> Vec<Term> {
    let mut terms = Vec::new();
    let mut at = 0;
    while let Some(offset) = input[at..].find(|c: char| !c.is_whitespace()) {
        let term = term(input, at + offset);
        at = term.end;
        terms.push(term);
    }
    terms
}

fn term(input: &str, start: usize) -> Term {
    let mut at = start;
    let follows_something = |at: usize| input[at..].chars().next().is_some_and(|c| !c.is_whitespace());
    let negated = input[at..].starts_with('-') && follows_something(at + 1);
    if negated {
        at += 1;
    }
    let key = key(input, at);
    if let Some((_, _, end)) = &key {
        at = *end;
    }
    let mut values = Vec::new();
    loop {
        let piece = piece(input, at);
        at = piece.end;
        if piece.quoted || !piece.text.is_empty() {
            values.push(piece);
        }
        if !input[at..].starts_with(',') {
            break;
        }
        at += 1;
    }
    Term {
        negated,
        key: key.map(|(piece, operator, _)| (piece, operator)),
        values,
        start,
        end: at,
    }
}

/// A word of letters with an operator behind it. Anything else is text to look for, such as `fd00::1`.
fn key(input: &str, start: usize) -> Option<(Piece, Operator, usize)> {
    let rest = &input[start..];
    let length = rest.find(|c: char| !c.is_ascii_alphabetic())?;
    if length == 0 {
        return None;
    }
    let behind = &rest[length..];
    let (operator, width) = match behind.as_bytes() {
        [b':', ..] => (Operator::Has, 1),
        [b'=', ..] => (Operator::Is, 1),
        [b'<', b'=', ..] => (Operator::AtMost, 2),
        [b'>', b'=', ..] => (Operator::AtLeast, 2),
        [b'<', ..] => (Operator::Below, 1),
        [b'>', ..] => (Operator::Above, 1),
        _ => return None,
    };
    let end = start + length;
    let piece = Piece {
        text: rest[..length].to_owned(),
        start,
        end,
        quoted: false,
    };
    Some((piece, operator, end + width))
}

/// What reaches to the next comma or space outside of quotes.
fn piece(input: &str, start: usize) -> Piece {
    let mut text = String::new();
    let (mut inside, mut quoted) = (false, false);
    let mut end = input.len();
    for (at, c) in input[start..].char_indices() {
        if c == '"' {
            inside = !inside;
            quoted = true;
        } else if !inside && (c == ',' || c.is_whitespace()) {
            end = start + at;
            break;
        } else {
            text.push(c);
        }
    }
    Piece {
        text,
        start,
        end,
        quoted,
    }
}
