//! The dialog's tabs, following the ARIA Authoring Practices.

use background_tasks_core::messages::Labels;
use yew::prelude::*;

use super::focus_in;
use crate::components::use_ids::Ids;

/// One of the two tabs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tab {
    Upload,
    Manage,
}

impl Tab {
    /// The name of the tab's button for [`Ids`].
    pub(super) const fn tab(self) -> &'static str {
        match self {
            Self::Upload => "tab-upload",
            Self::Manage => "tab-manage",
        }
    }

    /// The name of its panel for [`Ids`].
    pub(super) const fn panel(self) -> &'static str {
        match self {
            Self::Upload => "panel-upload",
            Self::Manage => "panel-manage",
        }
    }
}

/// The list of tabs; `list` is a reference to its element.
pub(super) fn tabs(
    ids: Ids,
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
            focus_in(&list, &format!("#{}", ids.of(next.tab())));
        })
    };
    let tab = |tab: Tab, label: &str| {
        let on_select = on_select.clone();
        let is_selected = selected == tab;
        html! {
            <button id={ids.of(tab.tab())} type="button" role="tab" class="ybt-tab" aria-controls={ids.of(tab.panel())}
                aria-selected={if is_selected { "true" } else { "false" }}
                tabindex={if is_selected { "0" } else { "-1" }}
                onclick={Callback::from(move |_: MouseEvent| on_select.emit(tab))}>
                { label.to_owned() }
            </button>
        }
    };
    html! {
        <div ref={list.clone()} class="ybt-tabs" role="tablist" aria-labelledby={ids.of("storage")} {onkeydown}>
            { tab(Tab::Upload, &labels.upload) }
            { tab(Tab::Manage, &labels.manage) }
        </div>
    }
}
