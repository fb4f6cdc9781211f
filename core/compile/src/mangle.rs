//! Name mangling: `__x` inside `class C` is `_C__x`.

use krait_syntax::Arena;

/// The name as code inside the class `class` sees it; the same reference if it isn't private.
pub fn mangle<'a>(arena: &'a Arena, class: Option<&str>, name: &'a str) -> &'a str {
    let Some(class) = class else { return name };
    if !name.starts_with("__") || name.ends_with("__") || name.contains('.') {
        return name;
    }
    let class = class.trim_start_matches('_');
    if class.is_empty() {
        return name;
    }
    arena.alloc_str(&format!("_{class}{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_private_names_change() {
        let arena = Arena::new();
        let cases = [
            (Some("C"), "__x", "_C__x"),
            (Some("__C"), "__x", "_C__x"),
            (Some("___"), "__x", "__x"),
            (Some("C"), "_x", "_x"),
            (Some("C"), "__x__", "__x__"),
            (Some("C"), "__x.y", "__x.y"),
            (Some("C"), "____", "____"),
            (None, "__x", "__x"),
        ];
        for (class, name, mangled) in cases {
            assert_eq!(mangle(&arena, class, name), mangled);
        }
    }
}
