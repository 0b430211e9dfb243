//! A world as the library sees it, and its answers beside the oracle's.

use handover::rule::{Candidate, Case as RuleCase, Exclusion, eligibility, ranking};
use handover::{
    AgentRow, ChannelRow, Config, Decision, Eligibility, Plan, PlanError, QueueId, Roster, Routed,
    SkillMode, Timestamp, WaitReason, WorkItem, assign, route_to,
};

use crate::oracle::gates::{Case, Why};
use crate::oracle::queued_item::{BUSY, EMBARGO, LIGHT, Question};
use crate::oracle::roster_model::Desk;

pub(crate) fn at(millis: u64) -> Timestamp {
    Timestamp::from_millis(millis)
}

/// The plan of a configuration, with everything registered that one may name.
pub(crate) fn plan(config: &Config) -> Plan {
    try_plan(config).unwrap()
}

/// Sees nothing of an item.
#[derive(Debug)]
struct Light;

impl Eligibility for Light {
    fn check(&self, _: &RuleCase<'_>, agent: &Candidate<'_>) -> Result<(), Exclusion> {
        let is_light = agent.load() < 2;
        is_light
            .then_some(())
            .ok_or_else(|| Exclusion::new("loaded"))
    }

    fn class(&self, _: &WorkItem) -> Option<u64> {
        Some(0)
    }
}

/// The same of a configuration that may have problems.
pub(crate) fn try_plan(config: &Config) -> Result<Plan, PlanError> {
    let embargo = eligibility::from_fn(|case: &RuleCase<'_>, agent: &Candidate<'_>| {
        let until = case
            .item()
            .facts
            .get("embargo_ms")
            .and_then(crate::oracle::queued_item::integer);
        match until {
            Some(until) if agent.id().as_str().len().is_multiple_of(2) => {
                Err(Exclusion::new("under embargo").until(at(until)))
            }
            _ => Ok(()),
        }
    });
    let busy = eligibility::from_fn(|_: &RuleCase<'_>, agent: &Candidate<'_>| {
        let is_busy = agent.items_in_hand() > 0;
        is_busy.then_some(()).ok_or_else(|| Exclusion::new("idle"))
    });
    Plan::builder(config.clone())
        .eligibility(EMBARGO, embargo)
        .eligibility(BUSY, busy)
        .eligibility(LIGHT, Light)
        .eligibility("anyone", eligibility::Anyone)
        .eligibility("present", eligibility::Present)
        .eligibility("not_declined", eligibility::NotDeclined)
        .eligibility("holds_skills", eligibility::HoldsSkills(SkillMode::Require))
        .eligibility(
            "holds_levels",
            eligibility::HoldsSkills(SkillMode::RequireLevels),
        )
        .eligibility("human_only", eligibility::HumanOnly)
        .eligibility("has_capacity", eligibility::HasCapacity)
        .ranking("no_preference", ranking::NoPreference)
        .ranking("most_capacity", ranking::MostCapacity)
        .ranking("last_assigned", ranking::LastAssigned)
        .ranking("longest_idle", ranking::LongestIdle)
        .ranking("fewest_items", ranking::FewestItems)
        .ranking("lowest_utilization", ranking::LowestUtilization)
        .ranking("round_robin", ranking::RoundRobin)
        .ranking("in_order", ranking::InOrder)
        .ranking("fewest_handled", ranking::FewestHandled)
        .ranking("specialists_first", ranking::SpecialistsFirst)
        .build()
}

/// What a database would hold of the agents.
pub(crate) fn rows(desk: &Desk) -> Vec<AgentRow> {
    let row = |(id, seat): (&String, &crate::oracle::roster_model::Seat)| {
        let mut row = AgentRow::new(id).idle_since(at(seat.idle_since));
        if let Some(presence) = &seat.presence {
            row = row.presence(presence);
        }
        if let Some(capacity) = seat.universal_capacity {
            row = row.universal_capacity(capacity);
        }
        for (id, line) in &seat.lines {
            let mut channel = ChannelRow::new(id)
                .load(line.load)
                .items(line.items)
                .handled(line.handled)
                .on(!line.is_off);
            if let Some(given_at) = line.given_at {
                channel = channel.last_assigned(at(given_at));
            }
            if let Some(capacity) = line.capacity {
                channel = channel.capacity(capacity);
            }
            row = row.channel(channel);
        }
        row
    };
    desk.seats.iter().map(row).collect()
}

/// Who was last chosen through the pools, as far as the configuration has such pools.
pub(crate) fn set_cursors(roster: &mut Roster, config: &Config, desk: &Desk) {
    for ((queue, pool), agent) in &desk.cursors {
        let pools = config
            .queues
            .get(queue.as_str())
            .map_or(0, |queue| queue.eligibility.len());
        if *pool < pools {
            roster
                .set_cursor(queue.as_str(), *pool, agent.as_str())
                .unwrap();
        }
    }
}

pub(crate) fn roster(plan: &Plan, desk: &Desk) -> Roster {
    let mut roster = Roster::from_rows(plan, rows(desk)).unwrap();
    set_cursors(&mut roster, plan.config(), desk);
    roster
}

pub(crate) fn routed(plan: &Plan, question: &Question) -> Routed {
    let queue = QueueId::from(&question.queue);
    let item = question.item.clone();
    let mut routed = route_to(plan, item, &queue, at(question.waiting_since)).unwrap();
    if let Some((agent, moment)) = &question.last_agent {
        routed
            .set_last_agent(plan, agent.as_str(), at(*moment))
            .unwrap();
    }
    for (agent, until) in &question.declines {
        routed.decline(plan, agent.as_str(), until.map(at)).unwrap();
    }
    routed
}

/// Who was chosen, through which pool, as a member of which group.
pub(crate) fn chosen<'a>(plan: &'a Plan, decision: &Decision) -> Option<(&'a str, usize, &'a str)> {
    match decision {
        Decision::Assign(chosen) => Some((
            chosen.agent(plan).unwrap().as_str(),
            chosen.pool(plan).unwrap(),
            chosen.group(plan).unwrap().as_str(),
        )),
        Decision::Wait(_) => None,
    }
}

/// Asks, and holds the answer against the oracle's.
#[track_caller]
pub(crate) fn agreed(plan: &Plan, roster: &Roster, case: &Case<'_>) -> Decision {
    let decision = assign(roster, &routed(plan, case.question), at(case.now)).unwrap();
    let standings = case.standings();
    let best = standings.first();
    let expected = best.map(|best| (best.agent, best.pool, best.group));
    assert_eq!(
        chosen(plan, &decision),
        expected,
        "of {standings:#?} in {:#?}",
        case.question
    );
    match decision {
        Decision::Assign(assignment) => {
            assert_eq!(assignment.size(), case.question.size(case.config));
            assert_eq!(
                *assignment.rule(plan).unwrap(),
                case.queue().eligibility[assignment.pool(plan).unwrap()].rule
            );
            assert_eq!(
                plan.queue_id(assignment.queue_handle()).unwrap(),
                case.question.queue.as_str()
            );
        }
        Decision::Wait(wait) => {
            let open = case
                .pools()
                .iter()
                .filter(|pool| case.opens(**pool) <= case.now)
                .count();
            assert_eq!(wait.pools_open() as usize, open);
            assert_eq!(
                wait.pools_not_yet_open() as usize,
                case.pools().len() - open
            );
            assert_eq!(why(wait.reason()), case.why());
            check_until(case, wait.until());
        }
    }
    decision
}

/// The moment of a wait is one that time brings, and not after the first that lets somebody through.
#[track_caller]
fn check_until(case: &Case<'_>, until: Option<Timestamp>) {
    let first_change = case.first_change();
    match until.map(Timestamp::as_millis) {
        Some(until) => {
            assert!(
                case.moments().contains(&until),
                "{until} of {:?}",
                case.moments()
            );
            assert!(
                first_change.is_none_or(|moment| until <= moment),
                "{until} after {first_change:?}"
            );
        }
        None => assert_eq!(first_change, None),
    }
}

fn why(reason: WaitReason) -> Why {
    match reason {
        WaitReason::NoPool => Why::NoPool,
        WaitReason::NoPoolOpen => Why::NoPoolOpen,
        WaitReason::NobodyPresent => Why::NobodyPresent,
        WaitReason::NobodyWithRoom => Why::NobodyWithRoom,
        WaitReason::NobodySuitable => Why::NobodySuitable,
        other => panic!("{other:?} is new"),
    }
}
