//! What went wrong, where, and what helps.

use crate::scan::source::Place;
use std::fmt;

/// One mistake or warning: a message, where there is one a place in the source, and what helps.
#[derive(Debug, Clone)]
pub struct Problem {
    pub(crate) message: String,
    pub(crate) help: Option<String>,
    pub(crate) place: Option<Place>,
}

impl Problem {
    /// A problem of no place.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None, place: None }
    }

    /// A problem at a place.
    pub(crate) fn at(place: Place, message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None, place: Some(place) }
    }

    /// Says what helps.
    #[must_use]
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// What is wrong.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What helps, where that is not in the message already.
    pub fn cure(&self) -> Option<&str> {
        self.help.as_deref()
    }

    /// Where it is.
    pub fn place(&self) -> Option<&Place> {
        self.place.as_ref()
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(f, "{place}: ")?;
        }
        f.write_str(&self.message)?;
        self.help.as_ref().map_or(Ok(()), |help| write!(f, "\n{help}"))
    }
}

impl std::error::Error for Problem {}
