//! Named toasters, their settings and positions.

use super::*;

#[test]
fn position_round_trips_through_string() {
    for position in Position::ALL {
        assert_eq!(position.as_str().parse(), Ok(position));
    }
    assert!("middle".parse::<Position>().is_err());
}

#[test]
fn named_toasters_have_separate_stacks() {
    let mut toasts = Fixture::new();
    toasts.show("page", Toast::info("i"));
    toasts.show("side", Toast::info("i").with_toaster("sidebar"));
    assert_eq!(toasts.visible(), ["page"]);
    let side = toasts.view_of("sidebar", HERE);
    assert_eq!(side.items.len(), 1);
    assert!(toasts.stacks.announcements(&"other".into()).is_empty());
    assert_eq!(toasts.stacks.announcements(&"sidebar".into()).len(), 1);
    assert!(toasts.view_of("other", HERE).items.is_empty());
}

#[test]
fn named_toaster_uses_default_settings_until_configured() {
    let mut toasts = Fixture::new();
    let settings = ToasterSettings {
        position: Position::TopCenter,
        visible: 1,
        duration: Duration::from_secs(1),
        ..ToasterSettings::default()
    };
    toasts.send(StackEvent::Configure("sidebar".into(), Box::new(settings)));
    toasts.show("a", Toast::info("i").with_toaster("sidebar"));
    toasts.show("b", Toast::info("i").with_toaster("sidebar"));
    toasts.show("c", Toast::info("i").with_toaster("other"));
    assert_eq!(toasts.view_of("sidebar", Position::TopCenter).more, 1);
    toasts.advance(1_000);
    assert_eq!(toasts.closed(), [timed_out("b")]);
    assert_eq!(toasts.view_of("other", HERE).items.len(), 1);
}

#[test]
fn new_position_moves_toasts_without_own_position() {
    let mut toasts = Fixture::new();
    toasts.show("a", Toast::success("s"));
    toasts.show("b", Toast::info("i").with_position(HERE));
    toasts.advance(1_000);
    let settings = ToasterSettings {
        position: Position::TopLeft,
        ..ToasterSettings::default()
    };
    let configure = StackEvent::Configure(ToasterId::default(), Box::new(settings));
    toasts.send(configure);
    assert_eq!(toasts.visible(), ["b"]);
    assert_eq!(toasts.view_of("", Position::TopLeft).items.len(), 1);
    toasts.advance(4_000);
    assert!(
        toasts.closed().contains(&timed_out("a")),
        "the timer was restarted: {:?}",
        toasts.closed()
    );
}
