//! Making a server. Old clients send numbers as texts, leave things out and send more than is needed;
//! all that is understood here, and what is not is named in the answer.

mod body;
mod bulk;
mod bulk_body;
mod endpoint;
mod read;
mod roles;
#[cfg(test)]
mod tests;

pub(super) use bulk::{__path_create_servers_bulk, create_servers_bulk};
pub(super) use endpoint::{
    __path_create_server, __path_create_server_async, create_server, create_server_async,
};
