//! A step in one call: an input with its outputs.

use alloc::collections::VecDeque;
use core::iter::FusedIterator;

use crate::router::Router;
use crate::router::error::RouterError;
use crate::router::input::Input;
use crate::router::output::Output;
use crate::time::Timestamp;

/// The outputs of a step, and whether its input was refused. [`Router::step`] returns it.
///
/// It is an iterator that removes the outputs from the router, in the order in which they happen. Outputs that are not taken stay
/// in the router: the next step returns them first.
#[derive(Debug)]
#[must_use = "it has the outputs of the step, and the refusal of its input"]
pub struct Step<'a> {
    outputs: &'a mut VecDeque<Output>,
    before_input: usize,
    refused: Option<RouterError>,
}

impl Step<'_> {
    /// Returns why the input was refused; `None` if it was applied.
    ///
    /// The outputs of a refused input are those of an [`Input::Tick`].
    pub fn refused(&self) -> Option<&RouterError> {
        self.refused.as_ref()
    }

    /// Returns the number of the step's outputs that come before those of its input: time alone caused them. Outputs that were
    /// not taken after earlier steps are counted as well.
    ///
    /// [`Output::Exhausted`] comes at the end of a step, and so is never counted. The number does not change while the outputs
    /// are taken.
    ///
    /// # Examples
    ///
    /// ```
    /// # use handover::*;
    /// # let config = Config::new()
    /// #     .channel("chat", ServiceChannel::new().active(true))
    /// #     .queue("support", Queue::new("chat").active(true).routing(Routing::always()).max_wait_secs(60));
    /// let mut router = Router::new(&Plan::new(config)?);
    /// let route = |id| Input::Route { item: WorkItem::new(id, "chat"), queue: None };
    /// assert_eq!(router.step(Timestamp::saturating_from_millis(0), route("chat-1")).count(), 1);
    ///
    /// // A minute later, time has canceled the first chat before the second one comes in.
    /// let step = router.step(Timestamp::saturating_from_millis(60_000), route("chat-2"));
    /// assert_eq!(step.before_input(), 1);
    /// let items: Vec<_> = step.map(|output| output.item().cloned()).collect();
    /// assert_eq!(items, [Some("chat-1".into()), Some("chat-2".into())]);
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn before_input(&self) -> usize {
        self.before_input
    }
}

impl Iterator for Step<'_> {
    type Item = Output;

    fn next(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.outputs.len(), Some(self.outputs.len()))
    }
}

impl ExactSizeIterator for Step<'_> {}

impl FusedIterator for Step<'_> {}

impl Router {
    /// Applies an input at a moment, and returns the outputs. See [Steps](Self#steps).
    ///
    /// It is [`handle`](Self::handle) with [`poll_output`](Self::poll_output), in one call that cannot forget an output or a
    /// refusal. The cost is that of `handle`. A durable host writes the input to its journal first: see
    /// [`keeping`](crate::keeping#the-loop).
    ///
    /// # Examples
    ///
    /// ```
    /// # use handover::*;
    /// # let config = Config::new()
    /// #     .channel("chat", ServiceChannel::new().active(true))
    /// #     .queue("support", Queue::new("chat").active(true).routing(Routing::always()).pool(EligibilityPool::new(["all"], "any")))
    /// #     .rule("any", AssignmentRule::new())
    /// #     .presence_state("available", PresenceState::new().takes_work(true).channels(["chat"]))
    /// #     .group("all", AgentGroup::new(["asha"]))
    /// #     .agent("asha", Agent::new());
    /// let mut router = Router::new(&Plan::new(config)?);
    /// let now = Timestamp::saturating_from_millis(1_000);
    /// let inputs = [
    ///     Input::SetPresence { agent: "asha".into(), state: Some("available".into()) },
    ///     Input::Route { item: WorkItem::new("chat-1", "chat"), queue: None },
    ///     Input::Accept { item: "chat-1".into(), agent: "ben".into() },
    /// ];
    /// let (mut sent, mut refusals) = (Vec::new(), Vec::new());
    /// for input in inputs {
    ///     let step = router.step(now, input);
    ///     refusals.extend(step.refused().map(ToString::to_string));
    ///     // A host sends each output to the agent whom it concerns.
    ///     sent.extend(step.filter_map(|output| Some((output.agent()?.clone(), output))));
    /// }
    /// assert!(matches!(&sent[1], (agent, Output::Offered { .. }) if agent == "asha"));
    /// assert_eq!(refusals, ["there is no agent `ben`"]);
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn step(&mut self, now: Timestamp, input: Input) -> Step<'_> {
        let refused = self.handle(now, input).err();
        Step {
            before_input: self.outputs_before_input,
            refused,
            outputs: &mut self.outputs,
        }
    }
}
