//! Asks the linker for relocations in the browser's build: splitting the module at
//! `#[lazy]` needs them. Here and not in RUSTFLAGS, so that nobody's cache is lost.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_ARCH").as_deref() == Ok("wasm32") {
        println!("cargo::rustc-link-arg-cdylib=--emit-relocs");
    }
}
