//! The texts of the developer tools, in both languages.

/// The texts of the developer tools.
pub struct ToolTexts {
    pub headline: &'static str,
    pub hint: &'static str,
    pub offline: &'static str,
    pub slow: &'static str,
    pub fail_next: &'static str,
    pub fail_reason: &'static str,
    pub drop_next: &'static str,
    pub web_page_next: &'static str,
    pub unknown_status_next: &'static str,
    /// `{name}` is the label of the button that was pressed.
    pub is_set: &'static str,
    pub log: &'static str,
    pub log_empty: &'static str,
}

pub const ENGLISH: ToolTexts = ToolTexts {
    headline: "Developer tools",
    hint: "Cause errors for running tasks. Each button affects the next check of any task.",
    offline: "Simulate offline",
    slow: "Slow responses",
    fail_next: "Fail next",
    fail_reason: "The developer tools made this job fail.",
    drop_next: "Drop next response",
    web_page_next: "Next response: a web page",
    unknown_status_next: "Next response: an unknown status",
    is_set: "“{name}” applies to the next check.",
    log: "The last 20 events",
    log_empty: "No events yet. Start a task to see its events here.",
};

pub const CHINESE: ToolTexts = ToolTexts {
    headline: "开发者工具",
    hint: "给正在运行的任务制造麻烦。每个按钮对任意任务的下一次检查生效一次。",
    offline: "模拟离线",
    slow: "慢速",
    fail_next: "下次检查时失败",
    fail_reason: "开发者工具让此任务失败。",
    drop_next: "丢弃下一个响应",
    web_page_next: "下一个响应为网页",
    unknown_status_next: "下一个响应为未知状态",
    is_set: "“{name}”已设定，将在下一次检查时生效。",
    log: "最近 20 个事件",
    log_empty: "还没有事件。启动任务后会显示在这里。",
};
