//! A paper as a file to save: never shown inside a page of ours, whatever is in it.

use super::port::Download;
use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::Response,
};

/// The paper as an attachment. The layer of headers adds `sandbox` to what is an attachment.
pub fn attachment(download: Download) -> Response {
    let Download { info, bytes } = download;
    let mut response = Response::new(Body::from_stream(bytes));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(info.media_type.as_str()));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(info.size));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let disposition = HeaderValue::from_str(&disposition(&info.name));
    headers.insert(header::CONTENT_DISPOSITION, disposition.unwrap_or(HeaderValue::from_static("attachment")));
    response
}

/// RFC 6266: the name in ASCII for old readers, and whole for all others (RFC 8187).
fn disposition(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|letter| match letter {
            '"' | '\\' | '%' => '_',
            ' '..='~' => letter,
            _ => '_',
        })
        .collect();
    let mut whole = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            whole.push(char::from(byte));
        } else {
            whole.push('%');
            for digit in [byte >> 4, byte & 15] {
                whole.push(char::from_digit(u32::from(digit), 16).unwrap_or('0').to_ascii_uppercase());
            }
        }
    }
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{whole}")
}

#[cfg(test)]
mod tests {
    use super::disposition;

    #[test]
    fn names_in_headers() {
        assert_eq!(disposition("a b.pdf"), "attachment; filename=\"a b.pdf\"; filename*=UTF-8''a%20b.pdf");
        assert_eq!(
            disposition("\"å\\%\".png"),
            "attachment; filename=\"_____.png\"; filename*=UTF-8''%22%C3%A5%5C%25%22.png"
        );
    }
}
