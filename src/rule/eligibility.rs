//! May this agent take this item? The trait, and the gates that every rule asks.

use alloc::borrow::Cow;
use alloc::format;
use alloc::vec::Vec;
use core::fmt::{self, Debug};

use crate::base::hash::fingerprint;
use crate::model::{SkillMode, WorkItem};
use crate::rule::{Candidate, Case, FromFn, forward};
use crate::time::Timestamp;

/// Says whether an agent may take an item.
///
/// It sees no clock, and gives the same answer whenever it is asked the same: until the agent, the item or the plan changes,
/// or until the moment that its [`Exclusion`] names. A [`Router`](crate::Router) relies on that. Under a gate that changes its
/// mind, an item may wait that somebody could take; nothing worse happens.
pub trait Eligibility: Debug + Send + Sync {
    /// Says whether the agent may take the item.
    ///
    /// # Errors
    ///
    /// An [`Exclusion`] says why not, and until when if time alone will change that.
    fn check(&self, case: &Case<'_>, agent: &Candidate<'_>) -> Result<(), Exclusion>;

    /// Says which items get the same answers: two of equal class, equal size and equal mandatory skills do, from every
    /// agent. A [`Router`](crate::Router) lets them wait together and asks about the first of them only.
    ///
    /// By default no two items do: each waits alone, and an agent who becomes free is asked about every one of them.
    fn class(&self, item: &WorkItem) -> Option<u64> {
        let _ = item;
        None
    }
}

const _: fn(&dyn Eligibility) = |_| ();

forward!(Eligibility:
    check(case: &Case<'_>, agent: &Candidate<'_>) -> Result<(), Exclusion>;
    class(item: &WorkItem) -> Option<u64>;
);

/// Why an agent may not take an item.
///
/// # Examples
///
/// ```
/// use handover::rule::Exclusion;
/// use handover::Timestamp;
///
/// let training = Exclusion::new("in training").until(Timestamp::from_millis(60_000));
/// assert_eq!(training.reason(), "in training");
/// assert!(training.holds_at(Timestamp::from_millis(59_999)));
/// assert!(!training.holds_at(Timestamp::from_millis(60_000)));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exclusion {
    reason: Cow<'static, str>,
    until: Option<Timestamp>,
}

impl Exclusion {
    /// Makes an exclusion that lasts until the agent, the item or the plan changes.
    ///
    /// The reason is a clause without a full stop, such as `in training`.
    pub fn new(reason: impl Into<Cow<'static, str>>) -> Self {
        Self {
            reason: reason.into(),
            until: None,
        }
    }

    /// Says from which moment on it no longer holds.
    #[must_use]
    pub fn until(mut self, moment: Timestamp) -> Self {
        self.until = Some(moment);
        self
    }

    /// Returns why.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// Returns the moment from which on it no longer holds, if there is one.
    pub fn ends_at(&self) -> Option<Timestamp> {
        self.until
    }

    /// Says whether it holds at a moment.
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
pub fn from_fn<F>(function: F) -> impl Eligibility
where
    F: Fn(&Case<'_>, &Candidate<'_>) -> Result<(), Exclusion> + Send + Sync,
{
    FromFn(function)
}

impl<F> Eligibility for FromFn<F>
where
    F: Fn(&Case<'_>, &Candidate<'_>) -> Result<(), Exclusion> + Send + Sync,
{
    fn check(&self, case: &Case<'_>, agent: &Candidate<'_>) -> Result<(), Exclusion> {
        (self.0)(case, agent)
    }
}

/// Excludes nobody: the null implementation.
#[derive(Clone, Copy, Debug, Default)]
pub struct Anyone;

impl Eligibility for Anyone {
    fn check(&self, _: &Case<'_>, _: &Candidate<'_>) -> Result<(), Exclusion> {
        Ok(())
    }

    fn class(&self, _: &WorkItem) -> Option<u64> {
        Some(0)
    }
}

/// Excludes who fails one of several rules, asked in turn.
#[derive(Clone, Debug, Default)]
pub struct All<R>(pub Vec<R>);

impl<R: Eligibility> Eligibility for All<R> {
    fn check(&self, case: &Case<'_>, agent: &Candidate<'_>) -> Result<(), Exclusion> {
        self.0.iter().try_for_each(|rule| rule.check(case, agent))
    }

    /// The classes of all of them together.
    fn class(&self, item: &WorkItem) -> Option<u64> {
        let classes: Option<Vec<u64>> = self.0.iter().map(|rule| rule.class(item)).collect();
        classes.map(|classes| fingerprint(&classes))
    }
}

/// The gate `presence`: has a presence state that takes work on the item's channel, and the channel is switched on.
#[derive(Clone, Copy, Debug, Default)]
pub struct Present;

impl Eligibility for Present {
    fn check(&self, case: &Case<'_>, agent: &Candidate<'_>) -> Result<(), Exclusion> {
        if agent.is_present() {
            return Ok(());
        }
        let Some((id, state)) = agent.presence() else {
            return Err(Exclusion::new("has chosen no presence state"));
        };
        let channel = case.channel();
        Err(Exclusion::new(if !state.active {
            format!("presence state `{id}` is not active")
        } else if !state.takes_work {
            format!("presence state `{id}` takes no work")
        } else if !state.channels.includes(channel) {
            format!("presence state `{id}` does not list channel `{channel}`")
        } else if !agent.is_switched_on() {
            format!("has switched channel `{channel}` off")
        } else {
            format!("presence state `{id}` is for none of the agent's groups")
        }))
    }

    fn class(&self, _: &WorkItem) -> Option<u64> {
        Some(0)
    }
}

/// The gate `declined`: has not declined this item.
#[derive(Clone, Copy, Debug, Default)]
pub struct NotDeclined;

impl Eligibility for NotDeclined {
    fn check(&self, case: &Case<'_>, agent: &Candidate<'_>) -> Result<(), Exclusion> {
        match case.routed().decline_of(agent.handle()) {
            None => Ok(()),
            Some(decline) => Err(Exclusion {
                reason: "has declined it".into(),
                until: decline.until(),
            }),
        }
    }

    fn class(&self, _: &WorkItem) -> Option<u64> {
        Some(0)
    }
}

/// The gate `skills`: holds every mandatory skill, as the mode says.
#[derive(Clone, Copy, Debug)]
pub struct HoldsSkills(pub SkillMode);

impl Eligibility for HoldsSkills {
    fn check(&self, case: &Case<'_>, agent: &Candidate<'_>) -> Result<(), Exclusion> {
        if !self.0.requires() {
            return Ok(());
        }
        let missing = case
            .routed()
            .skills()
            .iter()
            .filter(|request| request.mandatory)
            .find_map(|request| match agent.level_of(&request.skill) {
                None => Some(format!("lacks skill `{}`", request.skill)),
                Some(level) if self.0.levels() && level < request.level => Some(format!(
                    "holds skill `{}` at level {level}, {} is asked for",
                    request.skill, request.level
                )),
                Some(_) => None,
            });
        missing.map_or(Ok(()), |reason| Err(Exclusion::new(reason)))
    }

    fn class(&self, _: &WorkItem) -> Option<u64> {
        Some(0)
    }
}

/// The gate `ai`: is a person.
#[derive(Clone, Copy, Debug, Default)]
pub struct HumanOnly;

impl Eligibility for HumanOnly {
    fn check(&self, _: &Case<'_>, agent: &Candidate<'_>) -> Result<(), Exclusion> {
        if agent.is_ai() {
            Err(Exclusion::new("is an AI agent, and the rule includes none"))
        } else {
            Ok(())
        }
    }

    fn class(&self, _: &WorkItem) -> Option<u64> {
        Some(0)
    }
}

/// The gate `capacity`: the item fits, on its channel and over all channels.
///
/// The reference system asks only whether less than all is in use, which overshoots with sizes above 1; here the whole
/// item has to fit.
#[derive(Clone, Copy, Debug, Default)]
pub struct HasCapacity;

impl Eligibility for HasCapacity {
    fn check(&self, case: &Case<'_>, agent: &Candidate<'_>) -> Result<(), Exclusion> {
        let (size, load, capacity) = (u64::from(case.size()), agent.load(), agent.capacity());
        if !capacity.holds(load.saturating_add(size)) {
            return Err(Exclusion::new(format!(
                "holds {load} of {capacity} units, the item takes {size}"
            )));
        }
        match agent.universal_capacity() {
            Some(capacity) if !capacity.holds(agent.universal_load().saturating_add(size)) => {
                let load = agent.universal_load();
                Err(Exclusion::new(format!(
                    "holds {load} of {capacity} units over all channels, the item takes {size}"
                )))
            }
            _ => Ok(()),
        }
    }

    fn class(&self, _: &WorkItem) -> Option<u64> {
        Some(0)
    }
}
