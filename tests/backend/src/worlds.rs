//! The worlds of a server by name, and the world of a request.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::http::{Uri, uri::PathAndQuery};
use percent_encoding::percent_decode_str;

use crate::{error::ApiError, world::World};

/// The maximum number of worlds.
pub const CAPACITY: usize = 4096;

/// The name of the world whose paths do not begin with `/w/{world}`.
pub const DEFAULT: &str = "default";

/// The name of a world.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct WorldName(pub String);

/// Every world that was used.
#[derive(Clone, Debug)]
pub struct Worlds {
    upload_limit: u64,
    worlds: Arc<Mutex<HashMap<WorldName, Arc<World>>>>,
}

impl Worlds {
    /// No worlds yet; their files have at most `upload_limit` bytes.
    #[must_use]
    pub fn new(upload_limit: u64) -> Self {
        Self {
            upload_limit,
            worlds: Arc::default(),
        }
    }

    /// The world of a name, created at its first use.
    ///
    /// # Errors
    ///
    /// If there are too many worlds.
    pub fn open(&self, name: &WorldName) -> Result<Arc<World>, ApiError> {
        let mut worlds = self.lock();
        if let Some(world) = worlds.get(name) {
            return Ok(Arc::clone(world));
        }
        if worlds.len() >= CAPACITY {
            return Err(ApiError::unavailable("too many worlds; delete some"));
        }
        let world = Arc::new(World::new(self.upload_limit));
        worlds.insert(name.clone(), Arc::clone(&world));
        Ok(world)
    }

    /// Removes a world. Requests in flight end in the old one.
    pub fn reset(&self, name: &WorldName) {
        self.lock().remove(name);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<WorldName, Arc<World>>> {
        self.worlds.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Splits `/w/{world}` from a request's path: the name of the world, and the rest of the path.
/// `None` if the name is not UTF-8.
#[must_use]
pub fn address(uri: &Uri) -> Option<(WorldName, Uri)> {
    let default = || Some((WorldName(DEFAULT.to_owned()), uri.clone()));
    let Some(named) = uri.path().strip_prefix("/w/") else {
        return default();
    };
    let (encoded, path) = named.split_once('/').unwrap_or((named, ""));
    if encoded.is_empty() {
        return default();
    }
    let name = percent_decode_str(encoded).decode_utf8().ok()?.into_owned();
    let inside = match uri.query() {
        Some(query) => format!("/{path}?{query}"),
        None => format!("/{path}"),
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(inside).ok()?);
    Some((WorldName(name), Uri::from_parts(parts).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Plan;

    fn addressed(uri: &'static str) -> Option<(String, String)> {
        let (WorldName(name), inside) = address(&Uri::from_static(uri))?;
        Some((name, inside.to_string()))
    }

    fn pair(name: &str, inside: &str) -> Option<(String, String)> {
        Some((name.to_owned(), inside.to_owned()))
    }

    #[test]
    fn path_without_a_world_is_in_the_default_one() {
        assert_eq!(addressed("/api/x?y=1"), pair(DEFAULT, "/api/x?y=1"));
    }

    #[test]
    fn name_of_a_world_is_decoded_and_the_rest_is_unchanged() {
        assert_eq!(
            addressed("/w/a%20b/api/x%2Fy?z=%2C"),
            pair("a b", "/api/x%2Fy?z=%2C")
        );
        assert_eq!(addressed("/w/a"), pair("a", "/"));
        assert_eq!(addressed("/w/%FF/api"), None);
    }

    #[test]
    fn world_keeps_its_state_until_it_is_reset() -> Result<(), ApiError> {
        let worlds = Worlds::new(100);
        let name = WorldName("a".to_owned());
        let plan = Plan {
            batch: false,
            ..Plan::default()
        };
        worlds.open(&name)?.state().set_plan(plan.clone());
        assert_eq!(*worlds.open(&name)?.state().plan(), plan);
        worlds.reset(&name);
        assert_eq!(*worlds.open(&name)?.state().plan(), Plan::default());
        Ok(())
    }

    #[test]
    fn number_of_worlds_is_limited() -> Result<(), ApiError> {
        let worlds = Worlds::new(100);
        for number in 0..CAPACITY {
            worlds.open(&WorldName(number.to_string()))?;
        }
        assert!(worlds.open(&WorldName("one more".to_owned())).is_err());
        assert!(worlds.open(&WorldName("0".to_owned())).is_ok());
        Ok(())
    }
}
