//! The compact format of stored records and of messages between tabs.
//!
//! Numbers are variable-length, texts have their length in front, an enum begins with a
//! number for its variant. The bytes travel as a string of the characters U+0000 to
//! U+00FF, since storage and channels take strings. Reading never panics: whatever the
//! bytes are, the result is a value or `None`.
//!
//! Damage is noted where it is found, and reading goes on with zeros up to the end of the value,
//! which is then dropped. Leaving at each of a hundred fields would take twice as much WASM.

#[cfg(all(test, not(target_arch = "wasm32")))]
mod properties;
mod types;

use std::rc::Rc;
use std::time::Duration;

/// A value of this format.
pub trait Codec: Sized {
    /// Appends the value.
    fn write(&self, out: &mut Vec<u8>);

    /// Reads a value. If the bytes are not one, they count as damaged, and it may be any.
    fn read(bytes: &mut Bytes<'_>) -> Self;
}

/// Bytes that have not been read yet.
#[derive(Debug)]
pub struct Bytes<'a> {
    rest: &'a [u8],
    is_damaged: bool,
}

impl<'a> Bytes<'a> {
    /// All of `bytes`.
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self {
            rest: bytes,
            is_damaged: false,
        }
    }

    /// Reads a value; `None` if the bytes are not one, or if anything follows it.
    pub fn read_all<T: Codec>(mut self) -> Option<T> {
        let value = T::read(&mut self);
        (!self.is_damaged && self.rest.is_empty()).then_some(value)
    }

    /// The bytes are no value. From here on, zeros are read.
    pub const fn damage(&mut self) {
        self.is_damaged = true;
        self.rest = &[];
    }

    /// The bytes are no value, and this one stands in its place.
    pub fn damaged<T: Codec>(&mut self) -> T {
        self.damage();
        T::read(self)
    }

    /// The next byte.
    pub fn byte(&mut self) -> u8 {
        self.take(1).first().copied().unwrap_or_default()
    }

    /// A text that has its length in front.
    pub fn text(&mut self) -> &'a str {
        let length = u64::read(self);
        std::str::from_utf8(self.take(length)).unwrap_or_else(|_| {
            self.damage();
            ""
        })
    }

    /// The next `length` bytes.
    pub fn take(&mut self, length: u64) -> &'a [u8] {
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        match self.rest.split_at_checked(length) {
            Some((taken, rest)) => {
                self.rest = rest;
                taken
            }
            None => {
                self.damage();
                &[]
            }
        }
    }
}

/// A value as a string.
pub fn encode<T: Codec>(value: &T) -> String {
    let mut bytes = Vec::new();
    value.write(&mut bytes);
    to_text(bytes)
}

/// The value of a string; `None` if it is not one, or if anything follows it.
pub fn decode<T: Codec>(text: &str) -> Option<T> {
    Bytes::new(&from_text(text)?).read_all()
}

/// Bytes as a string.
pub fn to_text(bytes: Vec<u8>) -> String {
    bytes.into_iter().map(char::from).collect()
}

fn from_text(text: &str) -> Option<Vec<u8>> {
    text.chars().map(|it| u8::try_from(it).ok()).collect()
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

    fn read(bytes: &mut Bytes<'_>) -> Self {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = bytes.byte();
            let part = Self::from(byte & 0x7f);
            if part << shift >> shift != part {
                break;
            }
            number |= part << shift;
            if byte < 0x80 {
                return number;
            }
        }
        bytes.damage();
        0
    }
}

/// Numbers that are written as `u64`.
macro_rules! codec_small {
    ($($type:ty)*) => {
        $(impl Codec for $type {
            fn write(&self, out: &mut Vec<u8>) {
                u64::from(*self).write(out);
            }

            fn read(bytes: &mut Bytes<'_>) -> Self {
                let number = u64::read(bytes);
                Self::try_from(number).unwrap_or_else(|_| bytes.damaged())
            }
        })*
    };
}

codec_small!(u32 u16);

impl Codec for bool {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }

    fn read(bytes: &mut Bytes<'_>) -> Self {
        let byte = bytes.byte();
        if byte > 1 {
            bytes.damage();
        }
        byte == 1
    }
}

impl Codec for Duration {
    /// In milliseconds: no wait needs to be more exact.
    fn write(&self, out: &mut Vec<u8>) {
        u64::try_from(self.as_millis())
            .unwrap_or(u64::MAX)
            .write(out);
    }

    fn read(bytes: &mut Bytes<'_>) -> Self {
        Self::from_millis(u64::read(bytes))
    }
}

/// Appends a text.
pub fn write_text(text: &str, out: &mut Vec<u8>) {
    (text.len() as u64).write(out);
    out.extend_from_slice(text.as_bytes());
}

impl Codec for Rc<str> {
    fn write(&self, out: &mut Vec<u8>) {
        write_text(self, out);
    }

    fn read(bytes: &mut Bytes<'_>) -> Self {
        bytes.text().into()
    }
}

impl Codec for String {
    fn write(&self, out: &mut Vec<u8>) {
        write_text(self, out);
    }

    fn read(bytes: &mut Bytes<'_>) -> Self {
        bytes.text().to_owned()
    }
}

impl<T: Codec> Codec for Option<T> {
    fn write(&self, out: &mut Vec<u8>) {
        self.is_some().write(out);
        if let Some(value) = self {
            value.write(out);
        }
    }

    fn read(bytes: &mut Bytes<'_>) -> Self {
        bool::read(bytes).then(|| T::read(bytes))
    }
}

impl<T: Codec> Codec for Vec<T> {
    fn write(&self, out: &mut Vec<u8>) {
        (self.len() as u64).write(out);
        for value in self {
            value.write(out);
        }
    }

    fn read(bytes: &mut Bytes<'_>) -> Self {
        let mut values = Self::new();
        for _ in 0..u64::read(bytes) {
            // Each value takes a byte at least, so that a false length cannot allocate much.
            if bytes.rest.is_empty() {
                bytes.damage();
                break;
            }
            values.push(T::read(bytes));
        }
        values
    }
}

impl<A: Codec, B: Codec> Codec for (A, B) {
    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
        self.1.write(out);
    }

    fn read(bytes: &mut Bytes<'_>) -> Self {
        (A::read(bytes), B::read(bytes))
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

            fn read(bytes: &mut $crate::codec::Bytes<'_>) -> Self {
                // In the order in which they are written here.
                Self { $($field: $crate::codec::Codec::read(bytes)),* }
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

            fn read(bytes: &mut $crate::codec::Bytes<'_>) -> Self {
                match bytes.byte() {
                    $($number => {
                        $($(let $item = $crate::codec::Codec::read(bytes);)*)?
                        $($(let $field = $crate::codec::Codec::read(bytes);)*)?
                        Self::$variant $(($($item),*))? $({$($field),*})?
                    })*
                    // The variant with the number 0, which every enum has.
                    _ => bytes.damaged(),
                }
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
