//! Where an upload may be.

use web_sys::{Url, window};

use super::settings::TusSettings;
use crate::client::http::api_url::ApiUrl;

/// Resolves a `Location`; `None` if the app does not allow its origin. A server behind a proxy
/// may not know that the page uses HTTPS.
pub fn locate(settings: &TusSettings, uploads: &ApiUrl, location: &str) -> Option<ApiUrl> {
    let base = absolute(uploads)?;
    let location = Url::new_with_base(location, &base.href()).ok()?;
    if location.protocol() == "http:" && location.host() == base.host() {
        location.set_protocol(&base.protocol());
    }
    // A `blob:` URL has the origin of the URL inside of it.
    let is_http = matches!(&*location.protocol(), "http:" | "https:");
    let origin = location.origin();
    let is_named = |allowed: &String| Url::new(allowed).is_ok_and(|it| it.origin() == origin);
    let is_allowed = origin == base.origin() || settings.origins.iter().any(is_named);
    (is_http && is_allowed).then(|| ApiUrl::absolute(location.href()))
}

/// Whether a URL is of the page's own origin, so that requests to it are not subject to CORS.
pub fn is_of_page(url: &ApiUrl) -> bool {
    let origin = window().and_then(|window| window.location().origin().ok());
    absolute(url).map(|url| url.origin()) == origin
}

fn absolute(url: &ApiUrl) -> Option<Url> {
    let page = window()?.document()?.base_uri().ok()??;
    Url::new_with_base(url.as_str(), &page).ok()
}
