//! A swipe on a toast: when a gesture is a swipe, how far the toast moves, and whether it
//! is dismissed.

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

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_millis(1_000);

    fn begin(position: Position, press: Press) -> Swipe {
        let directions = SwipeDirections::of(position);
        Swipe::new(directions, press, Point { x: 100.0, y: 100.0 }, START)
    }

    /// Swipes by `(x, y)` within `millis` milliseconds.
    fn swipe(position: Position, press: Press, by: (f64, f64), millis: u64) -> Option<Direction> {
        let mut swipe = begin(position, press);
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
        let directions = [
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
            let gone: Vec<_> = directions
                .iter()
                .filter_map(|(_, by)| swipe(position, Press::Finger, *by, 10_000))
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
            let mut swipe = Swipe::new(only_left, Press::Finger, start, START);
            swipe.moved(at((by, 0.0)));
            let gone = swipe.released(at((by, 0.0)), START + Duration::from_secs(10));
            assert_eq!(gone, expected);
        }
    }

    #[test]
    fn a_slow_swipe_must_be_45_px_far_and_a_flick_faster_than_0_11_px_per_ms() {
        let here = Position::BottomRight;
        assert_eq!(swipe(here, Press::Finger, (44.0, 0.0), 10_000), None);
        let far = swipe(here, Press::Finger, (45.0, 0.0), 10_000);
        assert_eq!(far, Some(Direction::Right));
        assert_eq!(swipe(here, Press::Finger, (20.0, 0.0), 182), None);
        let flick = swipe(here, Press::Finger, (20.0, 0.0), 181);
        assert_eq!(flick, Some(Direction::Right));
    }

    #[test]
    fn a_fast_swipe_the_wrong_way_lets_nothing_go() {
        assert_eq!(
            swipe(Position::BottomRight, Press::Finger, (-200.0, 0.0), 10),
            None
        );
    }

    #[test]
    fn it_is_no_swipe_before_the_threshold() {
        for (press, slop) in [(Press::Finger, 10.0), (Press::Mouse, 3.0)] {
            let mut gesture = begin(Position::BottomRight, press);
            assert_eq!(gesture.moved(at((slop, 0.0))), SwipeStep::Undecided);
            assert!(!gesture.is_decided());
            assert_eq!(gesture.released(at((slop, 0.0)), START), None);
            gesture.moved(at((slop + 1.0, 0.0)));
            assert!(gesture.is_decided());
        }
    }

    #[test]
    fn the_axis_is_locked_once_chosen() {
        let mut gesture = begin(Position::BottomRight, Press::Finger);
        gesture.moved(at((12.0, 4.0)));
        assert_eq!(
            gesture.moved(at((20.0, 300.0))),
            SwipeStep::Move(Point { x: 20.0, y: 0.0 })
        );
    }

    #[test]
    fn the_toast_follows_the_allowed_way_and_is_held_back_the_other() {
        let mut gesture = begin(Position::BottomRight, Press::Finger);
        assert_eq!(
            gesture.moved(at((30.0, 0.0))),
            SwipeStep::Move(Point { x: 30.0, y: 0.0 })
        );
        assert_eq!(
            gesture.moved(at((-30.0, 0.0))),
            SwipeStep::Move(Point { x: -10.0, y: 0.0 })
        );
    }

    #[test]
    fn a_mouse_on_text_selects_sideways_and_swipes_up_and_down() {
        let mut sideways = begin(Position::BottomRight, Press::MouseOnText);
        assert_eq!(sideways.moved(at((60.0, 3.0))), SwipeStep::Selecting);
        assert_eq!(sideways.released(at((60.0, 3.0)), START), None);
        let down = swipe(Position::BottomRight, Press::MouseOnText, (0.0, 60.0), 400);
        assert_eq!(down, Some(Direction::Down));
    }
}
