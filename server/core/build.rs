//! Tells cargo what the schema is made of: `sqlx::migrate!` reads the migrations when this crate is compiled, and
//! cargo does not see that.

fn main() {
    println!("cargo::rerun-if-changed=../../migrations");
}
