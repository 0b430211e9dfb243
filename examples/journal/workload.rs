//! Random inputs for the crash test, with the outputs and states of an uninterrupted run.

use handover::{Config, Input, ItemState, Plan, Router, Timestamp, Transfer, WorkItem};

use super::host::Row;
use super::outbox::{Message, OutputNumber};

/// A generator of pseudo-random numbers (xorshift), so that each run is the same.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    /// Returns a number below a limit.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or(0) % limit
    }

    fn pick<T: Clone>(&mut self, values: &[T]) -> Option<T> {
        let index = self.below(values.len().max(1));
        values.get(index).cloned()
    }
}

/// An uninterrupted run.
pub(crate) struct Workload {
    pub(crate) config: Config,
    pub(crate) rows: Vec<Row>,
    /// The digests of the router before the first row, and after each row.
    pub(crate) digests: Vec<u64>,
    pub(crate) messages: Vec<Message>,
    /// The number of rows that the router refuses.
    pub(crate) refused: usize,
}

impl Workload {
    /// Runs a router on random rows that follow from its state.
    pub(crate) fn new(config: Config, length: usize) -> Result<Self, Box<dyn std::error::Error>> {
        let mut router = Router::new(&Plan::new(config.clone())?);
        let mut workload = Self {
            config,
            rows: Vec::new(),
            digests: vec![router.digest()],
            messages: Vec::new(),
            refused: 0,
        };
        let mut random = Random(0x2545_f491_4f6c_dd1d);
        while workload.rows.len() < length {
            let row = workload.next_row(&router, &mut random);
            let step = router.step(row.at_ms, row.input.clone());
            workload.refused += usize::from(step.refused().is_some());
            workload.rows.push(row);
            let input = u64::try_from(workload.rows.len())?;
            workload
                .messages
                .extend(step.enumerate().map(|(place, output)| Message {
                    number: OutputNumber { input, place },
                    output,
                }));
            workload.digests.push(router.digest());
        }
        Ok(workload)
    }

    /// Compares a router with the uninterrupted run, and returns the number of rows that it has taken.
    ///
    /// # Errors
    ///
    /// Fails if the digest is not that of the uninterrupted run after as many inputs.
    pub(crate) fn check(&self, inputs: u64, digest: u64) -> Result<usize, String> {
        let rows = usize::try_from(inputs).unwrap_or(usize::MAX);
        if self.digests.get(rows) == Some(&digest) {
            Ok(rows)
        } else {
            Err(format!(
                "after {inputs} inputs, the state differs from the uninterrupted run"
            ))
        }
    }

    fn next_row(&self, router: &Router, random: &mut Random) -> Row {
        let millis = u64::try_from(random.below(4_000)).unwrap_or(0);
        let mut at_ms = router.now().plus_millis(millis);
        let agents: Vec<_> = self.config.agents.keys().cloned().collect();
        let agent = random.pick(&agents).unwrap_or_else(|| "nobody".into());
        let item = self.next_item(random);
        let in_state = |state| {
            let items = router.items().filter(move |item| item.state() == state);
            items.map(|item| item.work_item().id.clone()).collect()
        };
        let accepted: Vec<_> = in_state(ItemState::Accepted);
        let offered: Vec<_> = in_state(ItemState::PendingAccept);
        let offered = random.pick(&offered).and_then(|item| {
            let agent = router.item(item.as_str())?.offered_to()?.clone();
            Some((item, agent))
        });
        let accepted = random.pick(&accepted);
        let input = match (random.below(20), offered, accepted) {
            (0..=4, ..) => Input::Route { item, queue: None },
            (5..=8, Some((item, agent)), _) => Input::Accept { item, agent },
            (9, Some((item, agent)), _) => {
                let reason = "busy".into();
                Input::Reject {
                    item,
                    agent,
                    reason,
                }
            }
            (10..=12, _, Some(item)) => Input::Complete { item, by: None },
            (13, _, Some(item)) => Input::Transfer(Transfer::to_queue(item, "billing")),
            (14, ..) => {
                at_ms = router.poll_timeout().unwrap_or(at_ms);
                Input::Tick
            }
            // Repeats the last input. Most repeats are refused.
            (15, ..) => match self.rows.last() {
                Some(row) => row.input.clone(),
                None => Input::Tick,
            },
            // A step before the last one is refused, and counts.
            (16, ..) if router.now() > Timestamp::saturating_from_millis(1) => {
                at_ms = Timestamp::saturating_from_millis(1);
                Input::Tick
            }
            (17, ..) => match random.below(20) {
                0 => {
                    let until = at_ms.plus_secs(3_600);
                    Input::SkipTime { until }
                }
                1 => {
                    let mut config = router.plan().config().clone();
                    if let Some(queue) = config.queues.get_mut("desk") {
                        let secs = queue
                            .max_wait_secs
                            .map_or(600, |secs| 1_200 - secs.min(900));
                        queue.max_wait_secs = Some(secs);
                    }
                    let config = Box::new(config);
                    Input::Reconfigure { config }
                }
                _ => Input::Cancel {
                    item: item.id,
                    note: None,
                },
            },
            _ => {
                let is_away = random.below(6) == 0;
                let state = Some(if is_away { "away" } else { "available" }.into());
                Input::SetPresence { agent, state }
            }
        };
        Row { at_ms, input }
    }

    /// Returns a new item. Few of them are in Spanish or about billing.
    fn next_item(&self, random: &mut Random) -> WorkItem {
        let mut item = WorkItem::new(format!("conv-{}", self.rows.len()), "whatsapp")
            .fact("subtype", "whatsapp")
            .requester(format!("customer-{}", random.below(40)));
        if random.below(4) == 0 {
            item = item.fact("language", "es");
        }
        if random.below(4) == 0 {
            item = item.fact("topic", "billing");
        }
        item
    }
}
