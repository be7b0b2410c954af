//! A connection, from its acceptance to its end.

use std::{io, sync::Arc};

use tokio::{io::AsyncWriteExt, net::TcpStream, time::Instant};
use tokio_rustls::TlsAcceptor;

use crate::{
    answer::Answer,
    call::Call,
    control,
    deliver::{After, deliver, send},
    fault::Fault,
    http::{Inbox, Request},
    record::Seen,
    respond::{respond, unknown},
    s3,
    shared::Shared,
    signature::{self, Authorization},
    stream::Stream,
};

/// Serves a client until one side closes the connection. A client that disconnects does not cause an error.
pub(crate) async fn serve(shared: Arc<Shared>, tcp: TcpStream, tls: Option<TlsAcceptor>) {
    let _ = try_serve(&shared, tcp, tls).await;
}

async fn try_serve(shared: &Shared, tcp: TcpStream, tls: Option<TlsAcceptor>) -> io::Result<()> {
    let (number, _open) = shared.record().connection();
    tcp.set_nodelay(true)?;
    let mut stream = match tls {
        None => Stream::Plain(tcp),
        Some(acceptor) => Stream::Tls(Box::new(acceptor.accept(tcp).await?)),
    };
    let mut inbox = Inbox::default();
    loop {
        if inbox.is_empty() && !arrives(shared, &mut stream, &mut inbox).await? {
            return Ok(());
        }
        let Some(request) = inbox.next(&mut stream).await? else { return Ok(()) };
        let arrived = Instant::now();
        let after = if control::is_command(&request) && !stream.is_tls() {
            send(&mut stream, &control::obey(shared, &request).await).await?;
            After::Kept
        } else {
            call(shared, &mut stream, number, &request, arrived).await?
        };
        if after == After::Over {
            return Ok(());
        }
        if request.wants_close() {
            return stream.shutdown().await;
        }
    }
}

/// Waits for the first bytes of the next request. Returns `false` if the connection ends instead.
async fn arrives(shared: &Shared, stream: &mut Stream, inbox: &mut Inbox) -> io::Result<bool> {
    let mut idle = shared.idle();
    tokio::select! {
        filled = inbox.fill(stream) => filled,
        _ = idle.changed() => {
            stream.shutdown().await?;
            Ok(false)
        }
    }
}

async fn call(
    shared: &Shared,
    stream: &mut Stream,
    connection: u64,
    request: &Request,
    arrived: Instant,
) -> io::Result<After> {
    let Some(call) = Call::of(request) else {
        send(stream, &unknown()).await?;
        return Ok(After::Kept);
    };
    let _under_way = shared.record().request();
    let service = call.operation.service();
    let authorization = Authorization::of(request);
    let refusal = signature::check(request, authorization.as_ref(), service, shared.signature_limit()).err();
    let befallen = if refusal.is_none() { shared.armed().take(&call.resources, s3::range_from(request)) } else { None };
    let fault = befallen.as_ref().map(|(_, fault)| fault);
    let region = authorization.map(|authorization| authorization.region);

    let header = |name| request.header(name).map(str::to_owned);
    let seen = Seen {
        operation: call.operation.name().to_owned(),
        resources: call.resources.clone(),
        milliseconds: shared.milliseconds(),
        connection,
        tls: stream.is_tls(),
        amz_date: header("x-amz-date"),
        region: region.map(str::to_owned),
        range: header("range"),
        if_match: header("if-match"),
        if_none_match: header("if-none-match"),
        fault: fault.map(|fault| fault.name().to_owned()),
        refused: refusal.is_some(),
    };
    let request_number = shared.record().note(&seen);

    let answer = match refusal {
        Some(refusal) => refusal.into_answer(),
        None => respond(shared, request, &call, region.unwrap_or_default(), befallen.as_ref()),
    };
    let change = || {
        if let Some(Fault::ChangedInBetween { content }) = fault {
            shared.account().change_object(call.resource().to_owned(), content.clone().into());
        }
    };
    let head_only = request.method == "HEAD";
    let answer = Answer { head_only, ..answer.from(service, request_number) };
    let link = shared.link();
    link.first_byte(arrived).await;
    deliver(stream, &answer, link, fault, change).await
}
