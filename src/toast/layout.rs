//! The layout of a stack. Heights are observed, which forces no layout, and set as custom
//! properties, from which the style sheet computes transforms. Only an expanded stack is
//! measured, to find out whether it fits into the window.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_events::EventListener;
use js_sys::{Array, Number};
use litemap::LiteMap;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement, ResizeObserver, ResizeObserverEntry, ResizeObserverSize};
use yew::prelude::*;

use super::ToastId;
use super::stack::{ItemView, StackView};
use crate::use_guard::use_guard;

/// The heights of the toasts of a stack in CSS pixels, by id.
type Heights = LiteMap<ToastId, f64>;

/// The values that the style sheet needs.
#[derive(Clone, Debug, Default, PartialEq)]
struct Layout {
    /// The height of the front toast.
    front: f64,
    /// The sum of the heights of visible toasts.
    total: f64,
    /// The number of visible toasts.
    count: usize,
    /// For each toast, the number of toasts in front of it and the sum of their heights.
    /// `None` for an exiting toast, which keeps its place.
    places: Vec<Option<(usize, f64)>>,
}

impl Layout {
    fn of(items: &[ItemView], heights: &Heights) -> Self {
        let height = |item: &ItemView| heights.get(&item.entry.id).copied().unwrap_or_default();
        let mut layout = Self::default();
        for item in items {
            let is_live = !item.entry.is_exiting();
            let place = (item.index, layout.total);
            layout.places.push(is_live.then_some(place));
            if is_live && item.visible {
                if layout.count == 0 {
                    layout.front = height(item);
                }
                layout.total += height(item);
                layout.count += 1;
            }
        }
        // An invisible toast is placed behind all others, whatever its age.
        for (item, place) in items.iter().zip(&mut layout.places) {
            if let (false, Some((_, before))) = (item.visible, place) {
                *before = layout.total;
            }
        }
        layout
    }
}

/// The layout of a list, to which its toasts report their heights.
pub(super) struct ListLayout {
    list: NodeRef,
    /// The toasts of the last render.
    items: RefCell<Vec<ItemView>>,
    heights: RefCell<Heights>,
}

impl PartialEq for ListLayout {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl ListLayout {
    pub(super) fn report(&self, id: &ToastId, height: f64) {
        self.heights.borrow_mut().insert(id.clone(), height);
        self.update();
    }

    fn update(&self) {
        let layout = {
            let (items, mut heights) = (self.items.borrow(), self.heights.borrow_mut());
            let is_there = |id: &ToastId| items.iter().any(|item| item.entry.id == *id);
            heights.retain(|id, _| is_there(id));
            Layout::of(&items, &heights)
        };
        if let Some(list) = self.list.cast::<HtmlElement>() {
            apply(&list, &layout);
            bound(&list);
        }
    }
}

/// Updates the layout of a list.
#[hook]
pub(super) fn use_layout(list: &NodeRef, stack: &StackView) -> Rc<ListLayout> {
    let layout = use_ref(|| ListLayout {
        list: list.clone(),
        items: RefCell::default(),
        heights: RefCell::default(),
    });
    let before = layout.items.replace(stack.items.clone());
    // Outside of the borrow: what toasts contain is the app's.
    drop(before);
    // Progress and text do not change the order. A changed height is reported.
    let order: Vec<_> = stack
        .items
        .iter()
        .map(|item| {
            (
                item.entry.order,
                item.index,
                item.visible,
                item.entry.is_exiting(),
            )
        })
        .collect();
    use_guard((order, stack.expanded), {
        let layout = Rc::clone(&layout);
        move |_| layout.update()
    });
    use_guard(list.clone(), |list| {
        let list: HtmlElement = list.cast()?;
        let viewport = web_sys::window()?.visual_viewport()?;
        avoid_keyboard(&list);
        Some(["resize", "scroll"].map(|name| {
            let list = list.clone();
            EventListener::new(&viewport, name, move |_| {
                avoid_keyboard(&list);
                bound(&list);
            })
        }))
    });
    layout
}

fn apply(list: &HtmlElement, layout: &Layout) {
    set(list, "--_front", &pixels(layout.front));
    set(list, "--_total", &pixels(layout.total));
    set(list, "--_count", &layout.count.to_string());
    let children = list.children();
    for (place, child) in layout.places.iter().zip(0..) {
        let toast = children.item(child).and_then(|toast| toast.dyn_into().ok());
        if let (Some(toast), Some((index, before))) = (toast, place) {
            set(&toast, "--_index", &index.to_string());
            set(&toast, "--_before", &pixels(*before));
        }
    }
}

/// The minimum height of an on-screen keyboard in CSS pixels.
const MIN_KEYBOARD: f64 = 30.0;

/// Keeps a list in the part of the window that an on-screen keyboard leaves.
fn avoid_keyboard(list: &HtmlElement) {
    if let Some((above, below)) = covered() {
        set(list, "--_above", &pixels(above));
        set(list, "--_below", &pixels(below));
    }
}

/// Lets an expanded list that is taller than the window be scrolled. Others are not scroll
/// containers, which would clip shadows and swipes.
fn bound(list: &HtmlElement) {
    let is_expanded = list.get_attribute("data-expanded").as_deref() == Some("true");
    let overflows = is_expanded
        && needed_height(list).is_some_and(|it| it > f64::from(list.client_height()) + 1.0);
    // Fails only for an invalid name.
    let _ = list.toggle_attribute_with_force("data-overflows", overflows);
}

/// The height of the whole expanded stack, also while its toasts are moving.
fn needed_height(list: &HtmlElement) -> Option<f64> {
    let window = web_sys::window()?;
    let before = window.get_computed_style_with_pseudo_elt(list, "::before");
    let height = before.ok()??.get_property_value("block-size").ok()?;
    Some(Number::parse_float(&height))
}

/// The heights in CSS pixels that an on-screen keyboard covers at the bottom of the window, or
/// moves out of the window at its top. Zooming covers nothing.
fn covered() -> Option<(f64, f64)> {
    let window = web_sys::window()?;
    let viewport = window.visual_viewport()?;
    let root = window.document()?.document_element()?;
    let height = window.inner_height().ok()?.as_f64()?;
    let height = height.max(f64::from(root.client_height()));
    if height - viewport.height() * viewport.scale() < MIN_KEYBOARD {
        return Some((0.0, 0.0));
    }
    let above = viewport.offset_top();
    Some((above, (height - above - viewport.height()).max(0.0)))
}

/// A CSS length, formatted by the browser: Rust's formatting of `f64` is 10 kB of WASM.
pub(super) fn pixels(length: f64) -> String {
    let digits = Number::from(length).to_string_with_radix(10);
    // Fails only for an invalid radix.
    let digits = digits.map(String::from).unwrap_or_default();
    digits + "px"
}

pub(super) fn set(element: &HtmlElement, property: &str, value: &str) {
    // Fails only for a read-only style.
    let _ = element.style().set_property(property, value);
}

/// Reports the height of an element whenever it changes. The browser does so between
/// layout and paint, so this forces no layout.
#[hook]
pub(super) fn use_height(node: &NodeRef, on_height: impl Fn(f64) + 'static) {
    use_guard(node.clone(), move |node| {
        let element: Element = node.cast()?;
        let on_resize = Closure::<dyn Fn(JsValue, JsValue)>::new(move |entries: JsValue, _| {
            let entries: Array = entries.unchecked_into();
            if let Some(height) = entries.iter().next_back().as_ref().and_then(height) {
                on_height(height);
            }
        });
        let observer = ResizeObserver::new(on_resize.as_ref().unchecked_ref()).ok()?;
        observer.observe(&element);
        Some(Observed {
            observer,
            _on_resize: on_resize,
        })
    });
}

/// Observes an element until it is dropped.
struct Observed {
    observer: ResizeObserver,
    _on_resize: Closure<dyn Fn(JsValue, JsValue)>,
}

impl Drop for Observed {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

fn height(entry: &JsValue) -> Option<f64> {
    let entry: &ResizeObserverEntry = entry.dyn_ref()?;
    let size: ResizeObserverSize = entry.border_box_size().get(0).dyn_into().ok()?;
    Some(size.block_size())
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::super::{Entry, Toast, ToasterSettings};
    use super::*;
    use background_tasks_core::Timestamp;

    fn item(name: &str, index: usize, visible: bool) -> ItemView {
        let settings = ToasterSettings::default();
        let now = Timestamp::from_millis(0);
        let toast = Toast::message(name.to_owned());
        ItemView {
            entry: Rc::new(Entry::new(name.into(), toast, (0, 0), &settings, now)),
            index,
            visible,
        }
    }

    fn heights(all: &[(&str, f64)]) -> Heights {
        let all = all.iter();
        all.map(|(id, height)| (ToastId::from(*id), *height))
            .collect()
    }

    #[test]
    fn offset_is_sum_of_heights_in_front() {
        let items = [item("c", 0, true), item("b", 1, true), item("a", 2, true)];
        let layout = Layout::of(&items, &heights(&[("c", 50.0), ("b", 120.0), ("a", 53.5)]));
        let expected = Layout {
            front: 50.0,
            total: 223.5,
            count: 3,
            places: vec![Some((0, 0.0)), Some((1, 50.0)), Some((2, 170.0))],
        };
        assert_eq!(layout, expected);
    }

    #[test]
    fn invisible_toast_is_last_and_adds_no_height() {
        let items = [
            item("new", 2, false),
            item("b", 0, true),
            item("a", 1, true),
        ];
        let layout = Layout::of(&items, &heights(&[("new", 70.0), ("b", 50.0), ("a", 50.0)]));
        assert_eq!(layout.front, 50.0);
        assert_eq!(layout.total, 100.0);
        assert_eq!(layout.places[0], Some((2, 100.0)));
    }
}
