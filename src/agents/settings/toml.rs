//! Changes of TOML, by a document that keeps white space and comments.

use serde_json::{Map, Number, Value};
use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, TableLike};

use super::{Inserted, Insertion, Kept, SettingsError, check_depth, dotted};

fn parse(text: &str) -> Result<DocumentMut, SettingsError> {
    check_depth(text)?;
    text.parse()
        .map_err(|error| SettingsError::Toml(Box::new(error)))
}

pub(super) fn value(text: &str) -> Result<Value, SettingsError> {
    Ok(of_table(parse(text)?.as_table()))
}

/// The table on the way to the last key of a path, made where it is absent.
fn parent<'d>(
    document: &'d mut DocumentMut,
    at: &[String],
) -> Result<&'d mut dyn TableLike, SettingsError> {
    let way = at.split_last().map(|(_, way)| way).unwrap_or_default();
    let mut table: &mut dyn TableLike = document.as_table_mut();
    for (index, key) in way.iter().enumerate() {
        let next = table.entry(key).or_insert_with(|| {
            let mut new = Table::new();
            new.set_implicit(true);
            Item::Table(new)
        });
        table = next
            .as_table_like_mut()
            .ok_or_else(|| SettingsError::Type {
                at: dotted(at, index),
                wanted: "a table",
            })?;
    }
    Ok(table)
}

pub(super) fn insert(text: &str, insertions: &[Insertion]) -> Result<Inserted, SettingsError> {
    let mut document = parse(text)?;
    let (mut made, mut kept) = (Vec::new(), Vec::new());
    for insertion in insertions {
        let at = insertion.at();
        let Some(last) = at.last() else { continue };
        let parent = parent(&mut document, at)?;
        match insertion {
            Insertion::Element { value, .. } => {
                if append(parent, last, value).ok_or_else(|| SettingsError::Type {
                    at: at.join("."),
                    wanted: "a list",
                })? {
                    made.push(insertion.clone());
                }
            }
            Insertion::Key { value, .. } => match parent.get(last) {
                None => {
                    parent.insert(last, Item::Value(input(value)));
                    made.push(insertion.clone());
                }
                Some(item) => {
                    let found = of_item(item);
                    if found != *value {
                        let (key, wanted) = (at.join("."), value.clone());
                        kept.push(Kept { key, wanted, found });
                    }
                }
            },
        }
    }
    Ok(Inserted {
        text: document.to_string(),
        made,
        kept,
    })
}

/// Appends to a list, if the element is not there. None if what is there is no list.
fn append(parent: &mut dyn TableLike, key: &str, value: &Value) -> Option<bool> {
    let Some(item) = parent.get_mut(key) else {
        let item = match value {
            Value::Object(object) => {
                let mut tables = ArrayOfTables::new();
                tables.push(table(object));
                Item::ArrayOfTables(tables)
            }
            _ => Item::Value(toml_edit::Value::Array(Array::from_iter([input(value)]))),
        };
        parent.insert(key, item);
        return Some(true);
    };
    if of_item(item).as_array()?.contains(value) {
        return Some(false);
    }
    match (item, value) {
        (Item::ArrayOfTables(tables), Value::Object(object)) => tables.push(table(object)),
        (Item::Value(toml_edit::Value::Array(array)), _) => array.push(input(value)),
        _ => return None,
    }
    Some(true)
}

pub(super) fn withdraw(text: &str, insertions: &[Insertion]) -> Result<String, SettingsError> {
    let mut document = parse(text)?;
    for insertion in insertions {
        take_out(document.as_table_mut(), insertion, insertion.at());
    }
    Ok(document.to_string())
}

/// Takes one insertion out, and then the tables and lists on its way that are empty.
fn take_out(table: &mut dyn TableLike, insertion: &Insertion, at: &[String]) {
    let Some((key, rest)) = at.split_first() else {
        return;
    };
    let Some(item) = table.get_mut(key) else {
        return;
    };
    let is_empty = match (insertion, rest.is_empty()) {
        (_, false) => {
            let Some(inner) = item.as_table_like_mut() else {
                return;
            };
            take_out(inner, insertion, rest);
            inner.is_empty()
        }
        (Insertion::Key { value, .. }, true) => of_item(item) == *value,
        (Insertion::Element { value, .. }, true) => {
            let found = of_item(item);
            let place = found.as_array().and_then(|elements| {
                let mut places = elements.iter();
                places.position(|element| element == value)
            });
            let Some(place) = place else { return };
            match item {
                Item::ArrayOfTables(tables) => {
                    tables.remove(place);
                    tables.is_empty()
                }
                Item::Value(toml_edit::Value::Array(array)) => {
                    array.remove(place);
                    array.is_empty()
                }
                _ => false,
            }
        }
    };
    if is_empty {
        table.remove(key);
    }
}

fn table(object: &Map<String, Value>) -> Table {
    let mut table = Table::new();
    for (key, value) in object {
        table.insert(key, Item::Value(input(value)));
    }
    table
}

fn input(value: &Value) -> toml_edit::Value {
    match value {
        // TOML has no null, and no insertion has one.
        Value::Null => "".into(),
        Value::Bool(value) => (*value).into(),
        Value::Number(number) => match number.as_i64() {
            Some(integer) => integer.into(),
            None => number.as_f64().unwrap_or_default().into(),
        },
        Value::String(text) => text.as_str().into(),
        Value::Array(elements) => {
            toml_edit::Value::Array(Array::from_iter(elements.iter().map(input)))
        }
        Value::Object(object) => {
            let properties = object.iter().map(|(key, it)| (key.as_str(), input(it)));
            toml_edit::Value::InlineTable(InlineTable::from_iter(properties))
        }
    }
}

fn of_item(item: &Item) -> Value {
    match item {
        Item::None => Value::Null,
        Item::Value(value) => of_value(value),
        Item::Table(table) => of_table(table),
        Item::ArrayOfTables(tables) => Value::Array(tables.iter().map(|it| of_table(it)).collect()),
    }
}

fn of_table(table: &dyn TableLike) -> Value {
    let pairs = table.iter();
    Value::Object(
        pairs
            .map(|(key, it)| (key.to_owned(), of_item(it)))
            .collect(),
    )
}

fn of_value(value: &toml_edit::Value) -> Value {
    match value {
        toml_edit::Value::String(text) => Value::String(text.value().clone()),
        toml_edit::Value::Integer(integer) => (*integer.value()).into(),
        toml_edit::Value::Float(float) => {
            Number::from_f64(*float.value()).map_or(Value::Null, Value::Number)
        }
        toml_edit::Value::Boolean(value) => (*value.value()).into(),
        toml_edit::Value::Datetime(time) => Value::String(time.value().to_string()),
        toml_edit::Value::Array(array) => Value::Array(array.iter().map(of_value).collect()),
        toml_edit::Value::InlineTable(table) => of_table(table),
    }
}
