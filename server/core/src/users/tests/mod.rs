//! Users, over the stores that Drover runs on.

mod managing;
mod own_account;
