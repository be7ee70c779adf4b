//! The texts of the demo page, in both languages.

mod developer_tools;
mod playground;

use yew::prelude::*;

pub use self::developer_tools::ToolTexts;
pub use self::playground::{Example, PlaygroundTexts};

/// The texts of the demo page.
pub struct Texts {
    pub pages: &'static str,
    pub tasks_page: &'static str,
    pub toasts_page: &'static str,
    pub playground: &'static PlaygroundTexts,
    pub actions: &'static str,
    pub open_storage: &'static str,
    pub headline: &'static str,
    pub lead: &'static str,
    pub try_sample: &'static str,
    pub try_hint: &'static str,
    pub notes: &'static str,
    pub notes_hint: &'static str,
    pub notes_placeholder: &'static str,
    pub server: &'static str,
    pub simulated: &'static str,
    pub real_server: &'static str,
    pub keep_files: &'static str,
    pub speed: &'static str,
    pub failures: &'static str,
    pub flaky: &'static str,
    pub tools: ToolTexts,
    pub steps: &'static str,
    pub step_list: [&'static str; 4],
}

static ENGLISH: Texts = Texts {
    pages: "Pages",
    tasks_page: "Tasks",
    toasts_page: "Toasts",
    playground: &playground::ENGLISH,
    actions: "Actions",
    open_storage: "Open storage",
    headline: "Slow work, in the background",
    lead: "Uploads, video processing and embedding generation run while you work. Each task has \
           a notification with its progress and its result. If it fails, the notification says \
           why and offers Retry. No dialog blocks the page.",
    try_sample: "Upload a sample video",
    try_hint: "Creates a 3 MB file in this page and uploads it.",
    notes: "Keep working",
    notes_hint: "Type here while tasks run. They never take the focus.",
    notes_placeholder: "Your notes…",
    server: "The server",
    simulated: "The server is simulated in this page. Change its speed, let jobs fail or cause \
                network errors, even while tasks run.",
    real_server: "This page uses the API at",
    keep_files: "Keep a copy of each file in this browser until it is uploaded, at most 24 hours, so \
                 that uploads continue after a reload",
    speed: "Speed",
    failures: "Failing jobs",
    flaky: "Checks with network errors",
    tools: developer_tools::ENGLISH,
    steps: "What happens to a video",
    step_list: [
        "It is uploaded with real progress. The form is cleared immediately.",
        "Its processing starts, and its status is checked once per second.",
        "Five seconds later, the status of its AI embeddings is checked too.",
        "Each task ends with a notification: success, or the reason for the failure with Retry.",
    ],
};

static CHINESE: Texts = Texts {
    pages: "页面",
    tasks_page: "任务",
    toasts_page: "通知",
    playground: &playground::CHINESE,
    actions: "操作",
    open_storage: "打开存储",
    headline: "耗时的工作，交给后台",
    lead: "上传、视频处理和 embedding 生成在后台进行，您可以继续工作。每个任务都有一条通知，\
           告诉您进度、完成或失败的原因，并可一键重试。没有需要等待的对话框。",
    try_sample: "上传示例视频",
    try_hint: "一次点击：在页面中生成一个 3 MB 的文件并发送。",
    notes: "继续工作",
    notes_hint: "任务运行时可以在这里输入，焦点不会被抢走。",
    notes_placeholder: "您的笔记…",
    server: "服务器",
    simulated: "没有真实服务器：它在此页面中模拟。可以加快速度、让任务失败或中断网络，任务运行时也可以。",
    real_server: "此页面使用的 API 地址：",
    keep_files: "在此浏览器中保留每个文件的副本，直到上传完成，最多 24 小时，以便刷新页面后继续上传",
    speed: "速度",
    failures: "失败的任务",
    flaky: "遇到网络错误的检查",
    tools: developer_tools::CHINESE,
    steps: "视频的处理流程",
    step_list: [
        "上传并显示真实进度，表单立即清空。",
        "开始处理，每秒检查一次状态。",
        "五秒后开始跟踪用于 AI 搜索的 embedding。",
        "每个任务以通知结束：完成，或失败并说明原因和重试。",
    ],
};

impl Texts {
    /// The texts for a language tag: Chinese for `zh…`, English otherwise.
    pub const fn for_language(tag: &str) -> &'static Self {
        match tag.as_bytes() {
            [b'z', b'h', ..] => &CHINESE,
            _ => &ENGLISH,
        }
    }
}

/// There is one static value per language.
impl PartialEq for Texts {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

/// Properties of components that need only the texts.
#[derive(PartialEq, Properties)]
pub struct TextsProps {
    pub texts: &'static Texts,
}
