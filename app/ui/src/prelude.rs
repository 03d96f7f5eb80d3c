//! Everything a page needs in one import: `use drover_ui::prelude::*;`.

pub use crate::{
    Align, Badge, Bound, Breadcrumb, Button, ButtonKind, ButtonLink, ButtonSize, ButtonVariant, Callout,
    Card, Chart, ChartKind, ChartLink, Checkbox, Code, Column, Combobox, ComboboxOption, Completion,
    ConfirmDialog, CopyButton, Crumb, DataTable, Density, Description, DescriptionList, Dialog, DialogSize,
    Direction, Drawer, EmptyState, Field, FieldIds, Icon, IconButton, IconName, IdScope, Kbd, Menu,
    MenuAlign, MenuHeading, MenuItem, MenuLink, MenuList, MenuSeparator, Meter, NumberInput, Painter,
    PasswordInput, Progress, RadioGroup, RadioOption, SearchInput, Section, Select, SelectOption, Selection,
    Series, Sheet, SheetCell, SheetColumn, SheetPlace, SheetRow, Skeleton, SkeletonShape, Sort, Sparkline,
    Spinner, Split, SplitBar, Stat, StatusDot, StatusWall, Step, StepState, Stepper, Switch, Tab, TabLinks,
    TabPanel, Tabs, TextArea, TextInput, TickBase, TileState, Toast, Toaster, Toasts, Tone, Tooltip, Typing,
    VisuallyHidden, WallGroup, WallTile, percent, provide_density, provide_ids, provide_toasts, use_density,
    use_id, use_toasts,
};
