//! From a work item to its queue.

use alloc::boxed::Box;
use alloc::vec::Vec;

use thiserror::Error;

use crate::id::{ChannelId, IdError, QueueId, SkillId, check_id};
use crate::model::{FACTS_MAX, SKILLS_MAX, SkillRequest, WorkItem};
use crate::plan::{ChannelPlan, Plan, SizeRulePlan};
use crate::routed::Routed;
use crate::table::{ChannelHandle, Handle, QueueHandle};
use crate::time::Timestamp;

/// Finds the queue of a work item: of its channel's active queues, by `order` then id, the first whose routing takes it.
///
/// Its size and the skills it asks for are fixed with that.
///
/// # Errors
///
/// [`Unroutable`] gives the item back and says why: the call is wrong, or the configuration has no queue for it.
///
/// # Examples
///
/// ```
/// use handover::*;
///
/// let config = Config::new()
///     .channel("whatsapp", ServiceChannel::new().active(true))
///     .queue("spanish", Queue::new("whatsapp").active(true).routing(Condition::is("language", "es")));
/// let plan = Plan::new(config)?;
///
/// let item = WorkItem::new("conv-1", "whatsapp").fact("language", "es");
/// let routed = route(&plan, item, Timestamp::EPOCH)?;
/// assert_eq!(plan.queue_id(routed.queue()), Some(&"spanish".into()));
///
/// let unroutable = route(&plan, WorkItem::new("conv-2", "whatsapp"), Timestamp::EPOCH).unwrap_err();
/// assert_eq!(unroutable.why(), &WhyUnroutable::NoQueue);
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
pub fn route(plan: &Plan, item: WorkItem, now: Timestamp) -> Result<Routed, Unroutable> {
    place(plan, item, None, now)
}

/// Puts a work item into a queue that the caller names, whatever the queue's routing says.
///
/// # Errors
///
/// [`Unroutable`] gives the item back and says why: the call is wrong, or its channel or the queue is not active, or the
/// item does not belong to its channel.
pub fn route_to(
    plan: &Plan,
    item: WorkItem,
    queue: &QueueId,
    now: Timestamp,
) -> Result<Routed, Unroutable> {
    place(plan, item, Some(queue), now)
}

/// Fixes the size and the skills of an item that its agent is known of, whatever is not active; and finds the queue that
/// takes it, if one does.
pub(crate) fn route_directly(
    plan: &Plan,
    item: WorkItem,
    now: Timestamp,
) -> Result<(Routed, Option<QueueHandle>), Unroutable> {
    match check(plan, &item, None) {
        Ok(checked) => {
            let channel = plan.compiled().channel_plans.at(checked.channel);
            let queue = channel.queue_for(plan.compiled(), &item);
            let size = size(channel, &item);
            // What is not in a queue is never asked about.
            let at = queue.unwrap_or_else(|| QueueHandle::from_index(0));
            let place = (checked.channel, at);
            let routed = Routed::new(plan, item, place, size, checked.skills, now);
            Ok((routed, queue))
        }
        Err(why) => Err(Unroutable {
            item: Box::new(item),
            why,
        }),
    }
}

/// A work item that found no queue: the item, and why.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("work item `{}` cannot be routed: {why}", item.id.as_str().escape_debug())]
pub struct Unroutable {
    item: Box<WorkItem>,
    why: WhyUnroutable,
}

impl Unroutable {
    /// Returns the item.
    pub fn item(&self) -> &WorkItem {
        &self.item
    }

    /// Gives the item back.
    pub fn into_item(self) -> WorkItem {
        *self.item
    }

    /// Returns why.
    pub fn why(&self) -> &WhyUnroutable {
        &self.why
    }
}

/// Why a work item found no queue.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WhyUnroutable {
    /// Its channel is not active.
    #[error("its channel is not active")]
    ChannelInactive,
    /// The condition of its channel does not hold of it.
    #[error("the condition of its channel does not hold")]
    NotInChannel,
    /// The queue that was named is not active.
    #[error("the queue is not active")]
    QueueInactive,
    /// No active queue of its channel takes it.
    #[error("no active queue of its channel takes it")]
    NoQueue,
    /// A wrong call: there is no such channel.
    #[error("there is no channel `{channel}`")]
    UnknownChannel {
        /// The channel that the item names.
        channel: ChannelId,
    },
    /// A wrong call: there is no such queue.
    #[error("there is no queue `{queue}`")]
    UnknownQueue {
        /// The queue that was named.
        queue: QueueId,
    },
    /// A wrong call: the queue is one of another channel.
    #[error("queue `{queue}` is one of channel `{found}`, the item comes by `{expected}`")]
    QueueOfAnotherChannel {
        /// The queue that was named.
        queue: QueueId,
        /// The item's channel.
        expected: ChannelId,
        /// The queue's channel.
        found: ChannelId,
    },
    /// A wrong call: a size of 0.
    #[error("its size is 0, expected at least 1")]
    SizeZero,
    /// A wrong call: a skill asked for at level 0.
    #[error("skill `{skill}` is asked for at level 0, expected at least 1")]
    LevelZero {
        /// The skill.
        skill: SkillId,
    },
    /// A wrong call: the item's id, or one that it names, is none.
    #[error("{0}")]
    InvalidId(IdError),
    /// A wrong call: too many facts.
    #[error("it has {found} facts, expected at most {FACTS_MAX}")]
    TooManyFacts {
        /// How many.
        found: usize,
    },
    /// A wrong call: too many skills, its own and its channel's together.
    #[error("it asks for more than {SKILLS_MAX} skills, its own and its channel's together")]
    TooManySkills,
}

impl WhyUnroutable {
    /// Says whether the call was wrong; otherwise the configuration has answered that nothing takes the item.
    pub fn is_wrong_call(&self) -> bool {
        !matches!(
            self,
            Self::ChannelInactive | Self::NotInChannel | Self::QueueInactive | Self::NoQueue
        )
    }
}

/// What a call says, once nothing is wrong with it.
struct Checked {
    channel: ChannelHandle,
    /// The queue, if one is named.
    queue: Option<QueueHandle>,
    /// All the skills that are asked for, if they are not just those that the item names.
    skills: Option<Vec<SkillRequest>>,
}

/// Checks the item, asks its channel, finds the queue unless one is named, and fixes size and skills.
fn place(
    plan: &Plan,
    item: WorkItem,
    named: Option<&QueueId>,
    now: Timestamp,
) -> Result<Routed, Unroutable> {
    let placed = check(plan, &item, named).and_then(|checked| {
        let queue = queue(plan, &item, &checked)?;
        Ok((checked, queue))
    });
    match placed {
        Ok((checked, queue)) => {
            let size = size(plan.compiled().channel_plans.at(checked.channel), &item);
            let place = (checked.channel, queue);
            Ok(Routed::new(plan, item, place, size, checked.skills, now))
        }
        Err(why) => Err(Unroutable {
            item: Box::new(item),
            why,
        }),
    }
}

/// The queue of an item that belongs to its channel.
fn queue(plan: &Plan, item: &WorkItem, checked: &Checked) -> Result<QueueHandle, WhyUnroutable> {
    let compiled = plan.compiled();
    let channel = compiled.channel_plans.at(checked.channel);
    if !channel.active {
        return Err(WhyUnroutable::ChannelInactive);
    }
    if !channel.condition.holds(&item.facts) {
        return Err(WhyUnroutable::NotInChannel);
    }
    match checked.queue {
        None => {
            let found = channel.queue_for(compiled, item);
            found.ok_or(WhyUnroutable::NoQueue)
        }
        Some(queue) if compiled.queue_plans.at(queue).active => Ok(queue),
        Some(_) => Err(WhyUnroutable::QueueInactive),
    }
}

/// Finds what makes the call wrong, else what it names.
fn check(plan: &Plan, item: &WorkItem, named: Option<&QueueId>) -> Result<Checked, WhyUnroutable> {
    check_id(item.id.as_str()).map_err(WhyUnroutable::InvalidId)?;
    if let Some(requester) = &item.requester {
        check_id(requester.as_str()).map_err(WhyUnroutable::InvalidId)?;
    }
    for agent in &item.preferred_agents {
        check_id(agent.as_str()).map_err(WhyUnroutable::InvalidId)?;
    }
    for skill in &item.skills {
        check_id(skill.skill.as_str()).map_err(WhyUnroutable::InvalidId)?;
        if skill.level == 0 {
            return Err(WhyUnroutable::LevelZero {
                skill: skill.skill.clone(),
            });
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
    let unknown = || WhyUnroutable::UnknownChannel {
        channel: item.channel.clone(),
    };
    let channel = plan.channel(item.channel.as_str()).ok_or_else(unknown)?;
    let queue = named.map(|queue| named_queue(plan, item, channel, queue));
    let queue = queue.transpose()?;
    let skills = skills(plan.compiled().channel_plans.at(channel), item);
    if skills.as_ref().is_some_and(|all| all.len() > SKILLS_MAX) {
        return Err(WhyUnroutable::TooManySkills);
    }
    Ok(Checked {
        channel,
        queue,
        skills,
    })
}

/// The skills that an item asks for, its own and those of its channel whose condition holds, each once: none if they are just
/// those that it names.
fn skills(channel: &ChannelPlan, item: &WorkItem) -> Option<Vec<SkillRequest>> {
    let mut added = channel.skills.iter();
    let adds = added.any(|rule| rule.when.holds(&item.facts));
    (adds || !are_few_and_different(&item.skills)).then(|| all_skills(channel, item))
}

/// Whether skills are so few that it is quickly seen that none is asked for twice, and that is so.
fn are_few_and_different(skills: &[SkillRequest]) -> bool {
    const FEW: usize = 8;
    let mut earlier = (0..).zip(skills);
    skills.len() <= FEW
        && earlier.all(|(place, one)| {
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
fn size(channel: &ChannelPlan, item: &WorkItem) -> u32 {
    let by_rule = || {
        channel.sizes.iter().find_map(|rule| match rule {
            SizeRulePlan::When(condition, size) => condition.holds(&item.facts).then_some(*size),
            SizeRulePlan::Custom(sizing) => sizing.size(item).filter(|size| *size > 0),
        })
    };
    item.size.or_else(by_rule).unwrap_or(channel.default_size)
}

/// The queue that the caller names, if it is one of the item's channel.
fn named_queue(
    plan: &Plan,
    item: &WorkItem,
    channel: ChannelHandle,
    queue: &QueueId,
) -> Result<QueueHandle, WhyUnroutable> {
    let compiled = plan.compiled();
    let unknown = || WhyUnroutable::UnknownQueue {
        queue: queue.clone(),
    };
    let handle = compiled.queues.find(queue.as_str()).ok_or_else(unknown)?;
    let found = compiled.queue_plans.at(handle).channel;
    if found == channel {
        Ok(handle)
    } else {
        let found = compiled.channels.name(found);
        let (queue, expected, found) = (queue.clone(), item.channel.clone(), found.clone());
        Err(WhyUnroutable::QueueOfAnotherChannel {
            queue,
            expected,
            found,
        })
    }
}
