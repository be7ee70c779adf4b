//! The two tabs, by the pattern of the ARIA Authoring Practices.

use background_tasks_core::messages::Labels;
use yew::prelude::*;

use super::focus_in;

/// Which of the two panels is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tab {
    Upload,
    Manage,
}

/// The tabs in an element that is found again by `list`.
pub(super) fn tabs(
    list: &NodeRef,
    selected: Tab,
    on_select: &Callback<Tab>,
    labels: &Labels,
) -> Html {
    let onkeydown = {
        let (list, on_select) = (list.clone(), on_select.clone());
        Callback::from(move |event: KeyboardEvent| {
            let other = match selected {
                Tab::Upload => Tab::Manage,
                Tab::Manage => Tab::Upload,
            };
            let next = match event.key().as_str() {
                "ArrowLeft" | "ArrowRight" => other,
                "Home" => Tab::Upload,
                "End" => Tab::Manage,
                _ => return,
            };
            event.prevent_default();
            on_select.emit(next);
            focus_in(
                &list,
                match next {
                    Tab::Upload => "#ybt-tab-upload",
                    Tab::Manage => "#ybt-tab-manage",
                },
            );
        })
    };
    let tab = |tab: Tab, id: &'static str, panel: &'static str, label: &str| {
        let on_select = on_select.clone();
        let is_selected = selected == tab;
        html! {
            <button {id} type="button" role="tab" class="ybt-tab" aria-controls={panel}
                aria-selected={if is_selected { "true" } else { "false" }}
                tabindex={if is_selected { "0" } else { "-1" }}
                onclick={Callback::from(move |_: MouseEvent| on_select.emit(tab))}>
                { label.to_owned() }
            </button>
        }
    };
    html! {
        <div ref={list.clone()} class="ybt-tabs" role="tablist" aria-labelledby="ybt-storage" {onkeydown}>
            { tab(Tab::Upload, "ybt-tab-upload", "ybt-panel-upload", &labels.upload) }
            { tab(Tab::Manage, "ybt-tab-manage", "ybt-panel-manage", &labels.manage) }
        </div>
    }
}
