//! Eligibility rules: the trait, and the built-in gates that every assignment checks.
//!
//! | gate | type | excludes an agent who |
//! |---|---|---|
//! | `presence` | [`Present`] | does not take work on the item's channel |
//! | `declined` | [`NotDeclined`] | has declined the item |
//! | `skills` | [`HoldsSkills`] | lacks a mandatory skill, if the rule requires skills |
//! | `ai` | [`HumanOnly`] | is an AI agent, unless the rule includes AI agents |
//! | `capacity` | [`HasCapacity`] | has less spare capacity than the item's size |
//!
//! Decisions check the same gates by bitmaps. The types here define what these must find, and give the reasons in an
//! explanation. A custom gate can call them too.
//!
//! # Examples
//!
//! A gate that requires the mandatory skills of large items only, under a rule that ignores skills:
//!
//! ```
//! use handover::rule::eligibility::{self, HoldsSkills};
//! use handover::rule::{Candidate, Case};
//! use handover::*;
//!
//! let skilled_if_large = eligibility::from_fn(|case: &Case<'_>, agent: &Candidate<'_>| match case.size() {
//!     0..3 => Ok(()),
//!     _ => HoldsSkills(SkillMode::Require).check(case, agent),
//! });
//! # let config = Config::new()
//! #     .channel("case", ServiceChannel::new().active(true).default_capacity(5))
//! #     .queue("cases", Queue::new("case").active(true).routing(Routing::always()).pool(EligibilityPool::new(["all"], "any")))
//! #     .presence_state("available", PresenceState::new().takes_work(true).channels(["case"]))
//! #     .group("all", AgentGroup::new(["asha"]))
//! #     .agent("asha", Agent::new());
//! let config = config.rule("any", AssignmentRule::new().gate("skilled-if-large"));
//! let plan = Plan::builder(config).eligibility("skilled-if-large", skilled_if_large).build()?;
//! # let now = Timestamp::saturating_from_millis(1_000);
//! # let mut roster = Roster::new(&plan);
//! # roster.set_presence("asha", "available", now)?;
//!
//! // Asha lacks the skill, so she gets small cases only.
//! let case = WorkItem::new("case-1", "case").skill(SkillRequest::new("tax").mandatory(true));
//! let small = route(&plan, case.clone().size(1), now)?;
//! let large = route(&plan, case.size(3), now)?;
//! assert!(assign(&roster, &small, now)?.assignment().is_some());
//! assert!(assign(&roster, &large, now)?.assignment().is_none());
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```

use alloc::borrow::Cow;
use alloc::format;
use core::fmt::{self, Debug};

use crate::id::ChannelId;
use crate::model::{Capacity, SkillMode, SkillRequest, WorkItem};
use crate::rule::{Candidate, Case, FromFn, implement};
use crate::time::Timestamp;

/// A condition that an agent must meet to take an item.
///
/// The result may change only if the agent, the item or the plan changes, or at the moment that the [`Exclusion`] names.
/// A [`Router`](crate::Router) relies on that to check an agent again only when something has changed. If a rule breaks this
/// contract, an item may wait although an agent could take it; nothing worse happens.
///
/// # Examples
///
/// ```
/// use handover::rule::{Candidate, Case, Exclusion};
/// use handover::{Eligibility, WorkItem};
///
/// /// Excludes agents that have 3 or more items on the channel.
/// #[derive(Debug)]
/// struct FewItems;
///
/// impl Eligibility for FewItems {
///     fn check(&self, _: &Case<'_>, agent: &Candidate<'_>) -> Result<(), Exclusion> {
///         if agent.items_in_hand() < 3 { Ok(()) } else { Err(Exclusion::new("has 3 items")) }
///     }
///
///     // The result does not depend on the item.
///     fn class(&self, _: &WorkItem) -> Option<u64> {
///         Some(0)
///     }
/// }
/// ```
pub trait Eligibility: Debug + Send + Sync {
    /// Checks whether the agent can take the item.
    ///
    /// # Errors
    ///
    /// Returns an [`Exclusion`] with the reason if the agent cannot take the item, and with the moment at which that ends
    /// if time alone ends it.
    fn check(&self, case: &Case<'_>, agent: &Candidate<'_>) -> Result<(), Exclusion>;

    /// Returns the class of an item. Items of one class, with equal size and equal mandatory skills, must get the same
    /// result from [`check`](Self::check) for every agent.
    ///
    /// A [`Router`](crate::Router) checks only the first waiting item of each class. `None`, the default, puts each item
    /// into a class of its own. Then each change of an agent calls the gate for all waiting items of its queues that fit its skills
    /// and its spare capacity, up to the first that the gate admits. Each assignment to the agent is such a change. A queue
    /// with a gate that excludes many items should have classes, or a [`max_length`](crate::Queue::max_length).
    fn class(&self, item: &WorkItem) -> Option<u64> {
        let _ = item;
        None
    }
}

implement!(Eligibility:
    check(case: &Case<'_>, agent: &Candidate<'_>) -> Result<(), Exclusion>;
    class(item: &WorkItem) -> Option<u64>;
);

/// The reason for which an agent cannot take an item, and the moment at which it ends, if it is known.
///
/// # Examples
///
/// ```
/// use handover::rule::Exclusion;
/// use handover::Timestamp;
///
/// let training = Exclusion::new("in training").until(Timestamp::saturating_from_millis(60_000));
/// assert_eq!(training.reason(), "in training");
/// assert!(training.holds_at(Timestamp::saturating_from_millis(59_999)));
/// assert!(!training.holds_at(Timestamp::saturating_from_millis(60_000)));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exclusion {
    reason: Cow<'static, str>,
    until: Option<Timestamp>,
}

impl Exclusion {
    /// Makes an exclusion that holds until the agent, the item or the plan changes.
    ///
    /// The reason is a clause without a full stop, such as `in training`.
    pub fn new(reason: impl Into<Cow<'static, str>>) -> Self {
        Self {
            reason: reason.into(),
            until: None,
        }
    }

    /// Sets the moment from which the exclusion no longer holds.
    #[must_use]
    pub fn until(mut self, moment: Timestamp) -> Self {
        self.until = Some(moment);
        self
    }

    /// Returns the reason.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// Returns the moment from which the exclusion no longer holds, if it is known.
    pub fn ends_at(&self) -> Option<Timestamp> {
        self.until
    }

    /// Returns `true` if the exclusion holds at `now`.
    pub fn holds_at(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| now < until)
    }
}

impl fmt::Display for Exclusion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.until {
            Some(until) => write!(f, "{}, until {until}", self.reason),
            None => f.write_str(&self.reason),
        }
    }
}

/// Makes an [`Eligibility`] of a function.
///
/// Each item is a class of its own; implement the trait to return larger classes.
///
/// # Examples
///
/// ```
/// use handover::rule::{Candidate, Case, Exclusion, eligibility};
/// use handover::*;
///
/// let rested = eligibility::from_fn(|_: &Case<'_>, agent: &Candidate<'_>| {
///     if agent.handled() < 50 { Ok(()) } else { Err(Exclusion::new("has handled 50 items")) }
/// });
/// let config = Config::new().rule("fair", AssignmentRule::new().gate("rested"));
/// assert!(Plan::builder(config).eligibility("rested", rested).build().is_ok());
/// ```
pub fn from_fn<F>(function: F) -> impl Eligibility
where
    F: Fn(&Case<'_>, &Candidate<'_>) -> Result<(), Exclusion> + Send + Sync,
{
    FromFn(function)
}

/// Defines gates. A gate reads only the size, the mandatory skills and the declines of an item. In a router, items of a
/// class have equal declines, so all items can be of one class.
///
/// `Name: |gate, case, agent| check` is not a closure: the three patterns name the arguments of [`Eligibility::check`], and
/// `check` is its body. The macro adds the signature and [`Eligibility::class`], which are the same for all gates.
macro_rules! gates {
    ($($(#[$doc:meta])* $name:ident $(($field:ty))?: |$gate:pat_param, $case:pat_param, $agent:pat_param| $check:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name $((pub $field))?;

        impl Eligibility for $name {
            fn check(&self, $case: &Case<'_>, $agent: &Candidate<'_>) -> Result<(), Exclusion> {
                let $gate = self;
                $check
            }

            fn class(&self, _: &WorkItem) -> Option<u64> {
                Some(0)
            }
        }
    )*};
}

gates! {
    /// Excludes no agent.
    #[derive(Default)]
    Anyone: |_, _, _| Ok(());
    /// The gate `presence`: the agent takes work on the item's channel. See [`Candidate::is_present`].
    #[derive(Default)]
    Present: |_, case, agent| if agent.is_present() {
        Ok(())
    } else {
        Err(Exclusion::new(absence(case.channel(), agent)))
    };
    /// The gate `declined`: the agent has not declined the item.
    ///
    /// Also returns a decline that has lapsed: check it with [`Exclusion::holds_at`].
    #[derive(Default)]
    NotDeclined: |_, case, agent| match case.routed().decline_of(agent.handle()) {
        None => Ok(()),
        Some(decline) => Err(Exclusion { reason: "has declined it".into(), until: decline.until() }),
    };
    /// The gate `skills`: the agent holds the item's mandatory skills, if the mode requires them.
    HoldsSkills(SkillMode): |Self(mode), case, agent| {
        // The first missing skill is reason enough.
        let requests = case.routed().skills().iter();
        let mut mandatory = requests.filter(|request| mode.requires_mandatory() && request.mandatory);
        mandatory.try_for_each(|SkillRequest { skill, level, .. }| match agent.level_of(skill) {
            None => Err(Exclusion::new(format!("lacks skill `{skill}`"))),
            Some(held) if mode.uses_levels() && held < *level => Err(Exclusion::new(format!(
                "holds skill `{skill}` at level {held}, {level} is asked for"
            ))),
            Some(_) => Ok(()),
        })
    };
    /// The gate `ai`: the agent is human.
    #[derive(Default)]
    HumanOnly: |_, _, agent| if agent.is_ai() {
        Err(Exclusion::new("is an AI agent, and the rule includes none"))
    } else {
        Ok(())
    };
    /// The gate `capacity`: the whole item fits into the agent's spare capacity, on its channel and over all channels.
    ///
    /// ServiceNow checks only whether some capacity is left, so items larger than 1 can exceed the capacity.
    #[derive(Default)]
    HasCapacity: |_, case, agent| {
        let size = u64::from(case.size());
        // Without a limit over all channels, the second check always passes.
        let universal = agent.universal_capacity().unwrap_or(Capacity::Unlimited);
        for (load, capacity, channels) in [
            (agent.load(), agent.capacity(), ""),
            (agent.universal_load(), universal, " over all channels"),
        ] {
            // The whole item must fit, not just a part of it.
            if !capacity.holds(load.saturating_add(size)) {
                let text = format!("holds {load} of {capacity} units{channels}, the item takes {size}");
                return Err(Exclusion::new(text));
            }
        }
        Ok(())
    };
}

/// Returns the first reason why an absent agent takes no work on a channel.
fn absence(channel: &ChannelId, agent: &Candidate<'_>) -> Cow<'static, str> {
    let Some((id, state)) = agent.presence() else {
        return "has chosen no presence state".into();
    };
    // The first setting that rules the channel out, from the state to the agent.
    let reason = if !state.active {
        format!("presence state `{id}` is not active")
    } else if !state.takes_work {
        format!("presence state `{id}` takes no work")
    } else if !state.channels.includes(channel) {
        format!("presence state `{id}` does not list channel `{channel}`")
    } else if !agent.is_switched_on() {
        format!("has switched channel `{channel}` off")
    } else {
        format!("presence state `{id}` is for none of the agent's groups")
    };
    reason.into()
}
