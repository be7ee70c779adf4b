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
fn toast_is_dismissed_only_towards_nearest_edges() {
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
        let dismissed: Vec<_> = directions
            .iter()
            .filter_map(|(_, by)| swipe(position, Press::Finger, *by, 10_000))
            .collect();
        assert_eq!(dismissed, expected, "{position:?}");
    }
}

#[test]
fn directions_can_be_configured() {
    let only_left = SwipeDirections {
        left: true,
        ..SwipeDirections::default()
    };
    for (by, expected) in [(-60.0, Some(Direction::Left)), (60.0, None)] {
        let start = Point { x: 100.0, y: 100.0 };
        let mut swipe = Swipe::new(only_left, Press::Finger, start, START);
        swipe.moved(at((by, 0.0)));
        let direction = swipe.released(at((by, 0.0)), START + Duration::from_secs(10));
        assert_eq!(direction, expected);
    }
}

#[test]
fn swipe_needs_minimum_distance_or_speed() {
    let here = Position::BottomRight;
    assert_eq!(swipe(here, Press::Finger, (44.0, 0.0), 10_000), None);
    let far = swipe(here, Press::Finger, (45.0, 0.0), 10_000);
    assert_eq!(far, Some(Direction::Right));
    assert_eq!(swipe(here, Press::Finger, (20.0, 0.0), 182), None);
    let flick = swipe(here, Press::Finger, (20.0, 0.0), 181);
    assert_eq!(flick, Some(Direction::Right));
}

#[test]
fn fast_swipe_in_another_direction_does_not_dismiss() {
    assert_eq!(
        swipe(Position::BottomRight, Press::Finger, (-200.0, 0.0), 10),
        None
    );
}

#[test]
fn swipe_begins_beyond_the_slop() {
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
fn axis_is_locked_once_chosen() {
    let mut gesture = begin(Position::BottomRight, Press::Finger);
    gesture.moved(at((12.0, 4.0)));
    assert_eq!(
        gesture.moved(at((20.0, 300.0))),
        SwipeStep::Move(Point { x: 20.0, y: 0.0 })
    );
}

#[test]
fn toast_follows_allowed_direction_and_resists_others() {
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
fn mouse_on_text_selects_horizontally_and_swipes_vertically() {
    let mut sideways = begin(Position::BottomRight, Press::MouseOnText);
    assert_eq!(sideways.moved(at((60.0, 3.0))), SwipeStep::Selecting);
    assert_eq!(sideways.released(at((60.0, 3.0)), START), None);
    let down = swipe(Position::BottomRight, Press::MouseOnText, (0.0, 60.0), 400);
    assert_eq!(down, Some(Direction::Down));
}
