//! A part of the page with its headline.

use yew::prelude::*;

/// The headline's `id` names the part for those who hear the page.
pub fn card(id: &'static str, headline: &'static str, content: Html) -> Html {
    html! {
        <section class="demo-card" aria-labelledby={id}>
            <h2 {id}>{ headline }</h2>
            { content }
        </section>
    }
}

/// What the page, or one of its sides, is about.
pub fn hero(headline: &'static str, lead: &'static str, content: Html) -> Html {
    html! {
        <section class="demo-hero">
            <h1>{ headline }</h1>
            <p>{ lead }</p>
            { content }
        </section>
    }
}
