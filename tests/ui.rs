//! What the compiler says to mistakes in models, word for word.
//!
//! After a change of words: `TRYBUILD=overwrite cargo test --test ui`, and read the difference.

#[test]
fn mistakes_are_answered_with_their_cure() {
    trybuild::TestCases::new().compile_fail("tests/ui/*/*.rs");
}
