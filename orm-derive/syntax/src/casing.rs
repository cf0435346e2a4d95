//! Names made of other names.

/// The name of a table or label made of the name of a type or variant: `HttpServer` and `HTTPServer` both become `http_server`.
///
/// It is never made plural: the table of `User` is `user`, unless `#[table("users")]` says otherwise.
pub fn snake_case(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut out = String::with_capacity(name.len() + 4);
    for (i, &c) in chars.iter().enumerate() {
        if c.is_uppercase() {
            let after_word = i > 0 && chars[i - 1] != '_' && !chars[i - 1].is_uppercase();
            let before_word =
                i > 0 && chars[i - 1].is_uppercase() && chars.get(i + 1).is_some_and(|c| c.is_lowercase());
            if after_word || before_word {
                out.push('_');
            }
            out.extend(c.to_lowercase());
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::snake_case;

    #[test]
    fn words_are_found() {
        for (from, to) in [
            ("User", "user"),
            ("HttpServer", "http_server"),
            ("HTTPServer", "http_server"),
            ("OAuthToken", "o_auth_token"),
            ("User2", "user2"),
            ("Line2D", "line2_d"),
            ("Already_Snake", "already_snake"),
            ("ID", "id"),
            ("ÜberName", "über_name"),
        ] {
            assert_eq!(snake_case(from), to);
        }
    }
}
