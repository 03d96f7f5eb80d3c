//! Sizes as Proxmox writes them in a disk's `size`.

const UNITS: [(char, u64); 4] = [('T', 1 << 40), ('G', 1 << 30), ('M', 1 << 20), ('K', 1 << 10)];

/// Reads a size such as `32G`, `1.5T` or plain bytes (`PVE::JSONSchema::parse_size`).
pub fn parse_size(text: &str) -> Option<u64> {
    let text = text.trim();
    let unit = UNITS.iter().find(|(letter, _)| text.ends_with(*letter));
    let (number, factor) = match unit {
        Some((_, factor)) => (&text[..text.len() - 1], *factor),
        None => (text, 1),
    };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    match number.split_once('.') {
        None => digits(number)
            .then(|| number.parse::<u64>().ok()?.checked_mul(factor))
            .flatten(),
        Some((whole, fraction)) if digits(whole) && digits(fraction) => {
            // More digits than this are below a byte of a terabyte.
            let fraction = &fraction[..fraction.len().min(15)];
            let scale = 10_u128.pow(u32::try_from(fraction.len()).ok()?);
            let part = fraction.parse::<u128>().ok()? * u128::from(factor) / scale;
            whole
                .parse::<u64>()
                .ok()?
                .checked_mul(factor)?
                .checked_add(u64::try_from(part).ok()?)
        }
        Some(_) => None,
    }
}

/// Writes a size with the largest unit that divides it (`PVE::JSONSchema::format_size`).
pub fn format_size(bytes: u64) -> String {
    match UNITS
        .iter()
        .find(|(_, factor)| bytes > 0 && bytes.is_multiple_of(*factor))
    {
        Some((letter, factor)) => format!("{}{letter}", bytes / factor),
        None => bytes.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sizes_are_read() {
        for (text, bytes) in [
            ("32G", Some(32 << 30)),
            ("528K", Some(528 << 10)),
            ("1.5T", Some(3 << 39)),
            ("4M", Some(4 << 20)),
            ("512", Some(512)),
            ("0", Some(0)),
            ("", None),
            ("G", None),
            ("1.G", None),
            (".5G", None),
            ("-1G", None),
            ("1g", None),
            ("99999999T", None),
        ] {
            assert_eq!(parse_size(text), bytes, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_written_size_is_read_again(bytes in any::<u64>(), shift in 0_u32..40) {
            let bytes = (bytes >> 24) << shift.min(24);
            prop_assert_eq!(parse_size(&format_size(bytes)), Some(bytes));
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,20}") {
            parse_size(&text);
        }
    }
}
