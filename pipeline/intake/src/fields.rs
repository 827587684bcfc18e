//! Takes the fields of an object one by one, so that every fault of a record is found and not only the first.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::fault::Faults;

/// The fields of one object that have not been taken yet.
pub(crate) struct Fields {
    prefix: String,
    left: Map<String, Value>,
}

impl Fields {
    pub(crate) fn new(object: Map<String, Value>) -> Self {
        Fields { prefix: String::new(), left: object }
    }

    /// A field that must be there, as its view type. `expected` describes the type to people.
    pub(crate) fn required<T: DeserializeOwned>(
        &mut self,
        name: &str,
        expected: &str,
        faults: &mut Faults,
    ) -> Option<T> {
        match self.left.remove(name) {
            Some(value) => self.view(name, value, expected, faults),
            None => {
                faults.add(&self.path(name), "missing", format!("Give {expected}."));
                None
            }
        }
    }

    /// A field that may be absent or null. The outer `None` means a fault was noted.
    pub(crate) fn optional<T: DeserializeOwned>(
        &mut self,
        name: &str,
        expected: &str,
        faults: &mut Faults,
    ) -> Option<Option<T>> {
        match self.left.remove(name) {
            None | Some(Value::Null) => Some(None),
            Some(value) => self.view(name, value, expected, faults).map(Some),
        }
    }

    /// An object that must be there.
    pub(crate) fn object(&mut self, name: &str, expected: &str, faults: &mut Faults) -> Option<Fields> {
        let object = self.required(name, expected, faults)?;
        Some(Fields { prefix: format!("{}.", self.path(name)), left: object })
    }

    /// An object that may be absent. The outer `None` means a fault was noted.
    pub(crate) fn optional_object(
        &mut self,
        name: &str,
        expected: &str,
        faults: &mut Faults,
    ) -> Option<Option<Fields>> {
        let object = self.optional(name, expected, faults)?;
        Some(object.map(|object| Fields { prefix: format!("{}.", self.path(name)), left: object }))
    }

    /// Notes what is left as unknown.
    pub(crate) fn finish(self, faults: &mut Faults) {
        for name in self.left.keys() {
            // What looks like a field's name is repeated; anything else might be data that slipped into a key.
            let looks_like_a_name =
                name.len() <= 40 && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
            let shown = if looks_like_a_name { name.as_str() } else { "(a key that is not a name)" };
            faults.add(&self.path(shown), "unknown field", "Leave it out, or spell it as the format says.");
        }
    }

    /// Where a field stands, for faults.
    pub(crate) fn path(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    fn view<T: DeserializeOwned>(&self, name: &str, value: Value, expected: &str, faults: &mut Faults) -> Option<T> {
        // The parser's message would repeat the value.
        let view = serde_json::from_value(value).ok();
        if view.is_none() {
            faults.add(&self.path(name), "not of the kind expected", format!("Give {expected}."));
        }
        view
    }
}
