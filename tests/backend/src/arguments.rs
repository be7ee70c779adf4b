//! The command line.

use std::ffi::OsString;

use axum::http::HeaderValue;
use lexopt::{Arg, Parser, ValueExt};

use crate::server::Options;

/// What `--help` prints.
pub const HELP: &str = "\
The reference backend of yew-background-tasks.

Usage: reference-backend [options]

  --port PORT            port to listen on; 0 picks a free one  [8787]
  --host ADDRESS         address to listen on                   [127.0.0.1]
  --dir FOLDER           also serve this folder, the built page
  --csp POLICY           Content-Security-Policy of that page
  --upload-limit BYTES   largest file that an upload may have   [200000000]
  --help                 this text

Prints `listening on http://ADDRESS:PORT` when it is ready. Ctrl-C ends it.
";

/// The task on the command line.
#[derive(Debug, PartialEq, Eq)]
pub enum Command {
    /// Serve.
    Serve(Box<Options>),
    /// Print [`HELP`].
    Help,
}

/// Reads the arguments that follow the program's name.
///
/// # Errors
///
/// If an option is unknown, or its value missing or wrong.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Command, lexopt::Error> {
    let mut options = Options::default();
    let mut parser = Parser::from_args(arguments);
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("port") => options.port = parser.value()?.parse()?,
            Arg::Long("host") => options.host = parser.value()?.parse()?,
            Arg::Long("dir") => options.dir = Some(parser.value()?.into()),
            Arg::Long("csp") => {
                let parse = |text: &str| HeaderValue::from_str(text);
                options.csp = Some(parser.value()?.parse_with(parse)?);
            }
            Arg::Long("upload-limit") => options.upload_limit = parser.value()?.parse()?,
            Arg::Long("help") | Arg::Short('h') => return Ok(Command::Help),
            other => return Err(other.unexpected()),
        }
    }
    Ok(Command::Serve(Box::new(options)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(arguments: &[&str]) -> Result<Command, lexopt::Error> {
        parse(arguments.iter().map(OsString::from))
    }

    #[test]
    fn every_option_is_parsed_and_has_a_default() -> Result<(), lexopt::Error> {
        let default = Command::Serve(Box::default());
        assert_eq!(parsed(&[])?, default);
        let all = parsed(&[
            "--port=0",
            "--host",
            "::1",
            "--dir",
            "dist",
            "--csp",
            "default-src 'self'",
            "--upload-limit",
            "10",
        ])?;
        let options = Options {
            host: std::net::Ipv6Addr::LOCALHOST.into(),
            port: 0,
            dir: Some("dist".into()),
            csp: Some(HeaderValue::from_static("default-src 'self'")),
            upload_limit: 10,
        };
        assert_eq!(all, Command::Serve(Box::new(options)));
        assert_eq!(parsed(&["--help"])?, Command::Help);
        Ok(())
    }

    #[test]
    fn invalid_arguments_are_refused() {
        for wrong in [
            &["--port", "99999"][..],
            &["--port"],
            &["--csp", "a\nb"],
            &["dist"],
            &["--verbose"],
        ] {
            assert!(parsed(wrong).is_err(), "{wrong:?}");
        }
    }
}
