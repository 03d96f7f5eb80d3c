//! What can be wrong with a request or a run; `problem_text` has the sentences.

use serde::Serialize;

use super::named::named;
use crate::channel::ChannelTrouble;
use crate::firewall::NamedIn;
use crate::ids::{GuestId, TaskId};
use crate::permission::Permission;

named! {
    /// A problem with its parameters. Stored and sent as data; said by [`Problem::text`].
    ///
    /// Text that comes from Proxmox or a driver is never a parameter: it goes into an error's details.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    #[serde(rename_all = "snake_case")]
    #[expect(
        missing_docs,
        reason = "each variant is explained by its two sentences in `text`"
    )]
    pub enum Problem {
        // Fields
        Required,
        WrongType {
            expected: String,
        },
        TooShort {
            min: u32,
        },
        TooLong {
            max: u32,
        },
        OutOfRange {
            min: i64,
            max: i64,
        },
        UnknownChoice {
            given: String,
            known: Vec<String>,
        },
        InvalidName,
        PatternMismatch {
            pattern: String,
        },
        ControlCharacters,
        ReservedWord {
            word: String,
        },
        NameTaken {
            name: String,
        },
        MemoryInMegabytes,
        InvalidAddress,
        AddressNotInNetwork {
            network: String,
        },
        AddressTaken {
            address: String,
            by: String,
        },
        AddressRepeated {
            address: String,
        },
        AddressesDiffer,
        GatewayNotInNetwork {
            network: String,
        },
        InvalidInterface {
            given: String,
        },
        InterfaceRepeated {
            interface: String,
        },
        DiskTooSmall {
            interface: String,
            min_gb: u64,
        },
        NotEnoughSpace {
            storage: String,
            needed_gb: u64,
            free_gb: u64,
        },
        StorageNotOnNode {
            storage: String,
            node: String,
        },
        StorageWithoutImages {
            storage: String,
        },
        TemplateMissing {
            known: Vec<String>,
        },
        TemplateUnknown {
            template: String,
            known: Vec<String>,
        },
        TemplateOnOtherNode {
            node: String,
        },
        BridgeNotOnNode {
            bridge: String,
            node: String,
        },
        InvalidSshKey {
            line: u32,
        },
        InvalidUserName,
        InvalidTag {
            tag: String,
        },
        InvalidCpuType {
            given: String,
        },
        InvalidNic {
            given: String,
        },
        InvalidCidr,
        GatewayWithoutAddress,
        BalloonOverMemory {
            memory_mb: u64,
        },
        DiskCanNotShrink {
            interface: String,
            size_gb: u64,
        },
        InterfaceTaken {
            interface: String,
        },
        NoFreeInterface {
            bus: String,
        },
        SameStorage {
            storage: String,
        },
        IsBootDisk {
            interface: String,
        },
        IsCloudInitDrive {
            interface: String,
        },
        DeviceUnfit {
            interface: String,
        },
        SameAsRow {
            row: u32,
        },
        InvalidSeries,
        AddressesUsedUp {
            network: String,
        },
        PasswordsDiffer,
        PasswordTooShort {
            min: u32,
        },
        PasswordTooCommon,
        InvalidUsername,
        InvalidEmail,
        OwnAccount,
        LastAdministrator,
        AdministratorsStay,
        AdministratorsReachAll,
        InvalidScope {
            given: String,
        },
        WrongPassword,
        // Fields of a firewall's rule
        InvalidFirewallName,
        InvalidAddressSpec {
            given: String,
        },
        AddressRangeReversed {
            given: String,
        },
        HostBitsSet {
            network: String,
        },
        AddressFamiliesMixed,
        AddressRangeInList,
        InvalidPort {
            given: String,
        },
        PortRangeReversed {
            given: String,
        },
        TooManyPorts {
            max: u32,
        },
        PortsNeedProtocol {
            known: Vec<String>,
        },
        UnknownProtocol {
            given: String,
        },
        InvalidIcmpType {
            given: String,
            protocol: String,
        },
        IcmpTypeNeedsIcmp,
        IcmpHasNoPorts,
        IcmpOfOtherFamily {
            protocol: String,
        },
        UnknownMacro {
            name: String,
        },
        SetByMacro {
            name: String,
        },
        NoLineBreaks,
        InvalidFirewallInterface {
            given: String,
        },
        NoInterfaceInGroup,
        NoForwardOnServer,
        NoRejectOfForwarded,
        IpSetNotFound {
            name: String,
        },
        RefusedByProxmox,
        AliasNotFound {
            name: String,
        },
        StorageWithoutBackups {
            storage: String,
        },
        InvalidBackupVolume {
            given: String,
        },
        BackupOfAnother {
            volume: String,
        },
        VmidTaken {
            vmid: u32,
        },
        InvalidSchedule {
            given: String,
        },
        MalformedBody,
        BodyTooLarge {
            max_bytes: u64,
        },
        MethodNotAllowed,
        // Access
        NotSignedIn,
        SignInFailed,
        TooManyAttempts {
            retry_after_seconds: u64,
        },
        PermissionMissing {
            permission: Permission,
        },
        AdministratorsOnly,
        AllServersNeeded,
        ScopeTooWide {
            scope: String,
        },
        OutsideScope {
            scope: String,
        },
        NotAmongServers {
            server: String,
            scope: String,
        },
        PasswordMustChange,
        SessionNeeded,
        CrossSite,
        TooManyStreams {
            max: u32,
        },
        // What is not there, or in the way
        NotFound,
        UserNotFound {
            username: String,
        },
        ServerNotFound {
            server: String,
        },
        ServerNameAmbiguous {
            name: String,
            guests: Vec<GuestId>,
        },
        DeviceNotFound {
            device: String,
        },
        ConfigurationChanged,
        ClustersDiffer,
        StorageNotFound {
            storage: String,
        },
        FirewallGroupNotFound {
            name: String,
        },
        FirewallGroupAmbiguous {
            name: String,
            clusters: Vec<String>,
        },
        FirewallGroupInUse {
            name: String,
            servers: Vec<String>,
            others: u32,
        },
        FirewallGroupInChange {
            name: String,
        },
        FirewallRuleNotFound {
            pos: u32,
        },
        FirewallNameInUse {
            name: String,
            places: Vec<NamedIn>,
        },
        IpSetChangedInPart {
            name: String,
        },
        FirewallChanged,
        ClusterFirewallOff {
            cluster: String,
        },
        WarningBeyondCritical,
        RuleOfAllOnly,
        UnknownTimeZone {
            given: String,
        },
        SetByConfiguration {
            variable: String,
        },
        SetByChannels,
        AlertNotFound,
        AlertRuleNotFound,
        AlertRuleChanged,
        MonitoringChanged,
        AlertRuleTaken,
        TaskNotFound,
        NotificationNotFound,
        TaskInTheWay {
            task: TaskId,
        },
        GuestLocked {
            lock: String,
        },
        GuestMustBe {
            states: Vec<String>,
        },
        ContainersUnsupported,
        AgentSilent,
        NoJournal,
        GuestIsTemplate,
        GuestProtected,
        GuestReplaced,
        TemplateInUse,
        NothingToCleanUp,
        MadeHere,
        DiskInUse {
            volume: String,
        },
        DiskUnknown {
            volume: String,
        },
        NodeNotFound {
            node: String,
        },
        BackupNotFound {
            volume: String,
        },
        BackupProtected {
            volume: String,
        },
        BackupJobNotFound {
            id: String,
        },
        BackupJobChanged {
            id: String,
        },
        RoleNotFound {
            role: String,
        },
        RoleNotAssigned {
            server: String,
            role: String,
        },
        RoleWithoutUninstall {
            role: String,
        },
        NoRoles {
            server: String,
        },
        RoleTwice {
            role: String,
        },
        NoHostKey {
            server: String,
        },
        AnsibleMissing,
        NoAddress {
            server: String,
        },
        NoUser {
            server: String,
        },
        ServerOff {
            server: String,
        },
        TaskEnded,
        TaskUndoing,
        TaskFinishing,
        TaskNotRetryable,
        SelfTestsOff,
        // Upstream
        DroverUnreachable,
        ClusterUnreachable {
            cluster: String,
        },
        NodeOffline {
            node: String,
        },
        ClusterRefused {
            cluster: String,
        },
        ClusterDenied {
            cluster: String,
        },
        PrometheusUnreachable,
        PrometheusSlow {
            seconds: u32,
        },
        PrometheusRefused {
            status: u16,
        },
        PrometheusUnreadable,
        PrometheusLacks {
            servers: Vec<String>,
        },
        PrometheusNeeded,
        GrafanaOff,
        // Runs
        Channel {
            trouble: ChannelTrouble,
        },
        ProxmoxTaskFailed {
            kind: String,
        },
        ProxmoxTaskLost {
            kind: String,
        },
        StorageFull {
            storage: String,
        },
        BackupMissing {
            storage: String,
        },
        BackupTurnMissed,
        RestoreIncomplete,
        SshUnreachable {
            address: String,
            port: u16,
        },
        SshRefused {
            user: String,
            address: String,
        },
        HostKeyChanged {
            server: String,
            known: String,
            found: String,
        },
        RoleFailed {
            role: String,
            task: String,
        },
        PlaybookFailed {
            role: String,
        },
        NoFreeVmid,
        NoNodeFits,
        NotEnoughMemory {
            needed_mb: u64,
        },
        ReadBackDiffers {
            field: String,
        },
        SecretLost,
        NotReachable {
            minutes: u32,
        },
        CancelledBy {
            user: String,
        },
        StepTimedOut {
            minutes: u32,
        },
        GuestGone,
        NotAllDone {
            done: u32,
            total: u32,
        },
        OnPurpose,
        // Ours
        Internal,
    }
}
