//! Parsing of server-sent events from chunks of bytes.
//!
//! As the HTML standard defines it (9.2.6), with a limit on what is kept.

use std::time::Duration;

/// The most bytes of a line, and of the data of an event. Longer events are skipped.
const MAX_BYTES: usize = 1 << 20;

/// Parses an event stream.
#[derive(Debug, Default)]
pub struct Parser {
    /// The current line, as far as it was received.
    line: Vec<u8>,
    /// Whether the last byte was a carriage return, which a line feed may follow.
    after_return: bool,
    /// Whether a line was parsed. The first one may begin with a byte order mark.
    started: bool,
    name: String,
    /// `None` if the event has no data field.
    data: Option<String>,
    too_long: bool,
    /// The id that the end of the event sets.
    id: String,
    last_id: String,
    retry: Option<Duration>,
}

impl Parser {
    /// A parser of the stream that continues after the event with this id.
    pub fn after(last_id: &str) -> Self {
        Self {
            id: last_id.to_owned(),
            last_id: last_id.to_owned(),
            ..Self::default()
        }
    }

    /// The id of the last event; empty if there is none.
    pub fn last_id(&self) -> &str {
        &self.last_id
    }

    /// The delay before reconnecting, as the server asks.
    pub const fn retry(&self) -> Option<Duration> {
        self.retry
    }

    /// Parses a chunk, and calls `on_event` with each event that it completes: its name
    /// (`message` if it has none) and its data.
    pub fn push(&mut self, mut bytes: &[u8], on_event: &mut dyn FnMut(&str, &str)) {
        if self.after_return && !bytes.is_empty() {
            self.after_return = false;
            bytes = bytes.strip_prefix(b"\n").unwrap_or(bytes);
        }
        while let Some(end) = bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
            let (line, rest) = bytes.split_at(end);
            self.keep(line);
            self.end_line(on_event);
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

    fn keep(&mut self, bytes: &[u8]) {
        // One byte above the limit shows that the line is too long.
        let room = (MAX_BYTES + 1).saturating_sub(self.line.len());
        let bytes = bytes.get(..room).unwrap_or(bytes);
        self.line.extend_from_slice(bytes);
    }

    fn end_line(&mut self, on_event: &mut dyn FnMut(&str, &str)) {
        let mut bytes = std::mem::take(&mut self.line);
        self.too_long |= bytes.len() > MAX_BYTES;
        if bytes.len() <= MAX_BYTES {
            let text = String::from_utf8_lossy(&bytes);
            let line = match self.started {
                false => text.strip_prefix('\u{feff}').unwrap_or(&text),
                true => &text,
            };
            if line.is_empty() {
                self.end_event(on_event);
            } else {
                let (field, value) = line.split_once(':').unwrap_or((line, ""));
                self.field(field, value.strip_prefix(' ').unwrap_or(value));
            }
        }
        self.started = true;
        // The next line reuses the allocation.
        bytes.clear();
        self.line = bytes;
    }

    fn field(&mut self, field: &str, value: &str) {
        match field {
            "event" => value.clone_into(&mut self.name),
            "data" => {
                let length = self.data.as_ref().map_or(0, String::len);
                if length + value.len() > MAX_BYTES {
                    self.too_long = true;
                    return;
                }
                match &mut self.data {
                    Some(data) => {
                        data.push('\n');
                        data.push_str(value);
                    }
                    None => self.data = Some(value.to_owned()),
                }
            }
            "id" if !value.contains('\0') => value.clone_into(&mut self.id),
            "retry" if value.bytes().all(|byte| byte.is_ascii_digit()) => {
                let millis = value.parse().ok();
                self.retry = millis.map(Duration::from_millis).or(self.retry);
            }
            // Comments have an empty name; unknown fields are ignored.
            _ => {}
        }
    }

    fn end_event(&mut self, on_event: &mut dyn FnMut(&str, &str)) {
        let too_long = std::mem::take(&mut self.too_long);
        let name = std::mem::take(&mut self.name);
        let data = self.data.take();
        self.id.clone_into(&mut self.last_id);
        if let (Some(data), false) = (data, too_long) {
            let name = if name.is_empty() { "message" } else { &name };
            on_event(name, &data);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(parser: &mut Parser, chunks: &[&[u8]]) -> Vec<(String, String)> {
        let mut events = Vec::new();
        for chunk in chunks {
            parser.push(chunk, &mut |name, data| {
                events.push((name.to_owned(), data.to_owned()));
            });
        }
        events
    }

    fn events(stream: &str) -> Vec<(String, String)> {
        parse(&mut Parser::default(), &[stream.as_bytes()])
    }

    fn event(name: &str, data: &str) -> (String, String) {
        (name.to_owned(), data.to_owned())
    }

    #[test]
    fn examples_of_the_standard_are_parsed() {
        assert_eq!(
            events("data: YHOO\ndata: +2\ndata: 10\n\n"),
            [event("message", "YHOO\n+2\n10")]
        );
        let mut parser = Parser::default();
        let stream = ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n";
        let parsed = parse(&mut parser, &[stream.as_bytes()]);
        let first = event("message", "first event");
        assert_eq!(parsed, [first, event("message", "second event")]);
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
    fn lines_have_three_endings_and_a_byte_order_mark_may_be_first() {
        for end in ["\n", "\r", "\r\n"] {
            let stream = format!(
                "\u{feff}event: a{end}data: 1{end}{end}event: b{end}{end}data: 2{end}{end}"
            );
            assert_eq!(events(&stream), [event("a", "1"), event("message", "2")]);
        }
        let chunks: [&[u8]; 4] = [b"data: 1\r", b"", b"\n\r", b"\ndata: 2\n\n"];
        let parsed = parse(&mut Parser::default(), &chunks);
        assert_eq!(parsed, [event("message", "1"), event("message", "2")]);
    }

    #[test]
    fn valid_ids_and_retry_delays_are_kept() {
        let mut parser = Parser::after("7");
        assert_eq!(parser.last_id(), "7");
        parse(&mut parser, &[b"retry: 2500\nid: 8\n"]);
        assert_eq!(parser.last_id(), "7", "the event has not ended");
        parse(
            &mut parser,
            &[b"\nid: a\0b\nretry: soon\nretry: 99999999999999999999\n\n"],
        );
        assert_eq!(parser.last_id(), "8");
        assert_eq!(parser.retry(), Some(Duration::from_millis(2_500)));
    }

    #[test]
    fn event_that_is_too_long_is_skipped() {
        let long = "x".repeat(MAX_BYTES + 1);
        let lines = format!("data: {}\n", "y".repeat(1_000)).repeat(1_100);
        for event_of in [format!("data: {long}\n"), lines] {
            let stream = format!("data: 1\n{event_of}\ndata: 2\n\n");
            let mut parser = Parser::default();
            let parsed = parse(&mut parser, &[stream.as_bytes()]);
            assert_eq!(parsed, [event("message", "2")]);
        }
        let mut parser = Parser::default();
        for _ in 0..100 {
            parser.push(&[b'x'; 100_000], &mut |_, _| {});
        }
        assert!(parser.line.len() <= MAX_BYTES + 1);
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
            fn events_do_not_depend_on_chunk_boundaries(
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
                let bytes = stream.as_bytes();
                let mut places: Vec<_> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
                places.extend([0, bytes.len()]);
                places.sort_unstable();
                let chunks: Vec<_> = places.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
                prop_assert_eq!(parse(&mut Parser::default(), &chunks), expected);
            }

            #[test]
            fn any_bytes_are_handled(chunks in vec(vec(any::<u8>(), 0..50), 0..20)) {
                let whole = chunks.concat();
                let chunks: Vec<_> = chunks.iter().map(Vec::as_slice).collect();
                let parsed = parse(&mut Parser::default(), &chunks);
                prop_assert_eq!(parsed, parse(&mut Parser::default(), &[&whole]));
            }
        }
    }
}
