//! Form controls. Each brings its label, hint and error; a disabled one shows its reason as the hint.

mod checkbox;
mod combobox;
mod completion;
mod frame;
mod number;
mod radio;
mod search;
mod select;
mod sync;
mod text;

pub use checkbox::{Checkbox, Switch};
pub use combobox::{Combobox, ComboboxOption};
pub use completion::{Completion, Typing};
pub use frame::{Field, FieldIds};
pub use number::NumberInput;
pub use radio::{RadioGroup, RadioOption};
pub use search::SearchInput;
pub use select::{Select, SelectOption};
pub use text::{PasswordInput, TextArea, TextInput};
