//! A page taken apart: enough of HTML to ask what a reader, a screen reader or a browser sending a form would find.

use std::collections::BTreeSet;

const VOID: [&str; 6] = ["br", "hr", "img", "input", "link", "meta"];
/// Their content is text, whatever it looks like.
const RAW: [&str; 4] = ["script", "style", "textarea", "title"];

#[derive(Debug, Clone)]
pub struct Element {
    pub name: String,
    attributes: Vec<(String, String)>,
    parent: Option<usize>,
    /// All text inside, decoded.
    pub text: String,
}

impl Element {
    pub fn get(&self, attribute: &str) -> Option<&str> {
        self.attributes.iter().find(|(name, _)| name == attribute).map(|(_, value)| value.as_str())
    }

    pub fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.attributes.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

pub struct Page {
    pub elements: Vec<Element>,
}

impl Page {
    /// Takes the page apart. Tags that do not fit together are a failure.
    pub fn read(html: &str) -> Self {
        let mut elements: Vec<Element> = Vec::new();
        let mut open: Vec<usize> = Vec::new();
        let mut rest = html;
        while !rest.is_empty() {
            let Some(at) = rest.find('<') else {
                text(&mut elements, &open, rest);
                break;
            };
            text(&mut elements, &open, &rest[..at]);
            rest = &rest[at..];
            if let Some(after) = rest.strip_prefix("<!--") {
                rest = after.split_once("-->").expect("a comment ends").1;
            } else if let Some(after) = rest.strip_prefix("<!") {
                // The doctype, and leptos' `<!>` between texts.
                rest = after.split_once('>').expect("a declaration ends").1;
            } else if let Some(after) = rest.strip_prefix("</") {
                let (name, after) = after.split_once('>').expect("a tag ends");
                rest = after;
                let last = open.pop().map(|index| elements[index].name.clone());
                assert_eq!(last.as_deref(), Some(name), "tags fit together; what follows: {rest:.200}");
            } else {
                let (element, closed, after) = tag(rest, open.last().copied());
                rest = after;
                let name = element.name.clone();
                elements.push(element);
                if RAW.contains(&name.as_str()) {
                    let end = format!("</{name}>");
                    let (content, after) = rest.split_once(&end).expect("raw text ends");
                    open.push(elements.len() - 1);
                    text(&mut elements, &open, content);
                    open.pop();
                    rest = after;
                } else if !closed && !VOID.contains(&name.as_str()) {
                    open.push(elements.len() - 1);
                }
            }
        }
        assert!(open.is_empty(), "every tag is closed");
        Self { elements }
    }

    pub fn all<'p>(&'p self, name: &'p str) -> impl Iterator<Item = &'p Element> {
        self.elements.iter().filter(move |element| element.name == name)
    }

    pub fn only<'p>(&'p self, name: &'p str) -> &'p Element {
        let found: Vec<_> = self.all(name).collect();
        assert_eq!(found.len(), 1, "exactly one {name}: {found:?}");
        found[0]
    }

    pub fn ids(&self) -> BTreeSet<&str> {
        self.elements.iter().filter_map(|element| element.get("id")).collect()
    }

    pub fn by_id(&self, id: &str) -> &Element {
        let found = self.elements.iter().find(|element| element.get("id") == Some(id));
        found.unwrap_or_else(|| panic!("no element with id {id}"))
    }

    pub fn with_class<'p>(&'p self, class: &'p str) -> impl Iterator<Item = &'p Element> {
        self.elements.iter().filter(move |element| {
            element.get("class").is_some_and(|classes| classes.split_whitespace().any(|one| one == class))
        })
    }

    /// What is inside an element.
    pub fn inside<'p>(&'p self, outer: &'p Element) -> impl Iterator<Item = &'p Element> {
        let place = self.elements.iter().position(|element| std::ptr::eq(element, outer)).expect("of this page");
        self.elements.iter().filter(move |element| self.is_inside(element, place))
    }

    fn is_inside(&self, element: &Element, place: usize) -> bool {
        let mut parent = element.parent;
        while let Some(index) = parent {
            if index == place {
                return true;
            }
            parent = self.elements[index].parent;
        }
        false
    }

    pub fn form(&self, action: &str) -> &Element {
        let found = self.all("form").find(|form| form.get("action") == Some(action));
        found.unwrap_or_else(|| panic!("no form to {action}"))
    }

    /// What a browser would send for a form whose button has no name.
    pub fn controls(&self, form: &Element) -> Vec<(String, String)> {
        let mut sent = Vec::new();
        for control in self.inside(form) {
            let Some(name) = control.get("name").map(str::to_owned) else { continue };
            let value = match control.name.as_str() {
                "input" => match control.get("type") {
                    Some("radio" | "checkbox") if control.get("checked").is_none() => continue,
                    _ => control.get("value").unwrap_or_default().to_owned(),
                },
                "textarea" => control.text.strip_prefix('\n').unwrap_or(&control.text).to_owned(),
                "select" => {
                    let options: Vec<_> = self.inside(control).filter(|inner| inner.name == "option").collect();
                    let chosen = options.iter().find(|option| option.get("selected").is_some()).or(options.first());
                    chosen.and_then(|option| option.get("value")).unwrap_or_default().to_owned()
                }
                _ => continue,
            };
            sent.push((name, value));
        }
        sent
    }
}

fn text(elements: &mut [Element], open: &[usize], encoded: &str) {
    if !encoded.is_empty() {
        let decoded = decode(encoded);
        for index in open {
            elements[*index].text.push_str(&decoded);
        }
    }
}

/// An opening tag: the element, whether it closes itself, and what follows.
fn tag(html: &str, parent: Option<usize>) -> (Element, bool, &str) {
    let bytes = html.as_bytes();
    let mut at = 1;
    let until = |from: usize, stop: &dyn Fn(u8) -> bool| {
        (from..bytes.len()).find(|index| stop(bytes[*index])).expect("a tag ends")
    };
    let end = until(at, &|byte| byte.is_ascii_whitespace() || byte == b'>' || byte == b'/');
    let name = html[at..end].to_owned();
    assert!(name.starts_with(|first: char| first.is_ascii_alphabetic()), "a name of a tag: {html:.80}");
    at = end;
    let mut attributes: Vec<(String, String)> = Vec::new();
    loop {
        at = until(at, &|byte| !byte.is_ascii_whitespace());
        if bytes[at] == b'>' {
            return (Element { name, attributes, parent, text: String::new() }, false, &html[at + 1..]);
        }
        if bytes[at] == b'/' {
            return (Element { name, attributes, parent, text: String::new() }, true, &html[at + 2..]);
        }
        let end = until(at, &|byte| byte.is_ascii_whitespace() || matches!(byte, b'=' | b'>' | b'/'));
        let key = html[at..end].to_owned();
        assert!(!attributes.iter().any(|(other, _)| *other == key), "{key} twice in {html:.200}");
        at = end;
        let mut value = String::new();
        if bytes[at] == b'=' {
            let quote = bytes[at + 1];
            assert!(matches!(quote, b'"' | b'\''), "values are quoted: {html:.120}");
            let close = until(at + 2, &|byte| byte == quote);
            value = decode(&html[at + 2..close]);
            at = close + 1;
        }
        attributes.push((key, value));
    }
}

pub fn decode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let known = [
            ("&amp;", '&'),
            ("&lt;", '<'),
            ("&gt;", '>'),
            ("&quot;", '"'),
            ("&#39;", '\''),
            ("&#x27;", '\''),
            ("&#x2F;", '/'),
            ("&nbsp;", '\u{a0}'),
        ];
        if let Some((entity, letter)) = known.iter().find(|(entity, _)| rest.starts_with(entity)) {
            out.push(*letter);
            rest = &rest[entity.len()..];
        } else {
            out.push('&');
            rest = &rest[1..];
        }
    }
    out + rest
}
