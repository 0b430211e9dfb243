//! Changes of a configuration, and what makes it whole again after one.

use handover::{Config, Offer, Queue, Scope};
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::generators::router_config;

/// How a configuration differs from the one before.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    Nothing,
    Remove(Section, Index),
    /// One value is another.
    Swap(Section, Index, Config),
    Take(Section, Config),
    All(Config),
    /// What is not there comes, perhaps back.
    Fill(Config),
    /// It has a problem.
    Wrong,
}

pub(crate) fn change() -> impl Strategy<Value = Change> {
    let section = || select(Section::ALL.to_vec());
    prop_oneof![
        1 => Just(Change::Nothing),
        5 => (section(), any::<Index>()).prop_map(|(section, place)| Change::Remove(section, place)),
        8 => (section(), any::<Index>(), router_config::config())
            .prop_map(|(section, place, other)| Change::Swap(section, place, other)),
        2 => (section(), router_config::config()).prop_map(|(section, other)| Change::Take(section, other)),
        1 => router_config::config().prop_map(Change::All),
        4 => router_config::config().prop_map(Change::Fill),
        1 => Just(Change::Wrong),
    ]
}

impl Change {
    pub(crate) fn apply(&self, config: &Config) -> Config {
        let mut changed = config.clone();
        match self {
            Self::Nothing => {}
            Self::Remove(section, place) => {
                let ids = section.ids(config);
                if !ids.is_empty() {
                    section.remove(&mut changed, &ids[place.index(ids.len())]);
                }
            }
            Self::Swap(section, place, other) => {
                let ids = section.ids(other);
                if !ids.is_empty() {
                    section.put(&mut changed, other, &ids[place.index(ids.len())]);
                }
            }
            Self::Take(section, other) => section.take(&mut changed, other),
            Self::All(other) => changed = other.clone(),
            Self::Fill(other) => {
                for section in Section::ALL {
                    let known = section.ids(config);
                    for id in section.ids(other).iter().filter(|id| !known.contains(id)) {
                        section.put(&mut changed, other, id);
                    }
                }
            }
            Self::Wrong => return changed.queue("wrong", Queue::new("nothing")),
        }
        repaired(changed)
    }
}

/// The sections of a configuration.
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

    /// The ids in it.
    pub(crate) fn ids(self, config: &Config) -> Vec<String> {
        fn names<'a, I: AsRef<str> + 'a>(ids: impl Iterator<Item = &'a I>) -> Vec<String> {
            ids.map(|id| id.as_ref().into()).collect()
        }
        match self {
            Self::Channels => names(config.channels.keys()),
            Self::Queues => names(config.queues.keys()),
            Self::Rules => names(config.rules.keys()),
            Self::States => names(config.presence_states.keys()),
            Self::Groups => names(config.groups.keys()),
            Self::Agents => names(config.agents.keys()),
            Self::Reasons => names(config.reject_reasons.keys()),
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

    /// Puts one of another configuration's values in place of this one's.
    fn put(self, config: &mut Config, from: &Config, id: &str) {
        macro_rules! put {
            ($section:ident) => {
                drop(
                    config
                        .$section
                        .insert(id, from.$section.get(id).unwrap().clone()),
                )
            };
        }
        match self {
            Self::Channels => put!(channels),
            Self::Queues => put!(queues),
            Self::Rules => put!(rules),
            Self::States => put!(presence_states),
            Self::Groups => put!(groups),
            Self::Agents => put!(agents),
            Self::Reasons => put!(reject_reasons),
        }
    }

    /// Puts another configuration's section in place of this one's.
    pub(crate) fn take(self, config: &mut Config, from: &Config) {
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

/// The same without whatever names something that is not there.
pub(crate) fn repaired(mut config: Config) -> Config {
    let whole = config.clone();
    for id in Section::Queues.ids(&whole) {
        if !whole
            .channels
            .contains_key(&whole.queues.get(id.as_str()).unwrap().channel)
        {
            config.queues.remove(id.as_str());
        }
    }
    for queue in config.queues.values_mut() {
        for pool in &mut queue.eligibility {
            pool.groups.retain(|group| whole.groups.contains_key(group));
        }
        queue
            .eligibility
            .retain(|pool| !pool.groups.is_empty() && whole.rules.contains_key(&pool.rule));
    }
    for rule in config.rules.values_mut() {
        if let Offer::Ask(ask) = &mut rule.offer {
            ask.timeout_presence = ask
                .timeout_presence
                .take()
                .filter(|state| whole.presence_states.contains_key(state));
        }
    }
    for state in config.presence_states.values_mut() {
        keep(&mut state.channels, |channel| {
            whole.channels.contains_key(channel)
        });
        keep(&mut state.groups, |group| whole.groups.contains_key(group));
    }
    let queues = config.queues.clone();
    for group in config.groups.values_mut() {
        group
            .members
            .retain(|member| whole.agents.contains_key(member));
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
            .filter(|(channel, _)| whole.channels.contains_key(channel))
            .collect();
    }
    for reason in config.reject_reasons.values_mut() {
        keep(&mut reason.channels, |channel| {
            whole.channels.contains_key(channel)
        });
    }
    config
}

fn keep<T>(scope: &mut Scope<T>, holds: impl Fn(&T) -> bool) {
    if let Scope::Only(ids) = scope {
        ids.retain(holds);
    }
}
