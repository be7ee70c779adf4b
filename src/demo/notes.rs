//! Somewhere to go on working while tasks run.

use yew::prelude::*;

use super::texts::use_texts;

/// A text field. What happens in the background never takes the focus from it.
#[component]
pub fn Notes() -> Html {
    let texts = use_texts();
    html! {
        <textarea class="demo-notes" rows="5" aria-labelledby="demo-notes"
            placeholder={texts.notes_placeholder} />
    }
}
