//! The wire format: parsing of response bodies.
//!
//! A body may be anything, also what a proxy sends in the server's place. No parser
//! panics, and every error names what is wrong. A body may begin with a byte order mark.

mod attachment;
mod batch;
mod error_response;
mod json;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod properties;
mod status;

pub use self::attachment::{attachment, attachments, job_key};
pub use self::batch::statuses;
pub use self::error_response::error_response;
pub use self::status::status;

pub(crate) use self::attachment::started_job;
pub(crate) use self::batch::each_status;
pub(crate) use self::error_response::parse_date;
pub(crate) use self::json::is_web_page;
