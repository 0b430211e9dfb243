//! What a configuration says many times is kept once, and room that it does not need is given back.

use crate::base::id_table::Ids;
use crate::base::table::SkillHandle;
use crate::id::SkillId;
use crate::model::Config;
use crate::plan::compile::AllIds;

/// Lets equal ids have one text in common: as they are read, each has its own.
pub(crate) fn compact(config: &mut Config, ids: &AllIds, skills: &Ids<SkillHandle, SkillId>) {
    for agent in config.agents.values_mut() {
        agent.skills.compact(|id| skills.share(id));
        agent.capacity.compact(|id| ids.channels.share(id));
    }
    for group in config.groups.values_mut() {
        for member in &mut group.members {
            ids.agents.share(member);
        }
        group.members.shrink_to_fit();
        group.queue_order.compact(|id| ids.queues.share(id));
    }
    for queue in config.queues.values_mut() {
        ids.channels.share(&mut queue.channel);
        queue.eligibility.shrink_to_fit();
    }
    config.channels.compact(|id| ids.channels.share(id));
    config.rules.compact(|id| ids.rules.share(id));
    config.agents.compact(|id| ids.agents.share(id));
    config.groups.compact(|id| ids.groups.share(id));
    config.queues.compact(|id| ids.queues.share(id));
}
