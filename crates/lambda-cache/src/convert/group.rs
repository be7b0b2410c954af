//! Conversion of several parameters into one value of the requested type, by `serde`.

use std::sync::Arc;

use serde::{
    Deserializer,
    de::{self, DeserializeOwned, DeserializeSeed, IntoDeserializer, MapAccess, Visitor, value::SeqDeserializer},
    forward_to_deserialize_any,
};

use super::{
    ConversionError, FromEntry, Secret, kind,
    reading::{Reading, Readings},
    serde_error::{Found, GroupError, SerdeError, ValueError},
    shared::{memoized, shared},
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
    fn from_entry(entry: &Cached) -> Result<Self, ConversionError> {
        match entry.value() {
            Value::Group(values) => deserialized(values),
            _ => Err(ConversionError::wrong_type(entry.value(), "a group")),
        }
    }
}

impl<T: DeserializeOwned + Send + Sync + 'static> FromEntry<kind::Group> for Group<T> {
    fn from_entry(entry: &Cached) -> Result<Self, ConversionError> {
        memoized(entry, || T::from_entry(entry).map(Self::new))
    }
}

impl<T: DeserializeOwned + Send + Sync + 'static> FromEntry<kind::Secrets> for Group<T> {
    fn from_entry(entry: &Cached) -> Result<Self, ConversionError> {
        <Self as FromEntry<kind::Group>>::from_entry(entry)
    }
}

impl<T: DeserializeOwned> FromEntry<kind::Secrets> for Secret<T> {
    fn from_entry(entry: &Cached) -> Result<Self, ConversionError> {
        <T as FromEntry<kind::Group>>::from_entry(entry).map(Self::new)
    }
}

/// Deserialises the values. For `flatten`, `tag` and `untagged`, `serde` buffers values before it knows the type of a field.
/// They are read as text first, and again as numbers if a field needs those.
fn deserialized<T: DeserializeOwned>(values: &[(String, Value)]) -> Result<T, ConversionError> {
    let mut readings = Readings::new(values);
    let mut fits = None;
    loop {
        let (outcome, found) = Found::recording(|| T::deserialize(Values { values, readings: readings.all() }));
        let is_last = !readings.adapt(&found);
        match (outcome, fits.take()) {
            (Ok(value), _) if is_last => return Ok(value),
            (Err(_), Some(before)) if is_last => return Ok(before),
            (Err(error), None) if is_last => {
                return Err(error.into_conversion_error(|found| readings.name(found), values));
            }
            (Ok(value), _) => fits = Some(value),
            (Err(_), before) => fits = before,
        }
    }
}

/// The values by key, as a map.
struct Values<'a> {
    values: &'a [(String, Value)],
    /// The reading of each value for buffers.
    readings: &'a [Reading],
}

impl<'de> Deserializer<'de> for Values<'de> {
    type Error = GroupError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, GroupError> {
        visitor.visit_map(Pairs { rest: self.values, readings: self.readings, value: None })
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
    readings: &'a [Reading],
    value: Option<Field<'a>>,
}

impl<'de> MapAccess<'de> for Pairs<'de> {
    type Error = GroupError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, GroupError> {
        let Some(((segment, value), rest)) = self.rest.split_first() else { return Ok(None) };
        self.rest = rest;
        let (reading, readings) = self.readings.split_first().unwrap_or((&Reading::Text, &[]));
        self.readings = readings;
        if *value == Value::Nothing {
            return self.next_key_seed(seed); // what does not exist is not there
        }
        self.value = Some(Field { segment, value, reading: *reading });
        seed.deserialize(segment.as_str().into_deserializer()).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, GroupError> {
        let Some(field) = self.value.take() else { return Err(de::Error::custom("a value without a name")) };
        seed.deserialize(field).map_err(|error| error.of(field.segment))
    }
}

/// A value of a group. Parameters are texts, so a number or `bool` is parsed from one.
#[derive(Clone, Copy)]
struct Field<'a> {
    segment: &'a str,
    value: &'a Value,
    reading: Reading,
}

impl Field<'_> {
    fn serde_error(&self, expected: &str) -> ValueError {
        SerdeError::new(format!("it is {}, and {expected} is asked for", self.value.kind()))
    }
}

macro_rules! parsed {
    ($($deserialize:ident $visit:ident $type:ty),*) => {$(
        fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
            let Value::Text(text) = self.value else { return Err(self.serde_error(stringify!($type))) };
            match text.trim().parse::<$type>() {
                Ok(value) => visitor.$visit(value),
                Err(_) => Err(SerdeError::new(concat!("its text is not a ", stringify!($type)))),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for Field<'de> {
    type Error = ValueError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        match self.value {
            Value::Text(text) => match self.reading {
                Reading::Bool(value) => visitor.visit_bool(value),
                Reading::Unsigned(value) => visitor.visit_u64(value),
                Reading::Signed(value) => visitor.visit_i64(value),
                Reading::Float(value) => visitor.visit_f64(value),
                Reading::Text | Reading::OnlyText => visitor.visit_borrowed_str(text),
            },
            Value::TextList(texts) => visitor.visit_seq(SeqDeserializer::new(texts.iter().map(String::as_str))),
            Value::Bytes(bytes) => visitor.visit_borrowed_bytes(bytes),
            _ => Err(self.serde_error("another type")),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        let Value::Text(text) = self.value else { return Err(self.serde_error("an enum")) };
        let variant: de::value::StrDeserializer<'_, ValueError> = (**text).into_deserializer();
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

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        Field { reading: Reading::Text, ..self }.deserialize_any(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        self.deserialize_identifier(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        self.deserialize_identifier(visitor)
    }

    forward_to_deserialize_any! {
        char bytes byte_buf unit unit_struct seq tuple tuple_struct map struct ignored_any
    }
}
