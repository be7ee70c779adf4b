//! The options in the page's address, such as `?backend=http&lang=zh`.

use std::str::FromStr;
use std::time::Duration;

use web_sys::UrlSearchParams;
use yew_background_tasks::Simulation;
use yew_background_tasks::toast::ToasterSettings;

/// The options in the address. A missing or invalid one has its default.
pub struct Address {
    /// The backend.
    pub backend: Backend,
    /// The polling interval.
    pub interval: Option<Duration>,
    /// Settings of the toaster, such as position and theme.
    pub toaster: ToasterSettings,
    /// A BCP 47 tag.
    pub language: String,
    /// Whether copies of files are kept: `keep=1`.
    pub keeps_files: bool,
    /// Whether task events are logged to the console: `log=events`.
    pub log_events: bool,
    /// `ltr` or `rtl`.
    pub direction: Option<String>,
}

/// The backend.
pub enum Backend {
    /// The simulator in the page.
    Simulated(Simulation),
    /// A server.
    Http {
        /// The base URL of the API.
        base: String,
        /// Whether uploads are resumable.
        resumable_uploads: bool,
        /// Whether the status of several jobs is requested in one batch.
        batch: bool,
        /// Whether the server pushes the status of jobs.
        events: bool,
    },
}

impl Address {
    /// The options of this page.
    pub fn current() -> Self {
        let query = web_sys::window()
            .and_then(|window| window.location().search().ok())
            .unwrap_or_default();
        // Parsed by the browser: Rust's parser is 14 kB of WASM.
        let to_number = |text: &str| js_sys::parse_float(text);
        match UrlSearchParams::new_with_str(&query) {
            Ok(parameters) => Self::read(|name| parameters.get(name), to_number),
            Err(_) => Self::read(|_| None, to_number),
        }
    }

    /// `to_number` returns NaN for a string that is not a number.
    fn read(parameter: impl Fn(&str) -> Option<String>, to_number: fn(&str) -> f64) -> Self {
        let number = |name| {
            let number = parameter(name).map(|text| to_number(&text));
            number.filter(|number| !number.is_nan())
        };
        let backend = match parameter("backend").as_deref() {
            Some("http") => Backend::Http {
                base: parameter("base").unwrap_or_else(|| "/api".to_owned()),
                resumable_uploads: parameter("uploads").as_deref() == Some("resumable"),
                batch: parameter("batch").as_deref() == Some("1"),
                events: parameter("events").as_deref() == Some("1"),
            },
            _ => {
                let mut simulation = Simulation::new();
                let seed = parameter("seed").and_then(|seed| seed.trim().parse().ok());
                if let Some(seed) = seed {
                    simulation = simulation.with_seed(seed);
                }
                if let Some(speed) = number("speed") {
                    simulation = simulation.with_speed(speed);
                }
                if let Some(share) = number("fail") {
                    simulation = simulation.with_fail(share);
                }
                if let Some(share) = number("flaky") {
                    simulation = simulation.with_flaky(share);
                }
                Backend::Simulated(simulation)
            }
        };
        let interval = parameter("interval").and_then(|millis| millis.trim().parse().ok());
        let mut toaster = ToasterSettings::default();
        toaster.position = parse(parameter("position"), toaster.position);
        toaster.theme = parse(parameter("theme"), toaster.theme);
        toaster.visible = parse(parameter("visible"), toaster.visible);
        toaster.expand = parse(parameter("expand"), toaster.expand);
        Self {
            backend,
            interval: interval.map(Duration::from_millis),
            toaster,
            language: parameter("lang").unwrap_or_default(),
            keeps_files: parameter("keep").as_deref() == Some("1"),
            log_events: parameter("log").as_deref() == Some("events"),
            direction: parameter("dir").filter(|dir| matches!(dir.as_str(), "ltr" | "rtl")),
        }
    }
}

/// Loads the page again with or without copies of files, since that is a setting of all its tasks.
pub fn keep_files(keep: bool) {
    let Some(location) = web_sys::window().map(|window| window.location()) else {
        return;
    };
    let query = location.search().unwrap_or_default();
    if let Ok(parameters) = UrlSearchParams::new_with_str(&query) {
        parameters.set("keep", if keep { "1" } else { "0" });
        // The page stays as it is if the browser does not load it again.
        let _ = location.set_search(&String::from(parameters.to_string()));
    }
}

fn parse<T: FromStr>(text: Option<String>, default: T) -> T {
    text.and_then(|text| text.trim().parse().ok())
        .unwrap_or(default)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    fn read(parameters: &[(&str, &str)]) -> Address {
        let parameter = |name: &str| {
            let found = parameters.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        Address::read(parameter, |text| text.parse().unwrap_or(f64::NAN))
    }

    fn simulation(address: Address) -> Option<Simulation> {
        match address.backend {
            Backend::Simulated(simulation) => Some(simulation),
            Backend::Http { .. } => None,
        }
    }

    #[test]
    fn simulator_is_the_default_and_invalid_values_are_ignored() {
        assert_eq!(simulation(read(&[])), Some(Simulation::new()));
        let nonsense = [
            ("speed", "fast"),
            ("seed", "-1"),
            ("fail", ""),
            ("interval", "soon"),
        ];
        let address = read(&nonsense);
        assert_eq!(address.interval, None);
        assert_eq!(simulation(address), Some(Simulation::new()));
    }

    #[test]
    fn simulator_parameters_are_applied() {
        let all = [
            ("seed", "7"),
            ("speed", "10"),
            ("fail", "0.2"),
            ("flaky", "0.1"),
        ];
        let expected = Simulation::new()
            .with_seed(7)
            .with_speed(10.0)
            .with_fail(0.2)
            .with_flaky(0.1);
        assert_eq!(simulation(read(&all)), Some(expected));
    }

    #[test]
    fn base_url_is_api_unless_given() {
        for (parameters, expected) in [
            (&[("backend", "http")][..], "/api"),
            (&[("backend", "http"), ("base", "/v2")][..], "/v2"),
        ] {
            match read(parameters).backend {
                Backend::Http { base, .. } => assert_eq!(base, expected),
                Backend::Simulated(_) => assert_eq!("simulated", expected),
            }
        }
    }

    #[test]
    fn uploads_are_resumable_only_if_requested() {
        let is_resumable = |uploads| {
            let backend = read(&[("backend", "http"), ("uploads", uploads)]).backend;
            matches!(backend, Backend::Http { resumable_uploads, .. } if resumable_uploads)
        };
        assert!(is_resumable("resumable"));
        assert!(!is_resumable("") && !is_resumable("multipart"));
    }

    #[test]
    fn status_requests_are_batched_only_if_requested() {
        let is_batched = |value| {
            let backend = read(&[("backend", "http"), ("batch", value)]).backend;
            matches!(backend, Backend::Http { batch: true, .. })
        };
        assert!(is_batched("1"));
        assert!(!is_batched("") && !is_batched("0"));
    }

    #[test]
    fn toaster_settings_are_read_from_address() {
        let address = read(&[
            ("position", "top-left"),
            ("theme", "dark"),
            ("visible", "5"),
            ("expand", "true"),
            ("dir", "rtl"),
        ]);
        assert_eq!(address.toaster.position.as_str(), "top-left");
        assert_eq!(address.toaster.theme.as_str(), "dark");
        assert_eq!(address.toaster.visible, 5);
        assert!(address.toaster.expand);
        assert_eq!(address.direction.as_deref(), Some("rtl"));
        let nonsense = read(&[("position", "middle"), ("visible", "-1"), ("dir", "up")]);
        assert_eq!(nonsense.toaster, ToasterSettings::default());
        assert_eq!(nonsense.direction, None);
    }

    #[test]
    fn events_are_logged_only_if_requested() {
        assert!(read(&[("log", "events")]).log_events);
        assert!(!read(&[("log", "everything")]).log_events);
        assert!(!read(&[]).log_events);
    }

    #[test]
    fn interval_is_in_milliseconds() {
        let address = read(&[("interval", "250")]);
        assert_eq!(address.interval, Some(Duration::from_millis(250)));
    }
}
