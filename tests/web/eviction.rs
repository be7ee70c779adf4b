//! A page keeps the last fifty finished tasks.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use wasm_bindgen_test::wasm_bindgen_test;
use yew_background_tasks::toast::ToastId;
use yew_background_tasks::{Change, JobStatus, TaskId, TaskState};

use crate::scripted::Answer;
use crate::stage::{Stage, seconds};

fn start(stage: &Stage, number: u32) -> TaskId {
    let tasks = &stage.tasks;
    tasks.start_video_processing_task(number, "talk.mp4", format!("q-{number}"))
}

#[wasm_bindgen_test]
async fn last_fifty_finished_tasks_are_kept_in_order_of_finishing() {
    let stage = Stage::new([Answer::Pending]);
    let received = Rc::new(RefCell::new(Vec::new()));
    let _subscription = stage.tasks.subscribe({
        let received = Rc::clone(&received);
        move |change| {
            received.borrow_mut().push(match change {
                Change::Put { after, .. } => (after.id.clone(), Some(after.state.clone())),
                Change::Removed(before) => (before.id.clone(), None),
            });
        }
    });
    let long = start(&stage, 0);
    stage.client.then([Answer::Status(JobStatus::Succeeded)]);
    let others: Vec<_> = (101..=160).map(|number| start(&stage, number)).collect();
    stage.pass(Duration::from_millis(100)).await;
    assert_eq!(stage.tasks.tasks().len(), 51);
    assert_eq!(stage.tasks.unfinished(), 1);
    // Its first check is aborted after 10 s and repeated.
    stage.pass(seconds(20)).await;
    assert_eq!(stage.state(&long), TaskState::Succeeded);
    let (cleared, kept) = others.split_at(11);
    assert_eq!(stage.tasks.tasks().len(), kept.len() + 1);
    for id in kept {
        assert!(stage.tasks.task(id).is_some());
    }
    for id in cleared {
        let of_it = received.borrow();
        let of_it: Vec<_> = of_it.iter().filter(|(of, _)| of == id).collect();
        let last: Vec<_> = of_it.iter().rev().take(2).map(|(_, to)| to).collect();
        assert_eq!(last, [&None, &Some(TaskState::Succeeded)]);
        assert!(stage.tasks.task(id).is_none());
        // Its toast is a view of the task and is removed with it.
        let toast = ToastId::from(id.as_str());
        assert!(stage.tasks.toaster().get(&toast).is_none());
    }
}
