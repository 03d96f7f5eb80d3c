//! Users, over the stores that Drover runs on.

mod access;
mod managing;
mod own_account;
