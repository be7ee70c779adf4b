//! The server: sockets, connections and shutdown.

use std::{
    error::Error,
    fmt, io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
    pin::pin,
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{HeaderValue, header::CONNECTION},
    response::Response,
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::{sleep, timeout},
};
use tower::ServiceExt;

use crate::{
    connections::Connections,
    files, listener,
    routes::{self, Backend, intercept::CloseSocket},
    worlds::Worlds,
};

/// The most bytes read from a socket at once, by which uploads are throttled.
const READ_AHEAD: usize = 64 * 1024;

/// How long connections have to finish when the server shuts down.
const LAST_ANSWERS: Duration = Duration::from_millis(500);

/// Options of a server.
///
/// | option | default |
/// | --- | --- |
/// | `host` | 127.0.0.1 |
/// | `port` | 8787; 0 picks a free one |
/// | `dir` | none: only the API |
/// | `csp` | none |
/// | `upload_limit` | 200 MB |
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The address to listen on.
    pub host: IpAddr,
    /// The port to listen on.
    pub port: u16,
    /// The folder of the page.
    pub dir: Option<PathBuf>,
    /// The Content-Security-Policy of the page.
    pub csp: Option<HeaderValue>,
    /// The most bytes of an uploaded file.
    pub upload_limit: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            host: Ipv4Addr::LOCALHOST.into(),
            port: 8787,
            dir: None,
            csp: None,
            upload_limit: 200_000_000,
        }
    }
}

/// A server that listens.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    router: Router,
    connections: Connections,
}

impl Server {
    /// Listens.
    ///
    /// # Errors
    ///
    /// If the address is not available, or `dir` is not a folder.
    pub fn bind(options: Options) -> io::Result<Self> {
        let files = match &options.dir {
            Some(dir) if dir.is_dir() => files::serve(dir, options.csp),
            Some(dir) => {
                let message = format!("{} is not a folder", dir.display());
                return Err(io::Error::new(io::ErrorKind::NotFound, message));
            }
            None => files::none(),
        };
        let listener = listener::listen(SocketAddr::new(options.host, options.port))?;
        let address = listener.local_addr()?;
        let connections = Connections::default();
        let backend = Backend {
            worlds: Worlds::new(options.upload_limit),
            connections: connections.clone(),
            upload_limit: options.upload_limit,
        };
        Ok(Self {
            listener,
            address,
            router: routes::router(&backend, files),
            connections,
        })
    }

    /// The address on which it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves requests until `end` is ready.
    pub async fn run(self, end: impl Future<Output = ()>) {
        let mut end = pin!(end);
        let mut open = JoinSet::new();
        loop {
            tokio::select! {
                () = &mut end => break,
                Some(_) = open.join_next() => {}
                accepted = self.listener.accept() => match accepted {
                    Ok((stream, _)) => {
                        let router = self.router.clone();
                        open.spawn(serve(stream, router, self.connections.clone()));
                    }
                    // Most likely out of file descriptors: other connections have to close first.
                    Err(_) => sleep(Duration::from_millis(50)).await,
                }
            }
        }
        drop(self.listener);
        self.connections.retire();
        let all = async { while open.join_next().await.is_some() {} };
        // Requests that still stall are aborted when `open` is dropped.
        let _ = timeout(LAST_ANSWERS, all).await;
    }
}

/// Serves one connection until either side closes it.
async fn serve(stream: TcpStream, router: Router, connections: Connections) {
    let _ = stream.set_nodelay(true);
    let mut retirement = connections.retirement();
    let service = service_fn(move |request| answer(router.clone(), connections.clone(), request));
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .max_buf_size(READ_AHEAD)
            .serve_connection(TokioIo::new(stream), service)
    );
    // An error means that the client disconnected or that a fault closed the socket.
    let _ = tokio::select! {
        ended = connection.as_mut() => ended,
        _ = retirement.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
}

async fn answer(
    router: Router,
    connections: Connections,
    request: Request<Incoming>,
) -> Result<Response, Dropped> {
    let Ok(mut response) = router.oneshot(request.map(Body::new)).await;
    if let Some(CloseSocket) = response.extensions().get() {
        return Err(Dropped);
    }
    if !connections.keep_alive() {
        let headers = response.headers_mut();
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    Ok(response)
}

/// A service that fails closes its connection without a response.
#[derive(Debug)]
struct Dropped;

impl fmt::Display for Dropped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a fault closed the socket")
    }
}

impl Error for Dropped {}
