//! A role that is new is part of the binary with the next build.

fn main() {
    println!("cargo::rerun-if-changed=../roles");
}
