//! Random changes of a configuration.

use handover::{Config, Offer, Queue, Scope};
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::config;

/// A change of a configuration.
#[derive(Clone, Debug)]
pub(crate) enum ConfigChange {
    None,
    Remove(Section, Index),
    /// Replaces an entry by the entry of another configuration.
    ReplaceEntry(Section, Index, Config),
    ReplaceSection(Section, Config),
    ReplaceAll(Config),
    /// Adds the missing entries of another configuration.
    AddMissing(Config),
    /// Adds a queue whose channel does not exist, so that the configuration is invalid.
    Invalid,
}

pub(crate) fn change() -> impl Strategy<Value = ConfigChange> {
    let section = || select(Section::ALL.to_vec());
    prop_oneof![
        1 => Just(ConfigChange::None),
        5 => (section(), any::<Index>()).prop_map(|(section, index)| ConfigChange::Remove(section, index)),
        8 => (section(), any::<Index>(), config())
            .prop_map(|(section, index, other)| ConfigChange::ReplaceEntry(section, index, other)),
        2 => (section(), config()).prop_map(|(section, other)| ConfigChange::ReplaceSection(section, other)),
        1 => config().prop_map(ConfigChange::ReplaceAll),
        4 => config().prop_map(ConfigChange::AddMissing),
        1 => Just(ConfigChange::Invalid),
    ]
}

impl ConfigChange {
    pub(crate) fn apply(&self, config: &Config) -> Config {
        let mut changed = config.clone();
        match self {
            Self::None => {}
            Self::Remove(section, index) => {
                let ids = section.ids(config);
                if !ids.is_empty() {
                    section.remove(&mut changed, &ids[index.index(ids.len())]);
                }
            }
            Self::ReplaceEntry(section, index, other) => {
                let ids = section.ids(other);
                if !ids.is_empty() {
                    section.set(&mut changed, other, &ids[index.index(ids.len())]);
                }
            }
            Self::ReplaceSection(section, other) => section.replace(&mut changed, other),
            Self::ReplaceAll(other) => changed = other.clone(),
            Self::AddMissing(other) => {
                for section in Section::ALL {
                    let existing = section.ids(config);
                    for id in section
                        .ids(other)
                        .iter()
                        .filter(|id| !existing.contains(id))
                    {
                        section.set(&mut changed, other, id);
                    }
                }
            }
            Self::Invalid => return changed.queue("invalid", Queue::new("nothing")),
        }
        repaired(changed)
    }
}

/// A map of a configuration.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Section {
    Channels,
    Queues,
    Rules,
    States,
    Groups,
    Agents,
    Reasons,
}

impl Section {
    pub(crate) const ALL: [Self; 7] = [
        Self::Channels,
        Self::Queues,
        Self::Rules,
        Self::States,
        Self::Groups,
        Self::Agents,
        Self::Reasons,
    ];

    /// Returns the ids of the entries in this section.
    pub(crate) fn ids(self, config: &Config) -> Vec<String> {
        fn texts<'a, I: AsRef<str> + 'a>(ids: impl Iterator<Item = &'a I>) -> Vec<String> {
            ids.map(|id| id.as_ref().into()).collect()
        }
        match self {
            Self::Channels => texts(config.channels.keys()),
            Self::Queues => texts(config.queues.keys()),
            Self::Rules => texts(config.rules.keys()),
            Self::States => texts(config.presence_states.keys()),
            Self::Groups => texts(config.groups.keys()),
            Self::Agents => texts(config.agents.keys()),
            Self::Reasons => texts(config.reject_reasons.keys()),
        }
    }

    pub(crate) fn remove(self, config: &mut Config, id: &str) {
        match self {
            Self::Channels => drop(config.channels.remove(id)),
            Self::Queues => drop(config.queues.remove(id)),
            Self::Rules => drop(config.rules.remove(id)),
            Self::States => drop(config.presence_states.remove(id)),
            Self::Groups => drop(config.groups.remove(id)),
            Self::Agents => drop(config.agents.remove(id)),
            Self::Reasons => drop(config.reject_reasons.remove(id)),
        }
    }

    /// Sets an entry to the entry of another configuration.
    fn set(self, config: &mut Config, from: &Config, id: &str) {
        macro_rules! set {
            ($section:ident) => {
                drop(
                    config
                        .$section
                        .insert(id, from.$section.get(id).unwrap().clone()),
                )
            };
        }
        match self {
            Self::Channels => set!(channels),
            Self::Queues => set!(queues),
            Self::Rules => set!(rules),
            Self::States => set!(presence_states),
            Self::Groups => set!(groups),
            Self::Agents => set!(agents),
            Self::Reasons => set!(reject_reasons),
        }
    }

    /// Replaces this section by the section of another configuration.
    fn replace(self, config: &mut Config, from: &Config) {
        match self {
            Self::Channels => config.channels = from.channels.clone(),
            Self::Queues => config.queues = from.queues.clone(),
            Self::Rules => config.rules = from.rules.clone(),
            Self::States => config.presence_states = from.presence_states.clone(),
            Self::Groups => config.groups = from.groups.clone(),
            Self::Agents => config.agents = from.agents.clone(),
            Self::Reasons => config.reject_reasons = from.reject_reasons.clone(),
        }
    }
}

/// Removes all references to entries that do not exist.
pub(crate) fn repaired(mut config: Config) -> Config {
    let original = config.clone();
    for id in Section::Queues.ids(&original) {
        if !original
            .channels
            .contains_key(&original.queues.get(id.as_str()).unwrap().channel)
        {
            config.queues.remove(id.as_str());
        }
    }
    for queue in config.queues.values_mut() {
        for pool in &mut queue.eligibility {
            pool.groups
                .retain(|group| original.groups.contains_key(group));
        }
        queue
            .eligibility
            .retain(|pool| !pool.groups.is_empty() && original.rules.contains_key(&pool.rule));
    }
    for rule in config.rules.values_mut() {
        if let Offer::Ask(ask) = &mut rule.offer {
            ask.timeout_presence = ask
                .timeout_presence
                .take()
                .filter(|state| original.presence_states.contains_key(state));
        }
    }
    for state in config.presence_states.values_mut() {
        keep(&mut state.channels, |channel| {
            original.channels.contains_key(channel)
        });
        keep(&mut state.groups, |group| {
            original.groups.contains_key(group)
        });
    }
    let queues = config.queues.clone();
    for group in config.groups.values_mut() {
        group
            .members
            .retain(|member| original.agents.contains_key(member));
        let orders: Vec<_> = group
            .queue_order
            .iter()
            .map(|(queue, order)| (queue.clone(), *order))
            .collect();
        group.queue_order = orders
            .into_iter()
            .filter(|(queue, _)| queues.contains_key(queue))
            .collect();
    }
    for agent in config.agents.values_mut() {
        let capacities: Vec<_> = agent
            .capacity
            .iter()
            .map(|(channel, units)| (channel.clone(), *units))
            .collect();
        agent.capacity = capacities
            .into_iter()
            .filter(|(channel, _)| original.channels.contains_key(channel))
            .collect();
    }
    for reason in config.reject_reasons.values_mut() {
        keep(&mut reason.channels, |channel| {
            original.channels.contains_key(channel)
        });
    }
    config
}

fn keep<T>(scope: &mut Scope<T>, holds: impl Fn(&T) -> bool) {
    if let Scope::Only(ids) = scope {
        ids.retain(holds);
    }
}
