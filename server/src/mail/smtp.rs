//! Handing over to a mail server, step by step.

use super::Refusal;
use crate::config::{Security, SmtpUrl};
use lettre::{
    Address,
    transport::smtp::{
        Error as SmtpError,
        authentication::{Credentials, DEFAULT_MECHANISMS},
        client::{AsyncSmtpConnection, Certificate, TlsParameters, TlsParametersBuilder},
        commands::{Data, Mail, Rcpt},
        extension::{ClientId, Extension, MailBodyParameter, MailParameter},
    },
};
use secrecy::ExposeSecret;
use std::{fmt, future::Future, time::Duration};
use tokio::time::timeout;

/// How long a mail server may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For each step before the letter itself.
    pub step: Duration,
    /// For its last word, after the letter. Longer: while it checks the letter it may already have taken it, and giving up
    /// then makes a duplicate.
    pub end: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { step: Duration::from_secs(10), end: Duration::from_mins(1) }
    }
}

/// A mail server and how to speak with it.
#[derive(Clone)]
pub struct Server {
    host: String,
    port: u16,
    security: Security,
    tls: Option<TlsParameters>,
    credentials: Option<Credentials>,
    hello: ClientId,
    patience: Patience,
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("host", &self.host).field("port", &self.port).finish_non_exhaustive()
    }
}

impl Server {
    /// `authority`: whose certificates are good beside those the machine knows. `domain`: how we introduce ourselves.
    pub fn new(url: &SmtpUrl, authority: Option<Certificate>, domain: &str) -> Result<Self, SmtpError> {
        let tls = match url.security {
            Security::Plain => None,
            // The machine's certificates and the server's own name; nothing is ever accepted unchecked.
            Security::Tls | Security::StartTls => {
                let parameters = TlsParameters::builder(url.host.clone());
                let parameters = authority.into_iter().fold(parameters, TlsParametersBuilder::add_root_certificate);
                Some(parameters.build_rustls()?)
            }
        };
        let credentials = url
            .credentials
            .as_ref()
            .map(|(user, password)| Credentials::new(user.clone(), password.expose_secret().to_owned()));
        Ok(Self {
            host: url.host.clone(),
            port: url.port,
            security: url.security,
            tls,
            credentials,
            hello: ClientId::Domain(domain.to_owned()),
            patience: Patience::default(),
        })
    }

    pub fn with_patience(&self, patience: Patience) -> Self {
        Self { patience, ..self.clone() }
    }

    /// Hands one letter over.
    pub async fn send(&self, from: &Address, to: &Address, letter: &[u8]) -> Result<(), Refusal> {
        let mut connection = self.connect().await?;
        let options = parameters(&connection, from, to, letter)?;
        self.step("sender", connection.command(Mail::new(Some(from.clone()), options))).await?;
        self.about_letter("recipient", connection.command(Rcpt::new(to.clone(), Vec::new()))).await?;
        self.about_letter("data", connection.command(Data)).await?;
        match timeout(self.patience.end, connection.message(letter)).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) if error.status().is_some() => return Err(of_letter("content", &error)),
            // The connection ended, or the answer made no sense.
            Ok(Err(error)) => return Err(Refusal::Unknown(told("end", &error, "mail_no_end"))),
            Err(_) => return Err(Refusal::Unknown("mail_slow_end")),
        }
        // It is taken. Whether the server hears our farewell is of no matter.
        let _farewell = timeout(self.patience.step, connection.quit()).await;
        Ok(())
    }

    /// Connects, protects the connection and signs in. Nothing of a letter is said before that.
    async fn connect(&self) -> Result<AsyncSmtpConnection, Refusal> {
        let from_first_byte = if self.security == Security::Tls { self.tls.clone() } else { None };
        let place = (self.host.as_str(), self.port);
        let mut connection = self
            .step(
                "connection",
                AsyncSmtpConnection::connect_tokio1(
                    place,
                    Some(self.patience.step),
                    &self.hello,
                    from_first_byte,
                    None,
                ),
            )
            .await?;
        if self.security == Security::StartTls {
            // Also when somebody in between has taken the offer out of the server's greeting: then nothing is sent.
            let Some(tls) = self.tls.clone().filter(|_| connection.can_starttls()) else {
                tracing::warn!("the mail server does not offer STARTTLS, and without it nothing is sent");
                return Err(Refusal::Later("mail_no_tls"));
            };
            self.step("tls", connection.starttls(tls, &self.hello)).await?;
        }
        if self.security != Security::Plain && !connection.is_encrypted() {
            return Err(Refusal::Later("mail_no_tls"));
        }
        if let Some(credentials) = &self.credentials {
            self.step("sign_in", connection.auth(DEFAULT_MECHANISMS, credentials)).await?;
        }
        Ok(connection)
    }

    /// A step about the connection and ourselves. Whatever goes wrong can be mended by whoever runs the servers, so the
    /// letter waits.
    async fn step<T>(
        &self,
        name: &'static str,
        step: impl Future<Output = Result<T, SmtpError>>,
    ) -> Result<T, Refusal> {
        match timeout(self.patience.step, step).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(Refusal::Later(told(name, &error, "mail_down"))),
            Err(_) => Err(Refusal::Later("mail_slow")),
        }
    }

    /// A step about this letter: a 5xx is the last word on it.
    async fn about_letter<T>(
        &self,
        name: &'static str,
        step: impl Future<Output = Result<T, SmtpError>>,
    ) -> Result<T, Refusal> {
        match timeout(self.patience.step, step).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(of_letter(name, &error)),
            Err(_) => Err(Refusal::Later("mail_slow")),
        }
    }
}

fn of_letter(step: &'static str, error: &SmtpError) -> Refusal {
    if error.is_permanent() {
        Refusal::Never(told(step, error, "mail_refused"))
    } else {
        Refusal::Later(told(step, error, "mail_not_now"))
    }
}

/// Logs what the server answered, as its three digits: its words can quote addresses.
fn told(step: &'static str, error: &SmtpError, code: &'static str) -> &'static str {
    let answer = error.status().map_or_else(|| "none".to_owned(), |status| status.to_string());
    tracing::warn!(step, answer, "the mail server did not take a letter");
    code
}

/// What must be said about a letter that is not all ASCII, where the server can take such.
fn parameters(
    connection: &AsyncSmtpConnection,
    from: &Address,
    to: &Address,
    letter: &[u8],
) -> Result<Vec<MailParameter>, Refusal> {
    let ascii = |address: &Address| AsRef::<str>::as_ref(address).is_ascii();
    let mut parameters = Vec::new();
    let server = connection.server_info();
    if !(ascii(from) && ascii(to)) {
        if !server.supports_feature(Extension::SmtpUtfEight) {
            return Err(Refusal::Never("mail_address_not_ascii"));
        }
        parameters.push(MailParameter::SmtpUtfEight);
    }
    if !letter.is_ascii() {
        if !server.supports_feature(Extension::EightBitMime) {
            return Err(Refusal::Never("mail_letter_not_ascii"));
        }
        parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    Ok(parameters)
}
