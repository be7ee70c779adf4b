//! Chance by seed and subject, so that no subject's luck hangs on another's.

use fastrand::Rng;

/// The source for the `nth` event of a subject that several words name.
///
/// What is drawn for it is the same in whatever order subjects are asked.
pub fn of(seed: u64, subject: &[&str], nth: u64) -> Rng {
    let mut hash = Fnv::new();
    hash.write(&seed.to_le_bytes());
    for word in subject {
        hash.write(word.as_bytes());
        // In no text: two words are never taken for another two.
        hash.write(&[0xff]);
    }
    hash.write(&nth.to_le_bytes());
    Rng::with_seed(hash.0)
}

/// FNV-1a: the standard library's hash may change between releases.
struct Fnv(u64);

impl Fnv {
    const fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 ^= u64::from(*byte);
            self.0 = self.0.wrapping_mul(0x0100_0000_01b3);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_has_the_same_luck_each_time_and_its_own() {
        let draw = |seed, subject: &[&str], nth| of(seed, subject, nth).u64(..);
        let first = draw(1, &["job", "q-1"], 1);
        assert_eq!(first, draw(1, &["job", "q-1"], 1));
        for other in [
            draw(2, &["job", "q-1"], 1),
            draw(1, &["job", "q-2"], 1),
            draw(1, &["jobq-", "1"], 1),
            draw(1, &["job", "q-1"], 2),
        ] {
            assert_ne!(first, other);
        }
    }
}
