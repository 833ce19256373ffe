//! Tells cargo what the SQL macros read beside the source.

fn main() {
    println!("cargo::rerun-if-changed=../migrations");
    println!("cargo::rerun-if-changed=../.sqlx");
}
