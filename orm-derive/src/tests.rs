//! What is emitted, whole: it is what every user's build pays for, so a change of it shows in review.

use crate::{db_enum, db_type, model};
use proc_macro2::TokenStream;
use syn::DeriveInput;

/// Compares what `expand` makes of `source` with the snapshot `name`.
fn check(name: &str, expand: fn(&DeriveInput) -> syn::Result<TokenStream>, source: &str) {
    let input = syn::parse_str(source).expect("the source of a type");
    let tokens = expand(&input).expect("no mistakes in it");
    let emitted = prettyplease::unparse(&syn::parse2(tokens).expect("items"));
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(name, emitted);
    });
}

#[test]
fn a_small_model() {
    check(
        "model_small",
        model::expand,
        r#"
        #[table("users")]
        struct User {
            #[column(primary_key)]
            id: i64,
            name: String,
            email: Option<String>,
        }
        "#,
    );
}

#[test]
fn a_model_with_relations() {
    check(
        "model_relations",
        model::expand,
        r#"
        #[table(foreign_key(columns(line_order, line_no), references(shop::Line.order_id, shop::Line.no), relation = line))]
        #[has_many(replies: Self.parent_id)]
        #[has_one(draft: Draft.post_id)]
        pub struct Post {
            #[column(primary_key)]
            pub id: PostId,
            #[column(foreign_key = Self.id, relation = parent, on_delete = "cascade", deferred, fk_name = "fk_parent")]
            pub(crate) parent_id: Option<PostId>,
            line_order: Option<i64>,
            line_no: i32,
        }
        "#,
    );
}

#[test]
fn a_model_with_every_option() {
    check(
        "model_every_option",
        model::expand,
        r#"
        #[table("items", schema = "shop", comment = "What is sold", primary_key(code, r#type), crate = "other::aludel")]
        #[table(unique(name = "uq_both", columns(name, price)), index(price), index(name = "ix", unique, columns(name)))]
        #[table(check("price > 0"), check(name = "ck_name", sql = "name <> ''"))]
        pub struct Item {
            code: i32,
            r#type: Kind,
            #[column(rename = "title", length = 50, unique, check = "length(title) > 1", comment = "As printed")]
            name: String,
            #[column(precision = 10, scale = 2, default = "0.50", server_default = 1)]
            price: Option<Decimal>,
            #[column(sql_type = "citext", index = "ix_nick", server_default = sql("lower('X')"))]
            nick: Option<String>,
            #[column(default = false)]
            sold: Option<bool>,
            #[column(default = -0.5)]
            change: Option<f64>,
            #[column(skip)]
            cached: Vec<u8>,
        }
        "#,
    );
}

#[test]
fn enums() {
    check(
        "enum_native",
        db_enum::expand,
        r#"#[db_enum(storage = "native", name = "mood")] enum Mood { Calm, #[db_enum(label = "ANGRY")] VeryAngry }"#,
    );
    check(
        "enum_integer",
        db_enum::expand,
        r#"#[db_enum(storage = "integer")] enum Level { Low = -1, Middle, High = 10 }"#,
    );
}

#[test]
fn newtypes() {
    check("newtype_text", db_type::expand, "#[db_type(text)] struct Email(String);");
    check("newtype_numeric", db_type::expand, "#[db_type(numeric)] struct Amount { cents: i64 }");
}
