//! The state of a validation: the path of the current value, and the problems so far. Has the checks that several kinds of
//! values need.
//!
//! The path is one text to which each level appends its step, and which it truncates when it is done. A configuration
//! without problems is checked without formatting any step but those of maps and lists of objects.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::{self, Write as _};

use indexmap::IndexMap;

use crate::base::hash::Seeded;
use crate::id::{
    AgentId, ChannelId, CustomName, GroupId, PresenceStateId, QueueId, RuleId, check_id,
};
use crate::model::{Condition, Config, Map};
use crate::plan::error::{EntityKind, Problem, ProblemKind};
use crate::plan::validate::suggest::Suggester;
use crate::rule::{Custom, CustomKind};

/// An id that refers to an entry in one section of the configuration.
pub(crate) trait Reference: AsRef<str> {
    /// The kind of entry.
    const KIND: EntityKind;

    /// Returns whether the section has an entry with this id.
    fn exists(&self, config: &Config) -> bool;
    /// Returns the ids of all entries in the section.
    fn existing(config: &Config) -> impl ExactSizeIterator<Item = &str>;
}

/// Implements [`Reference`] for the ids of sections.
macro_rules! references {
    ($($id:ident: $kind:ident in $section:ident;)*) => {$(
        impl Reference for $id {
            const KIND: EntityKind = EntityKind::$kind;

            fn exists(&self, config: &Config) -> bool {
                config.$section.contains_key(self)
            }

            fn existing(config: &Config) -> impl ExactSizeIterator<Item = &str> {
                config.$section.keys().map(AsRef::as_ref)
            }
        }
    )*};
}

references! {
    ChannelId: Channel in channels;
    QueueId: Queue in queues;
    RuleId: Rule in rules;
    PresenceStateId: PresenceState in presence_states;
    GroupId: Group in groups;
    AgentId: Agent in agents;
}

/// The current path in the configuration, and the problems found so far.
#[derive(Debug)]
pub(crate) struct Context<'a> {
    /// The configuration that is checked, for references.
    config: &'a Config,
    /// The custom rules that references can name.
    pub(crate) registered: &'a Custom,
    /// The path of the current value.
    path: String,
    /// The problems in the order in which they were found.
    pub(crate) problems: Vec<Problem>,
    /// Makes suggestions for names that do not exist.
    suggester: Suggester,
}

impl<'a> Context<'a> {
    /// Starts a validation, at the root of the configuration.
    pub(crate) const fn new(config: &'a Config, registered: &'a Custom) -> Self {
        Self {
            config,
            registered,
            path: String::new(),
            problems: Vec::new(),
            suggester: Suggester::new(),
        }
    }

    /// Runs checks with `step` added to the path.
    pub(crate) fn within(&mut self, step: impl fmt::Display, check: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        // INVARIANT: writing to a `String` does not fail.
        let _ = write!(self.path, "{step}");
        check(self);
        // Takes the step away again.
        self.path.truncate(length);
    }

    /// Adds a problem, if there is one, with `step` added to its path.
    ///
    /// A step is part of a path with its separator, such as `.default_size`, `[2]` or `channels.phone`.
    pub(crate) fn report(&mut self, step: impl fmt::Display, problem: Option<ProblemKind>) {
        // PERF: formats the step only if there is a problem.
        if let Some(kind) = problem {
            let path = format!("{}{step}", self.path);
            self.problems.push(Problem { path, kind });
        }
    }

    /// Checks that a size or a skill level is at least 1. Reports a problem of this kind if it is 0.
    pub(crate) fn check_nonzero(&mut self, step: impl fmt::Display, value: u32, kind: ProblemKind) {
        self.report(step, (value == 0).then_some(kind));
    }

    /// Checks that a duration in seconds or days, if there is one, is at least 1.
    pub(crate) fn check_duration(&mut self, step: &str, duration: Option<u32>) {
        let is_zero = duration == Some(0);
        self.report(step, is_zero.then_some(ProblemKind::ZeroDuration));
    }

    /// Checks that a list or a map does not have too many entries.
    pub(crate) fn check_length(&mut self, step: &str, found: usize, max: usize) {
        let problem = (found > max).then_some(ProblemKind::TooManyEntries { found, max });
        self.report(step, problem);
    }

    /// Checks that a condition is not nested too deeply.
    pub(crate) fn check_condition(&mut self, step: &str, condition: &Condition) {
        let is_too_deep = condition.is_too_deep();
        self.report(step, is_too_deep.then_some(ProblemKind::ConditionTooDeep));
    }

    /// Checks that a text can be an id.
    pub(crate) fn check_id(&mut self, step: impl fmt::Display, text: &str) {
        self.report(step, invalid(text));
    }

    /// Checks that the entry with an id exists. A problem has a suggestion, if the name of an entry is similar.
    pub(crate) fn check_reference<R: Reference>(&mut self, step: impl fmt::Display, id: &R) {
        // A text that cannot be an id refers to nothing, and is reported as such.
        let problem = invalid(id.as_ref()).or_else(|| self.unknown(id));
        self.report(step, problem);
    }

    /// Checks that each id in a list exists and comes once.
    pub(crate) fn check_references<R: Reference>(&mut self, step: &str, ids: &[R]) {
        let mut named = UniqueNames::default();
        for (index, id) in ids.iter().enumerate() {
            // If an id does not exist, its first mention is unknown, and each further one a duplicate.
            let problem = named.add(R::KIND, id.as_ref(), index);
            let problem = problem.or_else(|| self.unknown(id));
            self.report(format_args!("{step}[{index}]"), problem);
        }
    }

    /// Checks that a custom rule is registered. Each kind of rule has its own names.
    pub(crate) fn check_custom<V>(
        &mut self,
        step: impl fmt::Display,
        name: &CustomName,
        (rule, registered): (CustomKind, &Map<CustomName, V>),
    ) {
        let text = name.as_str();
        let problem = invalid(text).or_else(|| {
            let existing = || registered.keys().map(CustomName::as_str);
            (!registered.contains_key(name)).then(|| ProblemKind::NotRegistered {
                rule,
                name: text.to_string(),
                instead: self.suggester.suggest(text, existing),
            })
        });
        self.report(step, problem);
    }

    /// Checks each value of a list, with its index added to the path.
    pub(crate) fn check_list<T>(&mut self, step: &str, list: &[T], check: impl Fn(&mut Self, &T)) {
        for (index, value) in list.iter().enumerate() {
            self.within(format_args!("{step}[{index}]"), |context| {
                check(context, value);
            });
        }
    }

    /// Checks each value of a map, with its key added to the path, and that each key can be an id.
    pub(crate) fn check_map<K: AsRef<str>, V>(
        &mut self,
        step: &str,
        map: &Map<K, V>,
        check: impl Fn(&mut Self, &V),
    ) {
        for (key, value) in map {
            // A value under an invalid key is checked as well, so that all of its problems are reported at once.
            let key = PathKey(step, key.as_ref());
            self.check_id(key, key.1);
            self.within(key, |context| check(context, value));
        }
    }

    /// Returns a problem with a suggestion if the entry with an id does not exist.
    fn unknown<R: Reference>(&mut self, id: &R) -> Option<ProblemKind> {
        if id.exists(self.config) {
            return None;
        }
        let name = id.as_ref();
        Some(ProblemKind::Unknown {
            thing: R::KIND,
            name: name.to_string(),
            instead: self.suggester.suggest(name, || R::existing(self.config)),
        })
    }
}

/// Returns a problem if a text cannot be an id.
fn invalid(text: &str) -> Option<ProblemKind> {
    check_id(text).err().map(ProblemKind::InvalidId)
}

/// The names in a list so far, each with the index at which it comes first. One for each list.
#[derive(Debug, Default)]
pub(crate) struct UniqueNames<'a>(IndexMap<&'a str, usize, Seeded>);

impl<'a> UniqueNames<'a> {
    /// Adds a name. Returns a problem if it cannot be an id or is a duplicate.
    pub(crate) fn add(
        &mut self,
        thing: EntityKind,
        name: &'a str,
        index: usize,
    ) -> Option<ProblemKind> {
        invalid(name).or_else(|| {
            let first = *self.0.entry(name).or_insert(index);
            (first != index).then(|| ProblemKind::Duplicate {
                thing,
                name: name.to_string(),
                first,
            })
        })
    }
}

/// The path step from a map to the value under a key.
///
/// Writes `map.key`. A key that cannot be an id is quoted and escaped, and cut off after 32 characters.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PathKey<'a>(pub(crate) &'a str, pub(crate) &'a str);

impl fmt::Display for PathKey<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const CHARACTERS_MAX: usize = 32;
        let Self(map, key) = self;
        if check_id(key).is_ok() {
            return write!(f, "{map}.{key}");
        }
        // Escaped, so that a line break in a key cannot look like the next problem.
        match key.char_indices().nth(CHARACTERS_MAX) {
            Some((end, _)) => write!(f, "{map}.{:?}…", key.get(..end).unwrap_or_default()),
            None => write!(f, "{map}.{key:?}"),
        }
    }
}
