//! `#[has_many(…)]`, `#[has_one(…)]` and `#[many_to_many(…)]`: the relations that others hold the keys of.

use crate::{
    Action, LinkPath, RelationKind, RelationSyntax,
    attribute::{self, Spanned, flag, set},
    constraint::{ColumnPath, model_path},
    errors::Errors,
    suggest::similar,
};
use syn::{Attribute, Ident, Path, Token, Visibility, ext::IdentExt, parse::ParseStream};

/// The attributes that declare relations on a struct.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Declares {
    HasMany,
    HasOne,
    ManyToMany,
}

impl Declares {
    pub(crate) fn of(attribute: &Attribute) -> Option<Self> {
        let all = [Self::HasMany, Self::HasOne, Self::ManyToMany];
        all.into_iter().find(|kind| attribute.path().is_ident(kind.name()))
    }

    fn name(self) -> &'static str {
        match self {
            Self::HasMany => "has_many",
            Self::HasOne => "has_one",
            Self::ManyToMany => "many_to_many",
        }
    }

    fn example(self) -> &'static str {
        match self {
            Self::HasMany => "#[has_many(users: User.cluster_id)]",
            Self::HasOne => "#[has_one(profile: Profile.user_id)]",
            Self::ManyToMany => "#[many_to_many(tags: Tag, through = PostTag)]",
        }
    }

    fn options(self) -> &'static [&'static str] {
        match self {
            Self::HasMany | Self::HasOne => &["on_delete", "delete_orphans"],
            Self::ManyToMany => &["through"],
        }
    }

    /// Reads the relations of one attribute; its options are those of each of them.
    pub(crate) fn read(
        self,
        attribute: &Attribute,
        owner: &Ident,
        vis: &Visibility,
        errors: &mut Errors,
    ) -> Vec<RelationSyntax> {
        let mut relations: Vec<(Ident, Path, Option<Ident>)> = Vec::new();
        let (mut on_delete, mut orphans, mut through) = (None, None, None);
        let before = errors.count();
        attribute::options(attribute, self.example(), errors, |name, input, _| {
            if input.peek(Token![:]) {
                input.parse::<Token![:]>()?;
                let (model, field) = self.target(input, owner)?;
                relations.push((name.clone(), model, field));
                return Ok(());
            }
            match name.to_string().as_str() {
                "on_delete" if self != Self::ManyToMany => set(&mut on_delete, name, action(name, input)?),
                "delete_orphans" if self != Self::ManyToMany => set(&mut orphans, name, flag(name, input)?),
                "through" if self == Self::ManyToMany => set(&mut through, name, link(name, input, owner)?),
                other
                    if input.peek(Token![=]) && input.peek2(syn::Lit)
                        || similar(other, self.options().iter().copied()).is_some() =>
                {
                    Err(attribute::unknown(name, &format!("#[{}(…)]", self.name()), self.options()))
                }
                _ => Err(syn::Error::new(name.span(), self.shape())),
            }
        });
        if self == Self::ManyToMany && through.is_none() && errors.count() == before {
            let message = format!("say whose rows link the two: {}", self.example());
            errors.push(syn::Error::new_spanned(attribute, message));
        }
        let delete_orphans = orphans.is_some_and(|flag: Spanned<bool>| flag.value);
        let relation = |(ident, model, field): (Ident, Path, Option<Ident>)| {
            let kind = match (self, field, &through) {
                (Self::HasMany, Some(field), _) => RelationKind::HasMany(ColumnPath { model: model.clone(), field }),
                (Self::HasOne, Some(field), _) => RelationKind::HasOne(ColumnPath { model: model.clone(), field }),
                (Self::ManyToMany, _, Some(link)) => RelationKind::ManyToMany(link.clone()),
                _ => return None,
            };
            Some(RelationSyntax { ident, vis: vis.clone(), model, kind, on_delete, delete_orphans })
        };
        relations.into_iter().filter_map(relation).collect()
    }

    /// What stands behind the name: a column of the other model, or the other model alone.
    fn target(self, input: ParseStream<'_>, owner: &Ident) -> syn::Result<(Path, Option<Ident>)> {
        if self != Self::ManyToMany {
            let ColumnPath { model, field } = ColumnPath::parse(input, owner)?;
            return Ok((model, Some(field)));
        }
        let model = model_path(input, owner, &self.shape())?;
        if input.peek(Token![.]) {
            return Err(input.error(self.shape()));
        }
        Ok((model, None))
    }

    fn shape(self) -> String {
        let rests = match self {
            Self::HasMany | Self::HasOne => "rests on a column of the other model",
            Self::ManyToMany => "leads to the other model",
        };
        format!("a relation has a name and {rests}, as in {}", self.example())
    }
}

/// Reads `= PostTag` or `= Follow.follower_id`.
fn link(key: &Ident, input: ParseStream<'_>, owner: &Ident) -> syn::Result<LinkPath> {
    let takes = "`through` takes the model whose rows link the two, `through = PostTag`, or its column that refers to this \
                 model: `through = Follow.follower_id`";
    if !input.peek(Token![=]) {
        return Err(syn::Error::new(key.span(), takes));
    }
    input.parse::<Token![=]>()?;
    let model = model_path(input, owner, takes)?;
    let near = match input.parse::<Option<Token![.]>>()? {
        Some(_) => Some(input.call(Ident::parse_any).map_err(|error| syn::Error::new(error.span(), takes))?),
        None => None,
    };
    Ok(LinkPath { model, near })
}

/// Reads what the session does with the rows at the other end.
fn action(key: &Ident, input: ParseStream<'_>) -> syn::Result<Spanned<Action>> {
    let action = Action::value(key, input)?;
    match action.value {
        Action::Cascade | Action::SetNull | Action::Restrict => Ok(action),
        Action::NoAction | Action::SetDefault => Err(syn::Error::new(
            action.span,
            "a relation takes \"cascade\", \"set null\" or \"restrict\", which the session does by itself; what the database \
             does is the `on_delete` of the foreign key",
        )),
    }
}
