//! The browser engines that tests run in.

use anyhow::{Result, bail, ensure};

/// An engine, and how the tests call it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Chromium,
    Firefox,
    Webkit,
}

impl Engine {
    pub const ALL: [Self; 3] = [Self::Chromium, Self::Firefox, Self::Webkit];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::Webkit => "webkit",
        }
    }
}

/// The engines to test: all, or those that the variable `ENGINES` names, separated by commas.
///
/// # Errors
///
/// An unknown name, no name, or, where `CI` is set, an engine that is left out.
pub fn chosen() -> Result<Vec<Engine>> {
    let variable = |name| std::env::var(name).ok();
    chosen_from(variable("ENGINES").as_deref(), variable("CI").is_some())
}

fn chosen_from(names: Option<&str>, is_ci: bool) -> Result<Vec<Engine>> {
    let Some(names) = names else {
        return Ok(Engine::ALL.to_vec());
    };
    let names: Vec<_> = names.split(',').map(str::trim).collect();
    for name in &names {
        if !Engine::ALL.iter().any(|engine| engine.as_str() == *name) {
            bail!("ENGINES: unknown engine {name:?}; there are chromium, firefox and webkit");
        }
    }
    let mut engines = Engine::ALL.to_vec();
    engines.retain(|engine| names.contains(&engine.as_str()));
    ensure!(
        !is_ci || engines.len() == Engine::ALL.len(),
        "ENGINES leaves an engine out, which CI must not"
    );
    Ok(engines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contributors_may_leave_an_engine_out_and_ci_may_not() {
        let some = |names| chosen_from(Some(names), false).ok();
        assert_eq!(chosen_from(None, true).ok(), Some(Engine::ALL.to_vec()));
        let two = vec![Engine::Chromium, Engine::Firefox];
        assert_eq!(some("firefox, chromium"), Some(two));
        assert_eq!(some("gecko"), None);
        assert_eq!(some(""), None);
        assert!(chosen_from(Some("firefox,chromium"), true).is_err());
        assert!(chosen_from(Some("webkit,firefox,chromium"), true).is_ok());
    }
}
