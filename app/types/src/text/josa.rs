//! Korean particles that depend on whether the word before them ends in a consonant.

/// Whether a word is read with a final consonant: by its last Hangul syllable, or by how the last digit or
/// Latin letter is read aloud.
fn has_final_consonant(word: &str) -> bool {
    let Some(last) = word.chars().rev().find(|c| c.is_alphanumeric()) else {
        return false;
    };
    match last {
        '\u{AC00}'..='\u{D7A3}' => !(last as u32 - 0xAC00).is_multiple_of(28),
        '0' | '1' | '3' | '6' | '7' | '8' => true,
        _ => matches!(last.to_ascii_lowercase(), 'l' | 'm' | 'n' | 'r'),
    }
}

/// `word` with the object particle: 을 or 를.
pub(super) fn object(word: &str) -> String {
    format!("{word}{}", if has_final_consonant(word) { "을" } else { "를" })
}

/// `word` with the subject particle: 이 or 가.
pub(super) fn subject(word: &str) -> String {
    format!("{word}{}", if has_final_consonant(word) { "이" } else { "가" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_particle_follows_the_last_sound() {
        assert_eq!(object("서버"), "서버를");
        assert_eq!(object("이름"), "이름을");
        assert_eq!(subject("web-01"), "web-01이");
        assert_eq!(subject("pve2"), "pve2가");
    }
}
