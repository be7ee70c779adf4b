//! The pointer on a toast: tells [`Swipe`] what it does and moves the toast with it.

use std::cell::RefCell;
use std::rc::Rc;

use background_tasks_core::Timestamp;
use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement, Node, PointerEvent};
use yew::prelude::*;

use super::layout::pixels;
use super::swipe::{Direction, Grip, Moved, Point, Swipe, SwipeDirections};

/// What may be pressed by itself: a swipe never starts there.
const CONTROLS: &str = "button, a, input, select, textarea, label, [contenteditable]";

/// Where a mouse selects.
const TEXTS: &str = "[data-title], [data-description]";

/// A gesture under way. The document is listened to, since a pointer may leave
/// the toast before it is captured.
struct Held {
    swipe: Swipe,
    _listeners: Vec<EventListener>,
}

type Holding = RefCell<Option<Held>>;

/// Lets a toast be swiped away: the handler of `pointerdown`. The pointer is
/// captured only once it swipes, so that clicks and the selection of text work
/// as anywhere.
#[hook]
pub(super) fn use_swipe(
    node: &NodeRef,
    ways: SwipeDirections,
    dismissible: bool,
    now: impl Fn() -> Timestamp + Clone + 'static,
    on_swiped: impl Fn() + Clone + 'static,
) -> Callback<PointerEvent> {
    let holding = use_mut_ref(|| None::<Held>);
    let node = node.clone();
    Callback::from(move |event: PointerEvent| {
        // A second finger does not take over.
        let is_free = holding.borrow().is_none();
        let may_swipe = is_free && dismissible && event.button() == 0;
        if let Some(grip) = grip(&event).filter(|_| may_swipe) {
            let pointer = event.pointer_id();
            let swipe = Swipe::new(ways, grip, point(&event), now());
            let end = {
                let (node, now, on_swiped) = (node.clone(), now.clone(), on_swiped.clone());
                move |swipe: Swipe, event: &PointerEvent| {
                    let is_release = event.type_() == "pointerup";
                    let direction = is_release.then(|| swipe.released(point(event), now()));
                    let direction = direction.flatten();
                    settle(&node, direction);
                    if direction.is_some() {
                        on_swiped();
                    }
                }
            };
            *holding.borrow_mut() = Some(Held {
                swipe,
                _listeners: listen(&holding, &node, pointer, end),
            });
        }
    })
}

/// Follows one pointer anywhere, until it is let go or lost. The listeners end
/// with the gesture, and the gesture with its toast.
fn listen(
    holding: &Rc<Holding>,
    node: &NodeRef,
    pointer: i32,
    end: impl Fn(Swipe, &PointerEvent) + Clone + 'static,
) -> Vec<EventListener> {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else {
        return Vec::new();
    };
    let listener = |name| {
        let (holding, node, end) = (Rc::downgrade(holding), node.clone(), end.clone());
        let phase = EventListenerOptions::run_in_capture_phase();
        EventListener::new_with_options(&document, name, phase, move |event| {
            let (Some(holding), Some(event)) = (holding.upgrade(), event.dyn_ref::<PointerEvent>())
            else {
                return;
            };
            if event.pointer_id() != pointer {
                return;
            }
            if event.type_() == "pointermove" {
                moved(&holding, &node, event);
            } else if event.type_() != "lostpointercapture" || is_at(event, &node) {
                // The end calls into the app, which must find nothing borrowed.
                let held = holding.borrow_mut().take();
                if let Some(held) = held {
                    end(held.swipe, event);
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

/// Whether it happened to the toast itself. What a finger touches first is
/// captured by the browser, and lost to the toast when that captures.
fn is_at(event: &PointerEvent, node: &NodeRef) -> bool {
    // The first of the path also where the toast is in a shadow tree.
    let target = event.composed_path().get(0).dyn_into::<Node>();
    target.is_ok_and(|target| node.get().as_ref() == Some(&target))
}

fn moved(holding: &Holding, node: &NodeRef, event: &PointerEvent) {
    let (was_decided, step) = {
        let mut holding = holding.borrow_mut();
        let Some(held) = holding.as_mut() else {
            return;
        };
        (held.swipe.is_decided(), held.swipe.moved(point(event)))
    };
    match step {
        Moved::Undecided => {}
        Moved::Selects => *holding.borrow_mut() = None,
        Moved::To(offset) => {
            let Some(toast) = node.cast::<HtmlElement>() else {
                return;
            };
            if !was_decided {
                // A pointer that has gone since cannot be captured, and is lost anyway.
                let _ = toast.set_pointer_capture(event.pointer_id());
                let _ = toast.set_attribute("data-swiping", "true");
                deselect();
            }
            place(&toast, offset);
        }
    }
}

/// The gesture is over: the toast goes back to its place, or on from where it is.
fn settle(node: &NodeRef, direction: Option<Direction>) {
    let Some(toast) = node.cast::<HtmlElement>() else {
        return;
    };
    let _ = toast.remove_attribute("data-swiping");
    match direction {
        Some(direction) => {
            let _ = toast.set_attribute("data-swiped", direction.word());
        }
        None => place(&toast, Point { x: 0.0, y: 0.0 }),
    }
}

/// Puts a toast back that went by a swipe, or during one, and is shown again.
pub(super) fn put_back(node: &NodeRef) {
    let Some(toast) = node.cast::<HtmlElement>() else {
        return;
    };
    let _ = toast.remove_attribute("data-swiping");
    let _ = toast.remove_attribute("data-swiped");
    place(&toast, Point { x: 0.0, y: 0.0 });
}

/// By CSSOM: no render per move, and a strict content security policy holds.
fn place(toast: &HtmlElement, offset: Point) {
    let style = toast.style();
    let _ = style.set_property("--_swipe-x", &pixels(offset.x));
    let _ = style.set_property("--_swipe-y", &pixels(offset.y));
}

/// Lets go what was selected on the way to the threshold: it was no selecting.
fn deselect() {
    let selection = web_sys::window().and_then(|window| window.get_selection().ok().flatten());
    if let Some(selection) = selection {
        let _ = selection.remove_all_ranges();
    }
}

/// None on something that is pressed by itself.
fn grip(event: &PointerEvent) -> Option<Grip> {
    let target: Element = event.target()?.dyn_into().ok()?;
    let is_in = |selector| target.closest(selector).ok().flatten().is_some();
    match (event.pointer_type().as_str(), is_in(TEXTS)) {
        _ if is_in(CONTROLS) => None,
        ("touch", _) => Some(Grip::Finger),
        (_, true) => Some(Grip::MouseOnText),
        (_, false) => Some(Grip::Mouse),
    }
}

fn point(event: &PointerEvent) -> Point {
    Point {
        x: f64::from(event.client_x()),
        y: f64::from(event.client_y()),
    }
}
