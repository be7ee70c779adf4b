//! The listening socket, with small buffers between client and server.
//!
//! Over loopback the system buffers some 4 MB ahead of a server that reads slowly, and a browser
//! counts them as sent. With the sizes below it is some 0.5 MB, so that the progress in the browser
//! is about that of the server.

use std::{io, net::SocketAddr};

#[cfg(unix)]
use socket2::SockRef;
use tokio::net::{TcpListener, TcpSocket};

/// What the server's side takes in ahead, in bytes; so little, because the client's side takes in
/// the more the more is under way.
const RECEIVE_BUFFER: u32 = 8 * 1024;

/// The segments of an Ethernet. A client's side takes in ahead a multiple of the segment's size,
/// which over loopback is 64 kB.
#[cfg(unix)]
const SEGMENT: u32 = 1460;

/// The most connections that wait to be accepted.
const BACKLOG: u32 = 1024;

/// Listens on an address. Every accepted socket has the sizes of the listening one.
///
/// # Errors
///
/// If the address is not available.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    socket.set_recv_buffer_size(RECEIVE_BUFFER)?;
    #[cfg(unix)]
    {
        SockRef::from(&socket).set_tcp_mss(SEGMENT)?;
        // A port that was in use a moment ago may be used again.
        socket.set_reuseaddr(true)?;
    }
    socket.bind(address)?;
    socket.listen(BACKLOG)
}
