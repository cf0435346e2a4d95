//! What the types of columns refer to lives as long as the program: each is kept once, however often it is read.

use aludel_core::types::{EnumDef, SqlType};
use std::{
    collections::HashSet,
    sync::{LazyLock, Mutex, PoisonError},
};

/// The definition, kept.
pub(crate) fn enum_def(def: EnumDef) -> &'static EnumDef {
    static KEPT: LazyLock<Mutex<HashSet<&'static EnumDef>>> = LazyLock::new(Mutex::default);
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    kept.get(&def).copied().unwrap_or_else(|| {
        let def: &'static EnumDef = Box::leak(Box::new(def));
        kept.insert(def);
        def
    })
}

/// The type, kept.
pub(crate) fn sql_type(sql_type: SqlType) -> &'static SqlType {
    static KEPT: LazyLock<Mutex<HashSet<&'static SqlType>>> = LazyLock::new(Mutex::default);
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    kept.get(&sql_type).copied().unwrap_or_else(|| {
        let sql_type: &'static SqlType = Box::leak(Box::new(sql_type));
        kept.insert(sql_type);
        sql_type
    })
}

/// The text, kept.
pub(crate) fn text(text: &str) -> &'static str {
    static KEPT: LazyLock<Mutex<HashSet<&'static str>>> = LazyLock::new(Mutex::default);
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    kept.get(text).copied().unwrap_or_else(|| {
        let text: &'static str = Box::leak(text.into());
        kept.insert(text);
        text
    })
}
