//! The table of lints: the code, the severity and the texts of each.
//!
//! To add a lint, add an entry to `lints!` below and call its constructor in the file of its subject: `severe`, `shadowing`,
//! `warnings` or `skills`.
//!
//! ```text
//! /// An active queue without pools.                                        the description, for docs
//! QueueWithoutEligibility = "queue_without_eligibility", Severe {           the code, its stable name, its severity
//!     queue_without_eligibility(queue):                                     a constructor with its arguments
//!         "queues.{queue}.eligibility", "Queue `{queue}` has …", "Add …";   path, problem and advice
//! }
//! ```

use alloc::format;
use alloc::string::String;
use core::fmt::{self, Display};

/// A setting that is legal, but useless or risky: its path in the configuration, the problem, and a fix.
///
/// [`Plan::lints`](crate::Plan::lints) returns the lints of a plan. `Display` writes a lint on one line.
///
/// # Examples
///
/// ```
/// use handover::{Config, LintCode, Plan, Queue, ServiceChannel, Severity};
///
/// let config = Config::new()
///     .channel("whatsapp", ServiceChannel::new())
///     .queue("agent-whatsapp", Queue::new("whatsapp").active(true));
/// let lints = Plan::new(config)?.lints();
///
/// assert_eq!(lints.len(), 1);
/// assert_eq!(lints[0].code(), LintCode::InactiveChannel);
/// assert_eq!(lints[0].severity(), Severity::Severe);
/// assert_eq!(lints[0].path(), "queues.agent-whatsapp.channel");
/// assert_eq!(lints[0].problem(), "Queue `agent-whatsapp` is active, but its channel `whatsapp` is not.");
/// assert_eq!(lints[0].advice(), "Activate channel `whatsapp`, or deactivate the queue.");
/// assert!(lints[0].to_string().starts_with("severe[inactive_channel] queues.agent-whatsapp.channel: Queue"));
/// # Ok::<(), handover::PlanError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Lint {
    code: LintCode,
    /// The path of the setting in the configuration.
    path: String,
    /// A sentence that describes the problem.
    problem: String,
    /// A sentence that describes a fix.
    advice: String,
}

impl Lint {
    /// Returns the kind of lint.
    pub fn code(&self) -> LintCode {
        self.code
    }

    /// Returns the severity of the lint.
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }

    /// Returns the path of the setting in the configuration, such as `queues.agent-whatsapp.eligibility[0]`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns a sentence that describes the problem.
    pub fn problem(&self) -> &str {
        &self.problem
    }

    /// Returns a sentence that describes a fix.
    pub fn advice(&self) -> &str {
        &self.advice
    }
}

impl Display for Lint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}] {}: ", self.severity(), self.code, self.path)?;
        write!(f, "{} {}", self.problem, self.advice)
    }
}

/// The severity of a lint.
///
/// # Examples
///
/// ```
/// use handover::{LintCode, Severity};
///
/// assert_eq!(LintCode::QueueShadowed.severity(), Severity::Severe);
/// assert!(Severity::Severe < Severity::Warning);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a build that fails by severity must know all"
)]
pub enum Severity {
    /// No item of the queue, pool or channel can ever be assigned.
    Severe,
    /// Items are assigned, but not always, or not in the way that was likely intended.
    Warning,
}

impl Severity {
    /// Returns the name of the severity: `severe` or `warning`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Severe => "severe",
            Self::Warning => "warning",
        }
    }
}

display_name!(Severity, |severity| severity.as_str());

// One table, so that the code, the severity and the texts of a lint cannot disagree, and no list of codes misses one.
/// Declares the lints, in the order in which they are reported.
///
/// Each code has one or more messages. `message(arguments): path, problem, advice;` defines the constructor
/// `Lint::message`; the three texts are format strings over its arguments.
macro_rules! lints {
    ($(
        $(#[$doc:meta])*
        $code:ident = $name:literal, $severity:ident {$(
            $message:ident($($argument:ident),*): $path:literal, $problem:literal, $advice:literal;
        )+}
    )*) => {
        /// A kind of lint. Severe codes are ordered before warnings.
        ///
        /// `Display` writes the name of the code, which is stable across versions of the crate.
        ///
        /// In the descriptions, a queue is *in use* if it is active, its channel is active, and no severe lint applies to
        /// it. A pool is in use if its queue is in use and no severe lint applies to the pool.
        ///
        /// # Examples
        ///
        /// ```
        /// use handover::LintCode;
        ///
        /// let code = LintCode::ALL.iter().find(|code| code.as_str() == "queue_shadowed");
        /// assert_eq!(code, Some(&LintCode::QueueShadowed));
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum LintCode {
            $($(#[$doc])* $code,)*
        }

        impl LintCode {
            /// All codes, the severe ones first.
            pub const ALL: &'static [Self] = &[$(Self::$code),*];

            /// Returns the name of the code, such as `inactive_channel`.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$code => $name,)*
                }
            }

            /// Returns the severity of lints with this code.
            pub const fn severity(self) -> Severity {
                match self {
                    $(Self::$code => Severity::$severity,)*
                }
            }
        }

        // Any argument that can be shown will do: ids, numbers, capacities, lists of groups.
        impl Lint {$($(
            pub(crate) fn $message($($argument: impl Display),*) -> Self {
                Self {
                    code: LintCode::$code,
                    path: format!($path),
                    problem: format!($problem),
                    advice: format!($advice),
                }
            }
        )+)*}
    };
}

lints! {
    /// An active queue whose channel is not active.
    InactiveChannel = "inactive_channel", Severe {
        inactive_channel(queue, channel):
            "queues.{queue}.channel",
            "Queue `{queue}` is active, but its channel `{channel}` is not.",
            "Activate channel `{channel}`, or deactivate the queue.";
    }
    /// An active queue without pools.
    QueueWithoutEligibility = "queue_without_eligibility", Severe {
        queue_without_eligibility(queue):
            "queues.{queue}.eligibility",
            "Queue `{queue}` has no eligibility pool, so nobody may take its items.",
            "Add a pool with the groups that work on this queue and the rule by which they are chosen.";
    }
    /// A pool whose groups have no members, or only AI agents that its rule does not include.
    PoolWithoutMembers = "pool_without_members", Severe {
        pool_without_members(queue, pool, groups):
            "queues.{queue}.eligibility[{pool}]",
            "No agent is in {groups}, so the pool of queue `{queue}` has nobody.",
            "Add agents to {groups}, or remove the pool.";
        pool_with_excluded_ai_only(queue, pool, groups, rule):
            "queues.{queue}.eligibility[{pool}]",
            "Only AI agents are in {groups}, and rule `{rule}` of this pool of queue `{queue}` does not include them.",
            "Add people to {groups}, or set `include_ai` in the rule.";
    }
    /// An active channel that no active presence state with `takes_work` lists.
    ChannelWithoutPresence = "channel_without_presence", Severe {
        channel_without_presence(channel, other_state):
            "channels.{channel}",
            "No active presence state that takes work lists channel `{channel}`, so nobody is ever present for it.",
            "Add channel `{channel}` to a presence state that takes work, such as `{other_state}`.";
        channel_without_any_presence(channel):
            "channels.{channel}",
            "No active presence state that takes work lists channel `{channel}`, so nobody is ever present for it.",
            "Make an active presence state that takes work, and list channel `{channel}` in it.";
    }
    /// A pool in which no active presence state that takes work on the channel applies to a member.
    PoolWithoutPresence = "pool_without_presence", Severe {
        pool_without_presence(queue, pool, channel, groups, state):
            "queues.{queue}.eligibility[{pool}]",
            "No presence state that takes work on channel `{channel}` applies to anyone in {groups}, the pool of queue `{queue}`.",
            "Add {groups} to presence state `{state}`.";
    }
    /// A pool without a member who has the capacity for one item of the channel's default size.
    PoolWithoutRoom = "pool_without_room", Severe {
        pool_without_room(queue, pool, channel, size, groups, largest):
            "queues.{queue}.eligibility[{pool}]",
            "An item of channel `{channel}` has size {size}, but nobody in {groups}, the pool of queue `{queue}`, has a capacity above {largest}.",
            "Raise the capacity of a member, or lower the channel's `default_size`.";
    }
    /// A pool that opens only after its queue cancels the item.
    PoolNeverOpens = "pool_never_opens", Severe {
        pool_never_opens(queue, pool, opens, max_wait):
            "queues.{queue}.eligibility[{pool}].eligible_at_secs",
            "The pool of queue `{queue}` opens after {opens} s of waiting, but items are canceled after {max_wait} s.",
            "Open the pool before {max_wait} s, or raise the queue's `max_wait_secs`.";
    }
    /// A queue that gets no items because an earlier queue takes all of them.
    QueueShadowed = "queue_shadowed", Severe {
        queue_shadowed(queue, earlier, reason, order):
            "queues.{queue}.routing",
            "Queue `{queue}` never takes an item by itself: queue `{earlier}` comes before it and {reason}.",
            "Put queue `{queue}` before queue `{earlier}` (an order below {order}), or narrow the routing of `{earlier}`.";
        queue_duplicated(queue, earlier):
            "queues.{queue}.routing",
            "Queue `{queue}` never takes an item by itself: queue `{earlier}` comes before it and has the same routing.",
            "Make their routings differ, or deactivate one of the two queues.";
    }
    /// A size that exceeds the capacity of every member of a pool in use.
    SizeNobodyHasRoomFor = "size_nobody_has_room_for", Warning {
        size_nobody_has_room_for(channel, rule, size, largest):
            "channels.{channel}.sizes[{rule}].size",
            "An item of channel `{channel}` may have size {size}, but nobody who works on it has a capacity above {largest}.",
            "Raise the capacity of someone, or lower the size.";
    }
    /// A mandatory skill that no member holds at its level, in the pools in use that require skills.
    SkillNobodyHas = "skill_nobody_has", Warning {
        skill_nobody_has(channel, rule, skill, level):
            "channels.{channel}.skills[{rule}]",
            "Channel `{channel}` requires skill `{skill}` at level {level}, but nobody in the pools that require skills holds it at that level.",
            "Give the skill to a member of such a pool, or do not make it mandatory.";
    }
    /// A skill that no agent holds.
    SkillUnknown = "skill_unknown", Warning {
        skill_unknown(channel, rule, skill):
            "channels.{channel}.skills[{rule}].skill",
            "Channel `{channel}` asks for skill `{skill}`, which no agent has.",
            "Give the skill to those who have it, or correct its name.";
    }
    /// An offer without a time-out: it may stay pending forever.
    OfferWithoutTimeout = "offer_without_timeout", Warning {
        offer_without_timeout(rule):
            "rules.{rule}.offer",
            "An offer under rule `{rule}` has no time-out, so it may stay pending forever.",
            "Set `timeout_secs`.";
    }
    /// A time-out that leaves the agent in a presence state which takes work, so that it is offered the next item.
    TimeoutKeepsPresence = "timeout_keeps_presence", Warning {
        timeout_keeps_presence(rule):
            "rules.{rule}.offer",
            "A time-out under rule `{rule}` leaves the agent present, so an agent who does not answer is offered every item.",
            "Set `timeout_presence` to a presence state that takes no work.";
        timeout_sets_presence_for_work(rule, state):
            "rules.{rule}.offer",
            "A time-out under rule `{rule}` sets presence state `{state}`, which takes work, so an agent who does not answer is offered every item.",
            "Set `timeout_presence` to a presence state that takes no work.";
    }
    /// A target or trigger that falls due only after the queue cancels the item.
    NeverDue = "never_due", Warning {
        target_never_due(queue, target, max_wait):
            "queues.{queue}.target_wait_secs",
            "The target of queue `{queue}` is {target} s, but items are canceled after {max_wait} s, so it is only missed while an offer is open.",
            "Lower the target below {max_wait} s, or raise the queue's `max_wait_secs`.";
        trigger_never_due(queue, index, trigger, at, max_wait):
            "queues.{queue}.triggers[{index}].at_secs",
            "Trigger `{trigger}` of queue `{queue}` is due after {at} s, but items are canceled after {max_wait} s.",
            "Put the trigger before {max_wait} s, or raise the queue's `max_wait_secs`.";
    }
    /// A queue whose items wait forever once all agents have declined them.
    MayWaitForEver = "may_wait_for_ever", Warning {
        may_wait_for_ever(queue, rule):
            "queues.{queue}",
            "An item of queue `{queue}` waits forever after everyone has declined it, which rule `{rule}` allows.",
            "Set `max_wait_secs`, or `when_exhausted` to start over.";
    }
    /// A queue in which large items may wait forever while small items use the capacity that becomes free.
    LargeItemsMayStarve = "large_items_may_starve", Warning {
        large_items_may_starve(queue, channel):
            "queues.{queue}",
            "An item of channel `{channel}` may need more than one unit, and may wait in queue `{queue}` forever while smaller items take the capacity that becomes free.",
            "Set `max_wait_secs`.";
    }
    /// A group that orders a queue without being in one of the queue's pools.
    OrderWithoutPool = "order_without_pool", Warning {
        order_without_pool(group, queue):
            "groups.{group}.queue_order.{queue}",
            "Group `{group}` orders queue `{queue}`, but no pool of that queue names the group.",
            "Add the group to a pool of queue `{queue}`, or take the queue out of its order.";
    }
}

display_name!(LintCode, |code| code.as_str());
