//! The demo page's entry.

fn main() {}
