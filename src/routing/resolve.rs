//! Where a work item belongs, and what it asks for there.

use alloc::vec::Vec;

use crate::base::table::{ChannelHandle, Handle, QueueHandle};
use crate::id::{ChannelId, QueueId, SkillId, check_id};
use crate::model::{FACTS_MAX, SKILLS_MAX, SkillRequest, WorkItem};
use crate::plan::{ChannelPlan, Plan, SizeRulePlan, Tables};
use crate::routing::route::WhyUnroutable;
use crate::routing::routed::SkillSet;

/// What is fixed of an item when it is routed.
pub(crate) struct ResolvedItem {
    pub(crate) channel: ChannelHandle,
    pub(crate) queue: QueueHandle,
    pub(crate) size: u32,
    pub(crate) asked: SkillSet,
}

/// What stands in place of the queue of an item that has none: it is never asked about.
pub(crate) fn no_queue() -> QueueHandle {
    QueueHandle::from_index(0)
}

/// Checks an item, asks its channel, finds its queue unless one is named, and fixes size and skills.
#[inline]
pub(crate) fn place(
    plan: &Plan,
    item: &WorkItem,
    named: Option<&QueueId>,
) -> Result<ResolvedItem, WhyUnroutable> {
    let compiled = plan.compiled();
    let (channel, mut asked) = check(compiled, item)?;
    let named = named.map(|queue| named_queue(compiled, item, channel, queue));
    let named = named.transpose()?;
    add_skills_of_channel(compiled, channel, item, &mut asked)?;
    Ok(ResolvedItem {
        queue: queue(compiled, item, channel, named)?,
        size: size(compiled.channel_plans.at(channel), item),
        channel,
        asked,
    })
}

/// The same for an item of which it is known whose it is: nothing needs to be active, and that no queue takes it is no fault.
/// Says which one does.
pub(crate) fn place_directly(
    plan: &Plan,
    item: &WorkItem,
) -> Result<(ResolvedItem, Option<QueueHandle>), WhyUnroutable> {
    let compiled = plan.compiled();
    let (channel, mut asked) = check(compiled, item)?;
    add_skills_of_channel(compiled, channel, item, &mut asked)?;
    let own = compiled.channel_plans.at(channel);
    let queue = own.queue_for(compiled, item);
    let place = ResolvedItem {
        queue: queue.unwrap_or_else(no_queue),
        size: size(own, item),
        channel,
        asked,
    };
    Ok((place, queue))
}

/// Finds what makes a call wrong, whatever queue it names; else the item's channel, and the skills that it names itself.
#[inline]
fn check(compiled: &Tables, item: &WorkItem) -> Result<(ChannelHandle, SkillSet), WhyUnroutable> {
    check_id(item.id.as_str()).map_err(WhyUnroutable::InvalidId)?;
    if let Some(requester) = &item.requester {
        check_id(requester.as_str()).map_err(WhyUnroutable::InvalidId)?;
    }
    for agent in &item.preferred_agents {
        check_id(agent.as_str()).map_err(WhyUnroutable::InvalidId)?;
    }
    let asked = SkillSet::of(compiled, &item.skills);
    for skill in &item.skills {
        // What the plan knows is an id.
        if !asked.are_known {
            check_id(skill.skill.as_str()).map_err(WhyUnroutable::InvalidId)?;
        }
        if skill.level == 0 {
            return Err(level_zero(&skill.skill));
        }
    }
    if item.facts.len() > FACTS_MAX {
        return Err(WhyUnroutable::TooManyFacts {
            found: item.facts.len(),
        });
    }
    if item.size == Some(0) {
        return Err(WhyUnroutable::SizeZero);
    }
    let channel = compiled.channels.find(item.channel.as_str());
    Ok((channel.ok_or_else(|| unknown_channel(item))?, asked))
}

/// The queue that the caller names, if it is one of the item's channel.
#[inline]
fn named_queue(
    compiled: &Tables,
    item: &WorkItem,
    channel: ChannelHandle,
    queue: &QueueId,
) -> Result<QueueHandle, WhyUnroutable> {
    let found = compiled.queues.find(queue.as_str());
    let found = found.ok_or_else(|| unknown_queue(queue))?;
    let own = compiled.queue_plans.at(found).channel;
    if own == channel {
        Ok(found)
    } else {
        Err(queue_of_another_channel(
            item,
            queue,
            compiled.channels.name(own),
        ))
    }
}

#[cold]
fn unknown_queue(queue: &QueueId) -> WhyUnroutable {
    let queue = queue.clone();
    WhyUnroutable::UnknownQueue { queue }
}

#[cold]
fn queue_of_another_channel(item: &WorkItem, queue: &QueueId, found: &ChannelId) -> WhyUnroutable {
    WhyUnroutable::QueueOfAnotherChannel {
        queue: queue.clone(),
        expected: item.channel.clone(),
        found: found.clone(),
    }
}

#[cold]
fn unknown_channel(item: &WorkItem) -> WhyUnroutable {
    let channel = item.channel.clone();
    WhyUnroutable::UnknownChannel { channel }
}

#[cold]
fn level_zero(skill: &SkillId) -> WhyUnroutable {
    let skill = skill.clone();
    WhyUnroutable::LevelZero { skill }
}

/// The queue of an item that belongs to its channel: the one that is named, or the first that takes it.
#[inline]
fn queue(
    compiled: &Tables,
    item: &WorkItem,
    channel: ChannelHandle,
    named: Option<QueueHandle>,
) -> Result<QueueHandle, WhyUnroutable> {
    let channel = compiled.channel_plans.at(channel);
    if !channel.active {
        return Err(WhyUnroutable::ChannelInactive);
    }
    if !channel.condition.holds(&item.facts) {
        return Err(WhyUnroutable::NotInChannel);
    }
    match named {
        None => {
            let found = channel.queue_for(compiled, item);
            found.ok_or(WhyUnroutable::NoQueue)
        }
        Some(queue) if compiled.queue_plans.at(queue).active => Ok(queue),
        Some(_) => Err(WhyUnroutable::QueueInactive),
    }
}

/// Adds the skills of an item's channel whose condition holds to those that it names itself; each is asked for once.
#[inline]
fn add_skills_of_channel(
    compiled: &Tables,
    channel: ChannelHandle,
    item: &WorkItem,
    asked: &mut SkillSet,
) -> Result<(), WhyUnroutable> {
    let channel = compiled.channel_plans.at(channel);
    let mut added = channel.skills.iter();
    let adds = added.any(|rule| rule.when.holds(&item.facts));
    let are_different = asked.are_different();
    debug_assert!(are_different.is_none_or(|told| told == are_few_and_different(&item.skills)));
    if adds || !are_different.unwrap_or_else(|| are_few_and_different(&item.skills)) {
        let all = all_skills(channel, item);
        if all.len() > SKILLS_MAX {
            return Err(WhyUnroutable::TooManySkills);
        }
        *asked = SkillSet::of_all(compiled, item, all);
    }
    Ok(())
}

/// Whether skills are so few that it is quickly seen that none is asked for twice, and that is so.
#[inline(never)]
fn are_few_and_different(skills: &[SkillRequest]) -> bool {
    const FEW: usize = 8;
    let mut all = (0..).zip(skills);
    skills.len() <= FEW
        && all.all(|(place, one)| {
            let mut earlier = skills.iter().take(place);
            earlier.all(|other| other.skill != one.skill)
        })
}

fn all_skills(channel: &ChannelPlan, item: &WorkItem) -> Vec<SkillRequest> {
    let mut skills: Vec<SkillRequest> = Vec::new();
    let mut ask = |skill: &SkillId, level: u32, mandatory: bool| {
        if let Some(request) = skills.iter_mut().find(|request| request.skill == *skill) {
            request.level = request.level.max(level);
            request.mandatory |= mandatory;
        } else if skills.len() <= SKILLS_MAX {
            // One too many is enough to refuse the item.
            let skill = skill.clone();
            skills.push(SkillRequest {
                skill,
                level,
                mandatory,
            });
        }
    };
    for request in &item.skills {
        ask(&request.skill, request.level, request.mandatory);
    }
    for rule in channel
        .skills
        .iter()
        .filter(|rule| rule.when.holds(&item.facts))
    {
        ask(&rule.skill, rule.level, rule.mandatory);
    }
    skills
}

/// The item's own size, else that of the first size rule that answers, else the channel's.
#[inline]
fn size(channel: &ChannelPlan, item: &WorkItem) -> u32 {
    let by_rule = || {
        channel.sizes.iter().find_map(|rule| match rule {
            SizeRulePlan::When(condition, size) => condition.holds(&item.facts).then_some(*size),
            SizeRulePlan::Custom(sizing) => sizing.size(item).filter(|size| *size > 0),
        })
    };
    item.size.or_else(by_rule).unwrap_or(channel.default_size)
}
