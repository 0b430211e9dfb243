//! A small parser of Rust source. It finds the types that a file defines, and the paths to which it refers.

/// Splits source into tokens: identifiers, `::`, and single characters. Omits comments, literals and lifetimes.
fn tokens(source: &str) -> Vec<String> {
    let chars: Vec<char> = source.chars().collect();
    let starts_with = |at: usize, text: &str| {
        text.chars()
            .eq(chars[at..].iter().copied().take(text.len()))
    };
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let start = at;
        if starts_with(at, "//") {
            at += chars[at..].iter().take_while(|c| **c != '\n').count();
        } else if starts_with(at, "/*") {
            let mut depth = 0;
            loop {
                depth += i32::from(starts_with(at, "/*")) - i32::from(starts_with(at, "*/"));
                at += if starts_with(at, "/*") || starts_with(at, "*/") {
                    2
                } else {
                    1
                };
                if depth == 0 {
                    break;
                }
            }
        } else if let Some(hashes) = raw_string(&chars[at..]) {
            let end = format!("\"{}", "#".repeat(hashes));
            at += 2 + hashes;
            at += (0..chars.len())
                .find(|offset| starts_with(at + offset, &end))
                .unwrap()
                + end.len();
        } else if chars[at] == '"' {
            at += 1;
            while chars[at] != '"' {
                at += if chars[at] == '\\' { 2 } else { 1 };
            }
            at += 1;
        } else if chars[at] == '\'' {
            // A character literal has a closing quote, a lifetime does not.
            let escape = usize::from(chars[at + 1] == '\\');
            let close = (at + 2 + escape..chars.len()).find(|end| chars[*end] == '\'');
            let is_char = escape == 1 || chars[at + 2] == '\'';
            at = if is_char { close.unwrap() + 1 } else { at + 1 };
            at += if is_char { 0 } else { identifier(&chars[at..]) };
        } else if identifier(&chars[at..]) > 0 {
            at += identifier(&chars[at..]);
            tokens.push(chars[start..at].iter().collect());
        } else if starts_with(at, "::") {
            at += 2;
            tokens.push("::".into());
        } else {
            at += 1;
            if !chars[start].is_whitespace() {
                tokens.push(chars[start].into());
            }
        }
    }
    tokens
}

/// Returns the length of the identifier, keyword or number at the start of a text, or 0 if there is none.
fn identifier(chars: &[char]) -> usize {
    let is_part = |c: &&char| c.is_alphanumeric() || **c == '_';
    chars.iter().take_while(is_part).count()
}

/// Returns the number of hashes of the raw string at the start of a text, or `None` if there is none.
fn raw_string(chars: &[char]) -> Option<usize> {
    let rest = chars.strip_prefix(&['r'])?;
    let hashes = rest.iter().take_while(|c| **c == '#').count();
    (rest.get(hashes) == Some(&'"')).then_some(hashes)
}

/// Returns the names of all structs, enums, unions and traits that a source defines.
pub(super) fn types(source: &str) -> Vec<String> {
    let tokens = tokens(source);
    let is_type = |token: &String| ["struct", "enum", "union", "trait"].contains(&token.as_str());
    let pairs = tokens.windows(2).filter(|pair| is_type(&pair[0]));
    let names = pairs.map(|pair| pair[1].clone());
    names
        .filter(|name| name.starts_with(char::is_uppercase))
        .collect()
}

/// Returns the absolute paths to which the file of a module refers: in `use` declarations, and as `crate`, `self` or `super`
/// paths in code. A path is a list of segments below the crate.
///
/// `is_module` returns `true` for the absolute path of a module. It is needed because `use child::Item` can start with a child
/// module.
pub(super) fn paths(
    source: &str,
    module: &[String],
    is_module: &dyn Fn(&[String]) -> bool,
) -> Vec<Vec<String>> {
    let tokens = tokens(source);
    let mut modules = vec![module.to_vec()];
    // The brace depths at which the open inline modules end.
    let mut end_depths = Vec::new();
    let (mut depth, mut at) = (0, 0);
    let mut paths = Vec::new();
    while at < tokens.len() {
        let module = modules.last().unwrap().clone();
        let previous = at.checked_sub(1).map_or("", |at| tokens[at].as_str());
        match tokens[at].as_str() {
            "mod" if tokens.get(at + 2).is_some_and(|token| token == "{") => {
                modules.push([&module[..], &[tokens[at + 1].clone()]].concat());
                end_depths.push(depth);
                at += 1;
            }
            "{" => depth += 1,
            "}" => {
                depth -= 1;
                if end_depths.last() == Some(&depth) {
                    end_depths.pop();
                    modules.pop();
                }
            }
            "use" => {
                let mut trees = Vec::new();
                at = use_tree(&tokens, at + 1, &[], &mut trees) - 1;
                let absolute = trees.iter().filter_map(|path| {
                    let child = [&module[..], &path[..1]].concat();
                    let is_child = is_module(&child);
                    resolve(path, &module)
                        .or_else(|| is_child.then(|| [&module[..], path].concat()))
                });
                // A `pub use` of a child is no dependency: the module re-exports its own children.
                let is_reexport =
                    |path: &Vec<String>| previous == "pub" && path.starts_with(&module);
                paths.extend(absolute.filter(|path| !is_reexport(path)));
            }
            // `pub(in crate::module)` and the `$crate` of a macro are no dependencies.
            "crate" | "self" | "super" if !["in", "$", "::"].contains(&previous) => {
                let mut path = vec![tokens[at].clone()];
                while tokens.get(at + 1).is_some_and(|token| token == "::")
                    && tokens
                        .get(at + 2)
                        .is_some_and(|token| token.starts_with(char::is_alphabetic))
                {
                    path.push(tokens[at + 2].clone());
                    at += 2;
                }
                paths.extend(resolve(&path, &module).filter(|_| path.len() > 1));
            }
            _ => {}
        }
        at += 1;
    }
    paths
}

/// Adds the paths of the use tree at a position to `trees`, and returns the position after the tree.
fn use_tree(
    tokens: &[String],
    mut at: usize,
    prefix: &[String],
    trees: &mut Vec<Vec<String>>,
) -> usize {
    let mut path = prefix.to_vec();
    loop {
        match tokens[at].as_str() {
            "::" | "*" => at += 1,
            "{" => {
                while tokens[at] != "}" {
                    at = use_tree(tokens, at + 1, &path, trees);
                }
                return at + 1;
            }
            "," | "}" | ";" => break,
            // An alias adds no segment.
            "as" => at += 2,
            "self" if !path.is_empty() => at += 1,
            segment => {
                path.push(segment.into());
                at += 1;
            }
        }
    }
    if path.len() > prefix.len() || tokens[at - 1] == "*" || tokens[at - 1] == "self" {
        trees.push(path);
    }
    at
}

/// Resolves a path that starts with `crate`, `self` or `super`. Returns `None` for other paths.
fn resolve(path: &[String], module: &[String]) -> Option<Vec<String>> {
    let supers = path
        .iter()
        .take_while(|segment| *segment == "super")
        .count();
    let base = match path[0].as_str() {
        "crate" => return Some(path[1..].to_vec()),
        "self" => return Some([module, &path[1..]].concat()),
        "super" => &module[..module.len().checked_sub(supers)?],
        _ => return None,
    };
    Some([base, &path[supers..]].concat())
}

/// Returns the paths in a source as texts. Only `router::store` counts as a module.
fn joined_paths(source: &str, module: &str) -> Vec<String> {
    let module: Vec<String> = module.split("::").map(String::from).collect();
    let is_module = |path: &[String]| path.join("::") == "router::store";
    let paths = paths(source, &module, &is_module);
    paths.iter().map(|path| path.join("::")).collect()
}

#[test]
fn use_trees_are_resolved() {
    let source = "pub(crate) use crate::{id::AgentId, plan::{self, Plan as P, tables::*}};";
    let expected = ["id::AgentId", "plan", "plan::Plan", "plan::tables"];
    assert_eq!(joined_paths(source, "router"), expected);
    let source = "use super::super::Item; use self::store::Items; use store::Item; use serde::Ser;";
    let expected = ["Item", "router::step::store::Items"];
    assert_eq!(joined_paths(source, "router::step"), expected);
    assert_eq!(
        joined_paths("use store::Item;", "router"),
        ["router::store::Item"]
    );
    assert_eq!(joined_paths("pub use store::Item;", "router"), [""; 0]);
}

#[test]
fn paths_in_code_are_resolved() {
    let source =
        "impl crate::rule::Ranking for X { fn f(self) { super::check::<u8>(crate::id::MAX) } }";
    let expected = ["rule::Ranking", "plan::check", "id::MAX"];
    assert_eq!(joined_paths(source, "plan::lint"), expected);
    let source = "mod tests { use super::*; } use super::Plan; pub(in crate::x) struct A; pub(crate) struct B;";
    assert_eq!(
        joined_paths(source, "plan::lint"),
        ["plan::lint", "plan::Plan"]
    );
}

#[test]
fn comments_and_literals_are_ignored() {
    let source = r##"/// [`crate::a`] /* */
        /* crate::b /* crate::c */ */ const X: &str = "crate::d \" struct D"; const Y: &str = r#"" enum E"#;
        const Z: [char; 3] = ['"', '\'', '\u{1}']; fn f<'a>(x: &'a str) {} struct F<'a>(&'a str);"##;
    assert_eq!(joined_paths(source, "plan"), [""; 0]);
    assert_eq!(types(source), ["F"]);
}
