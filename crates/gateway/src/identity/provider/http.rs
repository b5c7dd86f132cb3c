//! Requests to the provider, by the rules of every request to another program.

use crate::backend::outgoing::{self, NoAnswer};
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use reqwest::Client;
use std::pin::Pin;

#[derive(Debug)]
pub struct Http(Client);

impl Http {
    /// Errors: there is no TLS.
    pub fn new() -> reqwest::Result<Self> {
        outgoing::client().map(Self)
    }
}

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = NoAnswer;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, NoAnswer>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let answer = self.0.execute(request.try_into()?).await?;
            let (status, headers) = (answer.status(), answer.headers().clone());
            if status.is_server_error() {
                return Err(NoAnswer::Broken(format!("it answers {status}")));
            }
            let mut response = HttpResponse::new(outgoing::bytes(answer).await?);
            (*response.status_mut(), *response.headers_mut()) = (status, headers);
            Ok(response)
        })
    }
}
