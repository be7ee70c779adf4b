//! Damage to a text.

use proptest::prelude::*;

/// Damage to a text.
#[derive(Clone, Debug)]
pub enum Damage {
    Truncate(prop::sample::Index),
    FlipBit(prop::sample::Index, u8),
    Replace(prop::sample::Index, char),
    Insert(prop::sample::Index, char),
    Remove(prop::sample::Index),
    Repeat,
}

pub fn damage() -> impl Strategy<Value = Damage> {
    let place = any::<prop::sample::Index>;
    prop_oneof![
        place().prop_map(Damage::Truncate),
        (place(), 0..8_u8).prop_map(|(at, bit)| Damage::FlipBit(at, bit)),
        (place(), any::<char>()).prop_map(|(at, to)| Damage::Replace(at, to)),
        (place(), any::<char>()).prop_map(|(at, new)| Damage::Insert(at, new)),
        place().prop_map(Damage::Remove),
        Just(Damage::Repeat),
    ]
}

pub fn damaged(text: &str, damages: &[Damage]) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for damage in damages {
        let length = characters.len();
        if length == 0 {
            break;
        }
        match damage {
            Damage::Truncate(at) => characters.truncate(at.index(length)),
            Damage::FlipBit(at, bit) => {
                let at = &mut characters[at.index(length)];
                *at = char::from_u32(u32::from(*at) ^ (1 << bit)).unwrap_or(*at);
            }
            Damage::Replace(at, to) => characters[at.index(length)] = *to,
            Damage::Insert(at, new) => characters.insert(at.index(length), *new),
            Damage::Remove(at) => {
                characters.remove(at.index(length));
            }
            Damage::Repeat => characters.extend_from_within(..),
        }
    }
    characters.into_iter().collect()
}
