//! Mail over TLS: only to a server whose certificate is of its own name and of an authority we know; otherwise nothing is
//! said in the open, and the letter waits.

use super::{SHORT, contact, is, later, letter, notice, post, to, work};
use crate::support::{
    Stage,
    mail_server::{MailServer, Protection},
    mailer,
};
use domain::message::MessageKind;
use rcgen::{BasicConstraints, Certificate, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use server::{
    config::{Config, Flags},
    mail::{Mailer, Refusal},
};
use std::sync::Arc;
use tokio_rustls::rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};

/// An authority of an organisation's own.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("parameters");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("an authority"))
    }

    fn signed(&self, name: &str) -> (Certificate, KeyPair) {
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new(vec![name.to_owned()]).expect("a name");
        (params.signed_by(&key, &self.0).expect("a certificate"), key)
    }

    /// A certificate of this name or address and its key, as PEM.
    pub fn issue(&self, name: &str) -> (String, String) {
        let (certificate, key) = self.signed(name);
        (certificate.pem(), key.serialize_pem())
    }

    /// A server with a certificate of this name or address.
    fn server(&self, name: &str) -> Arc<ServerConfig> {
        let (certificate, key) = self.signed(name);
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .expect("a server");
        Arc::new(config)
    }

    /// A mailer that knows this authority.
    pub fn mailer(&self, url: &str) -> Mailer {
        let authority = self.0.pem();
        let settings = [
            ("PORTEN_SMTP_URL", url),
            ("PORTEN_SMTP_FROM", "no-reply@post.example"),
            ("PORTEN_SMTP_AUTHORITY", authority.as_str()),
        ];
        mailer(&settings).with_patience(SHORT)
    }
}

fn starttls(server: &MailServer) -> String {
    format!("smtp://porten:hunter2@{}?tls=required", server.address)
}

fn implicit(server: &MailServer) -> String {
    format!("smtps://porten:hunter2@{}", server.address)
}

/// Of what anybody on the way could read: that somebody is there and wants TLS, and no more.
fn nothing_told(server: &MailServer) {
    for line in server.open() {
        assert!(line.starts_with("EHLO ") || line == "STARTTLS" || line == "QUIT", "{line}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_goes_by_starttls_and_by_tls_from_the_first_byte() {
    let authority = Authority::new();
    let first = MailServer::protected(Protection::StartTls(authority.server("127.0.0.1"))).await;
    let second = MailServer::protected(Protection::Tls(authority.server("127.0.0.1"))).await;
    for (server, url) in [(&first, starttls(&first)), (&second, implicit(&second))] {
        authority.mailer(&url).hand_over(&letter("anna@post.example")).await.expect("taken");
        assert_eq!(server.taken().len(), 1);
        assert!(server.said().iter().any(|line| line.starts_with("AUTH ")), "signed in, behind TLS");
        nothing_told(server);
    }
    assert_eq!(first.open().last().map(String::as_str), Some("STARTTLS"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_of_another_name_or_of_nobody_we_know_is_refused() {
    let authority = Authority::new();
    let stranger = Authority::new();
    let stage = Stage::new().await;
    contact(&stage, "email", "sv").await;
    post(&stage, MessageKind::Decision).await;
    let mut attempts = 0;
    for config in [authority.server("mail.example"), stranger.server("127.0.0.1")] {
        let first = MailServer::protected(Protection::StartTls(config.clone())).await;
        let second = MailServer::protected(Protection::Tls(config)).await;
        for (server, url) in [(&first, starttls(&first)), (&second, implicit(&second))] {
            work(&stage, &authority.mailer(&url)).await;
            attempts += 1;
            assert_eq!(notice(&stage).await, is("waiting", attempts, 0), "kept for better days");
            assert_eq!((server.taken().len(), server.connections()), (0, 1));
            nothing_told(server);
            assert!(server.said().iter().all(|line| !line.starts_with("AUTH ") && !line.contains('@')));
            later(&stage).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_of_starttls_taken_out_on_the_way_ends_the_talk() {
    let authority = Authority::new();
    let server = MailServer::start(&[]).await;
    let refused = authority.mailer(&starttls(&server)).hand_over(&letter("anna@post.example")).await;
    assert_eq!(refused, Err(Refusal::Later("mail_no_tls")));
    assert!(server.taken().is_empty());
    assert!(server.said().iter().all(|line| line.starts_with("EHLO ") || line == "QUIT"), "{:?}", server.said());
    // Nor is the machine's own list forgotten when another authority is added, or a stranger believed without it.
    let server = MailServer::protected(Protection::Tls(authority.server("127.0.0.1"))).await;
    let refused = to(&implicit(&server)).hand_over(&letter("anna@post.example")).await;
    assert_eq!(refused, Err(Refusal::Later("mail_down")));
    assert!(server.taken().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_starttls_nothing_is_said_about_anybody() {
    let stage = Stage::new().await;
    // The offer of STARTTLS has been taken out of the greeting, as somebody in between would.
    let server = MailServer::start(&[]).await;
    let url = format!("smtp://porten:hunter2@{}?tls=required", server.address);
    contact(&stage, "email", "sv").await;
    post(&stage, MessageKind::Decision).await;
    work(&stage, &to(&url)).await;
    assert_eq!(notice(&stage).await, is("waiting", 1, 0), "kept for better days");
    assert_eq!(server.taken(), []);
    let said = server.said();
    assert!(said.iter().all(|line| line.starts_with("EHLO ") || line == "QUIT"), "{said:?}");
    // Neither does it speak plainly where TLS is expected from the first byte.
    later(&stage).await;
    work(&stage, &to(&format!("smtps://porten:hunter2@{}", server.address))).await;
    assert_eq!(notice(&stage).await, is("waiting", 2, 0));
    assert!(server.said().iter().all(|line| !line.contains("hunter2") && !line.contains("post.example>")));
}

#[test]
fn mail_is_sent_with_tls_or_not_at_all() {
    let load = |settings: &[(&str, &str)]| {
        let value = |name: &str| settings.iter().find(|(key, _)| *key == name).map(|(_, value)| *value);
        Config::load(&value, Flags::default()).map(|_| ()).map_err(|errors| errors.to_string())
    };
    let from = ("PORTEN_SMTP_FROM", "no-reply@post.example");
    for good in [
        "smtps://mail.example",
        "smtp://u:p@mail.example:587",
        "smtp://mail.example?tls=required",
        "smtp://localhost:25",
    ] {
        assert_eq!(load(&[("PORTEN_SMTP_URL", good), from]), Ok(()), "{good}");
    }
    for bad in [
        "smtp://u:hunter2@mail.example?tls=none",
        "smtp://10.0.0.7?tls=opportunistic",
        "http://mail.example",
        "mail.example",
    ] {
        let errors = load(&[("PORTEN_SMTP_URL", bad), from]).expect_err(bad);
        assert!(errors.starts_with("PORTEN_SMTP_URL ") && errors.lines().count() == 1, "{bad}: {errors}");
        assert!(!errors.contains("hunter2"), "{errors}");
    }
    let errors = load(&[("PORTEN_SMTP_URL", "smtps://mail.example")]).expect_err("no sender");
    assert!(errors.starts_with("PORTEN_SMTP_FROM is not set"), "{errors}");
    let named = ("PORTEN_SMTP_FROM", "Porten <no-reply@post.example>");
    let errors = load(&[("PORTEN_SMTP_URL", "smtps://mail.example"), named]).expect_err("a name");
    assert!(errors.starts_with("PORTEN_SMTP_FROM is `Porten") && errors.lines().count() == 1, "{errors}");
    assert_eq!(load(&[from]), Ok(()), "a sender alone is for the files");
}
