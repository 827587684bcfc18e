//! HTML that cannot carry unescaped text: templates are literals of this program, what fills them is escaped.

use core::fmt::Write as _;

/// A piece of HTML.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Html(String);

/// What may fill a hole of a template.
pub(crate) trait Slot {
    /// Appends itself, escaped for text and for attributes in double quotes.
    fn write(&self, out: &mut String);
}

impl Html {
    pub(crate) fn new() -> Self {
        Html::default()
    }

    /// Appends `template` with each `{}` filled by the next of `slots`.
    pub(crate) fn put(&mut self, template: &'static str, slots: &[&dyn Slot]) -> &mut Self {
        debug_assert_eq!(template.matches("{}").count(), slots.len(), "{template}");
        let mut slots = slots.iter();
        for (index, literal) in template.split("{}").enumerate() {
            if index > 0
                && let Some(slot) = slots.next()
            {
                slot.write(&mut self.0);
            }
            self.0.push_str(literal);
        }
        self
    }

    /// A new piece from one template.
    pub(crate) fn of(template: &'static str, slots: &[&dyn Slot]) -> Html {
        let mut html = Html::new();
        html.put(template, slots);
        html
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn into_string(self) -> String {
        self.0
    }
}

impl Slot for Html {
    fn write(&self, out: &mut String) {
        out.push_str(&self.0);
    }
}

impl Slot for str {
    fn write(&self, out: &mut String) {
        for character in self.chars() {
            match character {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                '"' => out.push_str("&quot;"),
                '\'' => out.push_str("&#39;"),
                // Control characters are no text; HTML forbids most of them even as references.
                c if c.is_control() && c != '\n' && c != '\t' => out.push('\u{FFFD}'),
                c => out.push(c),
            }
        }
    }
}

impl Slot for String {
    fn write(&self, out: &mut String) {
        self.as_str().write(out);
    }
}

impl<T: Slot + ?Sized> Slot for &T {
    fn write(&self, out: &mut String) {
        (**self).write(out);
    }
}

impl<T: Slot> Slot for Option<T> {
    fn write(&self, out: &mut String) {
        if let Some(slot) = self {
            slot.write(out);
        }
    }
}

macro_rules! number_slots {
    ($($number:ty),*) => {
        $(impl Slot for $number {
            fn write(&self, out: &mut String) {
                // Writing into a string does not fail.
                let _ = write!(out, "{self}");
            }
        })*
    };
}

number_slots!(u16, u32, u64, usize, i32, i64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fills_a_template_cannot_become_markup() {
        let html = Html::of("<a title=\"{}\">{}</a>", &[&"\" onload='x'", &"<script>&\u{0}".to_owned()]);
        assert_eq!(html.as_str(), "<a title=\"&quot; onload=&#39;x&#39;\">&lt;script&gt;&amp;\u{FFFD}</a>");
    }

    #[test]
    fn pieces_nest_without_being_escaped_twice() {
        let inner = Html::of("<b>{}</b>", &[&"{}&"]);
        assert_eq!(Html::of("<p>{}{}</p>", &[&inner, &7_u64]).as_str(), "<p><b>{}&amp;</b>7</p>");
    }
}
