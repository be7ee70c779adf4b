//! Pointer events on a toast: passes them to [`Swipe`] and moves the toast.

use std::cell::RefCell;
use std::rc::Rc;

use background_tasks_core::Timestamp;
use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement, Node, PointerEvent};
use yew::prelude::*;

use super::layout::pixels;
use super::swipe::{Direction, Point, Press, Swipe, SwipeDirections, SwipeStep};

/// Interactive elements, on which no swipe starts.
const CONTROLS: &str = "button, a, input, select, textarea, label, [contenteditable]";

/// Elements whose text a mouse can select.
const TEXTS: &str = "[data-title], [data-description]";

/// A gesture in progress. Its listeners are on the document, since the pointer may leave
/// the toast before it is captured.
struct Gesture {
    swipe: Swipe,
    _listeners: Vec<EventListener>,
}

type CurrentGesture = RefCell<Option<Gesture>>;

/// Returns a `pointerdown` handler that lets the user swipe a toast away. The pointer is
/// captured only once it swipes, so that clicks and text selection work as usual.
#[hook]
pub(super) fn use_swipe(
    node: &NodeRef,
    directions: SwipeDirections,
    dismissible: bool,
    now: impl Fn() -> Timestamp + Clone + 'static,
    on_swiped: impl Fn() + Clone + 'static,
) -> Callback<PointerEvent> {
    let current = use_mut_ref(|| None::<Gesture>);
    let node = node.clone();
    Callback::from(move |event: PointerEvent| {
        // Ignore a second finger.
        let is_free = current.borrow().is_none();
        let may_swipe = is_free && dismissible && event.button() == 0;
        if let Some(press) = press(&event).filter(|_| may_swipe) {
            let pointer = event.pointer_id();
            let swipe = Swipe::new(directions, press, point(&event), now());
            let end = {
                let (node, now, on_swiped) = (node.clone(), now.clone(), on_swiped.clone());
                move |swipe: Swipe, event: &PointerEvent| {
                    let is_release = event.type_() == "pointerup";
                    let direction = is_release.then(|| swipe.released(point(event), now()));
                    let direction = direction.flatten();
                    finish(&node, direction);
                    if direction.is_some() {
                        on_swiped();
                    }
                }
            };
            let gesture = Gesture {
                swipe,
                _listeners: listen(&current, &node, pointer, end),
            };
            drop(current.replace(Some(gesture)));
        }
    })
}

/// Listens to one pointer until it is released or lost. The listeners are removed with
/// the gesture, and the gesture with its toast.
fn listen(
    current: &Rc<CurrentGesture>,
    node: &NodeRef,
    pointer: i32,
    end: impl Fn(Swipe, &PointerEvent) + Clone + 'static,
) -> Vec<EventListener> {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else {
        return Vec::new();
    };
    let listener = |name| {
        let (current, node, end) = (Rc::downgrade(current), node.clone(), end.clone());
        let phase = EventListenerOptions::run_in_capture_phase();
        EventListener::new_with_options(&document, name, phase, move |event| {
            let (Some(current), Some(event)) = (current.upgrade(), event.dyn_ref::<PointerEvent>())
            else {
                return;
            };
            if event.pointer_id() != pointer {
                return;
            }
            if event.type_() == "pointermove" {
                moved(&current, &node, event);
            } else if event.type_() != "lostpointercapture" || is_at(event, &node) {
                // `end` calls the app, so the gesture must not be borrowed.
                let gesture = current.take();
                if let Some(gesture) = gesture {
                    end(gesture.swipe, event);
                }
            }
        })
    };
    let names = [
        "pointermove",
        "pointerup",
        "pointercancel",
        "lostpointercapture",
    ];
    names.into_iter().map(listener).collect()
}

/// Whether the target is the toast itself. The browser captures a finger's pointer for
/// the element that it touches, which loses it when the toast captures it.
fn is_at(event: &PointerEvent, node: &NodeRef) -> bool {
    // In a shadow tree, `target` would be the host.
    let target = event.composed_path().get(0).dyn_into::<Node>();
    target.is_ok_and(|target| node.get().as_ref() == Some(&target))
}

fn moved(current: &CurrentGesture, node: &NodeRef, event: &PointerEvent) {
    let (was_decided, step) = {
        let mut current = current.borrow_mut();
        let Some(gesture) = current.as_mut() else {
            return;
        };
        let was_decided = gesture.swipe.is_decided();
        (was_decided, gesture.swipe.moved(point(event)))
    };
    match step {
        SwipeStep::Undecided => {}
        SwipeStep::Selecting => drop(current.take()),
        SwipeStep::Move(offset) => {
            let Some(toast) = node.cast::<HtmlElement>() else {
                return;
            };
            if !was_decided {
                // Fails if the pointer is gone, which ends the gesture anyway.
                let _ = toast.set_pointer_capture(event.pointer_id());
                let _ = toast.set_attribute("data-swiping", "true");
                clear_selection();
            }
            place(&toast, offset);
        }
    }
}

/// Ends a gesture: the toast returns to its place, or leaves in `direction`.
fn finish(node: &NodeRef, direction: Option<Direction>) {
    let Some(toast) = node.cast::<HtmlElement>() else {
        return;
    };
    let _ = toast.remove_attribute("data-swiping");
    match direction {
        Some(direction) => {
            let _ = toast.set_attribute("data-swiped", direction.as_str());
        }
        None => place(&toast, Point { x: 0.0, y: 0.0 }),
    }
}

/// Resets a toast that was swiped and is shown again.
pub(super) fn reset_position(node: &NodeRef) {
    let Some(toast) = node.cast::<HtmlElement>() else {
        return;
    };
    let _ = toast.remove_attribute("data-swiping");
    let _ = toast.remove_attribute("data-swiped");
    place(&toast, Point { x: 0.0, y: 0.0 });
}

/// By CSSOM: no render per move, and allowed by a strict Content-Security-Policy.
fn place(toast: &HtmlElement, offset: Point) {
    let style = toast.style();
    let _ = style.set_property("--_swipe-x", &pixels(offset.x));
    let _ = style.set_property("--_swipe-y", &pixels(offset.y));
}

/// Clears what the pointer selected before it was known to swipe.
fn clear_selection() {
    let selection = web_sys::window().and_then(|window| window.get_selection().ok().flatten());
    if let Some(selection) = selection {
        let _ = selection.remove_all_ranges();
    }
}

/// `None` on an interactive element.
fn press(event: &PointerEvent) -> Option<Press> {
    let target: Element = event.target()?.dyn_into().ok()?;
    let is_in = |selector| target.closest(selector).ok().flatten().is_some();
    match (event.pointer_type().as_str(), is_in(TEXTS)) {
        _ if is_in(CONTROLS) => None,
        ("touch", _) => Some(Press::Finger),
        (_, true) => Some(Press::MouseOnText),
        (_, false) => Some(Press::Mouse),
    }
}

fn point(event: &PointerEvent) -> Point {
    Point {
        x: f64::from(event.client_x()),
        y: f64::from(event.client_y()),
    }
}
