//! From points to the `d` of an SVG path. A missing point breaks the line.

use std::fmt::Write;

/// A point in pixels; `None` where nothing was measured.
pub(super) type Point = Option<(f64, f64)>;

/// The unbroken pieces of a line.
fn pieces(points: &[Point]) -> impl Iterator<Item = Vec<(f64, f64)>> + '_ {
    points
        .split(Option::is_none)
        .map(|piece| piece.iter().flatten().copied().collect::<Vec<_>>())
        .filter(|piece| !piece.is_empty())
}

fn draw(path: &mut String, command: char, (x, y): (f64, f64)) {
    // Writing to a string can't fail.
    let _ = write!(path, "{command}{x:.1} {y:.1}");
}

fn draw_line(path: &mut String, piece: &[(f64, f64)]) {
    for (index, point) in piece.iter().enumerate() {
        draw(path, if index == 0 { 'M' } else { 'L' }, *point);
    }
}

/// A line through the points. A point alone becomes a dot.
pub(super) fn line(points: &[Point]) -> String {
    let mut path = String::new();
    for piece in pieces(points) {
        draw_line(&mut path, &piece);
        if piece.len() == 1 {
            path.push_str("h0");
        }
    }
    path
}

/// The area between the points and `floor`.
pub(super) fn area(points: &[Point], floor: f64) -> String {
    let mut path = String::new();
    for piece in pieces(points).filter(|piece| piece.len() > 1) {
        draw_line(&mut path, &piece);
        draw(&mut path, 'L', (piece[piece.len() - 1].0, floor));
        draw(&mut path, 'L', (piece[0].0, floor));
        path.push('Z');
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    const GAP: [Point; 5] = [Some((0.0, 5.0)), Some((1.0, 4.0)), None, None, Some((4.0, 1.0))];

    #[test]
    fn a_gap_breaks_the_line() {
        assert_eq!(line(&GAP), "M0.0 5.0L1.0 4.0M4.0 1.0h0");
        assert_eq!(line(&[None]), "");
    }

    #[test]
    fn an_area_stands_on_its_floor() {
        assert_eq!(area(&GAP, 9.0), "M0.0 5.0L1.0 4.0L1.0 9.0L0.0 9.0Z");
    }
}
