//! Reading JSON by one road: text to [`Value`], value to type.
//!
//! Each type's reading is compiled once for each road it is read by, and for an enum of many variants that is a lot of
//! code, which the browser has to fetch. So everything goes through [`Value`], and the two long enums are read field by
//! field, where a derive would write a visitor for each variant.

mod blocker;
mod event;

use serde::de::{DeserializeOwned, Error as _};
use serde_json::{Error, Map, Value};

/// Reads a JSON text.
///
/// Errors: it is no JSON, or says something else.
pub fn read<T: DeserializeOwned>(json: &[u8]) -> Result<T, Error> {
    T::deserialize(&serde_json::from_slice::<Value>(json)?)
}

/// A JSON object's fields, read one at a time. What nobody asks for is left out.
pub(crate) struct Fields(Map<String, Value>);

impl Fields {
    /// Errors: it is no object.
    pub(crate) fn of(value: Value) -> Result<Self, Error> {
        match value {
            Value::Object(fields) => Ok(Self(fields)),
            _ => Err(Error::custom("an object was expected")),
        }
    }

    /// A field; where it is missing and the type has no "none", that is an error which names it.
    pub(crate) fn get<T: DeserializeOwned>(&self, name: &'static str) -> Result<T, Error> {
        match self.0.get(name) {
            Some(value) => T::deserialize(value),
            None => T::deserialize(&Value::Null).map_err(|_| Error::missing_field(name)),
        }
    }

    /// A field that is an object itself.
    pub(crate) fn inner(&mut self, name: &'static str) -> Result<Self, Error> {
        Self::of(self.0.remove(name).ok_or_else(|| Error::missing_field(name))?)
    }
}

/// Writes `$read`, which makes the variant of that name from its fields, and `$tell`, which tells the name. The compiler
/// sees to it that no variant and no field is forgotten; `$names` lists the names for the test that they are those that
/// are written.
macro_rules! variants {
    ($of:ident, $read:ident, $tell:ident, $names:ident: $($name:literal => $variant:ident { $($field:ident),* })+) => {
        impl $of {
            pub(crate) fn $read(name: &str, fields: &$crate::wire::Fields) -> Result<Self, serde_json::Error> {
                match name {
                    $($name => Ok(Self::$variant { $($field: fields.get(stringify!($field))?),* }),)+
                    _ => Err(serde::de::Error::custom(format!("unknown: {name}"))),
                }
            }

            /// Its name on the wire.
            pub fn $tell(&self) -> &'static str {
                match self {
                    $($of::$variant { .. } => $name,)+
                }
            }
        }

        #[cfg(test)]
        const $names: &[&str] = &[$($name),+];
    };
}
pub(crate) use variants;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_field_is_named_unless_it_may_be_missing() {
        let fields = Fields::of(serde_json::json!({"gate": "one"})).expect("an object");
        let error = |result: Result<u8, Error>| result.expect_err("no number").to_string();
        assert_eq!(error(fields.get("step")), "missing field `step`");
        assert!(error(fields.get("gate")).starts_with("invalid type: string \"one\""));
        assert_eq!(fields.get::<Option<u8>>("step").expect("none"), None);
    }
}
