//! What a filter can ask about.

/// A key of the filter language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Key {
    /// The name holds it.
    Name,
    /// The guest's id.
    Id,
    /// What it is doing.
    Status,
    /// `vm` or `ct`.
    Type,
    /// The node it is on.
    Node,
    /// The cluster it is in.
    Cluster,
    /// One of its tags.
    Tag,
    /// Its pool.
    Pool,
    /// What locks it.
    Lock,
    /// One of its addresses begins with it.
    Address,
    /// Whether it is a template.
    Template,
    /// Whether Drover made it.
    Made,
    /// Load of its cores in percent.
    Cpu,
    /// Memory in use in percent.
    Mem,
    /// Number of cores.
    Cores,
    /// Size of its memory, in GiB.
    Ram,
    /// Size of its boot disk, in GiB.
    Disk,
    /// What it is there for.
    Role,
    /// One of the firewall groups that Drover has given it.
    Firewall,
    /// How long ago its newest backup was made.
    Backup,
}

impl Key {
    /// Every key, in the order in which they are listed to people.
    pub const ALL: &'static [Self] = &[
        Self::Status,
        Self::Node,
        Self::Role,
        Self::Tag,
        Self::Pool,
        Self::Name,
        Self::Address,
        Self::Cpu,
        Self::Mem,
        Self::Backup,
        Self::Firewall,
        Self::Cores,
        Self::Ram,
        Self::Disk,
        Self::Type,
        Self::Template,
        Self::Made,
        Self::Lock,
        Self::Id,
        Self::Cluster,
    ];

    /// The word of the language.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Id => "id",
            Self::Status => "status",
            Self::Type => "type",
            Self::Node => "node",
            Self::Cluster => "cluster",
            Self::Tag => "tag",
            Self::Pool => "pool",
            Self::Lock => "lock",
            Self::Address => "address",
            Self::Template => "template",
            Self::Made => "made",
            Self::Cpu => "cpu",
            Self::Mem => "mem",
            Self::Cores => "cores",
            Self::Ram => "ram",
            Self::Disk => "disk",
            Self::Role => "role",
            Self::Firewall => "firewall",
            Self::Backup => "backup",
        }
    }

    /// The key that is written `word`, in any case; what people write instead is understood too.
    pub fn parse(word: &str) -> Option<Self> {
        let word = word.to_ascii_lowercase();
        Some(match word.as_str() {
            "vmid" => Self::Id,
            "kind" => Self::Type,
            "tags" => Self::Tag,
            "ip" => Self::Address,
            "memory" => Self::Mem,
            "firewall_group" | "fw" => Self::Firewall,
            _ => return Self::ALL.iter().copied().find(|key| key.as_str() == word),
        })
    }

    /// Whether values are compared as numbers.
    pub const fn is_number(self) -> bool {
        matches!(
            self,
            Self::Id | Self::Cpu | Self::Mem | Self::Cores | Self::Ram | Self::Disk
        )
    }

    /// Whether values are compared as ages, such as `7d`.
    pub const fn is_age(self) -> bool {
        matches!(self, Self::Backup)
    }

    /// Whether the value is yes or no.
    pub const fn is_yes_or_no(self) -> bool {
        matches!(self, Self::Template | Self::Made)
    }
}
