//! Randomness by seed and subject, so that no subject's draws depend on another's.

use fastrand::Rng;

/// The random source for the `nth` event of a subject that several words name.
///
/// Its draws are the same in whatever order subjects are asked for.
pub fn of(seed: u64, subject: &[&str], nth: u64) -> Rng {
    let mut hash = Fnv::new();
    hash.write(&seed.to_le_bytes());
    hash.write_words(subject);
    hash.write(&nth.to_le_bytes());
    Rng::with_seed(hash.0)
}

/// A number that stands for a list of words.
pub fn fingerprint(words: &[&str]) -> u64 {
    let mut hash = Fnv::new();
    hash.write_words(words);
    hash.0
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

    fn write_words(&mut self, words: &[&str]) {
        for word in words {
            self.write(word.as_bytes());
            // This byte never occurs in UTF-8, so the words "ab", "c" and "a",
            // "bc" differ.
            self.write(&[0xff]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_subject_has_its_own_repeatable_draws() {
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
