//! The layers of `src`. A module may refer to modules of its own layer and of lower layers only.

use std::collections::BTreeSet;
use std::path::Path;

use super::{parser, sources};

/// The layers as prefixes of module paths, highest first. The longest prefix of a module is its layer.
const LAYERS: &[&str] = &[
    "lib",
    "router::invariants",
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

/// Allowed references to a higher layer: the referring prefix, the target prefix, and the reason.
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

/// Whether a module is the module of a prefix, or inside it.
fn has_prefix(module: &str, prefix: &str) -> bool {
    module == prefix
        || module
            .strip_prefix(prefix)
            .is_some_and(|rest| rest.starts_with("::"))
}

/// Returns the index of the layer of a module.
fn layer_of(module: &str) -> usize {
    let entries = LAYERS.iter().enumerate();
    let matching = entries.filter(|(_, entry)| has_prefix(module, entry));
    let longest = matching.max_by_key(|(_, entry)| entry.len());
    let (layer, _) = longest.unwrap_or_else(|| panic!("module `{module}` is in no layer"));
    layer
}

/// Returns all references between modules of `src`: the referring module and the target module.
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
    let mut violations = Vec::new();
    for (from, to) in references() {
        if layer_of(&from) <= layer_of(&to) {
            continue;
        }
        let mut exceptions = EXCEPTIONS.iter();
        match exceptions
            .find(|(source, target, _)| has_prefix(&from, source) && has_prefix(&to, target))
        {
            Some((source, target, _)) => drop(unused.remove(&(*source, *target))),
            None => violations.push(format!("{from} -> {to}")),
        }
    }
    assert!(violations.is_empty(), "{violations:#?}");
    assert!(unused.is_empty(), "unused exceptions: {unused:?}");
}
