//! Conversion of several parameters into one value of the requested type, by `serde`.

use std::{fmt, sync::Arc};

use serde::{
    Deserializer,
    de::{self, DeserializeOwned, DeserializeSeed, IntoDeserializer, MapAccess, Visitor, value::SeqDeserializer},
    forward_to_deserialize_any,
};

use super::{
    FromEntry, Misfit, Secret, kind,
    shared::{kept, shared},
};
use crate::value::{Cached, Value};

/// A list of parameters as a `T`, to which it dereferences. It is converted once for each fetch and shared, while a
/// bare `T` is converted at each call. `Debug` prints `Group(..)`, because it may contain secrets.
///
/// ```
/// use lambda_cache::{Group, ssm};
///
/// #[derive(serde::Deserialize)]
/// struct Settings {
///     greeting: String,
///     sizes: Vec<String>,
///     port: u16,
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), lambda_cache::Error> {
/// # let fake = lambda_cache::testing::values();
/// # fake.ssm("/shop/greeting", "hello");
/// # fake.ssm("/shop/sizes", ["S", "M"]);
/// # fake.ssm("/shop/port", "8080");
/// let settings: Group<Settings> = ssm::get_entry(["/shop/greeting", "/shop/sizes", "/shop/port"]).await?;
/// assert_eq!((&*settings.greeting, settings.sizes.len(), settings.port), ("hello", 2, 8080));
/// # Ok(()) }
/// ```
pub struct Group<T>(Arc<T>);

shared!(Group);

impl<T: DeserializeOwned> FromEntry<kind::Group> for T {
    fn from_entry(entry: &Cached) -> Result<Self, Misfit> {
        match entry.value() {
            Value::Group(values) => T::deserialize(Values(values)).map_err(Misfit::from),
            _ => Err(Misfit::wrong_kind(entry.value(), "a group")),
        }
    }
}

impl<T: DeserializeOwned + Send + Sync + 'static> FromEntry<kind::Group> for Group<T> {
    fn from_entry(entry: &Cached) -> Result<Self, Misfit> {
        kept(entry, || T::from_entry(entry).map(Self::new))
    }
}

impl<T: DeserializeOwned + Send + Sync + 'static> FromEntry<kind::Secrets> for Group<T> {
    fn from_entry(entry: &Cached) -> Result<Self, Misfit> {
        <Self as FromEntry<kind::Group>>::from_entry(entry)
    }
}

impl<T: DeserializeOwned> FromEntry<kind::Secrets> for Secret<T> {
    fn from_entry(entry: &Cached) -> Result<Self, Misfit> {
        <T as FromEntry<kind::Group>>::from_entry(entry).map(Self::new)
    }
}

/// The values by last segment, as a map.
struct Values<'a>(&'a [(String, Value)]);

impl<'de> Deserializer<'de> for Values<'de> {
    type Error = UnfitGroup;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, UnfitGroup> {
        visitor.visit_map(Pairs { rest: self.0, value: None })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// The pairs still to be read. Names and values have different error types, because an error may contain a name but
/// never a value.
struct Pairs<'a> {
    rest: &'a [(String, Value)],
    value: Option<Field<'a>>,
}

impl<'de> MapAccess<'de> for Pairs<'de> {
    type Error = UnfitGroup;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, UnfitGroup> {
        let Some(((segment, value), rest)) = self.rest.split_first() else { return Ok(None) };
        self.rest = rest;
        if *value == Value::Nothing {
            return self.next_key_seed(seed); // what does not exist is not there
        }
        self.value = Some(Field { segment, value });
        seed.deserialize(segment.as_str().into_deserializer()).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, UnfitGroup> {
        let Some(field) = self.value.take() else { return Err(de::Error::custom("a value without a name")) };
        seed.deserialize(field).map_err(|error| Unfit(format!("{:?}: {}", field.segment, error.0)))
    }
}

/// A value of a group. Parameters are texts, so a number or `bool` is parsed from one.
#[derive(Clone, Copy)]
struct Field<'a> {
    segment: &'a str,
    value: &'a Value,
}

impl Field<'_> {
    fn unfit(&self, expected: &str) -> UnfitValue {
        Unfit(format!("it is {}, and {expected} is asked for", self.value.kind()))
    }
}

macro_rules! parsed {
    ($($deserialize:ident $visit:ident $type:ty),*) => {$(
        fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, UnfitValue> {
            let Value::Text(text) = self.value else { return Err(self.unfit(stringify!($type))) };
            match text.trim().parse::<$type>() {
                Ok(value) => visitor.$visit(value),
                Err(_) => Err(Unfit(concat!("its text is no ", stringify!($type)).to_owned())),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for Field<'de> {
    type Error = UnfitValue;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, UnfitValue> {
        match self.value {
            Value::Text(text) => visitor.visit_borrowed_str(text),
            Value::TextList(texts) => visitor.visit_seq(SeqDeserializer::new(texts.iter().map(String::as_str))),
            Value::Bytes(bytes) => visitor.visit_borrowed_bytes(bytes),
            _ => Err(self.unfit("another type")),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, UnfitValue> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, UnfitValue> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, UnfitValue> {
        let Value::Text(text) = self.value else { return Err(self.unfit("an enum")) };
        let variant: de::value::StrDeserializer<'_, UnfitValue> = (**text).into_deserializer();
        visitor.visit_enum(variant)
    }

    parsed! {
        deserialize_bool visit_bool bool,
        deserialize_i8 visit_i8 i8, deserialize_i16 visit_i16 i16, deserialize_i32 visit_i32 i32,
        deserialize_i64 visit_i64 i64, deserialize_i128 visit_i128 i128,
        deserialize_u8 visit_u8 u8, deserialize_u16 visit_u16 u16, deserialize_u32 visit_u32 u32,
        deserialize_u64 visit_u64 u64, deserialize_u128 visit_u128 u128,
        deserialize_f32 visit_f32 f32, deserialize_f64 visit_f64 f64
    }

    forward_to_deserialize_any! {
        char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

/// Serde's errors without the values that they quote. An unknown field name may be a value, if the value's type reads
/// its text as a field name. Names are therefore included only if `NAMES` is true, which is the case when names are
/// read.
#[derive(Debug)]
struct Unfit<const NAMES: bool>(String);

type UnfitGroup = Unfit<true>;
type UnfitValue = Unfit<false>;

impl From<UnfitGroup> for Misfit {
    fn from(error: UnfitGroup) -> Self {
        Self::new(error.0)
    }
}

impl<const NAMES: bool> fmt::Display for Unfit<NAMES> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<const NAMES: bool> std::error::Error for Unfit<NAMES> {}

impl<const NAMES: bool> de::Error for Unfit<NAMES> {
    /// Drops the message of the type, because it may quote the value.
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self("the type does not allow its value".to_owned())
    }

    fn invalid_type(found: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self(format!("{} is there, and {expected} is asked for", kind(found)))
    }

    fn invalid_value(_: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self(format!("its value does not fit {expected}"))
    }

    fn invalid_length(length: usize, expected: &dyn de::Expected) -> Self {
        Self(format!("it has {length} elements, which does not fit {expected}"))
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self("its value is none of the variants".to_owned())
    }

    fn unknown_field(field: &str, _: &'static [&'static str]) -> Self {
        if NAMES { Self(format!("the type has no field {field:?}")) } else { Self::custom(field) }
    }

    fn missing_field(field: &'static str) -> Self {
        Self(format!(
            "the type has a field {field:?}, and none of the parameters ends in that: add one, or make it an Option"
        ))
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self(format!("two parameters are the field {field:?}"))
    }
}

/// Returns the kind of a value without its content.
fn kind(found: de::Unexpected<'_>) -> &'static str {
    match found {
        de::Unexpected::Str(_) | de::Unexpected::Char(_) => "text",
        de::Unexpected::Seq => "a list",
        de::Unexpected::Map => "a group of parameters",
        de::Unexpected::Bytes(_) => "binary",
        _ => "another kind",
    }
}
