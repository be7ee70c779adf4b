//! Tasks of this repository that are done twice.
fn main() {}
