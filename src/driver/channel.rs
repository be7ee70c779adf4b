//! Messages between the tabs of a store, and between all tabs of the origin, over
//! `BroadcastChannel`s.

use background_tasks_core::Input;
use gloo_events::EventListener;
use wasm_bindgen::JsCast as _;
use web_sys::{BroadcastChannel, MessageEvent};

use super::Driver;

/// On this channel the tabs of all stores say how many connections they occupy.
const ORIGIN: &str = "background-tasks:connections";

/// An open channel. Dropping it closes it.
pub(super) struct Channel {
    channel: BroadcastChannel,
    _on_message: EventListener,
}

impl Driver {
    pub(super) fn open_channel(&self, store: &str) {
        if self.0.held.borrow().channel.is_some() {
            return;
        }
        let weak = self.downgrade();
        let channel = Channel::open(store, move |text| {
            if let Some(driver) = weak.upgrade() {
                driver.input_in_frame(Input::Message(text));
            }
        });
        self.0.held.borrow_mut().channel = channel;
    }

    pub(super) fn broadcast(&self, text: String) {
        self.0.held.borrow_mut().unsent.push(text);
        if self.may_broadcast() {
            self.broadcast_unsent();
        }
    }

    /// Sends a message on the channel of the origin, which is opened for the first message. The
    /// other tabs then reply with their own usage.
    pub(super) fn broadcast_to_origin(&self, text: &str) {
        if self.0.held.borrow().origin_channel.is_none() {
            let weak = self.downgrade();
            let channel = Channel::open(ORIGIN, move |text| {
                if let Some(driver) = weak.upgrade() {
                    driver.input_in_frame(Input::OriginMessage(text));
                }
            });
            self.0.held.borrow_mut().origin_channel = channel;
        }
        if let Some(channel) = &self.0.held.borrow().origin_channel {
            let _ = channel.channel.post_message(&text.into());
        }
    }

    pub(super) fn broadcast_unsent(&self) {
        let unsent = std::mem::take(&mut self.0.held.borrow_mut().unsent);
        if let Some(channel) = &self.0.held.borrow().channel {
            unsent.into_iter().for_each(|text| channel.post(text));
        }
    }
}

impl Channel {
    /// `None` if the browser has no such channels.
    pub(super) fn open(name: &str, on_text: impl Fn(String) + 'static) -> Option<Self> {
        let channel = BroadcastChannel::new(name).ok()?;
        let on_message = EventListener::new(&channel, "message", move |event| {
            let data = event.dyn_ref::<MessageEvent>().map(MessageEvent::data);
            if let Some(text) = data.and_then(|data| data.as_string()) {
                on_text(text);
            }
        });
        Some(Self {
            channel,
            _on_message: on_message,
        })
    }

    pub(super) fn post(&self, text: String) {
        // An open channel accepts every text, and calls nobody in this tab.
        let _ = self.channel.post_message(&text.into());
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.channel.close();
    }
}
