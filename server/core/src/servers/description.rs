//! A description: what people read of it, and the comments in it, by which Drover knows again what it made.

/// A description as Proxmox renders it: what stands in HTML comments does not show.
pub(crate) fn without_comments(text: &str) -> String {
    let mut shown = String::new();
    let mut rest = text;
    while let Some((before, comment)) = rest.split_once("<!--") {
        shown.push_str(before);
        rest = comment.split_once("-->").map_or("", |(_, after)| after);
    }
    shown.push_str(rest);
    shown.trim().to_owned()
}

/// The description that reads `text` and keeps the comments of `old`.
pub(super) fn with_comments_of(old: &str, text: &str) -> String {
    let mut parts = vec![without_comments(text)];
    let mut rest = old;
    while let Some((_, comment)) = rest.split_once("<!--") {
        let (comment, after) = comment.split_once("-->").unwrap_or((comment, ""));
        parts.push(format!("<!--{comment}-->"));
        rest = after;
    }
    parts.retain(|part| !part.is_empty());
    parts.join("\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_do_not_show() {
        assert_eq!(without_comments("the shop\n\n<!-- drover task 7 -->"), "the shop");
        assert_eq!(without_comments("a <!-- b --> c"), "a  c");
        assert_eq!(without_comments("a <!-- open"), "a");
        assert_eq!(without_comments("plain"), "plain");
    }

    #[test]
    fn a_new_text_keeps_the_comments() {
        let mark = "<!-- drover task 7 -->";
        let old = format!("the shop\n\n{mark}");
        assert_eq!(with_comments_of(&old, "a bar"), format!("a bar\n\n{mark}"));
        assert_eq!(with_comments_of(&old, ""), mark);
        assert_eq!(
            with_comments_of("plain", "a <!-- drover task 8 --> bar"),
            "a  bar"
        );
    }
}
