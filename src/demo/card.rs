//! Sections of the demo page.

use yew::prelude::*;

/// A section, labelled by its headline, whose element id is `id`.
pub fn card(id: &'static str, headline: &'static str, content: Html) -> Html {
    html! {
        <section class="demo-card" aria-labelledby={id}>
            <h2 {id}>{ headline }</h2>
            { content }
        </section>
    }
}

/// The introduction at the top of a page.
pub fn hero(headline: &'static str, lead: &'static str, content: Html) -> Html {
    html! {
        <section class="demo-hero">
            <h1>{ headline }</h1>
            <p>{ lead }</p>
            { content }
        </section>
    }
}
