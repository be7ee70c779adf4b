//! Toasts without tasks.

use yew::prelude::*;
use yew_background_tasks::toast::{Toaster, ToasterProvider};

#[component]
fn App() -> Html {
    let onclick = |_| {
        Toaster::page().success("Saved");
    };
    html! {
        <ToasterProvider>
            <button {onclick}>{ "Save" }</button>
        </ToasterProvider>
    }
}

fn main() {
    yew::Renderer::<App>::new().render();
}
