//! Wires the server together; everything it wires is in the library.

use std::{env, net::SocketAddr};

use anyhow::Context;
use server::site::Site;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let listen: SocketAddr = env::var("DROVER_LISTEN")
        .unwrap_or_else(|_| "127.0.0.1:3000".to_owned())
        .parse()
        .context("DROVER_LISTEN is not an address such as 127.0.0.1:3000")?;
    let site = Site::load()?;
    let listener = TcpListener::bind(listen)
        .await
        .with_context(|| format!("cannot listen on {listen}"))?;
    println!("Drover listens on http://{}", listener.local_addr()?);
    axum::serve(listener, server::router(&site)).await?;
    Ok(())
}
