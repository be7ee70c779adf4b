//! A pointer's gesture on a toast: when it is a swipe, where the toast goes
//! meanwhile, and whether the toast is let go. Pure.

use std::time::Duration;

use background_tasks_core::Timestamp;

use super::Position;

/// How far a swipe must have gone to take the toast away, in CSS pixels (sonner's number).
const FAR: f64 = 45.0;

/// How fast, in CSS pixels per millisecond, takes it away however far (sonner's number).
const FAST: f64 = 0.11;

/// How far a finger may tremble on a click, in CSS pixels (Radix's number).
const FINGER_SLOP: f64 = 10.0;

/// How far a mouse or pen may, in CSS pixels.
const MOUSE_SLOP: f64 = 3.0;

/// Where a pointer is, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Point {
    pub(super) x: f64,
    pub(super) y: f64,
}

/// Where a toast is swiped to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    Left,
    Right,
    Up,
    Down,
}

impl Direction {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Right => "right",
            Self::Up => "up",
            Self::Down => "down",
        }
    }
}

/// The ways in which toasts may be swiped off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
#[allow(
    clippy::struct_excessive_bools,
    reason = "each may be allowed with any other"
)]
pub struct SwipeDirections {
    pub left: bool,
    pub right: bool,
    pub up: bool,
    pub down: bool,
}

impl SwipeDirections {
    /// Off the nearest edges, as sonner has it.
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

/// What the pointer came down with, and on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grip {
    /// A finger.
    Finger,
    /// A mouse or pen beside the text.
    Mouse,
    /// A mouse or pen on the text: sideways it selects.
    MouseOnText,
}

/// A gesture from the pointer's way down to its release.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Swipe {
    ways: SwipeDirections,
    grip: Grip,
    start: Point,
    since: Timestamp,
    /// None until the pointer has gone far enough to tell.
    axis: Option<Axis>,
}

/// What a move makes of a gesture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Moved {
    /// It is too early to tell.
    Undecided,
    /// The toast is so far from its place.
    To(Point),
    /// It is no swipe: the pointer selects text.
    Selects,
}

impl Swipe {
    pub(super) const fn new(
        ways: SwipeDirections,
        grip: Grip,
        start: Point,
        since: Timestamp,
    ) -> Self {
        Self {
            ways,
            grip,
            start,
            since,
            axis: None,
        }
    }

    /// Whether it is known to be a swipe.
    pub(super) const fn is_decided(&self) -> bool {
        self.axis.is_some()
    }

    /// The pointer is at `point` now.
    pub(super) fn moved(&mut self, point: Point) -> Moved {
        let delta = self.delta(point);
        let slop = match self.grip {
            Grip::Finger => FINGER_SLOP,
            Grip::Mouse | Grip::MouseOnText => MOUSE_SLOP,
        };
        if self.axis.is_none() && delta.x.abs().max(delta.y.abs()) > slop {
            let axis = if delta.x.abs() > delta.y.abs() {
                Axis::X
            } else {
                Axis::Y
            };
            if self.grip == Grip::MouseOnText && axis == Axis::X {
                return Moved::Selects;
            }
            self.axis = Some(axis);
        }
        let Some(axis) = self.axis else {
            return Moved::Undecided;
        };
        let along = axis.of(delta);
        let along = if self.ways.allow(axis.direction(along)) {
            along
        } else {
            // The toast is held back, the more the farther (sonner's curve).
            along / (1.5 + along.abs() / 20.0)
        };
        Moved::To(match axis {
            Axis::X => Point { x: along, y: 0.0 },
            Axis::Y => Point { x: 0.0, y: along },
        })
    }

    /// The pointer is let go at `point`: where the toast leaves to, if it does.
    pub(super) fn released(&self, point: Point, now: Timestamp) -> Option<Direction> {
        let axis = self.axis?;
        let along = axis.of(self.delta(point));
        let direction = axis.direction(along);
        let took = now.since(self.since).max(Duration::from_millis(1));
        let speed = along.abs() / (took.as_secs_f64() * 1_000.0);
        let goes = along.abs() >= FAR || speed > FAST;
        (goes && self.ways.allow(direction)).then_some(direction)
    }

    fn delta(&self, point: Point) -> Point {
        Point {
            x: point.x - self.start.x,
            y: point.y - self.start.y,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_millis(1_000);

    fn press(position: Position, grip: Grip) -> Swipe {
        let ways = SwipeDirections::of(position);
        Swipe::new(ways, grip, Point { x: 100.0, y: 100.0 }, START)
    }

    /// A pointer that goes by `(x, y)` in so many milliseconds.
    fn swipe(position: Position, grip: Grip, by: (f64, f64), millis: u64) -> Option<Direction> {
        let mut swipe = press(position, grip);
        let to = at(by);
        swipe.moved(to);
        swipe.released(to, START + Duration::from_millis(millis))
    }

    fn at((x, y): (f64, f64)) -> Point {
        Point {
            x: 100.0 + x,
            y: 100.0 + y,
        }
    }

    #[test]
    fn each_position_lets_go_towards_its_own_edges_and_nowhere_else() {
        use Direction::{Down, Left, Right, Up};
        let ways = [
            (Left, (-60.0, 0.0)),
            (Right, (60.0, 0.0)),
            (Up, (0.0, -60.0)),
            (Down, (0.0, 60.0)),
        ];
        let expected = [
            (Position::TopLeft, vec![Left, Up]),
            (Position::TopCenter, vec![Up]),
            (Position::TopRight, vec![Right, Up]),
            (Position::BottomLeft, vec![Left, Down]),
            (Position::BottomCenter, vec![Down]),
            (Position::BottomRight, vec![Right, Down]),
        ];
        for (position, expected) in expected {
            let gone: Vec<_> = ways
                .iter()
                .filter_map(|(_, by)| swipe(position, Grip::Finger, *by, 10_000))
                .collect();
            assert_eq!(gone, expected, "{position:?}");
        }
    }

    #[test]
    fn the_ways_can_be_others_than_the_positions() {
        let only_left = SwipeDirections {
            left: true,
            ..SwipeDirections::default()
        };
        for (by, expected) in [(-60.0, Some(Direction::Left)), (60.0, None)] {
            let start = Point { x: 100.0, y: 100.0 };
            let mut swipe = Swipe::new(only_left, Grip::Finger, start, START);
            swipe.moved(at((by, 0.0)));
            let gone = swipe.released(at((by, 0.0)), START + Duration::from_secs(10));
            assert_eq!(gone, expected);
        }
    }

    #[test]
    fn a_slow_swipe_must_be_45_px_far_and_a_flick_faster_than_0_11_px_per_ms() {
        let here = Position::BottomRight;
        assert_eq!(swipe(here, Grip::Finger, (44.0, 0.0), 10_000), None);
        let far = swipe(here, Grip::Finger, (45.0, 0.0), 10_000);
        assert_eq!(far, Some(Direction::Right));
        assert_eq!(swipe(here, Grip::Finger, (20.0, 0.0), 182), None);
        let flick = swipe(here, Grip::Finger, (20.0, 0.0), 181);
        assert_eq!(flick, Some(Direction::Right));
    }

    #[test]
    fn a_fast_swipe_the_wrong_way_lets_nothing_go() {
        assert_eq!(
            swipe(Position::BottomRight, Grip::Finger, (-200.0, 0.0), 10),
            None
        );
    }

    #[test]
    fn it_is_no_swipe_before_the_threshold() {
        for (grip, slop) in [(Grip::Finger, 10.0), (Grip::Mouse, 3.0)] {
            let mut gesture = press(Position::BottomRight, grip);
            assert_eq!(gesture.moved(at((slop, 0.0))), Moved::Undecided);
            assert!(!gesture.is_decided());
            assert_eq!(gesture.released(at((slop, 0.0)), START), None);
            gesture.moved(at((slop + 1.0, 0.0)));
            assert!(gesture.is_decided());
        }
    }

    #[test]
    fn the_axis_is_locked_once_chosen() {
        let mut gesture = press(Position::BottomRight, Grip::Finger);
        gesture.moved(at((12.0, 4.0)));
        assert_eq!(
            gesture.moved(at((20.0, 300.0))),
            Moved::To(Point { x: 20.0, y: 0.0 })
        );
    }

    #[test]
    fn the_toast_follows_the_allowed_way_and_is_held_back_the_other() {
        let mut gesture = press(Position::BottomRight, Grip::Finger);
        assert_eq!(
            gesture.moved(at((30.0, 0.0))),
            Moved::To(Point { x: 30.0, y: 0.0 })
        );
        assert_eq!(
            gesture.moved(at((-30.0, 0.0))),
            Moved::To(Point { x: -10.0, y: 0.0 })
        );
    }

    #[test]
    fn a_mouse_on_text_selects_sideways_and_swipes_up_and_down() {
        let mut sideways = press(Position::BottomRight, Grip::MouseOnText);
        assert_eq!(sideways.moved(at((60.0, 3.0))), Moved::Selects);
        assert_eq!(sideways.released(at((60.0, 3.0)), START), None);
        let down = swipe(Position::BottomRight, Grip::MouseOnText, (0.0, 60.0), 400);
        assert_eq!(down, Some(Direction::Down));
    }
}
