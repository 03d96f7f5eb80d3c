//! Drover's design system: components that know Leptos and the platform, not Proxmox and not Drover's types.
//!
//! Components hold no language: every text is a prop. They hold no colour either: the stylesheets in
//! `/style` read the attributes that components set.
#![warn(missing_docs)]
mod badge;
mod bound;
mod button;
mod chart;
mod code;
mod density;
mod dialog;
mod drawer;
mod field;
pub mod gallery;
mod icon;
mod ids;
mod menu;
mod paint;
pub mod plain;
pub mod prelude;
mod progress;
mod sheet;
mod stat;
mod stepper;
mod surface;
mod table;
mod tabs;
mod text;
mod toast;
mod tone;
mod waiting;
mod wall;

pub use badge::{Badge, StatusDot};
pub use bound::Bound;
pub use button::{Button, ButtonKind, ButtonLink, ButtonSize, ButtonVariant, IconButton};
pub use chart::{Chart, ChartKind, ChartLink, Series, Sparkline, TickBase};
pub use code::{Code, CopyButton};
pub use density::{Density, provide_density, use_density};
pub use dialog::{ConfirmDialog, Dialog, DialogSize};
pub use drawer::Drawer;
pub use field::{
    Checkbox, Combobox, ComboboxOption, Completion, Field, FieldIds, NumberInput, PasswordInput, RadioGroup,
    RadioOption, SearchInput, Select, SelectOption, Switch, TextArea, TextInput, Typing,
};
pub use icon::{Icon, IconName};
pub use ids::{IdScope, provide_ids, use_id};
pub use menu::{Menu, MenuAlign, MenuHeading, MenuItem, MenuLink, MenuList, MenuSeparator};
pub use paint::{PaintedAttribute, PaintedText, Painter};
pub use progress::{Meter, Progress, Split, SplitBar, percent};
pub use sheet::{Sheet, SheetCell, SheetColumn, SheetPlace, SheetRow};
pub use stat::Stat;
pub use stepper::{Step, StepState, Stepper};
pub use surface::{Callout, Card, Description, DescriptionList, EmptyState, Section};
pub use table::{Align, Column, DataTable, Direction, Selection, Sort};
pub use tabs::{Tab, TabLinks, TabPanel, Tabs};
pub use text::{Breadcrumb, Crumb, Kbd, Tooltip, VisuallyHidden};
pub use toast::{Toast, Toaster, Toasts, provide_toasts, use_toasts};
pub use tone::Tone;
pub use waiting::{Skeleton, SkeletonShape, Spinner};
pub use wall::{StatusWall, TileState, WallGroup, WallTile};
