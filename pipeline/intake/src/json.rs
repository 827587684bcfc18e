//! A line as a JSON object, strictly: no key twice, and no message that repeats what stands in the line.

use core::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::fault::Faults;

const WHOLE: &str = "record";
const TWICE: &str = "key stands twice";

/// The object in a line; the fault is noted when there is none.
pub(crate) fn object(text: &[u8], faults: &mut Faults) -> Option<Map<String, Value>> {
    let text = match core::str::from_utf8(text) {
        Ok(text) => text,
        Err(error) => {
            let what = format!("not UTF-8 from byte {}", error.valid_up_to() + 1);
            faults.add(WHOLE, what, "Write the file in UTF-8.");
            return None;
        }
    };
    match serde_json::from_str::<Strict>(text) {
        Ok(Strict(Value::Object(object))) => Some(object),
        Ok(_) => {
            faults.add(WHOLE, "not a JSON object", "Put one object in braces on each line.");
            None
        }
        Err(error) => {
            // The message of the parser may repeat what stands in the line, so only its kind and place are taken.
            let column = error.column();
            let (what, remedy) = match error.classify() {
                serde_json::error::Category::Eof => (
                    format!("truncated: the line ends at byte {column} inside the record"),
                    "Send the whole record again, on one line.",
                ),
                serde_json::error::Category::Data if error.to_string().starts_with(TWICE) => {
                    (format!("a field stands twice, the second time before byte {column}"), "Leave one of the two.")
                }
                _ => (format!("not well-formed JSON at byte {column}"), "Write one JSON object on each line."),
            };
            faults.add(WHOLE, what, remedy);
            None
        }
    }
}

/// A JSON value none of whose objects has a key twice.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Strict)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }
    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }
    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }
    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        while let Some(Strict(item)) = items.next_element()? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some((key, Strict(value))) = entries.next_entry::<String, Strict>()? {
            if object.insert(key, value).is_some() {
                return Err(A::Error::custom(TWICE));
            }
        }
        Ok(Value::Object(object))
    }
}
