//! The two tabs, by the pattern of the ARIA Authoring Practices.

use yew::prelude::*;

use super::focus_in;

/// Which of the two panels is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tab {
    Upload,
    Manage,
}

#[derive(PartialEq, Properties)]
pub(super) struct TabsProps {
    pub(super) selected: Tab,
    pub(super) on_select: Callback<Tab>,
    pub(super) upload: String,
    pub(super) manage: String,
}

#[component]
pub(super) fn Tabs(props: &TabsProps) -> Html {
    let list = use_node_ref();
    let onkeydown = {
        let (list, on_select, selected) = (list.clone(), props.on_select.clone(), props.selected);
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
        let on_select = props.on_select.clone();
        let selected = props.selected == tab;
        html! {
            <button {id} type="button" role="tab" class="ybt-tab" aria-controls={panel}
                aria-selected={if selected { "true" } else { "false" }}
                tabindex={if selected { "0" } else { "-1" }}
                onclick={Callback::from(move |_: MouseEvent| on_select.emit(tab))}>
                { label.to_owned() }
            </button>
        }
    };
    html! {
        <div ref={list} class="ybt-tabs" role="tablist" aria-labelledby="ybt-storage" {onkeydown}>
            { tab(Tab::Upload, "ybt-tab-upload", "ybt-panel-upload", &props.upload) }
            { tab(Tab::Manage, "ybt-tab-manage", "ybt-panel-manage", &props.manage) }
        </div>
    }
}
