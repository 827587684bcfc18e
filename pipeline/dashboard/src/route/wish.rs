//! What a form of a page says: who wants it, where to return to, and the values of its fields.

use std::collections::BTreeMap;

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{FromRequest, Request};
use axum::http::Uri;
use persoline_domain::identifiers::Actor;

use crate::address::{is_local, with_done};
use crate::person;
use crate::place::Place;
use crate::site::Site;
use crate::visitor::Visitor;

/// What a form says.
#[derive(Debug)]
pub(super) struct Wish {
    pub(super) visitor: Visitor,
    fields: BTreeMap<String, String>,
}

impl<S: Send + Sync> FromRequest<S> for Wish {
    type Rejection = FormRejection;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let visitor = Visitor::of(&request);
        let Form(fields) = Form::from_request(request, state).await?;
        Ok(Wish { visitor, fields })
    }
}

impl Wish {
    /// A field, without the blanks around it; empty when the form has none of that name.
    pub(super) fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", |value| value.trim())
    }

    /// The person who acts: as typed into the form; where the form does not ask, as remembered. None when nobody says
    /// so, or by a name that no person has.
    pub(super) fn person(&self, site: &Site) -> Option<Actor> {
        let typed = match self.fields.get("person") {
            Some(typed) => typed.as_str(),
            None => self.visitor.person.as_deref()?,
        };
        person::name(typed).filter(|name| !site.is_no_person(name)).map(|name| Actor::Person(name.to_owned()))
    }

    /// The page that the form was on.
    pub(super) fn back(&self) -> Option<(Place, String)> {
        let back = with_done(self.fields.get("back").filter(|back| is_local(back))?, "");
        let place = Place::parse(&back.parse::<Uri>().ok()?)?;
        Some((place, back))
    }
}
