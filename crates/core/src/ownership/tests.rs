use super::Ownership;
use crate::message::{Message, Presence};
use crate::tab::TabId;
use crate::time::{Now, Timestamp};

const OWN: TabId = TabId(2);
const OTHER: TabId = TabId(1);

fn at(millis: u64) -> Timestamp {
    Timestamp::from_millis(millis)
}

/// The other tab does not lead, and replies to the question with this number.
fn reply(question: u64) -> Message {
    let presence = Presence {
        visible: false,
        opened: Timestamp::default(),
        term: 0,
        leads: false,
        digest: 0,
    };
    Message::Present(presence, Some((OWN, question)))
}

/// The number of the question that the tab has asked last.
fn asked(tab: &mut Ownership) -> Option<u64> {
    let outbox = tab.take_outbox().into_iter().rev();
    outbox
        .flat_map(|message| match message {
            Message::Hello(_, question) => Some(question),
            _ => None,
        })
        .next()
}

#[test]
fn only_a_reply_to_the_last_question_ends_the_wait() {
    let mut tab = Ownership::join(OWN, true, true, Now::default());
    let before = asked(&mut tab).unwrap();
    tab.rejoin(at(1_000));
    let last = asked(&mut tab).unwrap();

    tab.on_message(OTHER, &reply(before), at(1_001));
    tab.tick(true, at(2_000));
    assert!(tab.is_joining());

    tab.on_message(OTHER, &reply(last), at(2_001));
    tab.tick(true, at(2_500));
    assert!(tab.is_leader());
}
