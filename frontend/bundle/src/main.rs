//! Makes the site that Drover serves: WebAssembly split at lazy routes, bundled styles
//! and plain files, with hashed names and compressed beside the original.
//! It only builds; serving is `server/src/site`.

mod assets;
mod compress;
mod manifest;
mod names;
mod packs;
mod site;
mod strip;
mod styles;
mod table;
mod wasm;
mod watch;
mod workspace;

use std::path::PathBuf;

use clap::Parser;

/// What to build and where to put it.
#[derive(Debug, Parser)]
#[command(name = "bundle", about)]
struct Args {
    /// Cargo profile of the browser's code. `wasm-release` is optimised and compressed; others are not.
    #[arg(long, default_value = "wasm-release")]
    profile: String,
    /// Folder of the finished site.
    #[arg(long, default_value = "target/site")]
    out: PathBuf,
    /// Refuse to change Cargo.lock.
    #[arg(long)]
    locked: bool,
    /// Keep running: rebuild on change, and restart the command given after `--`.
    #[arg(long)]
    watch: bool,
    /// With `--watch`: build the server too, then run this.
    #[arg(last = true, requires = "watch")]
    run: Vec<String>,
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let root = workspace::root()?;
    let plan = site::Plan {
        out: root.join(&args.out),
        work: root.join("target/bundle").join(&args.profile),
        optimised: args.profile == "wasm-release",
        profile: args.profile,
        locked: args.locked,
        root,
    };
    if args.watch {
        return watch::run(&plan, &args.run);
    }
    let made = site::make(&plan)?;
    table::print(&made);
    Ok(())
}
