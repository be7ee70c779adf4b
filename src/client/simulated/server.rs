//! The simulated server at work: latency, faults, and the time that bytes take.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use background_tasks_core::{CallError, Percent, UploadEvent};
use futures_util::future::pending;
use yew::Callback;

use super::call::{CallLog, CallRecord, Operation, Underway};
use super::chance;
use super::exchange::{Reply, Request};
use super::fault::{Fault, Faults};
use super::pace::scale;
use super::processor::Processor;
use super::simulation::Simulation;
use crate::client::wire;
use crate::clock::Clock;

/// Between two reports of an upload's progress: as often as browsers tell it.
const SHORTEST_STEP: Duration = Duration::from_millis(50);

/// A server and all that waits for it.
pub struct Server {
    pub clock: Rc<dyn Clock>,
    pub processor: RefCell<Processor>,
    pub faults: RefCell<Faults>,
    pub log: CallLog,
}

/// A call under way.
pub struct Made {
    server: Rc<Server>,
    request: Request,
    underway: Underway,
    latency: Duration,
    fault: Option<Fault>,
}

impl Server {
    /// One that has nothing.
    pub fn new(simulation: Simulation, clock: Rc<dyn Clock>) -> Self {
        let processor = Processor::new(simulation, clock.now());
        Self {
            clock,
            processor: RefCell::new(processor),
            faults: RefCell::default(),
            log: CallLog::default(),
        }
    }

    /// Takes a call in: what it will meet is decided here, whenever it is waited for.
    pub fn take_in(self: &Rc<Self>, request: Request) -> Made {
        let operation = request.operation();
        let (kind, id) = (request.kind(), request.id());
        let record = CallRecord::new(operation, kind, id.as_deref(), self.clock.now());
        let nth = self.processor.borrow_mut().count(&record);
        let processor = self.processor.borrow();
        let simulation = processor.simulation();
        let fault = if simulation.online() {
            self.faults.borrow_mut().meet(&record)
        } else {
            Some(Fault::Unreachable)
        };
        let subject = [
            operation.word(),
            kind.unwrap_or_default(),
            id.as_deref().unwrap_or_default(),
        ];
        let mut chance = chance::of(simulation.seed(), &subject, nth);
        let latency = scale(simulation.latency(), 0.5 + chance.f64());
        let flaky = operation == Operation::Status && chance.f64() < simulation.flaky();
        Made {
            latency: processor.pace().real(latency),
            fault: fault.or(flaky.then_some(Fault::Unreachable)),
            underway: self.log.push(record),
            server: Rc::clone(self),
            request,
        }
    }

    fn answer(&self, request: &Request) -> Reply {
        let now = self.clock.now();
        self.processor.borrow_mut().answer(request, now)
    }

    async fn sleep(&self, duration: Duration) {
        if !duration.is_zero() {
            self.clock.sleep(duration).await;
        }
    }
}

impl Made {
    /// Waits for the answer, or for what comes instead.
    ///
    /// # Errors
    ///
    /// What a real server's client would fail with.
    pub async fn answer(self) -> Result<Rc<[u8]>, CallError> {
        let server = &self.server;
        server.sleep(self.latency).await;
        let reply = match self.fault {
            None => Ok(server.answer(&self.request)),
            Some(Fault::Unreachable) => Err(CallError::Unreachable),
            Some(Fault::AnswerLost) => {
                server.answer(&self.request);
                Err(CallError::Unreachable)
            }
            Some(Fault::Stall) => pending().await,
            Some(Fault::Delay(delay)) => {
                server.sleep(delay).await;
                Ok(server.answer(&self.request))
            }
            Some(Fault::Answer {
                status,
                retry_after,
                body,
            }) => Ok(Reply {
                status,
                retry_after,
                body,
            }),
            Some(Fault::JobFails { reason }) => {
                if let Request::Status(job) = &self.request {
                    let mut processor = server.processor.borrow_mut();
                    processor.fail(job, reason, server.clock.now());
                }
                Ok(server.answer(&self.request))
            }
        };
        self.underway.answered();
        let reply = reply?;
        if (200..300).contains(&reply.status) {
            return Ok(reply.body);
        }
        let retry_after = reply.retry_after.as_deref();
        let now = server.clock.now();
        Err(wire::refusal(reply.status, retry_after, &reply.body, now))
    }

    /// Ends it without an answer of the server.
    pub fn end(self) {
        self.underway.answered();
    }

    /// Lets the time pass in which `total` bytes are sent; where the connection
    /// is to fail, half of them.
    pub async fn send(&self, total: u64, on_news: &Callback<UploadEvent>) {
        let up_to = match self.fault {
            Some(Fault::Unreachable | Fault::Stall) => Percent::new(50),
            Some(
                Fault::AnswerLost | Fault::Delay(_) | Fault::Answer { .. } | Fault::JobFails { .. },
            )
            | None => Percent::FULL,
        };
        let server = &self.server;
        let passed = || server.processor.borrow().pace().passed(server.clock.now());
        let start = passed();
        let whole = server.processor.borrow().simulation().upload_time(total);
        let mut told = None;
        loop {
            let share = share(passed().saturating_sub(start), whole).min(up_to);
            if told != Some(share) {
                told = Some(share);
                let bytes = total.saturating_mul(share.get().into()) / 100;
                on_news.emit(UploadEvent::Sent { bytes, total });
            }
            if share >= up_to {
                return;
            }
            let percent = server.processor.borrow().pace().real(whole / 100);
            server.clock.sleep(percent.max(SHORTEST_STEP)).await;
        }
    }
}

/// In whole numbers, so that 7 of 100 are not 6.
fn share(sent: Duration, whole: Duration) -> Percent {
    let percent = (sent.as_nanos() * 100).checked_div(whole.as_nanos());
    let percent = percent.and_then(|percent| u8::try_from(percent).ok());
    percent.map_or(Percent::FULL, Percent::new)
}
