//! Resolves a work item: checks it, finds its channel and its queue, and fixes its size and its requested skills.
//!
//! ```text
//! item ─► channel ─► named queue ─► size, levels, number of skills and facts, ids ─► queue ─► size ─► ResolvedItem
//! ```
//!
//! The order of the steps is part of the behaviour: of several faults, the first one is reported. Routing runs once per
//! item, with the facts of that moment. A later change of the facts changes neither the queue nor the size or the skills.

use alloc::vec::Vec;

use crate::base::table::{ChannelHandle, Handle, QueueHandle};
use crate::id::{IdError, QueueId, SkillId, check_id};
use crate::model::{FACTS_MAX, SKILLS_MAX, SkillRequest, WorkItem};
use crate::plan::{ChannelPlan, Plan, SizeRulePlan, Tables};
use crate::routing::error::{RouteErrorKind, UnroutableReason, WrongCall};
use crate::routing::requested_skills::{RequestedList, RequestedSkill, RequestedSkills};

/// The properties of an item that routing fixes.
#[derive(Debug)]
pub(crate) struct ResolvedItem {
    pub(crate) channel: ChannelHandle,
    /// [`no_queue`] if the item is assigned directly and no queue takes it.
    pub(crate) queue: QueueHandle,
    /// Units of capacity, at least 1.
    pub(crate) size: u32,
    pub(crate) skills: RequestedSkills,
}

/// Returns a placeholder for the queue of an item that has none. It is never read.
///
/// No plan has a queue of this index, so that a read by mistake panics instead of finding another queue.
pub(crate) fn no_queue() -> QueueHandle {
    QueueHandle::from_index(u32::MAX as usize)
}

/// Resolves an item that enters the queue that takes it, or the queue that the caller names.
///
/// The ids of the item's channel and skills share the texts of the plan afterwards, also after an error. So a waiting item
/// keeps no texts that the plan has anyway.
///
/// # Errors
///
/// [`RouteErrorKind`] with the first check that fails: whether the channel and the named queue exist, the other checks of the
/// call, then the channel and the queue.
#[inline]
pub(crate) fn resolve(
    plan: &Plan,
    item: &mut WorkItem,
    named: Option<&QueueId>,
) -> Result<ResolvedItem, RouteErrorKind> {
    let tables = plan.tables();
    let channel = find_channel(tables, item)?;
    // The named queue is looked up first: an unknown queue is a wrong call, whatever the state of the channel.
    let named = named.map(|queue| named_queue(tables, item, channel, queue));
    let named = named.transpose()?;
    let channel_plan = tables.channel_plans.at(channel);
    Ok(ResolvedItem {
        skills: check(tables, channel_plan, item)?,
        queue: queue(tables, channel_plan, item, named)?,
        size: size(channel_plan, item),
        channel,
    })
}

/// Resolves an item that is assigned directly, and returns the queue that would take it, if any.
///
/// Its channel need not be active. Inactive queues take no item.
///
/// # Errors
///
/// [`WrongCall`] if the item's channel is unknown, or the item itself is invalid.
pub(crate) fn resolve_directly(
    plan: &Plan,
    item: &mut WorkItem,
) -> Result<(ResolvedItem, Option<QueueHandle>), WrongCall> {
    let tables = plan.tables();
    let channel = find_channel(tables, item)?;
    let channel_plan = tables.channel_plans.at(channel);
    let skills = check(tables, channel_plan, item)?;
    // The queue is for the output and for a later release: the item does not wait in it now.
    let queue = tables.queue_for(channel_plan, item);
    let resolved = ResolvedItem {
        skills,
        queue: queue.unwrap_or_else(no_queue),
        size: size(channel_plan, item),
        channel,
    };
    Ok((resolved, queue))
}

/// Finds the item's channel.
#[inline]
fn find_channel(tables: &Tables, item: &mut WorkItem) -> Result<ChannelHandle, WrongCall> {
    let channel = tables.channels.intern(&mut item.channel);
    channel.ok_or_else(|| WrongCall::UnknownChannel {
        channel: item.channel.clone(),
    })
}

/// Checks the values of an item, and resolves the skills that it and its channel request.
///
/// The checks repeat those of reading from JSON, since an item that was built in Rust has not passed them.
#[inline]
fn check(
    tables: &Tables,
    channel: &ChannelPlan,
    item: &mut WorkItem,
) -> Result<RequestedSkills, WrongCall> {
    if item.size == Some(0) {
        return Err(WrongCall::SizeZero);
    }
    let mut list = RequestedList::new();
    let mut invalid_skill: Option<IdError> = None;
    for request in &mut item.skills {
        if request.level == 0 {
            let skill = request.skill.clone();
            return Err(WrongCall::LevelZero { skill });
        }
        let requested = RequestedSkill::resolve(tables, request);
        // A skill of the plan has a valid id. Ids are checked last, so that an invalid one is only noted here.
        if requested.skill.is_none() && invalid_skill.is_none() {
            invalid_skill = check_id(request.skill.as_str()).err();
        }
        list.push(requested);
    }
    // Sorted, so that items which request the same have equal lists.
    list.sort_unstable();
    let skills = with_channel_skills(tables, channel, item, list)?;
    // The facts were counted when the item was read from JSON; an item built in Rust can have any number.
    if item.facts.len() > FACTS_MAX {
        let found = item.facts.len();
        return Err(WrongCall::TooManyFacts { found });
    }
    let check_id = |id: &str| check_id(id).map_err(WrongCall::InvalidId);
    check_id(item.id.as_str())?;
    if let Some(requester) = &item.requester {
        check_id(requester.as_str())?;
    }
    for agent in &item.preferred_agents {
        check_id(agent.as_str())?;
    }
    match invalid_skill {
        None => Ok(skills),
        Some(error) => Err(WrongCall::InvalidId(error)),
    }
}

/// Resolves the queue that the caller names. It must be one of the item's channel, and may be inactive at this point.
fn named_queue(
    tables: &Tables,
    item: &WorkItem,
    channel: ChannelHandle,
    queue: &QueueId,
) -> Result<QueueHandle, WrongCall> {
    let Some(handle) = tables.queues.find(queue.as_str()) else {
        let queue = queue.clone();
        return Err(WrongCall::UnknownQueue { queue });
    };
    let own = tables.queue_plans.at(handle).channel;
    if own != channel {
        return Err(WrongCall::QueueOfAnotherChannel {
            queue: queue.clone(),
            expected: item.channel.clone(),
            found: tables.channels.id(own).clone(),
        });
    }
    Ok(handle)
}

/// Returns the named queue, or the first queue that takes the item. Checks first whether the channel takes the item at all.
#[inline]
fn queue(
    tables: &Tables,
    channel: &ChannelPlan,
    item: &WorkItem,
    named: Option<QueueHandle>,
) -> Result<QueueHandle, UnroutableReason> {
    if !channel.active {
        return Err(UnroutableReason::ChannelInactive);
    }
    if !channel.condition.holds(&item.facts) {
        return Err(UnroutableReason::NotInChannel);
    }
    // A caller who names the queue skips its condition, not its switch.
    match named {
        None => {
            let first = tables.queue_for(channel, item);
            first.ok_or(UnroutableReason::NoQueue)
        }
        Some(queue) if tables.queue_plans.at(queue).active => Ok(queue),
        Some(_) => Err(UnroutableReason::QueueInactive),
    }
}

/// Adds the skills that the channel's rules request, and merges requests of the same skill.
///
/// Most items keep their own list: then nothing is allocated, and `merged` is `None`.
#[inline]
fn with_channel_skills(
    tables: &Tables,
    channel: &ChannelPlan,
    item: &WorkItem,
    list: RequestedList,
) -> Result<RequestedSkills, WrongCall> {
    let mut rules = channel.skills.iter();
    let has_added = rules.any(|rule| rule.when.holds(&item.facts));
    // `list` is sorted, so equal skills are neighbors. Several unknown skills may differ: merging finds out.
    let are_distinct = list.is_sorted_by(|one, next| one.skill < next.skill);
    // Most channels add no skills, and most items name each skill once.
    if !has_added && are_distinct && list.len() <= SKILLS_MAX {
        return Ok(RequestedSkills { list, merged: None });
    }
    // A request that repeats one of the item's own may still leave the list as it is.
    let merged = merged_skills(channel, item);
    if merged.len() > SKILLS_MAX {
        return Err(WrongCall::TooManySkills);
    }
    Ok(if merged == item.skills {
        RequestedSkills { list, merged: None }
    } else {
        RequestedSkills::merged(tables, merged)
    })
}

/// Returns the requests of the item and of its channel, each skill once.
///
/// A merged request has the highest level, and is mandatory if one of them is.
fn merged_skills(channel: &ChannelPlan, item: &WorkItem) -> Vec<SkillRequest> {
    let mut skills: Vec<SkillRequest> = Vec::new();
    let mut request = |skill: &SkillId, level: u32, mandatory: bool| {
        if let Some(known) = skills.iter_mut().find(|known| known.skill == *skill) {
            known.level = known.level.max(level);
            known.mandatory |= mandatory;
        } else if skills.len() <= SKILLS_MAX {
            // One request above the limit is enough to reject the item.
            let request = SkillRequest::new(skill).level(level).mandatory(mandatory);
            skills.push(request);
        }
    };
    for own in &item.skills {
        request(&own.skill, own.level, own.mandatory);
    }
    let rules = channel.skills.iter();
    for rule in rules.filter(|rule| rule.when.holds(&item.facts)) {
        request(&rule.skill, rule.level, rule.mandatory);
    }
    skills
}

/// Returns the item's own size, else the size of the first size rule that applies, else the channel's default.
#[inline]
fn size(channel: &ChannelPlan, item: &WorkItem) -> u32 {
    let by_rule = || {
        channel.sizes.iter().find_map(|rule| match rule {
            SizeRulePlan::When(condition, size) => condition.holds(&item.facts).then_some(*size),
            // A custom rule may leave the item to the next one.
            SizeRulePlan::Custom(sizing) => sizing.size(item).filter(|size| *size > 0),
        })
    };
    // The item's own size comes first, so that its sender can override the size rules.
    item.size.or_else(by_rule).unwrap_or(channel.default_size)
}
