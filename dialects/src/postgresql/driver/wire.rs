//! The types of PostgreSQL's binary format.

/// How the bytes of a value are to be read and written.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Wire {
    Bool,
    Int2,
    Int4,
    Int8,
    Float4,
    Float8,
    Numeric,
    /// Every type whose bytes are its text: enums too.
    Text,
    Bytes,
    Date,
    Time,
    DateTime,
    UtcDateTime,
    Uuid,
    Json,
    Jsonb,
    /// An array, and the type of its elements.
    Array(Box<Wire>, u32),
    /// One that no Rust type stands for.
    Other,
}

impl Wire {
    /// That of a type which every server has, by its number in `pg_type`; `None` if it is not one that a Rust type stands for.
    pub(super) fn built_in(number: u32) -> Option<Self> {
        use Wire::*;
        let array = |item: Wire, number| Array(Box::new(item), number);
        Some(match number {
            16 => Bool,
            17 => Bytes,
            20 => Int8,
            21 => Int2,
            23 => Int4,
            // char, name, text, unknown, bpchar, varchar
            18 | 19 | 25 | 705 | 1042 | 1043 => Text,
            114 => Json,
            199 => array(Json, 114),
            700 => Float4,
            701 => Float8,
            1000 => array(Bool, 16),
            1001 => array(Bytes, 17),
            1003 => array(Text, 19),
            1005 => array(Int2, 21),
            1007 => array(Int4, 23),
            1009 => array(Text, 25),
            1014 => array(Text, 1042),
            1015 => array(Text, 1043),
            1016 => array(Int8, 20),
            1021 => array(Float4, 700),
            1022 => array(Float8, 701),
            1082 => Date,
            1083 => Time,
            1114 => DateTime,
            1115 => array(DateTime, 1114),
            1182 => array(Date, 1082),
            1183 => array(Time, 1083),
            1184 => UtcDateTime,
            1185 => array(UtcDateTime, 1184),
            1231 => array(Numeric, 1700),
            1700 => Numeric,
            2950 => Uuid,
            2951 => array(Uuid, 2950),
            3802 => Jsonb,
            3807 => array(Jsonb, 3802),
            _ => return None,
        })
    }
}
