//! A swipe on a toast: when a gesture is a swipe, how far the toast moves, and whether it
//! is dismissed.

#[cfg(test)]
mod tests;

use std::time::Duration;

use background_tasks_core::Timestamp;

use super::Position;

/// Minimum distance that dismisses the toast, in CSS pixels (as in sonner).
const MIN_DISTANCE: f64 = 45.0;

/// Minimum speed that dismisses it at any distance, in CSS pixels per millisecond (as in
/// sonner).
const MIN_SPEED: f64 = 0.11;

/// Distance up to which a finger does not swipe, in CSS pixels (as in Radix).
const FINGER_SLOP: f64 = 10.0;

/// The same for a mouse or pen.
const MOUSE_SLOP: f64 = 3.0;

/// The position of a pointer in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Point {
    pub(super) x: f64,
    pub(super) y: f64,
}

/// The direction in which a toast leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    Left,
    Right,
    Up,
    Down,
}

impl Direction {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Right => "right",
            Self::Up => "up",
            Self::Down => "down",
        }
    }
}

/// The directions in which toasts can be swiped away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are self-explanatory")]
#[allow(
    clippy::struct_excessive_bools,
    reason = "all combinations are possible"
)]
pub struct SwipeDirections {
    pub left: bool,
    pub right: bool,
    pub up: bool,
    pub down: bool,
}

impl SwipeDirections {
    /// Towards the nearest edges, as in sonner.
    pub const fn of(position: Position) -> Self {
        use Position::{BottomCenter, BottomLeft, BottomRight, TopCenter, TopLeft, TopRight};
        Self {
            left: matches!(position, TopLeft | BottomLeft),
            right: matches!(position, TopRight | BottomRight),
            up: matches!(position, TopLeft | TopCenter | TopRight),
            down: matches!(position, BottomLeft | BottomCenter | BottomRight),
        }
    }

    const fn allow(self, direction: Direction) -> bool {
        match direction {
            Direction::Left => self.left,
            Direction::Right => self.right,
            Direction::Up => self.up,
            Direction::Down => self.down,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Axis {
    X,
    Y,
}

impl Axis {
    const fn of(self, point: Point) -> f64 {
        match self {
            Self::X => point.x,
            Self::Y => point.y,
        }
    }

    fn direction(self, delta: f64) -> Direction {
        match (self, delta < 0.0) {
            (Self::X, true) => Direction::Left,
            (Self::X, false) => Direction::Right,
            (Self::Y, true) => Direction::Up,
            (Self::Y, false) => Direction::Down,
        }
    }
}

/// How the gesture began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Press {
    /// A finger.
    Finger,
    /// A mouse or pen outside of the text.
    Mouse,
    /// A mouse or pen on the text, where a horizontal movement selects.
    MouseOnText,
}

/// A gesture from `pointerdown` to `pointerup`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Swipe {
    directions: SwipeDirections,
    press: Press,
    start: Point,
    since: Timestamp,
    /// `None` until the pointer has moved far enough.
    axis: Option<Axis>,
}

/// The result of a pointer movement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum SwipeStep {
    /// Not yet a swipe.
    Undecided,
    /// The offset of the toast.
    Move(Point),
    /// Not a swipe: the pointer selects text.
    Selecting,
}

impl Swipe {
    pub(super) const fn new(
        directions: SwipeDirections,
        press: Press,
        start: Point,
        since: Timestamp,
    ) -> Self {
        Self {
            directions,
            press,
            start,
            since,
            axis: None,
        }
    }

    /// Whether the gesture is a swipe.
    pub(super) const fn is_decided(&self) -> bool {
        self.axis.is_some()
    }

    /// The pointer moved to `point`.
    pub(super) fn moved(&mut self, point: Point) -> SwipeStep {
        let delta = self.delta(point);
        let slop = match self.press {
            Press::Finger => FINGER_SLOP,
            Press::Mouse | Press::MouseOnText => MOUSE_SLOP,
        };
        if self.axis.is_none() && delta.x.abs().max(delta.y.abs()) > slop {
            let axis = if delta.x.abs() > delta.y.abs() {
                Axis::X
            } else {
                Axis::Y
            };
            if self.press == Press::MouseOnText && axis == Axis::X {
                return SwipeStep::Selecting;
            }
            self.axis = Some(axis);
        }
        let Some(axis) = self.axis else {
            return SwipeStep::Undecided;
        };
        let along = axis.of(delta);
        let along = if self.directions.allow(axis.direction(along)) {
            along
        } else {
            // Resistance that grows with the distance (as in sonner).
            along / (1.5 + along.abs() / 20.0)
        };
        SwipeStep::Move(match axis {
            Axis::X => Point { x: along, y: 0.0 },
            Axis::Y => Point { x: 0.0, y: along },
        })
    }

    /// The pointer was released at `point`. Returns the direction if the toast is dismissed.
    pub(super) fn released(&self, point: Point, now: Timestamp) -> Option<Direction> {
        let axis = self.axis?;
        let along = axis.of(self.delta(point));
        let direction = axis.direction(along);
        let took = now.since(self.since).max(Duration::from_millis(1));
        let speed = along.abs() / (took.as_secs_f64() * 1_000.0);
        let is_dismissed = along.abs() >= MIN_DISTANCE || speed > MIN_SPEED;
        (is_dismissed && self.directions.allow(direction)).then_some(direction)
    }

    fn delta(&self, point: Point) -> Point {
        Point {
            x: point.x - self.start.x,
            y: point.y - self.start.y,
        }
    }
}
