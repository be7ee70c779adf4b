//! A thousand simulated runs. `SEED=n cargo test --package background-tasks-simulation`
//! replays one; `cargo xtask simulate` shows the shortest run that breaks a rule.

use background_tasks_simulation::run;

#[test]
fn no_seed_breaks_a_rule() {
    let only: Option<u64> = std::env::var("SEED").ok().and_then(|it| it.parse().ok());
    let seeds = only.map_or(0..1_000, |seed| seed..seed + 1);
    for seed in seeds {
        let failure = run(seed).err();
        assert!(failure.is_none(), "SEED={seed}: {failure:?}");
    }
}

#[test]
fn a_seed_gives_the_same_run() {
    for seed in 0..20 {
        let steps = || run(seed).map(|report| (report.steps, report.counts)).ok();
        assert_eq!(steps(), steps(), "SEED={seed}");
    }
}
