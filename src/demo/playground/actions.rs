//! The actions of the playground's buttons.

use std::time::Duration;

use gloo_timers::future::sleep;
use yew::prelude::*;
use yew_background_tasks::toast::{
    Toast, ToastButton, ToastDuration, ToastId, ToastPatch, Toaster,
};
use yew_background_tasks::{Percent, messages};

use super::choice::{Choice, ToastType};
use crate::demo::texts::PlaygroundTexts;

/// Shows a toast with the chosen options.
pub fn show(toaster: &Toaster, choice: &Choice, texts: &'static PlaygroundTexts) {
    let title = choice.toast_type.example(texts).title;
    let toast = match choice.toast_type {
        ToastType::Message => Toast::message(title),
        ToastType::Success => Toast::success(title),
        ToastType::Error => Toast::error(title),
        ToastType::Info => Toast::info(title),
        ToastType::Warning => Toast::warning(title),
        ToastType::Loading => Toast::loading(title, Some(Percent::new(40))),
        ToastType::Promise => Toast::loading(title, Some(Percent::ZERO)),
        ToastType::Custom => {
            let id = toaster.new_id();
            let toast = Toast::custom(title, stars(toaster, &id, texts))
                .with_duration(choice.duration())
                .with_class("demo-custom");
            toaster.upsert(&id, toast.with_dismissible(!choice.locked));
            return;
        }
    };
    let toast = buttons(choice.apply(toast, texts), choice, toaster, texts);
    if choice.toast_type == ToastType::Promise {
        promise(toaster, toast, choice.clone(), texts);
    } else {
        toaster.show(toast);
    }
}

fn buttons(
    toast: Toast,
    choice: &Choice,
    toaster: &Toaster,
    texts: &'static PlaygroundTexts,
) -> Toast {
    let undo = {
        let toaster = toaster.clone();
        move |()| {
            toaster.message(texts.undone);
        }
    };
    let toast = match choice.action {
        true => toast.with_action(ToastButton::new(texts.undo, undo)),
        false => toast,
    };
    match choice.cancel {
        true => toast.with_cancel(ToastButton::new(texts.cancel, |()| {})),
        false => toast,
    }
}

/// Shows a promise toast for work of a few seconds that reports progress.
fn promise(toaster: &Toaster, loading: Toast, choice: Choice, texts: &'static PlaygroundTexts) {
    let id = toaster.new_id();
    let work = {
        let (toaster, id) = (toaster.clone(), id.clone());
        async move {
            for percent in (0..100).step_by(4) {
                sleep(Duration::from_millis(120)).await;
                let progress = Some(Percent::new(percent));
                toaster.patch(&id, ToastPatch::new().with_progress(progress));
            }
        }
    };
    toaster.promise_as(&id, loading, work, move |()| {
        let done = Choice {
            description: false,
            ..choice
        };
        done.apply(Toast::success(texts.done), texts)
    });
}

/// Five toasts of different heights.
pub fn heights(toaster: &Toaster, texts: &PlaygroundTexts) {
    let lines = [0, 3, 1, 5, 2];
    let types = [
        ToastType::Info,
        ToastType::Error,
        ToastType::Message,
        ToastType::Warning,
        ToastType::Success,
    ];
    for (lines, toast_type) in lines.into_iter().zip(types) {
        let example = toast_type.example(texts);
        let toast = match toast_type {
            ToastType::Error => Toast::error(example.title),
            ToastType::Warning => Toast::warning(example.title),
            ToastType::Success => Toast::success(example.title),
            ToastType::Message
            | ToastType::Info
            | ToastType::Loading
            | ToastType::Promise
            | ToastType::Custom => Toast::info(example.title),
        };
        let description = vec![example.description; lines].join("\n");
        toaster.show(toast.with_description(description));
    }
}

/// A thousand loading toasts and one error.
pub fn crowd(toaster: &Toaster, texts: &PlaygroundTexts) {
    for number in 0..1_000 {
        let id = ToastId::from(format!("crowd-{number}"));
        if number == 500 {
            let failure =
                Toast::error(texts.crowd_failure).with_duration(ToastDuration::UntilDismissed);
            toaster.upsert(&id, failure);
        } else {
            let title = format!("{} ({number})", texts.loading.title);
            toaster.upsert(&id, Toast::loading(title, None));
        }
    }
}

/// Custom content for a toast.
fn stars(toaster: &Toaster, id: &ToastId, texts: &'static PlaygroundTexts) -> Html {
    let star = |stars: usize| {
        let (toaster, id) = (toaster.clone(), id.clone());
        let onclick = move |_: MouseEvent| {
            let thanks = Toast::success(texts.thanks).with_description("★".repeat(stars));
            toaster.upsert(&id, thanks);
        };
        let label = messages::fill(texts.star, &[("n", &stars.to_string())]);
        html! { <button type="button" aria-label={label} {onclick}>{ "★" }</button> }
    };
    html! {
        <div class="demo-stars">
            <strong>{ texts.custom.title }</strong>
            <div>{ for (1..=5).map(star) }</div>
        </div>
    }
}
