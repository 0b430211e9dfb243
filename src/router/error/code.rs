//! The stable codes and the kinds of refused inputs, and the errors of new items.

use crate::id::WorkItemId;
use crate::router::error::RouterError;
use crate::routing::error::{ErrorKind, WrongCall};

impl RouterError {
    /// Returns the stable code of the error, such as `unknown_item`: the name of the variant in snake case.
    ///
    /// The module [`json`](crate::json) lists all codes. If several checks fail, the code is that of the first one in the list.
    ///
    /// # Examples
    ///
    /// ```
    /// # use handover::*;
    /// # let config = Config::new()
    /// #     .channel("chat", ServiceChannel::new().active(true))
    /// #     .queue("support", Queue::new("chat").active(true).routing(Routing::always()));
    /// # let mut router = Router::new(&Plan::new(config)?);
    /// # let now = Timestamp::saturating_from_millis(1_000);
    /// let route = Input::Route { item: WorkItem::new("chat-1", "chat"), queue: None };
    /// router.handle(now, route.clone())?;
    /// // The host repeats the call, as it does not know that the first one has arrived.
    /// let error = router.handle(now, route).unwrap_err();
    /// assert_eq!((error.code(), error.kind()), ("id_in_use", ErrorKind::Conflict));
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub const fn code(&self) -> &'static str {
        self.code_and_kind().0
    }

    /// Returns the kind of error: what a host can do about it.
    pub const fn kind(&self) -> ErrorKind {
        self.code_and_kind().1
    }

    const fn code_and_kind(&self) -> (&'static str, ErrorKind) {
        use ErrorKind::{Conflict, Invalid, NotFound, Time};
        match self {
            Self::Poisoned => ("poisoned", Conflict),
            Self::TimeWentBack { .. } => ("time_went_back", Time),
            Self::TimeJump { .. } => ("time_jump", Time),
            Self::UnknownItem { .. } => ("unknown_item", NotFound),
            Self::UnknownAgent { .. } => ("unknown_agent", NotFound),
            Self::UnknownQueue { .. } => ("unknown_queue", NotFound),
            Self::UnknownChannel { .. } => ("unknown_channel", NotFound),
            Self::UnknownGroup { .. } => ("unknown_group", NotFound),
            Self::UnknownState { .. } => ("unknown_state", NotFound),
            Self::UnknownReason { .. } => ("unknown_reason", NotFound),
            Self::NotTheHolder { .. } => ("not_the_holder", Conflict),
            Self::IdInUse { .. } => ("id_in_use", Conflict),
            Self::AlreadyCompleted { .. } => ("already_completed", Conflict),
            Self::TransferUnderWay { .. } => ("transfer_under_way", Conflict),
            Self::WrongState { .. } => ("wrong_state", Conflict),
            Self::AlreadyAccepted { .. } => ("already_accepted", Conflict),
            Self::NotOffered { .. } => ("not_offered", Conflict),
            Self::NotRejectable { .. } => ("not_rejectable", Invalid),
            Self::ReasonNotSelectable { .. } => ("reason_not_selectable", Invalid),
            Self::ReasonOfAnotherChannel { .. } => ("reason_of_another_channel", Invalid),
            Self::QueueOfAnotherChannel { .. } => ("queue_of_another_channel", Invalid),
            Self::QueueInactive { .. } => ("queue_inactive", Conflict),
            Self::QueueFull { .. } => ("queue_full", Conflict),
            Self::NotPresent { .. } => ("not_present", Conflict),
            Self::NoRoom { .. } => ("no_room", Conflict),
            Self::StateInactive { .. } => ("state_inactive", Invalid),
            Self::StateNotForAgent { .. } => ("state_not_for_agent", Invalid),
            Self::UntilNotAhead { .. } => ("until_not_ahead", Invalid),
            Self::SizeZero { .. } => ("size_zero", Invalid),
            Self::LevelZero { .. } => ("level_zero", Invalid),
            Self::TooManySkills { .. } => ("too_many_skills", Invalid),
            Self::TooManyFacts { .. } => ("too_many_facts", Invalid),
            Self::InvalidId(_) => ("invalid_id", Invalid),
            Self::InvalidGroups { .. } => ("invalid_groups", Invalid),
            Self::InvalidConfig(_) => ("invalid_config", Invalid),
        }
    }

    /// Returns the error of a new item that cannot be routed.
    pub(crate) fn of_new_item(item: WorkItemId, wrong: WrongCall) -> Self {
        match wrong {
            WrongCall::UnknownChannel { channel } => Self::UnknownChannel { channel },
            WrongCall::UnknownQueue { queue } => Self::UnknownQueue { queue },
            WrongCall::QueueOfAnotherChannel {
                queue, expected, ..
            } => Self::QueueOfAnotherChannel {
                queue,
                item,
                channel: expected,
            },
            WrongCall::SizeZero => Self::SizeZero { item },
            WrongCall::LevelZero { skill } => Self::LevelZero { item, skill },
            WrongCall::TooManySkills => Self::TooManySkills { item },
            WrongCall::TooManyFacts { found } => Self::TooManyFacts { item, found },
            WrongCall::InvalidId(error) => Self::InvalidId(error),
        }
    }
}
