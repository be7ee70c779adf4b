//! The compact format of stored records and of messages between tabs.
//!
//! Numbers are variable-length, texts have their length in front, an enum begins with a
//! number for its variant. The bytes travel as a string of the characters U+0000 to
//! U+00FF, since storage and channels take strings. Reading never panics: whatever the
//! bytes are, the result is a value or `None`.

mod types;

use std::rc::Rc;
use std::time::Duration;

/// A value of this format.
pub trait Codec: Sized {
    /// Appends the value.
    fn write(&self, out: &mut Vec<u8>);

    /// Reads a value; `None` if the bytes are not one.
    fn read(bytes: &mut Bytes<'_>) -> Option<Self>;
}

/// Bytes that have not been read yet.
#[derive(Debug)]
pub struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    /// All of `bytes`.
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Whether everything has been read.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    pub(crate) fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }
}

/// A value as a string.
pub fn encode<T: Codec>(value: &T) -> String {
    let mut bytes = Vec::new();
    value.write(&mut bytes);
    bytes.into_iter().map(char::from).collect()
}

/// The value of a string; `None` if it is not one, or if anything follows it.
pub fn decode<T: Codec>(text: &str) -> Option<T> {
    let bytes: Option<Vec<u8>> = text.chars().map(|it| u8::try_from(it).ok()).collect();
    let bytes = bytes?;
    let mut bytes = Bytes::new(&bytes);
    let value = T::read(&mut bytes)?;
    bytes.is_empty().then_some(value)
}

impl Codec for u64 {
    fn write(&self, out: &mut Vec<u8>) {
        let mut rest = *self;
        while rest >= 0x80 {
            out.push((rest & 0x7f) as u8 | 0x80);
            rest >>= 7;
        }
        out.push(rest as u8);
    }

    fn read(bytes: &mut Bytes<'_>) -> Option<Self> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = bytes.byte()?;
            let part = Self::from(byte & 0x7f);
            number |= part.checked_shl(shift).filter(|it| it >> shift == part)?;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }
}

impl Codec for u32 {
    fn write(&self, out: &mut Vec<u8>) {
        u64::from(*self).write(out);
    }

    fn read(bytes: &mut Bytes<'_>) -> Option<Self> {
        u64::read(bytes)?.try_into().ok()
    }
}

impl Codec for u16 {
    fn write(&self, out: &mut Vec<u8>) {
        u64::from(*self).write(out);
    }

    fn read(bytes: &mut Bytes<'_>) -> Option<Self> {
        u64::read(bytes)?.try_into().ok()
    }
}

impl Codec for bool {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }

    fn read(bytes: &mut Bytes<'_>) -> Option<Self> {
        match bytes.byte()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }
}

impl Codec for Duration {
    /// In milliseconds: no wait needs to be more exact.
    fn write(&self, out: &mut Vec<u8>) {
        u64::try_from(self.as_millis())
            .unwrap_or(u64::MAX)
            .write(out);
    }

    fn read(bytes: &mut Bytes<'_>) -> Option<Self> {
        u64::read(bytes).map(Self::from_millis)
    }
}

impl Codec for Rc<str> {
    fn write(&self, out: &mut Vec<u8>) {
        (self.len() as u64).write(out);
        out.extend_from_slice(self.as_bytes());
    }

    fn read(bytes: &mut Bytes<'_>) -> Option<Self> {
        let length = usize::try_from(u64::read(bytes)?).ok()?;
        let text = std::str::from_utf8(bytes.take(length)?).ok()?;
        Some(text.into())
    }
}

impl Codec for String {
    fn write(&self, out: &mut Vec<u8>) {
        Rc::<str>::from(self.as_str()).write(out);
    }

    fn read(bytes: &mut Bytes<'_>) -> Option<Self> {
        Rc::<str>::read(bytes).map(|text| text.as_ref().to_owned())
    }
}

impl<T: Codec> Codec for Option<T> {
    fn write(&self, out: &mut Vec<u8>) {
        self.is_some().write(out);
        if let Some(value) = self {
            value.write(out);
        }
    }

    fn read(bytes: &mut Bytes<'_>) -> Option<Self> {
        match bool::read(bytes)? {
            true => T::read(bytes).map(Some),
            false => Some(None),
        }
    }
}

impl<T: Codec> Codec for Vec<T> {
    fn write(&self, out: &mut Vec<u8>) {
        (self.len() as u64).write(out);
        for value in self {
            value.write(out);
        }
    }

    fn read(bytes: &mut Bytes<'_>) -> Option<Self> {
        let length = u64::read(bytes)?;
        // Each value takes a byte at least, so that a false length cannot allocate much.
        (length <= bytes.0.len() as u64).then_some(())?;
        (0..length).map(|_| T::read(bytes)).collect()
    }
}

impl<A: Codec, B: Codec> Codec for (A, B) {
    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
        self.1.write(out);
    }

    fn read(bytes: &mut Bytes<'_>) -> Option<Self> {
        Some((A::read(bytes)?, B::read(bytes)?))
    }
}

/// Writes a struct's fields in order.
macro_rules! codec_struct {
    ($type:path { $($field:ident),* $(,)? }) => {
        impl $crate::codec::Codec for $type {
            fn write(&self, out: &mut Vec<u8>) {
                let Self { $($field),* } = self;
                $($crate::codec::Codec::write($field, out);)*
            }

            fn read(bytes: &mut $crate::codec::Bytes<'_>) -> Option<Self> {
                $(let $field = $crate::codec::Codec::read(bytes)?;)*
                Some(Self { $($field),* })
            }
        }
    };
}

/// Writes an enum's number, then the fields of the variant in order.
macro_rules! codec_enum {
    ($type:path { $($number:literal => $variant:ident $(($($item:ident),*))? $({$($field:ident),*})?),* $(,)? }) => {
        impl $crate::codec::Codec for $type {
            fn write(&self, out: &mut Vec<u8>) {
                match self {
                    $(Self::$variant $(($($item),*))? $({$($field),*})? => {
                        out.push($number);
                        $($($crate::codec::Codec::write($item, out);)*)?
                        $($($crate::codec::Codec::write($field, out);)*)?
                    })*
                }
            }

            fn read(bytes: &mut $crate::codec::Bytes<'_>) -> Option<Self> {
                Some(match bytes.byte()? {
                    $($number => {
                        $($(let $item = $crate::codec::Codec::read(bytes)?;)*)?
                        $($(let $field = $crate::codec::Codec::read(bytes)?;)*)?
                        Self::$variant $(($($item),*))? $({$($field),*})?
                    })*
                    _ => return None,
                })
            }
        }
    };
}

pub(crate) use {codec_enum, codec_struct};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(
            number: u64,
            text: String,
            list in proptest::collection::vec(any::<Option<u32>>(), 0..9),
        ) {
            prop_assert_eq!(decode(&encode(&number)), Some(number));
            prop_assert_eq!(decode(&encode(&text)), Some(text));
            prop_assert_eq!(decode(&encode(&list)), Some(list));
        }

        #[test]
        fn arbitrary_text_is_a_value_or_none(text: String) {
            let _ = decode::<Vec<(String, Option<Duration>)>>(&text);
        }
    }

    #[test]
    fn a_number_beyond_64_bits_or_with_a_tail_is_none() {
        let bytes = |bytes: &[u8]| bytes.iter().copied().map(char::from).collect::<String>();
        assert_eq!(decode::<u64>(&bytes(&[0xff; 9])), None);
        let all = [&[0xff; 9][..], &[0x01]].concat();
        assert_eq!(decode::<u64>(&bytes(&all)), Some(u64::MAX));
        let beyond = [&[0xff; 9][..], &[0x02]].concat();
        assert_eq!(decode::<u64>(&bytes(&beyond)), None);
        assert_eq!(decode::<u64>(&bytes(&[1, 1])), None);
        assert_eq!(decode::<u64>("€"), None);
    }
}
