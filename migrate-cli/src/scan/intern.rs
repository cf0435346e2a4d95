//! What the types of columns refer to lives as long as the program: each is kept once, however often it is read.

use aludel_core::types::EnumDef;
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
