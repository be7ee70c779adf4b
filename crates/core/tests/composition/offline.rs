//! A browser that reports to be offline, rightly or not.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use background_tasks_core::{Environment, Failure, Input, RequestError, Response, TaskState};

use crate::fixture::{millis_of, seconds};
use crate::server::{Reply, failing, report, reporting, running};
use crate::tab::Tab;

fn report_environment(tab: &mut Tab, online: bool, visible: bool) {
    tab.input(Input::Environment(Environment { online, visible }));
}

/// The delays between the checks of the next 60 s, in milliseconds.
fn delays(tab: &mut Tab) -> Vec<u64> {
    tab.take_sent();
    tab.pass(seconds(60));
    let times = tab.checks();
    times.windows(2).map(|pair| pair[1] - pair[0]).collect()
}

#[test]
fn answered_probe_restores_usual_interval_until_next_offline_event() {
    let mut tab = Tab::new(reporting(|_| running(10)));
    report_environment(&mut tab, false, true);
    let task = tab.start([1]).remove(0);
    tab.pass(seconds(3));
    assert!(tab.is(&task, "running"));
    assert_eq!(tab.checks(), [0, 1000, 2000, 3000]);
    tab.pass(seconds(57));
    // Hiding the page is no report about the connection.
    report_environment(&mut tab, false, false);
    report_environment(&mut tab, false, true);
    // The checks count against the budget all the same.
    assert_eq!(delays(&mut tab), [1000; 58]);
    assert_eq!(
        *tab.state(&task),
        TaskState::Failed(Failure::TimedOut { checks: 120 })
    );
}

#[test]
fn each_offline_event_counts_until_next_answer() {
    let works = Rc::new(Cell::new(true));
    let server = {
        let works = Rc::clone(&works);
        move |request: &_| {
            Reply::Now(match works.get() {
                true => report(request, &|_| running(10)),
                false => Response::Status(Err(RequestError::Unreachable)),
            })
        }
    };
    let mut tab = Tab::new(Box::new(server));
    report_environment(&mut tab, false, true);
    let task = tab.start([1]).remove(0);
    tab.pass(seconds(5));
    works.set(false);
    for _ in 0..3 {
        report_environment(&mut tab, false, true);
        assert!(tab.is(&task, "offline"));
        tab.pass(seconds(15));
        assert_eq!(delays(&mut tab), [15_000; 3]);
        assert!(tab.is(&task, "offline"), "nothing is counted");
        works.set(true);
        tab.pass(seconds(16));
        assert!(tab.is(&task, "running"));
        works.set(false);
    }
}

#[test]
fn response_to_a_request_from_before_the_offline_event_refutes_nothing() {
    let server = |request: &_| {
        Reply::After(
            Duration::from_millis(500),
            report(request, &|_| running(10)),
        )
    };
    let mut tab = Tab::new(Box::new(server));
    let task = tab.start([1]).remove(0);
    report_environment(&mut tab, false, true);
    tab.pass(millis_of(600));
    assert!(tab.is(&task, "offline"));
    tab.take_sent();
    tab.pass(seconds(15));
    assert_eq!(tab.checks(), [15_500]);
    tab.pass(seconds(1));
    assert!(tab.is(&task, "running"), "the probe was answered");
}

#[test]
fn error_of_the_server_is_an_answer_and_that_of_a_service_worker_is_not() {
    for (status, state) in [
        (500, "failed"),
        (404, "failed"),
        (408, "offline"),
        (503, "offline"),
    ] {
        let mut tab = Tab::new(failing(RequestError::Status {
            status,
            retry_after: None,
            message: None,
        }));
        report_environment(&mut tab, false, true);
        let task = tab.start([1]).remove(0);
        tab.pass(seconds(120));
        assert!(tab.is(&task, state), "{status}");
    }
}
