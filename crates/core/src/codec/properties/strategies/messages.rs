//! Messages with arbitrary values.

use super::*;

fn presence() -> impl Strategy<Value = Presence> {
    (any::<(bool, bool)>(), timestamp(), any::<(u64, u64)>()).prop_map(
        |(flags, opened, (term, digest))| Presence {
            visible: flags.0,
            opened,
            term,
            leads: flags.1,
            digest,
        },
    )
}

fn command_id() -> impl Strategy<Value = CommandId> {
    (tab(), any::<u64>()).prop_map(|(tab, number)| CommandId { tab, number })
}

fn command() -> impl Strategy<Value = Command> {
    prop_oneof![
        Just(Command::Retry),
        Just(Command::Cancel),
        Just(Command::Pause),
        Just(Command::Resume)
    ]
}

pub fn message() -> BoxedStrategy<Message> {
    prop_oneof![
        (presence(), any::<u64>()).prop_map(|(it, question)| Message::Hello(it, question)),
        (presence(), option::of((tab(), any::<u64>())))
            .prop_map(|(it, answers)| Message::Present(it, answers)),
        Just(Message::Ping),
        Just(Message::RequestLead),
        (tab(), any::<u64>()).prop_map(|(to, term)| Message::HandOver { to, term }),
        Just(Message::Bye),
        vec(snapshot().prop_map(|it| Raw::new(&it)), 0..4).prop_map(Message::Snapshots),
        vec(snapshot().prop_map(|it| Raw::new(&it)), 0..4).prop_map(Message::Changes),
        vec((id(), any::<u64>()), 0..4).prop_map(Message::Cleared),
        (command_id(), id(), any::<u64>(), command()).prop_map(|(id, task, run, command)| {
            Message::Command(PendingCommand {
                id,
                task,
                run,
                command,
            })
        }),
        command_id().prop_map(Message::Executed),
        id().prop_map(Message::ToastClosed),
        (tab(), snapshot()).prop_map(|(to, snapshot)| {
            let snapshot = Raw::new(&snapshot);
            Message::Announce { to, snapshot }
        }),
        (id(), end()).prop_map(|(task, end)| Message::CanAnnounce(task, end)),
        (tab(), id(), end()).prop_map(|(to, task, end)| Message::DoAnnounce { to, task, end }),
        (id(), end()).prop_map(|(task, end)| Message::Announced(task, end)),
        any::<String>().prop_map(Message::Forget),
    ]
    .boxed()
}
