//! What every part of the walk through a configuration does: keep the path, look names up, note what is found.

use alloc::collections::btree_map::{BTreeMap, Entry};
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::{self, Write as _};

use crate::id::{
    AgentId, ChannelId, CustomName, GroupId, PresenceStateId, QueueId, RuleId, check_id,
};
use crate::model::{Condition, Config, Map};
use crate::plan::nearest::Nearest;
use crate::plan::problem::{Problem, ProblemKind, ThingKind};
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
pub(crate) struct Walk<'a> {
    config: &'a Config,
    /// The custom rules that are registered.
    pub(crate) registered: &'a Custom,
    path: String,
    problems: Vec<Problem>,
    nearest: Nearest,
}

impl<'a> Walk<'a> {
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

    /// Notes a problem at this place.
    pub(crate) fn found(&mut self, kind: ProblemKind) {
        self.problems.push(Problem::new(self.path.clone(), kind));
    }

    /// Notes a problem at a field of this place, unless all is well.
    pub(crate) fn expect(&mut self, is_well: bool, field: &str, kind: ProblemKind) {
        if !is_well {
            self.at(format_args!(".{field}"), |walk| walk.found(kind));
        }
    }

    pub(crate) fn size(&mut self, field: &str, size: u32) {
        self.expect(size > 0, field, ProblemKind::ZeroSize);
    }

    pub(crate) fn level(&mut self, field: &str, level: u32) {
        self.expect(level > 0, field, ProblemKind::ZeroLevel);
    }

    pub(crate) fn duration(&mut self, field: &str, secs: Option<u32>) {
        self.expect(secs != Some(0), field, ProblemKind::ZeroDuration);
    }

    pub(crate) fn condition(&mut self, field: &str, condition: &Condition) {
        self.expect(
            !condition.is_too_deep(),
            field,
            ProblemKind::ConditionTooDeep,
        );
    }

    /// Goes through a list of values.
    pub(crate) fn each<T>(&mut self, field: &str, list: &[T], look: impl Fn(&mut Self, &T)) {
        for (place, value) in list.iter().enumerate() {
            self.at(format_args!(".{field}[{place}]"), |walk| look(walk, value));
        }
    }

    /// Goes through a map, the keys of which must be ids.
    pub(crate) fn entries<K: AsRef<str>, V>(
        &mut self,
        field: &str,
        map: &Map<K, V>,
        look: impl Fn(&mut Self, &V),
    ) {
        for (key, value) in map {
            let key = key.as_ref();
            self.at(format_args!("{field}{}", Key(key)), |walk| {
                walk.id(key);
                look(walk, value);
            });
        }
    }

    /// The keys of a map must exist.
    pub(crate) fn keys<R: Reference, V>(&mut self, field: &str, map: &Map<R, V>) {
        for id in map.keys() {
            self.at(format_args!("{field}{}", Key(id.as_ref())), |walk| {
                walk.reference(id);
            });
        }
    }

    /// Says whether a text can be an id, and notes it if it cannot.
    pub(crate) fn id(&mut self, text: &str) -> bool {
        match check_id(text) {
            Ok(()) => true,
            Err(error) => {
                self.found(error.into());
                false
            }
        }
    }

    /// Says whether a name is not in its list yet, and notes it if it is.
    pub(crate) fn is_first<'n>(
        &mut self,
        named: &mut BTreeMap<&'n str, usize>,
        (place, thing, name): (usize, ThingKind, &'n str),
    ) -> bool {
        match named.entry(name) {
            Entry::Vacant(vacant) => {
                vacant.insert(place);
                true
            }
            Entry::Occupied(earlier) => {
                self.found(ProblemKind::Duplicate {
                    thing,
                    name: name.to_string(),
                    first: *earlier.get(),
                });
                false
            }
        }
    }

    /// What is named at this place must exist.
    pub(crate) fn reference<R: Reference>(&mut self, id: &R) {
        if self.id(id.as_ref()) {
            self.exists(id);
        }
    }

    /// What is named in a list must exist, and be named once.
    pub(crate) fn references<R: Reference>(&mut self, field: &str, ids: &[R]) {
        let mut named = BTreeMap::new();
        for (place, id) in ids.iter().enumerate() {
            let name = id.as_ref();
            self.at(format_args!(".{field}[{place}]"), |walk| {
                if walk.id(name) && walk.is_first(&mut named, (place, R::THING, name)) {
                    walk.exists(id);
                }
            });
        }
    }

    fn exists<R: Reference>(&mut self, id: &R) {
        if !id.exists(self.config) {
            let name = id.as_ref();
            let instead = self.nearest.instead(name, || R::existing(self.config));
            self.found(ProblemKind::Unknown {
                thing: R::THING,
                name: name.to_string(),
                instead,
            });
        }
    }

    /// The custom rule that is named one step down must be registered.
    pub(crate) fn custom<V>(
        &mut self,
        step: impl fmt::Display,
        name: &CustomName,
        (rule, registered): (CustomKind, &Map<CustomName, V>),
    ) {
        self.at(step, |walk| {
            let text = name.as_str();
            if walk.id(text) && !registered.contains_key(name) {
                let names = || registered.keys().map(CustomName::as_str);
                let instead = walk.nearest.instead(text, names);
                walk.found(ProblemKind::NotRegistered {
                    rule,
                    name: text.to_string(),
                    instead,
                });
            }
        });
    }
}

/// A key as a step of the path, in quotes where it cannot be an id.
struct Key<'a>(&'a str);

impl fmt::Display for Key<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const CHARACTERS_MAX: usize = 32;
        let Self(text) = self;
        if check_id(text).is_ok() {
            return write!(f, ".{text}");
        }
        match text.char_indices().nth(CHARACTERS_MAX) {
            Some((end, _)) => write!(f, ".{:?}…", text.get(..end).unwrap_or_default()),
            None => write!(f, ".{text:?}"),
        }
    }
}
