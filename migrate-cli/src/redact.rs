//! Passwords in what is shown.

/// `text` with the password of every URL in it hidden, and with the values of options that may be secret.
pub(crate) fn redact(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        out.push_str(before);
        // A quote or a space ends a URL; a password with one in it is shown up to there at most by what follows its `@`.
        let end = after.find(|c: char| c.is_whitespace() || matches!(c, '\'' | '"' | '`')).unwrap_or(after.len());
        let (url, tail) = after.split_at(end);
        url_part(url, &mut out);
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// What follows the `://` of a URL.
fn url_part(url: &str, out: &mut String) {
    // The last `@`, since one that was not escaped belongs to the password.
    let (credentials, place) = match url.rsplit_once('@') {
        Some((credentials, place)) => (Some(credentials), place),
        None => (None, url),
    };
    if let Some(credentials) = credentials {
        match credentials.split_once(':') {
            Some((user, _)) => {
                out.push_str(user);
                out.push_str(":***");
            }
            None => out.push_str(credentials),
        }
        out.push('@');
    }
    let Some((place, options)) = place.split_once('?') else { return out.push_str(place) };
    out.push_str(place);
    for (index, option) in options.split('&').enumerate() {
        out.push(if index == 0 { '?' } else { '&' });
        match option.split_once('=') {
            Some((name, _)) if is_secret(name) => {
                out.push_str(name);
                out.push_str("=***");
            }
            _ => out.push_str(option),
        }
    }
}

fn is_secret(option: &str) -> bool {
    let option = option.to_ascii_lowercase();
    ["pass", "pwd", "secret", "token"].iter().any(|word| option.contains(word))
}

#[cfg(test)]
mod tests {
    use super::redact;

    #[test]
    fn passwords_are_hidden_wherever_they_stand() {
        for (text, shown) in [
            ("no URL here: a@b", "no URL here: a@b"),
            ("'mysql://root:hunter2@h/d' found", "'mysql://root:***@h/d' found"),
            ("mysql://root:hun/ter@2@h/d", "mysql://root:***@h/d"),
            ("a://u:hunter2@h b://v:hunter2@i", "a://u:***@h b://v:***@i"),
            ("mysql://u@h/d?ssl_key_password=hunter2&charset=x", "mysql://u@h/d?ssl_key_password=***&charset=x"),
            ("sqlite:///app.db", "sqlite:///app.db"),
        ] {
            assert_eq!(redact(text), shown);
        }
    }
}
