//! The mail server's address. Parsers of secrets never quote what they were given.

use super::{Problem, values};
use http::{Uri, uri::Scheme};
use lettre::{Address, transport::smtp::client::Certificate};
use secrecy::SecretString;

/// How the way to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte (`smtps://`).
    Tls,
    /// STARTTLS, or nothing is sent (`smtp://` to another machine).
    StartTls,
    /// Nothing: only to this machine itself.
    Plain,
}

/// Where mail is handed over.
#[derive(Debug, Clone)]
pub struct SmtpUrl {
    /// A name or an address, without the brackets of IPv6.
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub credentials: Option<(String, SecretString)>,
}

/// `smtps://`, or `smtp://` with STARTTLS required; without TLS only to a loopback host.
pub(super) fn url(text: &str) -> Result<SmtpUrl, Problem> {
    let fix = "Write smtps://user:password@host or smtp://user:password@host:587 (STARTTLS is then required), with \
               special characters in the password percent-encoded.";
    // None of these quotes the text: it may hold a password.
    let bad = |what: &str| Problem::new(what, fix);
    let uri: Uri = text.parse().map_err(|_| bad("is no address"))?;
    let (Some(scheme), Some(authority)) = (uri.scheme().map(Scheme::as_str), uri.authority()) else {
        return Err(bad("lacks smtps:// or smtp://, or a host"));
    };
    if !matches!(scheme, "smtps" | "smtp") {
        return Err(bad("is neither smtps:// nor smtp://"));
    }
    if !matches!(uri.path(), "" | "/") || text.contains('#') {
        return Err(bad("has a path"));
    }
    let loopback = values::is_loopback(authority.host());
    let security = match (scheme, uri.query()) {
        ("smtps", None) => Security::Tls,
        ("smtp", None) if loopback => Security::Plain,
        ("smtp", None | Some("tls=required")) => Security::StartTls,
        _ => {
            return Err(Problem::new(
                "has a query that is not tls=required",
                "Leave it out: TLS is always required, except for smtp:// to this machine itself.",
            ));
        }
    };
    let (user, place) = match authority.as_str().rsplit_once('@') {
        Some((user, place)) => (Some(user), place),
        None => (None, authority.as_str()),
    };
    let port = match authority.port() {
        Some(port) => port.as_u16(),
        // `host:` and `host:99999` have no port to `Authority`, but more than a host.
        None if place.len() > authority.host().len() => return Err(bad("has no valid port")),
        None => match security {
            Security::Tls => 465,
            Security::StartTls => 587,
            Security::Plain => 25,
        },
    };
    let credentials = user
        .map(|user| {
            let (name, password) = user.split_once(':')?;
            Some((decoded(name)?, SecretString::from(decoded(password)?)))
        })
        .map(|both| {
            both.ok_or_else(|| bad("has a user name without a password, or one that is not percent-encoded UTF-8"))
        })
        .transpose()?;
    let host = authority.host().trim_start_matches('[').trim_end_matches(']');
    if host.is_empty() || port == 0 {
        return Err(bad("lacks a host or a port"));
    }
    Ok(SmtpUrl { host: host.to_owned(), port, security, credentials })
}

/// One or more certificates in PEM.
pub(super) fn authority(text: &str) -> Result<Certificate, Problem> {
    let certificate = Certificate::from_pem(text.as_bytes()).ok().filter(|_| text.contains("BEGIN CERTIFICATE"));
    certificate.ok_or_else(|| {
        Problem::new(
            "is not a certificate in PEM",
            "Name a file that begins with -----BEGIN CERTIFICATE----- in PORTEN_SMTP_AUTHORITY_FILE.",
        )
    })
}

/// A bare address: a display name would be read by whoever sees the mail.
pub(super) fn sender(text: &str) -> Result<Address, Problem> {
    let plain = text.is_ascii() && !text.contains(|letter: char| letter.is_ascii_control() || letter == ' ');
    text.parse().ok().filter(|_| plain).ok_or_else(|| {
        Problem::new(
            format!("is `{text}`, which is not a bare e-mail address"),
            "Write for example no-reply@porten.example.se, without a name.",
        )
    })
}

/// Percent-decodes. `None`: an escape is broken, or the result is not UTF-8.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        if *first == b'%' {
            let digits = std::str::from_utf8(after.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = after.get(2..)?;
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;

    #[test]
    fn tls_is_required_unless_the_mail_server_is_this_machine() {
        for (text, host, port, security) in [
            ("smtps://mail.example", "mail.example", 465, Security::Tls),
            ("smtps://127.0.0.1:2465", "127.0.0.1", 2465, Security::Tls),
            ("smtp://mail.example", "mail.example", 587, Security::StartTls),
            ("smtp://mail.example:25/", "mail.example", 25, Security::StartTls),
            ("smtp://10.0.0.7:25?tls=required", "10.0.0.7", 25, Security::StartTls),
            ("smtp://localhost", "localhost", 25, Security::Plain),
            ("smtp://127.0.0.1:2525", "127.0.0.1", 2525, Security::Plain),
            ("smtp://[::1]:2525", "::1", 2525, Security::Plain),
            ("smtp://localhost:2525?tls=required", "localhost", 2525, Security::StartTls),
        ] {
            let found = url(text).unwrap();
            assert_eq!((found.host.as_str(), found.port, found.security), (host, port, security), "{text}");
            assert!(found.credentials.is_none(), "{text}");
        }
    }

    #[test]
    fn other_addresses_are_refused_without_being_quoted() {
        for (text, why) in [
            ("smtp://u:hunter2@mail.example?tls=none", "query"),
            ("smtp://u:hunter2@localhost?tls=opportunistic", "query"),
            ("smtps://u:hunter2@mail.example?tls=required", "query"),
            ("smtps://u:hunter2@mail.example/inbox", "path"),
            ("http://u:hunter2@mail.example", "neither"),
            ("smtps://u:hunter2@mail.example:99999", "no valid port"),
            ("smtps://hunter2@mail.example", "without a password"),
            ("smtps://u:hunter2%4@mail.example", "percent-encoded"),
            ("u:hunter2@mail.example", "lacks"),
        ] {
            let problem = url(text).unwrap_err();
            assert!(problem.what.contains(why), "{text}: {problem:?}");
            assert!(!format!("{problem:?}").contains("hunter2"), "{problem:?}");
        }
    }

    #[test]
    fn a_password_is_decoded_and_never_shown() {
        let found = url("smtps://porten%40example:a%3Ab%2F%C3%A5@mail.example").unwrap();
        assert!(!format!("{found:?}").contains("a:b"));
        let (user, password) = found.credentials.unwrap();
        assert_eq!((user.as_str(), password.expose_secret()), ("porten@example", "a:b/å"));
    }

    #[test]
    fn an_authority_is_a_certificate() {
        for bad in
            ["", "ours", "-----BEGIN CERTIFICATE-----", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"]
        {
            assert!(authority(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_sender_is_a_bare_address() {
        assert_eq!(sender("no-reply@porten.example").unwrap().domain(), "porten.example");
        for bad in [
            "Porten <no-reply@porten.example>",
            "no-reply",
            "a@b@",
            "a b@porten.example",
            "a@porten.example\r\nBcc: c@d.example",
        ] {
            assert!(sender(bad).is_err(), "{bad}");
        }
    }
}
