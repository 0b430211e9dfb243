//! What every part of the walk through a configuration does: keep the path, look names up, note what is found.

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
use crate::plan::validate::problem::{Problem, ProblemKind, ThingKind};
use crate::plan::validate::suggest::Nearest;
use crate::rule::{Custom, CustomKind};

/// An id that names something in one section of the configuration.
pub(crate) trait Reference: AsRef<str> {
    const THING: ThingKind;

    fn exists(&self, config: &Config) -> bool;
    fn existing(config: &Config) -> impl ExactSizeIterator<Item = &str>;
}

macro_rules! references {
    ($($id:ident: $thing:ident in $section:ident;)*) => {$(
        impl Reference for $id {
            const THING: ThingKind = ThingKind::$thing;

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

/// Where the walk is, and what it has found.
#[derive(Debug)]
pub(crate) struct Context<'a> {
    config: &'a Config,
    /// The custom rules that are registered.
    pub(crate) registered: &'a Custom,
    path: String,
    problems: Vec<Problem>,
    nearest: Nearest,
}

impl<'a> Context<'a> {
    pub(crate) const fn new(config: &'a Config, registered: &'a Custom) -> Self {
        Self {
            config,
            registered,
            path: String::new(),
            problems: Vec::new(),
            nearest: Nearest::new(),
        }
    }

    pub(crate) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    /// Goes one step down, looks around there, and comes back.
    pub(crate) fn at(&mut self, step: impl fmt::Display, look: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        // To write to a text does not fail.
        let _ = write!(self.path, "{step}");
        look(self);
        self.path.truncate(length);
    }

    /// Notes what is wrong one step down, if anything is; the step is written only then.
    pub(crate) fn note(&mut self, step: impl fmt::Display, problem: Option<ProblemKind>) {
        if let Some(kind) = problem {
            let path = format!("{}{step}", self.path);
            self.problems.push(Problem::new(path, kind));
        }
    }

    pub(crate) fn size(&mut self, step: &str, size: u32) {
        self.note(step, (size == 0).then_some(ProblemKind::ZeroSize));
    }

    pub(crate) fn level(&mut self, step: impl fmt::Display, level: u32) {
        self.note(step, (level == 0).then_some(ProblemKind::ZeroLevel));
    }

    pub(crate) fn duration(&mut self, step: &str, secs: Option<u32>) {
        self.note(step, (secs == Some(0)).then_some(ProblemKind::ZeroDuration));
    }

    pub(crate) fn condition(&mut self, step: &str, condition: &Condition) {
        let problem = condition
            .is_too_deep()
            .then_some(ProblemKind::ConditionTooDeep);
        self.note(step, problem);
    }

    pub(crate) fn id(&mut self, step: impl fmt::Display, text: &str) {
        self.note(step, invalid(text));
    }

    /// What is named one step down must exist.
    pub(crate) fn reference<R: Reference>(&mut self, step: impl fmt::Display, id: &R) {
        let problem = invalid(id.as_ref()).or_else(|| self.unknown(id));
        self.note(step, problem);
    }

    /// What is named in a list must exist, and be named once.
    pub(crate) fn references<R: Reference>(&mut self, step: &str, ids: &[R]) {
        let mut named = UniqueNames::default();
        for (place, id) in ids.iter().enumerate() {
            let problem = named
                .add(R::THING, id.as_ref(), place)
                .or_else(|| self.unknown(id));
            self.note(format_args!("{step}[{place}]"), problem);
        }
    }

    /// The custom rule that is named one step down must be registered.
    pub(crate) fn custom<V>(
        &mut self,
        step: impl fmt::Display,
        name: &CustomName,
        (rule, registered): (CustomKind, &Map<CustomName, V>),
    ) {
        let text = name.as_str();
        let problem = invalid(text).or_else(|| {
            (!registered.contains_key(name)).then(|| ProblemKind::NotRegistered {
                rule,
                name: text.to_string(),
                instead: self
                    .nearest
                    .instead(text, || registered.keys().map(CustomName::as_str)),
            })
        });
        self.note(step, problem);
    }

    /// Goes through a list of values.
    pub(crate) fn each<T>(&mut self, step: &str, list: &[T], look: impl Fn(&mut Self, &T)) {
        for (place, value) in list.iter().enumerate() {
            self.at(format_args!("{step}[{place}]"), |walk| look(walk, value));
        }
    }

    /// Goes through a map of values, the keys of which must be ids.
    pub(crate) fn entries<K: AsRef<str>, V>(
        &mut self,
        step: &str,
        map: &Map<K, V>,
        look: impl Fn(&mut Self, &V),
    ) {
        for (key, value) in map {
            let key = PathKey(step, key.as_ref());
            self.id(key, key.1);
            self.at(key, |walk| look(walk, value));
        }
    }

    fn unknown<R: Reference>(&mut self, id: &R) -> Option<ProblemKind> {
        if id.exists(self.config) {
            return None;
        }
        let name = id.as_ref();
        Some(ProblemKind::Unknown {
            thing: R::THING,
            name: name.to_string(),
            instead: self.nearest.instead(name, || R::existing(self.config)),
        })
    }
}

fn invalid(text: &str) -> Option<ProblemKind> {
    check_id(text).err().map(ProblemKind::InvalidId)
}

/// The names of a list so far, each with its first place.
#[derive(Debug, Default)]
pub(crate) struct UniqueNames<'a>(IndexMap<&'a str, usize, Seeded>);

impl<'a> UniqueNames<'a> {
    /// Takes a name in, and says what is wrong with it: it is no id, or is there already.
    pub(crate) fn add(
        &mut self,
        thing: ThingKind,
        name: &'a str,
        place: usize,
    ) -> Option<ProblemKind> {
        invalid(name).or_else(|| {
            let first = *self.0.entry(name).or_insert(place);
            (first != place).then(|| ProblemKind::Duplicate {
                thing,
                name: name.to_string(),
                first,
            })
        })
    }
}

/// The step from a map to what stands under a key; the key in quotes where it cannot be an id.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PathKey<'a>(pub(crate) &'a str, pub(crate) &'a str);

impl fmt::Display for PathKey<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const CHARACTERS_MAX: usize = 32;
        let Self(map, key) = self;
        if check_id(key).is_ok() {
            return write!(f, "{map}.{key}");
        }
        match key.char_indices().nth(CHARACTERS_MAX) {
            Some((end, _)) => write!(f, "{map}.{:?}…", key.get(..end).unwrap_or_default()),
            None => write!(f, "{map}.{key:?}"),
        }
    }
}
