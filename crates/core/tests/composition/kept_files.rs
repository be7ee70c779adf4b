//! Uploads that continue with a copy of their file.

mod continuing;
mod copies;
mod other_tabs;
mod tab;
