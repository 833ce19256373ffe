//! Cookies. `__Host-`, `Secure` when the public address is https; a plain cookie only for http on this machine.

use http::{HeaderMap, HeaderValue, header};

/// How cookies are written here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cookies {
    /// The public address is https.
    pub secure: bool,
}

/// The cookies there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Name {
    /// An applicant's session.
    Applicant,
    /// A session without e-ID: one application.
    Guest,
    /// A staff session.
    Staff,
    /// Figures on their way from the estimate to an application.
    Carry,
    /// The language of the pages.
    Language,
}

impl Cookies {
    fn name(self, name: Name) -> &'static str {
        match (self.secure, name) {
            (true, Name::Applicant) => "__Host-porten",
            (true, Name::Guest) => "__Host-porten_guest",
            (true, Name::Staff) => "__Host-porten_staff",
            (true, Name::Carry) => "__Host-porten_carry",
            (true, Name::Language) => "__Host-porten_lang",
            (false, Name::Applicant) => "porten",
            (false, Name::Guest) => "porten_guest",
            (false, Name::Staff) => "porten_staff",
            (false, Name::Carry) => "porten_carry",
            (false, Name::Language) => "porten_lang",
        }
    }

    /// The cookie's value in a request. The first one counts.
    pub fn get(self, headers: &HeaderMap, name: Name) -> Option<&str> {
        let wanted = self.name(name);
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(key, _)| *key == wanted)
            .map(|(_, value)| value)
    }

    /// A session cookie: gone when the browser closes. Lax, so that a link from a notice finds the person signed in; a
    /// staff cookie is never sent from another site.
    pub fn session(self, name: Name, value: &str) -> Option<HeaderValue> {
        let same_site = if name == Name::Staff { "Strict" } else { "Lax" };
        self.line(name, value, &format!("HttpOnly; SameSite={same_site}"))
    }

    /// A cookie that lasts so many seconds.
    pub fn passing(self, name: Name, value: &str, seconds: i64) -> Option<HeaderValue> {
        self.line(name, value, &format!("Max-Age={seconds}; HttpOnly; SameSite=Lax"))
    }

    /// The language, remembered for a year.
    pub fn language(self, value: &str) -> Option<HeaderValue> {
        self.line(Name::Language, value, "Max-Age=31536000; HttpOnly; SameSite=Lax")
    }

    /// Removes a cookie.
    pub fn remove(self, name: Name) -> Option<HeaderValue> {
        self.line(name, "", "Max-Age=0; HttpOnly; SameSite=Lax")
    }

    fn line(self, name: Name, value: &str, attributes: &str) -> Option<HeaderValue> {
        let secure = if self.secure { "; Secure" } else { "" };
        HeaderValue::from_str(&format!("{}={value}; Path=/; {attributes}{secure}", self.name(name))).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(cookie: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, cookie.parse().expect("a header"));
        headers
    }

    #[test]
    fn finds_its_own_cookie_only() {
        let plain = Cookies { secure: false };
        let headers = header("xporten=1; porten=abc; porten_lang=ar");
        assert_eq!(plain.get(&headers, Name::Applicant), Some("abc"));
        assert_eq!(plain.get(&headers, Name::Language), Some("ar"));
        assert_eq!(plain.get(&headers, Name::Staff), None);
    }

    #[test]
    fn https_uses_host_cookies_and_ignores_plain_ones() {
        let secure = Cookies { secure: true };
        assert_eq!(secure.get(&header("porten=abc"), Name::Applicant), None);
        let line = secure.session(Name::Staff, "v").expect("a cookie");
        assert_eq!(line, "__Host-porten_staff=v; Path=/; HttpOnly; SameSite=Strict; Secure");
    }
}
