//! Server-sent events: bytes, in whatever pieces they come, to events.
//!
//! As the HTML standard has it (9.2.6), with a bound on what is kept.

use std::time::Duration;

/// The most bytes of a line, and of an event's text. What is longer is left out
/// as a whole.
const MOST_BYTES: usize = 1 << 20;

/// Reads a stream of events.
#[derive(Debug, Default)]
pub struct Parser {
    /// The line that has begun.
    line: Vec<u8>,
    /// Whether the last byte was a carriage return, whose line feed may follow.
    after_return: bool,
    /// Whether a line was read; the first may begin with a byte order mark.
    begun: bool,
    name: String,
    /// None where the event has no line of it.
    text: Option<String>,
    /// Whether the event is too long.
    spoiled: bool,
    /// The id that the next event sets.
    id: String,
    last_id: String,
    retry: Option<Duration>,
}

impl Parser {
    /// One that goes on after the event of this id.
    pub fn after(last_id: &str) -> Self {
        Self {
            id: last_id.to_owned(),
            last_id: last_id.to_owned(),
            ..Self::default()
        }
    }

    /// The id of the last event, to go on from; empty where there is none.
    pub fn last_id(&self) -> &str {
        &self.last_id
    }

    /// How long the server asks to wait before it is connected to again.
    pub const fn retry(&self) -> Option<Duration> {
        self.retry
    }

    /// Takes bytes in and tells each event that they complete: its name
    /// (`message` where it has none) and its text.
    pub fn push(&mut self, mut bytes: &[u8], tell: &mut dyn FnMut(&str, &str)) {
        if self.after_return && !bytes.is_empty() {
            self.after_return = false;
            bytes = bytes.strip_prefix(b"\n").unwrap_or(bytes);
        }
        while let Some(end) = bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
            let (line, rest) = bytes.split_at(end);
            self.keep(line);
            self.end_line(tell);
            bytes = match rest {
                [b'\r'] => {
                    self.after_return = true;
                    &[]
                }
                [b'\r', b'\n', rest @ ..] | [_, rest @ ..] => rest,
                [] => &[],
            };
        }
        self.keep(bytes);
    }

    fn keep(&mut self, piece: &[u8]) {
        // One byte more than fits says that the line is too long.
        let room = (MOST_BYTES + 1).saturating_sub(self.line.len());
        let piece = piece.get(..room).unwrap_or(piece);
        self.line.extend_from_slice(piece);
    }

    fn end_line(&mut self, tell: &mut dyn FnMut(&str, &str)) {
        let mut bytes = std::mem::take(&mut self.line);
        self.spoiled |= bytes.len() > MOST_BYTES;
        if bytes.len() <= MOST_BYTES {
            let text = String::from_utf8_lossy(&bytes);
            let line = match self.begun {
                false => text.strip_prefix('\u{feff}').unwrap_or(&text),
                true => &text,
            };
            if line.is_empty() {
                self.end_event(tell);
            } else {
                let (field, value) = line.split_once(':').unwrap_or((line, ""));
                self.field(field, value.strip_prefix(' ').unwrap_or(value));
            }
        }
        self.begun = true;
        // What was set aside for this line serves the next.
        bytes.clear();
        self.line = bytes;
    }

    fn field(&mut self, field: &str, value: &str) {
        match field {
            "event" => value.clone_into(&mut self.name),
            "data" => {
                let length = self.text.as_ref().map_or(0, String::len);
                if length + value.len() > MOST_BYTES {
                    self.spoiled = true;
                    return;
                }
                match &mut self.text {
                    Some(text) => {
                        text.push('\n');
                        text.push_str(value);
                    }
                    None => self.text = Some(value.to_owned()),
                }
            }
            "id" if !value.contains('\0') => value.clone_into(&mut self.id),
            "retry" if value.bytes().all(|byte| byte.is_ascii_digit()) => {
                let millis = value.parse().ok();
                self.retry = millis.map(Duration::from_millis).or(self.retry);
            }
            // Comments have an empty name; what is not known is to be ignored.
            _ => {}
        }
    }

    fn end_event(&mut self, tell: &mut dyn FnMut(&str, &str)) {
        let spoiled = std::mem::take(&mut self.spoiled);
        let name = std::mem::take(&mut self.name);
        let text = self.text.take();
        self.id.clone_into(&mut self.last_id);
        if let (Some(text), false) = (text, spoiled) {
            let name = if name.is_empty() { "message" } else { &name };
            tell(name, &text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(parser: &mut Parser, pieces: &[&[u8]]) -> Vec<(String, String)> {
        let mut events = Vec::new();
        for piece in pieces {
            parser.push(piece, &mut |name, text| {
                events.push((name.to_owned(), text.to_owned()));
            });
        }
        events
    }

    fn events(stream: &str) -> Vec<(String, String)> {
        read(&mut Parser::default(), &[stream.as_bytes()])
    }

    fn event(name: &str, text: &str) -> (String, String) {
        (name.to_owned(), text.to_owned())
    }

    #[test]
    fn the_examples_of_the_standard_are_read_as_it_says() {
        assert_eq!(
            events("data: YHOO\ndata: +2\ndata: 10\n\n"),
            [event("message", "YHOO\n+2\n10")]
        );
        let mut parser = Parser::default();
        let stream = ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n";
        let read = read(&mut parser, &[stream.as_bytes()]);
        let first = event("message", "first event");
        assert_eq!(read, [first, event("message", "second event")]);
        assert_eq!(parser.last_id(), "");
        assert_eq!(
            events("data\n\ndata\ndata\n\ndata:"),
            [event("message", ""), event("message", "\n")]
        );
        assert_eq!(
            events("data:test\n\ndata: test\n\n"),
            [event("message", "test"), event("message", "test")]
        );
    }

    #[test]
    fn lines_end_in_any_of_three_ways_and_a_mark_may_come_first() {
        for end in ["\n", "\r", "\r\n"] {
            let stream = format!(
                "\u{feff}event: a{end}data: 1{end}{end}event: b{end}{end}data: 2{end}{end}"
            );
            assert_eq!(events(&stream), [event("a", "1"), event("message", "2")]);
        }
        let pieces: [&[u8]; 4] = [b"data: 1\r", b"", b"\n\r", b"\ndata: 2\n\n"];
        let read = read(&mut Parser::default(), &pieces);
        assert_eq!(read, [event("message", "1"), event("message", "2")]);
    }

    #[test]
    fn ids_and_waits_are_kept_where_they_are_valid() {
        let mut parser = Parser::after("7");
        assert_eq!(parser.last_id(), "7");
        read(&mut parser, &[b"retry: 2500\nid: 8\n"]);
        assert_eq!(parser.last_id(), "7", "the event has not ended");
        read(
            &mut parser,
            &[b"\nid: a\0b\nretry: soon\nretry: 99999999999999999999\n\n"],
        );
        assert_eq!(parser.last_id(), "8");
        assert_eq!(parser.retry(), Some(Duration::from_millis(2_500)));
    }

    #[test]
    fn what_is_too_long_is_left_out_and_what_follows_is_read() {
        let long = "x".repeat(MOST_BYTES + 1);
        let lines = format!("data: {}\n", "y".repeat(1_000)).repeat(1_100);
        for event_of in [format!("data: {long}\n"), lines] {
            let stream = format!("data: 1\n{event_of}\ndata: 2\n\n");
            let mut parser = Parser::default();
            let read = read(&mut parser, &[stream.as_bytes()]);
            assert_eq!(read, [event("message", "2")]);
        }
        let mut parser = Parser::default();
        for _ in 0..100 {
            parser.push(&[b'x'; 100_000], &mut |_, _| {});
        }
        assert!(parser.line.len() <= MOST_BYTES + 1);
    }

    #[cfg(not(target_arch = "wasm32"))]
    mod properties {
        use proptest::collection::vec;
        use proptest::prelude::*;

        use super::*;

        fn ending() -> impl Strategy<Value = &'static str> {
            prop_oneof![Just("\n"), Just("\r"), Just("\r\n")]
        }

        proptest! {
            #[test]
            fn events_are_the_same_wherever_the_pieces_are_cut(
                sent in vec(("[a-z]{1,5}", vec("[^\r\n\0]{0,20}", 1..4), ending()), 0..8),
                cuts in vec(any::<prop::sample::Index>(), 0..20),
            ) {
                let mut stream = String::new();
                let mut expected = Vec::new();
                for (name, lines, end) in &sent {
                    stream += &format!(": a comment{end}event: {name}{end}");
                    for line in lines {
                        stream += &format!("data: {line}{end}");
                    }
                    stream += end;
                    expected.push(event(name, &lines.join("\n")));
                }
                // A return at the end of one event and a feed at the begin of the next are one end of line.
                let bytes = stream.as_bytes();
                let mut places: Vec<_> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
                places.extend([0, bytes.len()]);
                places.sort_unstable();
                let pieces: Vec<_> = places.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
                prop_assert_eq!(read(&mut Parser::default(), &pieces), expected);
            }

            #[test]
            fn no_bytes_do_harm(pieces in vec(vec(any::<u8>(), 0..50), 0..20)) {
                let whole = pieces.concat();
                let pieces: Vec<_> = pieces.iter().map(Vec::as_slice).collect();
                let cut = read(&mut Parser::default(), &pieces);
                prop_assert_eq!(cut, read(&mut Parser::default(), &[&whole]));
            }
        }
    }
}
