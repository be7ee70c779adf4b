//! The tabs of one origin: one of them leads, which means that it checks the
//! server; the others follow what it tells (CONTRACT §7).
//!
//! Who leads is the holder of a Web Lock, or where there are none the first by
//! [`presence`]. What is told goes through a `BroadcastChannel`.

mod beats;
mod lock;
mod locks;
mod note;
mod presence;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use gloo_events::EventListener;
use litemap::LiteMap;
use wasm_bindgen::JsCast as _;
use web_sys::{BroadcastChannel, MessageEvent, PageTransitionEvent};

use self::lock::{Lock, LockManager, Manner};
use self::note::{LeadNote, Letter, Note};
pub(crate) use self::note::{Order, TabId, TaskNote, Told};
use self::presence::{Presence, Sign};
use crate::clock::Clock;
use crate::page_visibility::{self, is_visible};
use crate::spawned::Spawned;
use crate::time::Timestamp;

/// How long a new tab listens before it takes the lead without Web Locks.
const GRACE: Duration = Duration::from_millis(500);

/// A page that is still there so long after `pagehide` was not left.
const STILL_HERE: Duration = Duration::from_secs(1);

/// What is heard of the other tabs.
pub(crate) enum Heard {
    /// Whether this tab leads from now on.
    Lead(bool),
    /// Something about tasks.
    Note(TabId, TaskNote),
    /// A tab is gone.
    Gone(TabId),
    /// This tab is about to give the lead away: the next one goes on from what it tells now.
    Leaving,
}

/// This tab's place among the tabs of its origin. Dropping it leaves them.
pub(crate) struct Tabs(Rc<Shared>);

struct Shared {
    id: TabId,
    name: String,
    clock: Rc<dyn Clock>,
    since: Timestamp,
    tell: Box<dyn Fn(Heard)>,
    connection: RefCell<Option<Connection>>,
    listeners: RefCell<Vec<EventListener>>,
    reopening: RefCell<Option<Spawned>>,
    leads: Cell<bool>,
}

/// What there is between `open` and `close`.
struct Connection {
    channel: BroadcastChannel,
    _on_message: EventListener,
    election: Election,
    /// Whether another tab was ever heard: alone, nobody need be told anything.
    has_company: Cell<bool>,
}

enum Election {
    Locks(Locks),
    Beats { presence: Presence, _pulse: Spawned },
}

struct Locks {
    manager: LockManager,
    /// The lock of the lead, asked for or held.
    lead: Option<Lock>,
    /// The lock that this tab has for as long as it lives.
    _own: Option<Lock>,
    /// Asked for, and granted once the tab is gone.
    others: LiteMap<TabId, Lock>,
}

impl Tabs {
    /// Joins the tabs that share `name`. None where the browser has no way for
    /// tabs to talk: then this one is as good as alone.
    pub(crate) fn join(
        name: &str,
        clock: Rc<dyn Clock>,
        tell: impl Fn(Heard) + 'static,
    ) -> Option<Self> {
        let shared = Rc::new(Shared {
            id: TabId(random_name()),
            name: name.to_owned(),
            since: clock.now(),
            clock,
            tell: Box::new(tell),
            connection: RefCell::default(),
            listeners: RefCell::default(),
            reopening: RefCell::default(),
            leads: Cell::default(),
        });
        if !shared.open() {
            return None;
        }
        let listeners = shared.listen();
        *shared.listeners.borrow_mut() = listeners;
        Some(Self(shared))
    }

    /// Tells the other tabs, where there are any.
    pub(crate) fn post(&self, note: TaskNote) {
        if self.has_company() {
            self.0.post(Note::Tasks(note));
        }
    }

    /// Whether there is anybody to be told.
    pub(crate) fn has_company(&self) -> bool {
        let connection = self.0.connection.borrow();
        // Who does not lead believes that another does.
        !self.0.leads.get()
            || connection
                .as_ref()
                .is_some_and(|connection| connection.has_company.get())
    }

    /// This tab's name.
    pub(crate) fn id(&self) -> TabId {
        self.0.id.clone()
    }

    /// Has [`Heard::Gone`] told once that tab is gone.
    pub(crate) fn watch(&self, tab: &TabId) {
        self.0.watch(tab);
    }
}

impl Drop for Tabs {
    fn drop(&mut self) {
        self.0.listeners.borrow_mut().clear();
        self.0.close();
        let reopening = self.0.reopening.borrow_mut().take();
        drop(reopening);
    }
}

impl Shared {
    fn open(self: &Rc<Self>) -> bool {
        if self.connection.borrow().is_some() {
            return true;
        }
        let Ok(channel) = BroadcastChannel::new(&self.name) else {
            return false;
        };
        let weak = Rc::downgrade(self);
        let on_message = EventListener::new(&channel, "message", move |event| {
            let text = event.dyn_ref::<MessageEvent>().map(MessageEvent::data);
            let text = text.and_then(|data| data.as_string());
            // What does not read as a letter is another program's, or another version's.
            let letter = text.and_then(|text| serde_json::from_str::<Letter>(&text).ok());
            if let (Some(shared), Some(letter)) = (weak.upgrade(), letter) {
                shared.read(letter);
            }
        });
        let election = match lock::manager() {
            Some(manager) => Election::Locks(Locks {
                lead: None,
                _own: self.hold_own(&manager),
                others: LiteMap::new(),
                manager,
            }),
            None => Election::Beats {
                presence: Presence::default(),
                _pulse: self.pulse(),
            },
        };
        *self.connection.borrow_mut() = Some(Connection {
            channel,
            _on_message: on_message,
            election,
            has_company: Cell::new(false),
        });
        self.post(Note::Tasks(TaskNote::Hello));
        self.ask_for_lead(Manner::Wait);
        self.say_visible();
        true
    }

    fn close(&self) {
        (self.tell)(Heard::Leaving);
        self.post(Note::Lead(LeadNote::Bye));
        let connection = self.connection.borrow_mut().take();
        if let Some(connection) = &connection {
            connection.channel.close();
        }
        drop(connection);
        self.lead(false);
    }

    fn listen(self: &Rc<Self>) -> Vec<EventListener> {
        let Some(window) = web_sys::window() else {
            return Vec::new();
        };
        let weak = Rc::downgrade(self);
        // Who holds a lock is kept out of the back/forward cache.
        let on_leave = EventListener::new(&window, "pagehide", move |_| {
            if let Some(shared) = weak.upgrade() {
                shared.leave();
            }
        });
        let weak = Rc::downgrade(self);
        let on_return = EventListener::new(&window, "pageshow", move |event| {
            let transition = event.dyn_ref::<PageTransitionEvent>();
            let is_return = transition.is_some_and(PageTransitionEvent::persisted);
            if let Some(shared) = weak.upgrade().filter(|_| is_return) {
                shared.open();
            }
        });
        let weak = Rc::downgrade(self);
        let on_turn = page_visibility::listen(move || {
            if let Some(shared) = weak.upgrade() {
                shared.turned();
            }
        });
        [on_leave, on_return].into_iter().chain(on_turn).collect()
    }

    /// Closes, and opens again should the page still be there.
    fn leave(self: &Rc<Self>) {
        self.close();
        let (weak, pause) = (Rc::downgrade(self), self.clock.sleep(STILL_HERE));
        *self.reopening.borrow_mut() = Some(Spawned::new(async move {
            pause.await;
            if let Some(shared) = weak.upgrade() {
                shared.open();
            }
        }));
    }

    /// The tab was shown or hidden.
    fn turned(self: &Rc<Self>) {
        if is_visible() {
            self.say_visible();
        } else if self.leads.get() {
            self.post(Note::Lead(LeadNote::Offer));
        }
        self.beat();
    }

    fn say_visible(&self) {
        if is_visible() && !self.leads.get() {
            self.post(Note::Lead(LeadNote::Visible));
        }
    }

    fn read(self: &Rc<Self>, letter: Letter) {
        let from = letter.from;
        if let Some(connection) = &*self.connection.borrow() {
            connection.has_company.set(true);
        }
        match letter.note {
            Note::Tasks(note) => {
                if matches!(note, TaskNote::Hello) {
                    self.beat();
                }
                (self.tell)(Heard::Note(from, note));
            }
            Note::Lead(LeadNote::Offer) => self.say_visible(),
            Note::Lead(LeadNote::Visible) => {
                if self.leads.get() && !is_visible() {
                    (self.tell)(Heard::Leaving);
                    self.post(Note::Lead(LeadNote::Yours(from)));
                }
            }
            Note::Lead(LeadNote::Yours(tab)) => {
                if tab == self.id {
                    self.ask_for_lead(Manner::Steal);
                }
            }
            Note::Lead(LeadNote::Beat { visible, since }) => {
                let heard = self.clock.now();
                self.with_presence(|presence| {
                    presence.heard(
                        from,
                        Sign {
                            visible,
                            since,
                            heard,
                        },
                    );
                });
                self.elect();
            }
            Note::Lead(LeadNote::Bye) => {
                self.with_presence(|presence| presence.left(&from));
                // Before it: an end is said by who leads then.
                self.elect();
                self.gone(from);
            }
        }
    }

    fn post(&self, note: Note) {
        let letter = Letter {
            from: self.id.clone(),
            note,
        };
        let connection = self.connection.borrow();
        if let Some(connection) = &*connection
            && let Ok(text) = serde_json::to_string(&letter)
        {
            // A channel that is open takes every text.
            let _ = connection.channel.post_message(&text.into());
        }
    }

    fn lead(&self, leads: bool) {
        if self.leads.replace(leads) != leads {
            (self.tell)(Heard::Lead(leads));
        }
    }

    fn gone(&self, tab: TabId) {
        let lock = match &mut *self.connection.borrow_mut() {
            Some(Connection {
                election: Election::Locks(locks),
                ..
            }) => locks.others.remove(&tab),
            Some(_) | None => None,
        };
        drop(lock);
        (self.tell)(Heard::Gone(tab));
    }
}

fn random_name() -> String {
    (js_sys::Math::random() * 1e16).to_string()
}
