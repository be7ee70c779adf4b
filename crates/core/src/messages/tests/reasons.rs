//! Why tasks and requests fail.

use super::*;

#[test]
fn every_failure_has_reason_in_every_language() {
    let statuses = [
        400, 401, 403, 404, 405, 410, 413, 415, 418, 422, 429, 500, 501, 503,
    ];
    let mut failures: Vec<Failure> = statuses
        .into_iter()
        .map(|status| {
            RequestError::Status {
                status,
                retry_after: None,
                message: None,
            }
            .into()
        })
        .collect();
    failures.extend([
        Failure::Job { reason: None },
        Failure::TimedOut { checks: 120 },
        RequestError::Unreachable.into(),
        RequestError::TimedOut {
            limit: std::time::Duration::from_secs(10),
        }
        .into(),
        RequestError::InvalidResponse {
            detail: "a web page".into(),
        }
        .into(),
        RequestError::UnknownStatus {
            value: "paused".into(),
        }
        .into(),
        RequestError::NotSent {
            detail: "no token".into(),
        }
        .into(),
        RequestError::WebPage.into(),
        RequestError::FileUnreadable.into(),
        RequestError::Unconfirmed { detail: "".into() }.into(),
        RequestError::ClosedEarly.into(),
        RequestError::TooLarge { limit: 1_000 }.into(),
        RequestError::Misconfigured { detail: "".into() }.into(),
    ]);
    for messages in [Messages::english(), Messages::simplified_chinese()] {
        for failure in &failures {
            let reason = messages.reason(failure);
            assert!(
                !reason.is_empty() && !reason.contains('{'),
                "{failure:?}: {reason}"
            );
        }
    }
}

#[test]
fn spent_budget_names_number_of_checks() {
    let reason = Messages::english().reason(&Failure::TimedOut { checks: 120 });
    assert!(reason.contains("120 checks"), "{reason}");
}

#[test]
fn message_of_server_follows_reason() {
    let error = RequestError::Status {
        status: 422,
        retry_after: None,
        message: Some("no audio track".into()),
    };
    let reason = Messages::english().request_reason(&error);
    assert!(
        reason.ends_with("The server says: “no audio track”"),
        "{reason}"
    );
}
