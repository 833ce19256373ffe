//! What the live panel says: the answer as a sentence, and every line as markup. All text is escaped, though it is only ours.

use super::words::Words;
use crate::ui::format::figures;
use domain::{FieldCode, FieldFault, norm::Estimate};

/// The lines below the answer.
pub fn markup(words: &Words, estimate: &Estimate) -> String {
    let mut html = String::new();
    let parts = [
        ("<p>", "higher_or_lower"),
        ("</p><p>", "right"),
        ("</p><table class=\"money\"><caption class=\"hidden\">", "table"),
        ("</caption><thead><tr><th scope=\"col\">", "item"),
        ("</th><th scope=\"col\">", "kronor"),
    ];
    for (markup, key) in parts {
        html.push_str(markup);
        escape(&mut html, words.get(key));
    }
    html.push_str("</th></tr></thead><tbody>");
    for line in &estimate.lines {
        let law = line.law.map(|law| law.to_string()).unwrap_or_default();
        row(&mut html, words, &words.label(line), &law, line.amount, "");
    }
    if estimate.previous_surplus > 0 {
        row(&mut html, words, words.get("previous"), "", estimate.previous_surplus, "");
    }
    html.push_str("</tbody><tfoot>");
    let (label, total) = words.total(estimate);
    row(&mut html, words, label, "", total, "money-total");
    html.push_str("</tfoot></table>");
    html
}

/// What to do when the form cannot be calculated as it is. Amounts nobody knows yet are not the person's to correct.
pub fn unreadable<'w>(words: &'w Words, faults: &[FieldFault]) -> &'w str {
    let not_known = faults.iter().all(|fault| fault.code == FieldCode::NormNotKnown);
    words.get(if not_known { "live_not_known" } else { "live_wait" })
}

fn row(html: &mut String, words: &Words, label: &str, law: &str, amount: i64, class: &str) {
    html.push_str("<tr class=\"");
    html.push_str(class);
    html.push_str("\"><th scope=\"row\">");
    escape(html, label);
    if !law.is_empty() {
        html.push_str(" <span class=\"money-law\"><bdi>");
        escape(html, law);
        html.push_str("</bdi></span>");
    }
    html.push_str("</th><td><bdi dir=\"ltr\">");
    escape(html, &figures(amount, words.language()));
    html.push_str("</bdi></td></tr>");
}

fn escape(html: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '&' => html.push_str("&amp;"),
            '"' => html.push_str("&quot;"),
            other => html.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_become_markup() {
        let mut html = String::new();
        escape(&mut html, "<b onclick=\"x\">&");
        assert_eq!(html, "&lt;b onclick=&quot;x&quot;&gt;&amp;");
    }
}
