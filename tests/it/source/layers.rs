//! The layers of `src`: each module may name modules of its own entry and of lower layers only.

use std::collections::BTreeSet;
use std::path::Path;

use super::{parser, sources};

/// Module prefixes, the highest layer first. The longest prefix of a module counts.
const LAYERS: &[&str] = &[
    "lib",
    "router::check",
    "router::snapshot",
    "router::reconfigure",
    "router::transition",
    "router::matching",
    "router::status",
    "router",
    "router::matching::dirty",
    "router::waiting",
    "router::store",
    "router::handles",
    "router::input",
    "router::output",
    "router::error",
    "decide",
    "roster",
    "decision",
    "agent_version",
    "routing",
    "lookup",
    "plan",
    "rule",
    "model",
    "time",
    "id",
    "base",
];

/// Allowed references to a higher layer: from a module prefix, to a module prefix, and why.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    ("rule", "plan", "custom rules read the plan"),
    ("rule", "routing", "custom rules read the routed item"),
    ("rule", "roster", "custom rules read the agent's state"),
];

/// Returns the module of a file, such as `["plan", "lint"]` for `src/plan/lint.rs`. The crate root is `["lib"]`.
fn module_of(path: &Path) -> Vec<String> {
    let path = path.strip_prefix("src").unwrap().with_extension("");
    path.iter()
        .map(|part| part.to_str().unwrap().into())
        .collect()
}

fn has_prefix(module: &str, prefix: &str) -> bool {
    module == prefix
        || module
            .strip_prefix(prefix)
            .is_some_and(|rest| rest.starts_with("::"))
}

/// Returns the layer of a module, as the index of its entry.
fn layer_of(module: &str) -> usize {
    let entries = LAYERS.iter().enumerate();
    let found = entries.filter(|(_, entry)| has_prefix(module, entry));
    let longest = found.max_by_key(|(_, entry)| entry.len());
    let (layer, _) = longest.unwrap_or_else(|| panic!("module `{module}` is in no layer"));
    layer
}

/// Returns the modules that each module of `src` names.
fn references() -> BTreeSet<(String, String)> {
    let sources = sources("src");
    let modules: BTreeSet<Vec<String>> = sources.iter().map(|(path, _)| module_of(path)).collect();
    let is_module = |path: &[String]| modules.contains(path);
    let mut references = BTreeSet::new();
    for (path, text) in &sources {
        let module = module_of(path);
        let base = if module == ["lib"] { &[][..] } else { &module };
        for target in parser::paths(text, base, &is_module) {
            let longest = (1..=target.len())
                .rev()
                .find(|length| is_module(&target[..*length]));
            let target = longest.map_or_else(|| "lib".into(), |length| target[..length].join("::"));
            references.insert((module.join("::"), target));
        }
    }
    references
}

#[test]
fn modules_depend_on_lower_layers_only() {
    let mut unused: BTreeSet<_> = EXCEPTIONS
        .iter()
        .map(|(from, to, _)| (*from, *to))
        .collect();
    let mut wrong = Vec::new();
    for (from, to) in references() {
        if layer_of(&from) <= layer_of(&to) {
            continue;
        }
        let mut exceptions = EXCEPTIONS.iter();
        match exceptions.find(|(a, b, _)| has_prefix(&from, a) && has_prefix(&to, b)) {
            Some((a, b, _)) => drop(unused.remove(&(*a, *b))),
            None => wrong.push(format!("{from} -> {to}")),
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(
        unused.is_empty(),
        "exceptions that are not needed: {unused:?}"
    );
}
