//! Buttons by which persons act. All belong to the one form of the page, which asks for the person's name; a button names
//! the address to which it sends the form.

use persoline_domain::texts::Text;

use crate::address::Segment;
use crate::context::Context;
use crate::html::Html;
use crate::visitor::Visitor;

/// A button.
pub(crate) struct Button<'a> {
    /// Unique on its page.
    pub(crate) id: &'a str,
    /// Where it sends the form; its segments are encoded.
    pub(crate) address: &'a str,
    /// What it does, for style and tests.
    pub(crate) action: &'static str,
    pub(crate) label: &'a str,
    /// What it does and to what, for those who hear the button without the page around it.
    pub(crate) long: &'a str,
}

impl Button<'_> {
    pub(crate) fn html(&self) -> Html {
        Html::of(
            "<button form=\"act\" formaction=\"{}\" id=\"{}\" data-action=\"{}\" aria-label=\"{}\">{}</button>",
            &[&self.address, &self.id, &self.action, &self.long, &self.label],
        )
    }

    /// The button behind a summary that must be opened first, with what it will do.
    pub(crate) fn confirmed(&self, summary: &str, meaning: &str, fields: &Html) -> Html {
        Html::of(
            "<details class=\"confirm\" id=\"{}-confirm\"><summary data-opens=\"{}\">{}</summary><div><p>{}</p>{}{}</div></details>",
            &[&self.id, &self.action, &summary, &meaning, fields, &self.html()],
        )
    }
}

/// A choice that belongs to the page's form.
pub(crate) fn choice(name: &str, label: &str, first: &str, choices: &[(&str, &str)]) -> Html {
    let mut html = Html::of(
        "<select form=\"act\" id=\"{}\" name=\"{}\" aria-label=\"{}\"><option value=\"\">{}</option>",
        &[&name, &name, &label, &first],
    );
    for (value, text) in choices {
        html.put("<option value=\"{}\">{}</option>", &[value, text]);
    }
    html.put("</select>", &[]);
    html
}

/// The form of a page, with the name of the person who acts. Its first button is what the enter key presses: it changes
/// nothing but what is remembered.
pub(crate) fn form(context: &Context, visitor: &Visitor) -> Html {
    Html::of(
        "<form id=\"act\" method=\"post\" action=\"/name\"><label for=\"person\">{}</label>\
         <input id=\"person\" name=\"person\" value=\"{}\" required maxlength=\"64\" autocomplete=\"username\" \
         autocapitalize=\"none\" spellcheck=\"false\" aria-describedby=\"person-hint\">\
         <button data-action=\"name\">{}</button><input type=\"hidden\" name=\"back\" value=\"{}\">\
         <p id=\"person-hint\" class=\"quiet\">{}</p></form>\n",
        &[
            &context.say(Text::YourName),
            &visitor.person.as_deref(),
            &context.say(Text::RememberName),
            &visitor.address,
            &context.say(Text::NameHint),
        ],
    )
}

/// The link to an order.
pub(crate) fn order_link(application: &str) -> Html {
    Html::of("<a href=\"/orders/{}\">{}</a>", &[&Segment(application), &application])
}

/// The link to a machine.
pub(crate) fn machine_link(machine: &str) -> Html {
    Html::of("<a href=\"/machines/{}\">{}</a>", &[&Segment(machine), &machine])
}
