//! From points to the `d` of an SVG path, in one pass. A missing point breaks the line.

/// A point in pixels; `None` where nothing was measured.
pub(super) type Point = Option<(f64, f64)>;

/// About how many letters a point takes.
const POINT: usize = 14;

/// A line through the points. A point alone becomes a dot.
pub(super) fn line(points: &[Point]) -> String {
    let mut path = String::with_capacity(points.len() * POINT);
    let mut drawn = 0;
    // What ends with a gap ends as any other piece does.
    for point in points.iter().chain([&None]) {
        if let Some(point) = point {
            draw(&mut path, if drawn == 0 { 'M' } else { 'L' }, *point);
            drawn += 1;
        } else {
            if drawn == 1 {
                path.push_str("h0");
            }
            drawn = 0;
        }
    }
    path
}

/// The area between the points and `floor`.
pub(super) fn area(points: &[Point], floor: f64) -> String {
    let mut path = String::with_capacity(points.len() * POINT);
    let mut drawn = 0;
    // Where the piece begins: in the path and in the picture.
    let (mut start, mut left, mut right) = (0, 0.0, 0.0);
    for point in points.iter().chain([&None]) {
        if let Some(point) = point {
            if drawn == 0 {
                (start, left) = (path.len(), point.0);
            }
            draw(&mut path, if drawn == 0 { 'M' } else { 'L' }, *point);
            right = point.0;
            drawn += 1;
        } else {
            match drawn {
                0 => {}
                // A point alone has no area.
                1 => path.truncate(start),
                _ => {
                    draw(&mut path, 'L', (right, floor));
                    draw(&mut path, 'L', (left, floor));
                    path.push('Z');
                }
            }
            drawn = 0;
        }
    }
    path
}

fn draw(path: &mut String, command: char, (x, y): (f64, f64)) {
    path.push(command);
    number(path, x);
    path.push(' ');
    number(path, y);
}

/// Writes a number with one decimal. Twenty lines of a thousand points are forty thousand numbers, and the standard
/// formatting of a float costs several times as much as this.
fn number(path: &mut String, value: f64) {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a cast saturates, and no picture has a hundred million pixels"
    )]
    let tenths = (value * 10.0).round() as i32;
    if tenths < 0 {
        path.push('-');
    }
    let mut rest = tenths.unsigned_abs();
    let mut digits = [b'0'; 12];
    let mut at = digits.len();
    // At least "0.0": the tenth, the point, and one digit before it.
    while rest > 0 || at > digits.len() - 3 {
        at -= 1;
        if at == digits.len() - 2 {
            digits[at] = b'.';
            continue;
        }
        digits[at] = b'0' + u8::try_from(rest % 10).unwrap_or_default();
        rest /= 10;
    }
    path.extend(digits[at..].iter().copied().map(char::from));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

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

    proptest! {
        #[test]
        fn numbers_read_as_they_were_written(value in -1e6..1e6_f64) {
            let mut text = String::new();
            number(&mut text, value);
            let read: f64 = text.parse().expect("a number");
            prop_assert!((read - value).abs() <= 0.05 + 1e-9, "{value} became {text}");
        }
    }
}
