//! Where notices go: one URL, by HTTPS alone.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use ureq::Agent;
use ureq::http::Uri;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

use super::limits::{MAX_ANSWER_HEADER_BYTES, MAX_CERTIFICATES, MAX_URL_BYTES, TRY_TIME};
use super::message::Message;

/// The URL that notices are posted to.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookUrl(Uri);

/// A text that is no such URL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// It is too long.
    #[error("has more than {MAX_URL_BYTES} bytes")]
    TooLong,
    /// It is no URL.
    #[error("is no URL")]
    Malformed,
    /// It isn't HTTPS.
    #[error("is not an `https://` URL; notices are sent by HTTPS alone")]
    NotHttps,
    /// It has a name or a password in it.
    #[error("has a user in it; give the receiver a secret path instead")]
    HasUser,
}

/// Which certificates vouch for the receiver.
#[derive(Debug, Clone, Default)]
pub enum Roots {
    /// Those that Mozilla trusts, as of the build.
    #[default]
    Mozilla,
    /// These alone.
    Given(Arc<Vec<Certificate<'static>>>),
}

/// A file that holds no certificates.
#[derive(Debug, thiserror::Error)]
pub enum RootsError {
    /// A part of it can't be read.
    #[error("it is not PEM")]
    Pem(#[source] ureq::Error),
    /// It holds no certificate.
    #[error("it holds no `CERTIFICATE`")]
    Empty,
    /// It holds too many.
    #[error("it holds more than {MAX_CERTIFICATES} certificates")]
    TooMany,
}

/// Why a notice didn't arrive.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// The receiver answered something else than success. A redirect is not followed.
    #[error("the receiver answered {0}")]
    Status(u16),
    /// There was no answer.
    #[error(transparent)]
    Transport(Box<ureq::Error>),
}

/// A receiver, and what is needed to reach it.
pub(super) struct Endpoint {
    url: WebhookUrl,
    agent: Agent,
}

impl FromStr for WebhookUrl {
    type Err = UrlError;

    fn from_str(text: &str) -> Result<Self, UrlError> {
        if text.len() > MAX_URL_BYTES {
            return Err(UrlError::TooLong);
        }
        let url: Uri = text.parse().map_err(|_| UrlError::Malformed)?;
        if url.scheme_str() != Some("https") {
            return Err(UrlError::NotHttps);
        }
        let authority = url.authority().ok_or(UrlError::Malformed)?;
        match authority.as_str().contains('@') {
            true => Err(UrlError::HasUser),
            false => Ok(Self(url)),
        }
    }
}

/// The host alone: the path may be secret.
impl fmt::Display for WebhookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.host().unwrap_or_default())
    }
}

impl fmt::Debug for WebhookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WebhookUrl({self})")
    }
}

impl Roots {
    /// The certificates of a PEM file.
    ///
    /// # Errors
    /// If it holds none, or something that can't be read.
    pub fn of_pem(pem: &[u8]) -> Result<Self, RootsError> {
        let mut certificates = Vec::new();
        for item in parse_pem(pem) {
            if let PemItem::Certificate(certificate) = item.map_err(RootsError::Pem)? {
                certificates.push(certificate);
            }
            if certificates.len() > MAX_CERTIFICATES {
                return Err(RootsError::TooMany);
            }
        }
        match certificates.is_empty() {
            true => Err(RootsError::Empty),
            false => Ok(Self::Given(Arc::new(certificates))),
        }
    }
}

impl Endpoint {
    pub(super) fn new(url: WebhookUrl, roots: Roots) -> Self {
        let roots = match roots {
            Roots::Mozilla => RootCerts::WebPki,
            Roots::Given(certificates) => RootCerts::Specific(certificates),
        };
        let config = Agent::config_builder()
            .https_only(true)
            // No variable of the environment says where notices go.
            .proxy(None)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .timeout_global(Some(TRY_TIME))
            .max_response_header_size(MAX_ANSWER_HEADER_BYTES)
            .user_agent(concat!("cavra/", env!("CARGO_PKG_VERSION")))
            .tls_config(TlsConfig::builder().root_certs(roots).build())
            .build();
        Self {
            url,
            agent: config.into(),
        }
    }

    pub(super) fn url(&self) -> &WebhookUrl {
        &self.url
    }

    /// Posts a message once.
    pub(super) fn send(&self, message: &Message) -> Result<(), SendError> {
        let request = self.agent.post(self.url.0.clone());
        let request = request
            .header("content-type", "application/json")
            .header("webhook-id", &message.id)
            .header("webhook-timestamp", &message.timestamp)
            .header("webhook-signature", &message.signature);
        let answer = request.send(message.body.as_slice());
        let answer = answer.map_err(|error| SendError::Transport(Box::new(error)))?;
        match answer.status() {
            status if status.is_success() => Ok(()),
            status => Err(SendError::Status(status.as_u16())),
        }
    }
}
