//! What a colour means. Components take a tone, never a colour; the stylesheet decides what it looks like.

/// The meaning that an element's colour carries. Always shown beside an icon or a text, never alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Tone {
    /// Nothing to notice.
    #[default]
    Neutral,
    /// Worth knowing.
    Info,
    /// Well, running, done.
    Success,
    /// Needs a look.
    Warning,
    /// Broken, or about to destroy something.
    Danger,
}

impl Tone {
    /// All tones, mildest first.
    pub const ALL: [Self; 5] = [
        Self::Neutral,
        Self::Info,
        Self::Success,
        Self::Warning,
        Self::Danger,
    ];

    /// The value of the `data-tone` attribute.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Info => "info",
            Self::Success => "success",
            Self::Warning => "warning",
            Self::Danger => "danger",
        }
    }
}
