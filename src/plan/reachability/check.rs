//! The check of the eight conditions for one queue. Describes in one sentence what is missing for each.
//!
//! A sentence has two clauses: what is wrong, with the names of the queue, the channel or the groups; and after the colon what
//! to do about it. Sentences are written only for conditions that do not hold.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use indexmap::IndexSet;

use crate::base::hash::Seeded;
use crate::id::{GroupId, QueueId};
use crate::model::{Queue, Routing};
use crate::plan::coverage::{Answer, Coverage, MemberSummary, MembersByKind, groups_of};
use crate::plan::group_names::GroupNames;
use crate::plan::reachability::{ConditionState, QueueReachability, ReachabilityCondition};

/// Checks all conditions for one queue of the coverage's channel.
///
/// The cost is linear in the groups of the queue, plus the members of the groups that no other queue of the report has named.
pub(crate) fn check<'a>(
    coverage: &mut Coverage<'a>,
    id: &QueueId,
    queue: &'a Queue,
) -> QueueReachability {
    use ReachabilityCondition::{
        ChannelActive, ChannelCondition, HumanMember, MemberPresence, PresenceState, QueueActive,
        Room, Routing,
    };
    // Each group once, in the order of the pools: the sentences name them.
    let groups: IndexSet<&GroupId, Seeded> = groups_of(queue).collect();
    let groups = groups.into_iter().collect::<Vec<_>>();
    let members = coverage.members_by_kind(groups.iter().copied());
    let (channel_id, channel) = (coverage.id, coverage.channel);
    let channel_active = Answer::new(channel.active, || {
        format!("Channel `{channel_id}` is not active: activate it.")
    });
    let channel_condition = Answer::new(channel.condition.can_hold(), || {
        format!(
            "The condition of channel `{channel_id}` can never hold: rewrite it so that the channel's items meet it."
        )
    });
    let queue_active = Answer::new(queue.active, || {
        format!("Queue `{id}` is not active: activate it.")
    });
    // INVARIANT: there is one answer per condition, in the order of `ALL`.
    let answers = [
        (ChannelActive, channel_active),
        (ChannelCondition, channel_condition),
        (QueueActive, queue_active),
        (Routing, routing(id, queue)),
        (HumanMember, human_member(id, &groups, members)),
        (PresenceState, presence_state(coverage)),
        (
            MemberPresence,
            member_presence(coverage, id, &groups, members.humans),
        ),
        (Room, capacity(coverage, id, members.humans)),
    ];
    QueueReachability {
        queue: id.clone(),
        conditions: answers.map(|(condition, answer)| ConditionState { condition, answer }),
    }
}

/// Checks condition 4: the queue takes items by itself. The shape of its condition must not rule that out.
fn routing(id: &QueueId, queue: &Queue) -> Answer<String> {
    match &queue.routing {
        Routing::Manual => Answer::Missing(format!(
            "Queue `{id}` takes no item by itself: give it a routing condition, or `always`."
        )),
        Routing::When(condition) => Answer::new(condition.can_hold(), || {
            format!("The routing of queue `{id}` can never hold: rewrite it so that items meet it.")
        }),
        // Custom code cannot be inspected.
        Routing::Custom(_) => Answer::Holds,
    }
}

/// Checks condition 5: a pool has a human member. AI agents alone do not bring an item to a person.
fn human_member(id: &QueueId, groups: &[&GroupId], members: MembersByKind) -> Answer<String> {
    Answer::new(!members.humans.is_empty(), || {
        // Three causes, of which each has its own fix.
        let named = GroupNames(groups);
        if groups.is_empty() {
            format!(
                "Queue `{id}` has no eligibility pool: add one whose groups have human members."
            )
        } else if members.ai.is_empty() {
            format!("Nobody is in the pools of queue `{id}`: add human agents to {named}.")
        } else {
            format!("Only AI agents are in the pools of queue `{id}`: add human agents to {named}.")
        }
    })
}

/// Checks condition 6: agents can take work on the channel in some presence state.
fn presence_state(coverage: &Coverage<'_>) -> Answer<String> {
    let channel = coverage.id;
    match coverage.state() {
        Ok(_) => Answer::Holds,
        Err(Some(other)) => Answer::Missing(format!(
            "No active presence state that takes work lists channel `{channel}`: add the channel to one, such as `{other}`."
        )),
        Err(None) => Answer::Missing(format!(
            "No presence state is active and takes work: make one that lists channel `{channel}`."
        )),
    }
}

/// Checks condition 7: such a presence state applies to a human member. Waits for condition 5, then for condition 6.
fn member_presence<'a>(
    coverage: &mut Coverage<'a>,
    id: &QueueId,
    groups: &[&'a GroupId],
    humans: MemberSummary,
) -> Answer<String> {
    coverage.presence(humans).map(|state| {
        // Only groups with human members are worth adding to the presence state: the report is about people.
        let mut groups = groups.to_vec();
        groups.retain(|group| !coverage.members_by_kind([*group]).humans.is_empty());
        let (channel, groups) = (coverage.id, GroupNames(&groups));
        format!(
            "No presence state for channel `{channel}` applies to a human member of queue `{id}`: add {groups} to state `{state}`."
        )
    })
}

/// Checks condition 8: a human member has the capacity for an item of the default size. Waits for condition 5.
///
/// Counts the lesser of a member's capacity on the channel and over all channels. Load does not count.
fn capacity(coverage: &Coverage<'_>, id: &QueueId, humans: MemberSummary) -> Answer<String> {
    // If nobody can be present, condition 7 reports it, and this one checks all members.
    let largest = humans.largest_present.or(humans.largest);
    coverage.capacity(largest).map(|largest| {
        let (channel, size) = (coverage.id, coverage.channel.default_size);
        let who = humans.largest_present.map_or("", |_| "who can be present ");
        format!(
            "An item of channel `{channel}` has size {size}, but no human member of queue `{id}` {who}has a capacity above {largest}: raise a capacity, or lower the channel's `default_size`."
        )
    })
}
