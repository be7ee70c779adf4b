//! The reference backend as a program: arguments in, one server until Ctrl-C.

use std::{
    env,
    error::Error,
    io::{self, Write},
    process::ExitCode,
};

use reference_backend::{
    arguments::{self, Command, HELP},
    server::{Options, Server},
};

fn main() -> ExitCode {
    let command = match arguments::parse(env::args_os().skip(1)) {
        Ok(command) => command,
        Err(error) => {
            eprintln!("reference-backend: {error}\n\n{HELP}");
            return ExitCode::from(2);
        }
    };
    let done = match command {
        Command::Serve(options) => serve(*options),
        Command::Help => io::stdout().write_all(HELP.as_bytes()).map_err(Into::into),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("reference-backend: {error}");
            ExitCode::FAILURE
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn serve(options: Options) -> Result<(), Box<dyn Error>> {
    let server = Server::bind(options)?;
    let mut stdout = io::stdout();
    writeln!(stdout, "listening on http://{}", server.address())?;
    stdout.flush()?;
    server
        .run(async {
            // Without a signal handler the server runs until it is killed.
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
        })
        .await;
    Ok(())
}
