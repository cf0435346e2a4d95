use aludel::prelude::*;
use chrono::{NaiveDate, TimeDelta};

#[derive(Model, Clone)]
struct Event {
    #[column(primary_key)]
    id: i64,
    name: String,
    day: NaiveDate,
    tags: Vec<String>,
}

fn main() {
    // A date has no hour, a text has no year.
    let _ = Event.day.hour();
    let _ = Event.name.year();
    let _ = Event.day.plus(TimeDelta::hours(1));
    // No JSON, no array, no text.
    let _ = Event.name.json(["a"]);
    let _ = Event.name.has("a".to_owned());
    let _ = Event.tags.has(5);
    let _ = Event.id.regexp("a");
    // Rows of other types.
    let _ = row((Event.id, Event.name)).eq((1_i64, 2));
    let _ = row((Event.id, Event.name)).in_([(1_i64, "a", 2)]);
    let _ = Event.id.gt(func::any(query(Event.name)));
    let _ = Event.id.gt(func::any(query((Event.id, Event.name))));
    let _ = Event.id + func::any(query(Event.id));
}
