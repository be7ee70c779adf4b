//! Runs that are stepped, as on the page of the documentation.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may fail loudly"
)]

use background_tasks_simulation::{Bug, Intervention, Setup, SteppedRun, TabView, View};

const SETUP: Setup = Setup {
    seed: 42,
    tabs: 3,
    tasks: 14,
    fault_percent: 15,
    bug: None,
};

/// When everything has ended, also after the worst of the plans below.
const END: u64 = 900_000;

fn plan() -> Vec<(u64, Intervention)> {
    vec![
        (4_000, Intervention::FreezeTab(2)),
        (6_000, Intervention::DropResponses(true)),
        (9_000, Intervention::CloseLeader),
        (11_000, Intervention::FillStorage(true)),
        (14_000, Intervention::OpenTab),
        (16_000, Intervention::CancelTask),
        (21_000, Intervention::DropResponses(false)),
        (26_000, Intervention::FillStorage(false)),
        (30_000, Intervention::ThawTab(2)),
        (50_000, Intervention::RetryFailed),
    ]
}

fn open(view: &View) -> impl Iterator<Item = &TabView> {
    view.tabs.iter().filter(|tab| !tab.closed)
}

#[test]
fn seed_and_interventions_replay_a_run_exactly() {
    let mut whole = SteppedRun::new(SETUP, plan());
    whole.run_to(END);
    // In frames of a page, and by hand.
    let mut live = SteppedRun::new(SETUP, Vec::new());
    let mut plan = plan().into_iter().peekable();
    let mut frame = 0;
    while frame < END {
        frame += 17 + frame % 5;
        while let Some((at, what)) = plan.next_if(|(at, _)| *at <= frame) {
            live.run_to(at);
            assert!(live.intervene(what), "{what:?}");
        }
        live.run_to(frame.min(END));
    }
    assert_eq!(live.view(), whole.view());
    assert_eq!(live.take_trace(), whole.take_trace());
    let mut again = SteppedRun::new(SETUP, live.interventions().to_vec());
    again.run_to(END);
    assert_eq!(again.view(), whole.view());
    assert_eq!(whole.view().violation, None);
}

#[test]
fn all_tasks_end_alike_in_all_tabs_and_on_the_server() {
    for seed in 0..30 {
        let mut run = SteppedRun::new(Setup { seed, ..SETUP }, plan());
        run.run_to(END);
        let view = run.view();
        assert_eq!(view.violation, None, "seed {seed}");
        // Nobody starts a task in a frozen tab.
        assert!(view.tasks.len() >= 4, "seed {seed}: {}", view.tasks.len());
        for tab in open(&view) {
            let ended = [
                "succeeded",
                "failed",
                "cancelled",
                "interrupted",
                "timed out",
            ];
            let shown = || tab.shown.iter().flatten();
            assert_eq!(shown().count(), view.tasks.len(), "seed {seed}: {tab:?}");
            assert!(
                shown().all(|it| ended.contains(&it.name)),
                "seed {seed}: {tab:?}"
            );
            assert_eq!(tab.requests, [], "seed {seed}");
        }
    }
}

#[test]
fn each_rule_that_is_checked_is_in_the_view() {
    let mut run = SteppedRun::new(SETUP, plan());
    run.run_to(END);
    let rules = run.view().rules;
    let checked = rules.iter().filter(|(_, count)| *count > 0);
    assert!(checked.count() >= 12, "{rules:?}");
}

#[test]
fn another_tab_leads_once_the_leader_is_closed() {
    let mut run = SteppedRun::new(SETUP, Vec::new());
    run.run_to(10_000);
    let leader = |view: &View| open(view).find(|tab| tab.leads).map(|tab| tab.number);
    let first = leader(&run.view());
    assert!(first.is_some());
    assert!(run.intervene(Intervention::CloseLeader));
    assert_eq!(open(&run.view()).count(), 2);
    run.run_to(20_000);
    let second = leader(&run.view());
    assert!(second.is_some() && second != first, "{second:?}");
}

#[test]
fn impossible_interventions_are_refused_and_not_recorded() {
    let mut run = SteppedRun::new(SETUP, Vec::new());
    run.run_to(5_000);
    for what in [
        Intervention::ThawTab(1),
        Intervention::CloseTab(9),
        Intervention::DropResponses(false),
        Intervention::FillStorage(false),
        Intervention::ShowTab(0),
    ] {
        assert!(!run.intervene(what), "{what:?}");
    }
    for _ in 0..2 {
        assert!(run.intervene(Intervention::OpenTab));
    }
    assert!(!run.intervene(Intervention::OpenTab), "five tabs are open");
    assert_eq!(run.interventions().len(), 2);
}

#[test]
fn plan_goes_on_until_an_intervention_is_possible() {
    let plan = vec![
        (6_000, Intervention::OpenTab),
        (9_000, Intervention::OpenTab),
    ];
    let mut run = SteppedRun::new(SETUP, plan);
    run.run_to(5_000);
    assert!(!run.intervene(Intervention::ThawTab(1)));
    run.run_to(8_000);
    assert_eq!(open(&run.view()).count(), 4);
    assert!(run.intervene(Intervention::CloseTab(4)));
    run.run_to(12_000);
    assert_eq!(open(&run.view()).count(), 3);
}

#[test]
fn tasks_are_stored_while_no_tab_is_open() {
    let mut run = SteppedRun::new(SETUP, Vec::new());
    run.run_to(15_000);
    for tab in 1..=3 {
        assert!(run.intervene(Intervention::CloseTab(tab)));
    }
    let before = run.view();
    assert_eq!(open(&before).count(), 0);
    assert!(before.tasks.iter().any(|task| task.server.is_some()));
    run.run_to(20_000);
    assert!(run.intervene(Intervention::OpenTab));
    run.run_to(END);
    let after = run.view();
    assert_eq!(after.violation, None);
    let [.., opened] = after.tabs.as_slice() else {
        panic!("no tab")
    };
    assert!(opened.shown.iter().all(Option::is_some), "{opened:?}");
}

/// Interventions of a user who tries everything.
fn drawn_plan(seed: u64) -> Vec<(u64, Intervention)> {
    let mut rng = fastrand::Rng::with_seed(seed);
    let draw = |_| {
        let tab = rng.u64(1..=6);
        let what = match rng.u64(0..14) {
            0 => Intervention::OpenTab,
            1 => Intervention::ShowTab(tab),
            2 | 3 => Intervention::FreezeTab(tab),
            4 | 5 => Intervention::ThawTab(tab),
            6 => Intervention::CloseTab(tab),
            7 => Intervention::CloseLeader,
            8 => Intervention::DropResponses(rng.bool()),
            9 => Intervention::FillStorage(rng.bool()),
            10 => Intervention::RetryFailed,
            _ => Intervention::CancelTask,
        };
        (rng.u64(0..120_000), what)
    };
    (0..30).map(draw).collect()
}

fn drawn_run(seed: u64, bug: Option<Bug>) -> View {
    let setup = Setup {
        seed,
        tabs: 1 + seed % 5,
        fault_percent: [0, 5, 15, 30][seed as usize % 4],
        bug,
        ..SETUP
    };
    let mut run = SteppedRun::new(setup, drawn_plan(seed));
    run.run_to(180_000);
    run.view()
}

#[test]
fn no_intervention_breaks_a_rule() {
    let seeds: u64 = std::env::var("SEEDS").map_or(200, |it| it.parse().unwrap());
    for seed in 0..seeds {
        let broken = drawn_run(seed, None).violation;
        let plan = drawn_plan(seed);
        assert_eq!(broken, None, "seed {seed}: {plan:?}");
    }
}

#[test]
fn each_bug_breaks_a_rule() {
    for (name, bug) in Bug::ALL {
        assert_eq!(Bug::named(name), Some(bug));
        let broken = |view: &View| view.violation.is_some();
        let found = (0..300).map(|seed| drawn_run(seed, Some(bug))).find(broken);
        let found = found.unwrap_or_else(|| panic!("{name}"));
        // The run stops there.
        assert_eq!(found.violation.map(|it| it.at), Some(found.time), "{name}");
    }
}
