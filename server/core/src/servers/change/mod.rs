//! Changes a server's configuration. What is the same already is not sent; what is sent carries the digest of the
//! configuration that it was worked out from.

mod differences;
mod network;
mod record;
mod service;
mod settle;
