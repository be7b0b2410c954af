//! The answer to a call, and the faults that change the answer.

use crate::{
    answer::Answer,
    call::{Call, Operation},
    content::Content,
    fault::Fault,
    http::Request,
    json_services,
    refusal::Refusal,
    s3,
    shared::Shared,
};

/// Answers a call. `befallen` is a fault, with the position of its resource.
pub(crate) fn respond(
    shared: &Shared,
    request: &Request,
    call: &Call,
    region: &str,
    befallen: Option<&(usize, Fault)>,
) -> Answer {
    let operation = call.operation;
    let service = operation.service();
    let fault = befallen.map(|(_, fault)| fault);
    let refusal = match fault {
        Some(Fault::Throttled) => Refusal::throttled(service),
        Some(Fault::InternalError) => Refusal::internal_error(service),
        Some(Fault::Unavailable) => Refusal::unavailable(service),
        Some(Fault::ExpiredCredentials) => Refusal::expired_credentials(service),
        Some(Fault::AccessDenied) => Refusal::access_denied(operation),
        Some(Fault::NotFound) if has_error_for_missing(operation) => Refusal::not_found(operation),
        _ => {
            let without = befallen.filter(|(_, fault)| *fault == Fault::NotFound).map(|(position, _)| *position);
            let wrong_checksum = fault == Some(&Fault::WrongChecksum);
            let answer = right(shared, request, call, region, without, wrong_checksum);
            return if fault == Some(&Fault::Unreadable) { unreadable(answer) } else { answer };
        }
    };
    refusal.into_answer()
}

/// Returns `true` if a missing resource is an error. The other operations leave it out of the answer.
fn has_error_for_missing(operation: Operation) -> bool {
    !matches!(operation, Operation::GetParameters | Operation::GetParametersByPath)
}

fn right(
    shared: &Shared,
    request: &Request,
    call: &Call,
    region: &str,
    without: Option<usize>,
    wrong_checksum: bool,
) -> Answer {
    let account = shared.account();
    match call.operation {
        Operation::GetParameter => json_services::get_parameter(account, region, call.resource()),
        Operation::GetParameters => json_services::get_parameters(account, region, call, without),
        Operation::GetParametersByPath => {
            json_services::get_parameters_by_path(account, region, request, call.resource(), without.is_some())
        }
        Operation::GetSecretValue => json_services::get_secret_value(account, region, call.resource()),
        Operation::DescribeSecret => json_services::describe_secret(account, region, call.resource()),
        Operation::GetObject | Operation::HeadObject => {
            s3::get_object(account, request, call.resource(), wrong_checksum)
        }
    }
}

/// Makes the body invalid JSON that still contains most of the value.
fn unreadable(answer: Answer) -> Answer {
    let length = answer.body.len().saturating_sub(3);
    Answer { body: answer.body.part(0, length), ..answer }
}

/// Answers a request that this server does not implement.
pub(crate) fn unknown() -> Answer {
    Refusal::unknown_operation().into_answer()
}

/// Answers a command.
pub(crate) fn commanded<T: serde::Serialize>(status: u16, document: &T) -> Answer {
    let text = serde_json::to_string(document).unwrap_or_default();
    Answer::new(status, "application/json", Content::Whole(text.into()))
}
