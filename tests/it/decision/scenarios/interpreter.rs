//! The interpreter of scenario commands. A line has one command: its name, words, and `name=value` pairs.

use std::collections::BTreeMap;

use handover::{
    Agent, AgentGroup, AgentKind, Assignment, AssignmentRule, Capacity, Config, Decision,
    EligibilityPool, Plan, PresenceState, Queue, Roster, Routed, Routing, Scope, ServiceChannel,
    SkillRequest, Timestamp, WorkItem, assign, explain, route, route_to,
};
use serde::de::DeserializeOwned;

/// The state of a running scenario.
#[derive(Debug, Default)]
pub(crate) struct Interpreter {
    config: Config,
    /// The plan and the roster. Created by the first command that is not about the configuration.
    started: Option<(Plan, Roster)>,
    now: Timestamp,
    items: BTreeMap<String, Routed>,
    /// The last assignment of each item.
    assignments: BTreeMap<String, Assignment>,
}

struct Command<'a> {
    name: &'a str,
    words: Vec<&'a str>,
    values: BTreeMap<&'a str, &'a str>,
}

impl<'a> Command<'a> {
    fn read(line: &'a str) -> Self {
        let mut words = line.split_whitespace();
        let name = words.next().unwrap();
        let (values, words): (Vec<_>, Vec<_>) = words.partition(|word| word.contains('='));
        let values = values
            .into_iter()
            .map(|pair| pair.split_once('=').unwrap())
            .collect();
        Self {
            name,
            words,
            values,
        }
    }

    /// Returns the comma-separated parts of a value. There are none if the value is missing.
    fn list(&self, name: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        self.values
            .get(name)
            .copied()
            .into_iter()
            .flat_map(|value| value.split(','))
    }

    /// Returns the names and numbers in a value such as `spanish:2,french`. The default number is 1.
    fn numbers(&self, name: &str) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        self.list(name)
            .map(|part| part.split_once(':').unwrap_or((part, "1")))
    }
}

/// Reads an enum value of the configuration from its JSON name.
fn word<T: DeserializeOwned>(text: &str) -> T {
    serde_json::from_value(text.into()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn number<T: std::str::FromStr>(text: &str) -> T {
    text.parse()
        .unwrap_or_else(|_| panic!("{text} is not a number"))
}

fn capacity(text: &str) -> Capacity {
    if text == "unlimited" {
        Capacity::Unlimited
    } else {
        Capacity::Units(number(text))
    }
}

/// Reads a time after the start of the scenario, such as `90s` or `30d`.
fn timestamp(text: &str) -> Timestamp {
    let units = [
        ("ms", 1),
        ("s", 1000),
        ("m", 60_000),
        ("h", 3_600_000),
        ("d", 86_400_000),
    ];
    let millis = units.iter().find_map(|(unit, millis)| {
        let count: u64 = text.strip_suffix(unit)?.parse().ok()?;
        Some(count * millis)
    });
    Timestamp::saturating_from_millis(
        millis.unwrap_or_else(|| panic!("{text} is not a time, expected for example 90s")),
    )
}

fn scope<'a, T: From<&'a str>>(values: Vec<&'a str>) -> Scope<T> {
    if values == ["all"] {
        Scope::All
    } else {
        values.into_iter().map(T::from).collect()
    }
}

impl Interpreter {
    /// Runs one command, and returns the lines of its output.
    pub(crate) fn run(&mut self, line: &str) -> Vec<String> {
        let command = Command::read(line);
        let output = match command.name {
            "channel" | "agent" | "group" | "rule" | "queue" | "state" => {
                assert!(self.started.is_none(), "the configuration is fixed: {line}");
                self.configure(&command);
                return Vec::new();
            }
            "at" => {
                self.now = timestamp(command.words[0]);
                return Vec::new();
            }
            "item" | "declined" | "assign" | "explain" => self.item_command(&command),
            "load" | "present" | "absent" | "switch" | "commit" | "release" | "give" => {
                self.roster_command(&command)
            }
            other => panic!("{other} is not a command: {line}"),
        };
        output
            .lines()
            .map(|line| line.trim_end().to_owned())
            .collect()
    }

    fn configure(&mut self, command: &Command<'_>) {
        let id = command.words[0];
        let config = std::mem::take(&mut self.config);
        let values = &command.values;
        self.config = match command.name {
            "channel" => {
                let units = values
                    .get("capacity")
                    .map_or(Capacity::Units(1), |text| capacity(text));
                config.channel(
                    id,
                    ServiceChannel::new().active(true).default_capacity(units),
                )
            }
            "agent" => {
                let mut agent = Agent::new();
                if command.words.contains(&"ai") {
                    agent.kind = AgentKind::Ai;
                }
                agent.skills.extend(
                    command
                        .numbers("skills")
                        .map(|(skill, level)| (skill, number(level))),
                );
                agent.capacity.extend(
                    command
                        .numbers("capacity")
                        .map(|(id, units)| (id, capacity(units))),
                );
                agent.universal_capacity = values.get("universal").map(|units| capacity(units));
                config.agent(id, agent)
            }
            "group" => {
                let mut group = AgentGroup::new(command.list("members"));
                group.queue_order.extend(
                    command
                        .numbers("order")
                        .map(|(id, order)| (id, number(order))),
                );
                config.group(id, group)
            }
            "rule" => {
                let mut rule = AssignmentRule::new().include_ai(command.words.contains(&"ai"));
                if values.contains_key("by") {
                    rule.assign_by = command.list("by").map(word).collect();
                }
                if let Some(skills) = values.get("skills") {
                    rule.skills = word(skills);
                }
                config.rule(id, rule)
            }
            "queue" => {
                let queue = Queue::new(values["channel"])
                    .active(true)
                    .routing(Routing::always());
                let affinity: Vec<_> = command.list("affinity").map(word).collect();
                let queue = command
                    .list("pools")
                    .map(pool)
                    .fold(queue.affinity(affinity), Queue::pool);
                config.queue(id, queue)
            }
            _ => {
                let channels: Vec<_> = command.list("channels").collect();
                let groups: Vec<_> = command.list("groups").collect();
                let mut state = PresenceState::new().takes_work(!channels.is_empty());
                state.channels = scope(channels);
                if !groups.is_empty() {
                    state.groups = scope(groups);
                }
                config.presence_state(id, state)
            }
        };
    }

    fn started(&mut self) -> &mut (Plan, Roster) {
        let config = &self.config;
        self.started.get_or_insert_with(|| {
            let plan = Plan::new(config.clone()).unwrap_or_else(|error| panic!("{error}"));
            let roster = Roster::new(&plan);
            (plan, roster)
        })
    }

    fn item_command(&mut self, command: &Command<'_>) -> String {
        let now = self.now;
        let (plan, roster) = self.started().clone();
        let id = command.words[0];
        match command.name {
            "item" => match routed(&plan, command, now) {
                Ok(routed) => {
                    let queue = plan.queue_id(routed.queue()).unwrap();
                    let output = format!("{id} waits in {queue}");
                    self.items.insert(id.into(), routed);
                    output
                }
                Err(error) => error,
            },
            "declined" => {
                let until = command.values.get("until").map(|text| timestamp(text));
                let item = self.items.get_mut(id).unwrap();
                item.decline(&plan, command.words[1], until).unwrap();
                String::new()
            }
            "assign" => {
                let decision = assign(&roster, &self.items[id], now).unwrap();
                if let Decision::Assign(assignment) = decision {
                    self.assignments.insert(id.into(), assignment);
                }
                decision_text(&plan, id, &decision)
            }
            _ => explain(&roster, &self.items[id], now).unwrap().to_string(),
        }
    }

    fn roster_command(&mut self, command: &Command<'_>) -> String {
        let (now, words) = (self.now, &command.words);
        let assignment = words
            .first()
            .and_then(|id| self.assignments.get(*id))
            .copied();
        let (plan, roster) = self.started();
        match command.name {
            "commit" => {
                let assignment = assignment.expect("the item is not assigned");
                return match roster.commit(&assignment) {
                    Ok(()) => format!("{} has {}", assignment.agent(plan).unwrap(), words[0]),
                    Err(error) => format!("refused: {error}"),
                };
            }
            "present" => {
                let present = |agent| roster.set_presence(agent, words[0], now);
                let mut errors = words[1..]
                    .iter()
                    .copied()
                    .map(present)
                    .filter_map(Result::err);
                return errors
                    .next()
                    .map_or_else(String::new, |error| format!("refused: {error}"));
            }
            "absent" => words
                .iter()
                .for_each(|agent| roster.clear_presence(*agent, now).unwrap()),
            "switch" => roster
                .set_channel(words[0], words[1], words[2] == "on")
                .unwrap(),
            "load" => roster
                .set_load(words[0], words[1], number(words[2]))
                .unwrap(),
            "give" => roster.give(words[0], words[1], number(words[2])).unwrap(),
            _ => {
                let size = words.get(2).map_or(1, |text| number(text));
                if let Err(error) = roster.release(words[0], words[1], size, now) {
                    return format!("refused: {error}");
                }
            }
        }
        String::new()
    }
}

/// Reads a pool such as `desk/fair@60` or `desk+back/fair`.
fn pool(text: &str) -> EligibilityPool {
    let (text, eligible_at_secs) = text.split_once('@').unwrap_or((text, "0"));
    let (groups, rule) = text.split_once('/').unwrap();
    EligibilityPool::new(groups.split('+'), rule).eligible_at_secs(number::<u32>(eligible_at_secs))
}

fn routed(plan: &Plan, command: &Command<'_>, now: Timestamp) -> Result<Routed, String> {
    let mut item = WorkItem::new(command.words[0], command.values["channel"]);
    item.size = command.values.get("size").map(|text| number(text));
    item.requester = command.values.get("requester").map(|text| (*text).into());
    for (skill, level) in command.numbers("skills") {
        let mandatory = level.ends_with('!') || skill.ends_with('!');
        let request = SkillRequest::new(skill.trim_end_matches('!'));
        item = item.skill(
            request
                .level(number::<u32>(level.trim_end_matches('!')))
                .mandatory(mandatory),
        );
    }
    let item = item.preferred_agents(command.list("prefer"));
    let routed = match command.values.get("queue") {
        Some(queue) => route_to(plan, item, &(*queue).into(), now),
        None => route(plan, item, now),
    };
    let mut routed = routed.map_err(|error| format!("refused: {error}"))?;
    let current = command.list("current");
    routed.set_current_agents(plan, current).unwrap();
    if let Some((agent, time)) = command
        .values
        .get("last")
        .and_then(|last| last.split_once('@'))
    {
        routed.set_last_agent(plan, agent, timestamp(time)).unwrap();
    }
    Ok(routed)
}

fn decision_text(plan: &Plan, item: &str, decision: &Decision) -> String {
    match decision {
        Decision::Assign(assignment) => {
            let (agent, group, rule) = (
                assignment.agent(plan).unwrap(),
                assignment.group(plan).unwrap(),
                assignment.rule(plan).unwrap(),
            );
            format!("{item} -> {agent} (group {group}, rule {rule})")
        }
        Decision::Wait(wait) => {
            let pools = format!(
                "pools open {}, later {}",
                wait.pools_open(),
                wait.pools_not_yet_open()
            );
            let next = wait
                .until()
                .map_or_else(String::new, |until| format!(", next at {until}"));
            format!("{item} waits: {} ({pools}{next})", wait.reason())
        }
    }
}
