//! Lints about pools from which nobody ever takes anything.

use alloc::vec::Vec;

use crate::id::QueueId;
use crate::model::{AssignmentRule, Config, EligibilityPool, Queue, ServiceChannel};
use crate::plan::coverage::{Coverage, GroupCapacity, Members};
use crate::plan::lint::live::LivePool;
use crate::plan::lint::{Findings, LintCode};
use crate::plan::words::GroupNames;

/// Returns the pools of a queue that no severe lint concerns.
pub(crate) fn live<'a>(
    config: &'a Config,
    channel: &ServiceChannel,
    (id, queue): (&'a QueueId, &'a Queue),
    staff: &mut Coverage<'a>,
    found: &mut Findings,
) -> Vec<LivePool<'a>> {
    let mut live = Vec::new();
    for (place, pool) in queue.eligibility.iter().enumerate() {
        let Some(rule) = config.rules.get(&pool.rule) else {
            continue;
        };
        let at = At {
            queue_id: id,
            queue,
            place,
            pool,
        };
        if at.never_opens(found) {
            continue;
        }
        let crew = staff.crew(&pool.groups);
        let members = crew.under(rule);
        if members.is_empty() {
            at.without_members(crew, rule, found);
            continue;
        }
        let absent = at.is_without_presence(members, staff, found);
        let full = at.is_without_room(members, channel, found);
        if !absent && !full {
            live.push(LivePool {
                pool,
                rule,
                members,
            });
        }
    }
    live
}

/// One pool in its place.
struct At<'a> {
    queue_id: &'a QueueId,
    queue: &'a Queue,
    place: usize,
    pool: &'a EligibilityPool,
}

impl At<'_> {
    fn never_opens(&self, found: &mut Findings) -> bool {
        let opens = self.pool.eligible_at_secs;
        let Some(ends) = self.queue.max_wait_secs.filter(|ends| opens >= *ends) else {
            return false;
        };
        let Self {
            queue_id, place, ..
        } = self;
        found.add(
            LintCode::PoolNeverOpens,
            format_args!("queues.{queue_id}.eligibility[{place}].eligible_at_secs"),
            format_args!(
                "The pool of queue `{queue_id}` opens after {opens} s of waiting, but items are canceled after {ends} s."
            ),
            format_args!("Open the pool before {ends} s, or raise the queue's `max_wait_secs`."),
        );
        true
    }

    fn without_members(&self, crew: Members, rule: &AssignmentRule, found: &mut Findings) {
        let Self {
            queue_id,
            place,
            pool,
            ..
        } = self;
        let groups = GroupNames(&pool.groups);
        let path = format_args!("queues.{queue_id}.eligibility[{place}]");
        let code = LintCode::PoolWithoutMembers;
        if crew.ai.is_empty() || rule.include_ai {
            found.add(
                code,
                path,
                format_args!(
                    "No agent is in {groups}, so the pool of queue `{queue_id}` has nobody."
                ),
                format_args!("Add agents to {groups}, or take the pool away."),
            );
        } else {
            found.add(
                code,
                path,
                format_args!(
                    "Only AI agents are in {groups}, and rule `{}` of this pool of queue `{queue_id}` does not include them.",
                    pool.rule
                ),
                format_args!("Add people to {groups}, or set `include_ai` in the rule."),
            );
        }
    }

    /// Where the channel has no state at all, that has been said.
    fn is_without_presence(
        &self,
        members: GroupCapacity,
        staff: &Coverage<'_>,
        found: &mut Findings,
    ) -> bool {
        let Some((state, _)) = staff.states().first() else {
            return true;
        };
        if members.can_be_present() {
            return false;
        }
        let Self {
            queue_id,
            queue,
            place,
            pool,
        } = self;
        let groups = GroupNames(&pool.groups);
        found.add(
            LintCode::PoolWithoutPresence,
            format_args!("queues.{queue_id}.eligibility[{place}]"),
            format_args!(
                "No presence state that takes work on channel `{}` applies to anyone in {groups}, the pool of queue `{queue_id}`.",
                queue.channel
            ),
            format_args!("Add {groups} to presence state `{state}`."),
        );
        true
    }

    fn is_without_room(
        &self,
        members: GroupCapacity,
        channel: &ServiceChannel,
        found: &mut Findings,
    ) -> bool {
        let size = channel.default_size;
        let room = members.room();
        if room.holds(size.into()) {
            return false;
        }
        let Self {
            queue_id,
            queue,
            place,
            pool,
        } = self;
        found.add(
            LintCode::PoolWithoutRoom,
            format_args!("queues.{queue_id}.eligibility[{place}]"),
            format_args!(
                "An item of channel `{}` has size {size}, but nobody in {}, the pool of queue `{queue_id}`, has a capacity above {room}.",
                queue.channel,
                GroupNames(&pool.groups)
            ),
            format_args!("Raise the capacity of a member, or lower the channel's `default_size`."),
        );
        true
    }
}
