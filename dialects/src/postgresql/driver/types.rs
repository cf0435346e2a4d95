//! The types of the database's own: enums, domains, arrays of them.

use super::wire::Wire;
use crate::postgresql::client::Client;
use aludel_core::Result;
use std::collections::HashMap;

/// Numbers below are those of types that every server has.
const FIRST_OWN: u32 = 16_384;

/// The types that a connection has met.
#[derive(Default)]
pub(super) struct Types(HashMap<u32, Known>);

/// What the catalog says of a type.
enum Known {
    Wire(Wire),
    /// It is written as another one.
    Domain(u32),
    /// An array of another one.
    Array(u32),
}

impl Types {
    /// Looks up those that are not known yet.
    pub(super) async fn learn(&mut self, client: &mut Client, mut numbers: Vec<u32>) -> Result<()> {
        loop {
            numbers.retain(|number| *number >= FIRST_OWN && !self.0.contains_key(number));
            numbers.sort_unstable();
            numbers.dedup();
            if numbers.is_empty() {
                return Ok(());
            }
            let list = numbers.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
            let sql = format!(
                "SELECT oid, typtype, typbasetype, typelem, typcategory, typname FROM pg_catalog.pg_type WHERE oid IN ({list})"
            );
            // One that is not there any more is not asked for again.
            self.0.extend(numbers.drain(..).map(|number| (number, Known::Wire(Wire::Other))));
            for row in client.rows(&sql).await? {
                let Some((number, known)) = read(&row) else { continue };
                if let Known::Domain(other) | Known::Array(other) = known {
                    numbers.push(other);
                }
                self.0.insert(number, known);
            }
        }
    }

    /// How values of a type are read and written, if it is known.
    pub(super) fn wire(&self, number: u32) -> Wire {
        match (Wire::built_in(number), self.0.get(&number)) {
            (Some(wire), _) => wire,
            (None, Some(Known::Wire(wire))) => wire.clone(),
            (None, Some(Known::Domain(base))) => self.wire(*base),
            (None, Some(Known::Array(item))) => Wire::Array(Box::new(self.wire(*item)), *item),
            (None, None) => Wire::Other,
        }
    }
}

/// The number of a type, and what a row of the catalog says of it.
fn read(row: &[Option<String>]) -> Option<(u32, Known)> {
    let [number, kind, base, item, category, name] = row else { return None };
    let number_of = |text: &Option<String>| text.as_deref()?.parse::<u32>().ok();
    let known = match (kind.as_deref()?, category.as_deref()?) {
        ("e", _) => Known::Wire(Wire::Text),
        ("d", _) => Known::Domain(number_of(base)?),
        (_, "A") => Known::Array(number_of(item)?),
        _ if name.as_deref()?.eq_ignore_ascii_case("citext") => Known::Wire(Wire::Text),
        _ => Known::Wire(Wire::Other),
    };
    Some((number_of(number)?, known))
}
