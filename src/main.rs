//! The demo page's entry.

mod demo;

fn main() {
    yew::Renderer::<demo::Demo>::new().render();
}
