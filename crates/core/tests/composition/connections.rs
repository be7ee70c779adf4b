//! A few requests for the status of jobs are in flight at once; the others wait in order.

use background_tasks_core::{Command, TaskState};

use crate::fixture::{config, key, seconds};
use crate::server::{reporting, running, silent};
use crate::tab::{Sent, Tab, check};

fn aborted(number: u32) -> Sent {
    Sent::Abort(Box::new(check(number)))
}

#[test]
fn four_checks_are_in_flight_at_once_and_others_wait_in_order() {
    let mut tab = Tab::new(silent());
    let tasks = tab.start(0..10);
    assert_eq!(tab.take_sent(), [0, 1, 2, 3].map(check));
    tab.command(&tasks[4], Command::Cancel);
    assert_eq!(tab.take_sent(), [Sent::Cancel(key(4))]);
    tab.pass(seconds(9));
    assert_eq!(tab.take_sent(), []);
    // The first four are given up, and the next ones are sent in the order of their starts.
    tab.pass(seconds(1));
    let sent = tab.take_sent();
    for number in [0, 1, 2, 3] {
        assert!(sent.contains(&aborted(number)), "{sent:?}");
    }
    let checks: Vec<_> = sent
        .iter()
        .filter(|it| matches!(it, Sent::Status(_)))
        .collect();
    assert_eq!(checks, [5, 6, 7, 8].map(check).iter().collect::<Vec<_>>());
    assert!(tab.is(&tasks[0], "recovering"));
    // The 10 s begin when a check is sent, not when it was due.
    tab.pass(seconds(9));
    assert_eq!(*tab.state(&tasks[5]), TaskState::Queued);
    tab.pass(seconds(1));
    assert!(tab.is(&tasks[5], "recovering"));
    assert_eq!(*tab.state(&tasks[9]), TaskState::Queued);
}

#[test]
fn aborted_check_frees_its_connection_at_once() {
    let config = background_tasks_core::Config {
        max_status_requests: 1,
        ..config(1)
    };
    let mut tab = Tab::with(config, silent());
    let tasks = tab.start(0..3);
    assert_eq!(tab.take_sent(), [check(0)]);
    tab.command(&tasks[0], Command::Cancel);
    assert_eq!(
        tab.take_sent(),
        [aborted(0), Sent::Cancel(key(0)), check(1)]
    );
}

#[test]
fn three_hundred_tasks_are_each_checked_every_second() {
    let mut tab = Tab::new(reporting(|_| running(10)));
    tab.start(0..300);
    tab.pass(seconds(3) + std::time::Duration::from_millis(900));
    assert_eq!(tab.checks().len(), 4 * 300);
}
