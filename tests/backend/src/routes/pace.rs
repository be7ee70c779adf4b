//! Throttles request bodies, and cuts them off.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::body::{Body, Bytes};
use futures_util::{StreamExt, stream};
use tokio::time::{Instant, sleep_until};

/// Limits how many bytes of a body are read per second; without a limit if absent.
pub fn slowed_down(body: Body, bytes_per_second: Option<u64>) -> Body {
    let Some(bytes_per_second) = bytes_per_second else {
        return body;
    };
    let began = Instant::now();
    let mut received: u64 = 0;
    let chunks = body.into_data_stream().then(move |chunk| {
        let length = chunk.as_ref().map_or(0, |bytes| bytes.len() as u64);
        received = received.saturating_add(length);
        let ms = received.saturating_mul(1000) / bytes_per_second.max(1);
        let due = began.checked_add(Duration::from_millis(ms));
        async move {
            if let Some(due) = due {
                sleep_until(due).await;
            }
            chunk
        }
    });
    Body::from_stream(chunks)
}

/// Whether [`cut_off`] has cut its body off.
#[derive(Clone, Debug, Default)]
pub struct Cut(Arc<AtomicBool>);

impl Cut {
    /// Whether the body was longer.
    pub fn has_happened(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

/// The first `left` bytes of a body, and then an error, as if the connection was lost. A shorter body
/// is unchanged.
pub fn cut_off(body: Body, left: u64) -> (Body, Cut) {
    let cut = Cut::default();
    let reached = cut.clone();
    let chunks = stream::unfold((body.into_data_stream(), left), move |(mut body, left)| {
        let reached = reached.clone();
        async move {
            if left == 0 {
                reached.0.store(true, Ordering::SeqCst);
                let broken = io::Error::from(io::ErrorKind::ConnectionReset);
                return Some((Err(broken), (body, left)));
            }
            let chunk = body.next().await?.map_err(io::Error::other);
            Some(match chunk {
                Ok(mut bytes) => {
                    let length = usize::try_from(left).unwrap_or(usize::MAX);
                    bytes.truncate(length);
                    let left = left.saturating_sub(bytes.len() as u64);
                    (Ok::<Bytes, _>(bytes), (body, left))
                }
                Err(error) => (Err(error), (body, left)),
            })
        }
    });
    (Body::from_stream(chunks), cut)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(left: u64) -> (Vec<u8>, bool, bool) {
        let pieces =
            ["ab", "cd"].map(|piece| Ok::<_, io::Error>(Bytes::from_static(piece.as_bytes())));
        let (body, cut) = cut_off(Body::from_stream(stream::iter(pieces)), left);
        let mut body = body.into_data_stream();
        let mut bytes = Vec::new();
        let mut broke = false;
        while let Some(chunk) = body.next().await {
            match chunk {
                Ok(chunk) => bytes.extend_from_slice(&chunk),
                Err(_) => {
                    broke = true;
                    break;
                }
            }
        }
        (bytes, broke, cut.has_happened())
    }

    #[tokio::test]
    async fn exactly_the_bytes_before_the_cut_arrive() {
        assert_eq!(read(3).await, (b"abc".to_vec(), true, true));
        assert_eq!(read(4).await, (b"abcd".to_vec(), true, true));
        assert_eq!(read(0).await, (Vec::new(), true, true));
        assert_eq!(read(5).await, (b"abcd".to_vec(), false, false));
    }
}
