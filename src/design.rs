//! How it works, and why it is so. There is no code here.
//!
//! # The house
//!
//! ```text
//!   Config ──Plan::new──► Plan ────────────┐            plain values in, everything checked once
//!  (serde values)      (immutable,         │
//!                       shared)            ▼
//!        WorkItem ──route──► Routed     (channel, queue, size, skills as handles)     pure
//!                              │
//!                       Roster ──► assign(&roster, &routed, now) ──► Decision         pure
//!     presence, load, stamps   │   explain(&roster, &routed, now) ──► Explanation     pure
//!                              │
//!                       Roster ◄── commit(&assignment)                               checked
//!                              │
//!     Input, now ──► Router { roster, waiting items, offers, timers } ──► Output      sans-IO
//! ```
//!
//! Each layer can be used without the next. The words are those of ServiceNow's Advanced Work Assignment (AWA), whose
//! administrators should recognise everything: *route* is to choose a queue, *assign* to choose an agent, *offer* to show
//! the item to that agent; they are never mixed.
//!
//! Purity is enforced: the crate is `no_std`, so that its source cannot name a clock, a file, a thread or a random number.
//! Time is an argument, a [`Timestamp`](crate::Timestamp) in whole milliseconds, which can be stored and replayed where
//! the standard library's `Instant` cannot.
//!
//! # Routing
//!
//! Of the channel's active queues, by ascending `order` then id, the first whose `routing` holds takes the item; a caller
//! who names the queue skips only that. Size and skills are fixed with it. A wrong call and the configuration's *no* are
//! told apart ([`WhyUnroutable::is_wrong_call`](crate::WhyUnroutable::is_wrong_call)), and the item is given back. A plan
//! indexes the queues of a channel by the value that their condition demands of a field, so that hundreds of queues which
//! each take one language are not tried one by one.
//!
//! # Who may take it
//!
//! The pools of the queue whose `eligible_at_secs` the wait has reached are open; that moment is included. An agent is
//! considered once for each open pool and each of its groups, and has to pass, in this order:
//!
//! 1. `pool`: it is in a group of an open pool;
//! 2. `presence`: its presence state is active, takes work, lists the channel and is for one of its groups, and its own
//!    switch for the channel is on;
//! 3. `declined`: it has not declined the item, or that has lapsed;
//! 4. `skills`: it holds the mandatory skills, where the rule requires them, at the level asked for where levels count;
//! 5. `ai`: it is a person, or the rule includes AI agents;
//! 6. `capacity`: the whole item fits, on the channel and over all channels;
//! 7. the rule's own gates.
//!
//! If several ways let it through, the least by tier, pool and place of the group counts. If none does, the reason is that
//! of the pool in which it came furthest, the earliest on a tie.
//!
//! # Who is best
//!
//! A total order, so that no tie is left to chance: affinity, tier, pool, AI agents first, skills, the rule's `assign_by`
//! in turn, the longest since the last assignment, the agent's id.
//!
//! - *Tiers.* Each group orders the queues that name it; queues of equal order share a level, and the level is the tier.
//! - *Skills.* How many of those asked for are held at any level, then how many at the level asked for. Count beats level,
//!   as in AWA.
//! - *Last assigned* is an order, not a clock: a stamp that one counter of the roster gives. Whoever is given something
//!   later stands later, within one millisecond too.
//!
//! # Where AWA is silent, or we differ
//!
//! - *Capacity.* AWA asks only whether less than all is in use, which overshoots with sizes above 1. Here the whole item
//!   has to fit.
//! - *Precedence* of affinity, skills, AI preference and the rule's keys is not documented as one list: the one above is
//!   ours. What was promised to a requester comes before what the configuration says of groups, that before what the item asks
//!   for, and that before what agents are compared by.
//! - *Pools.* Whether open pools are merged or tried one after the other is not said. Here they are merged, and the
//!   earlier pool comes before all that a rule says: to open a later one is to widen the search, never to turn it away from
//!   those who were asked first.
//! - *From when a pool's delay counts* is not said: here from when the item entered its present queue, so that whoever is
//!   transferred to is asked in the order that its queue says.
//! - *Queues by `order`*: ascending, as group orders are. What matches none is unroutable and is not kept: an item nobody
//!   looks for would wait for ever.
//! - *Ties* of agents who were never assigned anything are not documented: here the id decides, so that a replay decides alike.
//! - *Last assigned* counts what was given, not what was accepted: who rejects has had its turn, and the next one is asked.
//! - *Most capacity* compares units, not shares, as AWA's one example does; of the universal capacity the lesser spare
//!   counts.
//! - *A universal capacity* counts what an agent has on all channels, those included that its presence state does not list:
//!   a conversation in hand takes as much of a person after a change of state as before.
//! - *An agent who leaves a group* keeps what it has: only what it may be given changes.
//! - *At most 1,024 facts* an item, and as many after an update: what reads them must not become slow by one item.
//! - *The worked example on group order* in AWA's documentation gives the last item of one case to an agent who is full.
//!   The corrected answer is a test.
//! - *Affinity* never makes anyone eligible and never waits, as in AWA; a name that is no agent is ignored.
//! - *A lone `{"custom": name}`* is read as a channel's `sizes` too, as a list of one.
//!
//! # Deciding and doing
//!
//! [`assign`](crate::assign()) changes nothing; [`Roster::commit`](crate::Roster::commit) does what was decided, and
//! refuses if anything about the agent has changed since: each agent has a number that every change of it alters. A race
//! between deciding and taking the capacity is the commonest fault of routers, and is an error here, never a doubly assigned
//! agent. A roster that was made of rows starts its counters from what the rows say, so that an assignment decided on older
//! rows is stale too.
//!
//! Plans have a fingerprint of their configuration. An item routed under one plan and a roster of another are an error,
//! never a wrong answer; plans of equal configurations are the same, also where rules of different code are registered
//! under the same names.
//!
//! # Why it is fast
//!
//! **Stages.** A plan compiles each queue into stages in order of tier and pool. The first stage in which anyone may take
//! the item gives the agent; affinity is asked by name before.
//!
//! **Places.** For each group and channel that a pool uses, a member has a fixed place. Rows of bits over the places say who
//! is present, who has so many spare units, who is an AI agent, who holds a skill at a level or above; beside them stand
//! each place's stamp and agent. *Longest since the last assignment, speaks Spanish, has room* is the least stamp among the
//! bits of an AND. An assignment moves nothing: a level bit moves to another row, and a stamp is written. All rows and
//! stamps of all groups lie in one piece of memory, and an agent's seats name the very words. Spare units are told apart up
//! to 31; what is above stands in a row *more* and is compared, and unlimited has a row of its own.
//!
//! **Walks.** The two rules of AWA, `most_capacity` and `last_assigned`, are read off the rows. All other keys are asked of
//! the agents whose bits are left, one key after the other and no further than needed: a ranking returns a number, never a
//! comparison, so that no rule can be inconsistent.
//!
//! **Lines.** A group of more than 512 members keeps the same rows over positions in the order of stamps, for those two
//! rules: the first bit is the answer. One summary bit for each word skips what is empty; for each level and skill there is
//! a summary besides, of the words in which somebody of that level has the skill, since those who are left at a high level
//! are mostly those whose skills nobody asks for. Whoever is assigned goes to the tail and leaves its skill bits behind,
//! which are harmless without a level bit; once the members are spread over too long a stretch, two of them are moved up at
//! each assignment, so that none waits for the others.
//!
//! **Memory.** Beyond some thousand agents the time of a decision is that of the lines that are fetched from beyond the
//! caches one after the other, not of instructions. So what a decision reads of a queue is one line, and its first two
//! groups' are found from the queue alone; an agent's numbers on a channel and its seats are another one, with the version by
//! which a stale decision is known in the first of them; sums over
//! channels are worked out only where a universal capacity asks for them. What does not depend on the channel, who is in a
//! group and which skills they have, is listed once for all channels; and a plan keeps the text of an id once, however
//! often the configuration says it.
//!
//! **Rare skills.** A skill that fewer than one member of a large group in 64 has gets places of its own over its holders.
//! Other mandatory skills are then asked of each holder.
//!
//! **What was weighed.** A sorted set per group and channel, the obvious way, has to move an agent in each of its groups at
//! each assignment and each completion, and walks past everyone who lacks the skill. The rows cost a few words a member and
//! are touched in one or two places.
//!
//! # The router
//!
//! [`Router`](crate::Router) is the state machine around the decision. It is told what happens and what time it is, and
//! says what follows; it opens nothing, starts nothing and waits for nothing.
//!
//! ```text
//!                 nobody may take it                     accept, or at once
//!   route ──► QUEUED ───── a round finds its agent ──► PENDING ACCEPT ──────────► ACCEPTED ──complete──► WRAPPING UP ──► closed
//!              ▲  ▲                                      │                         │ │ ▲                   │
//!              │  └── rejected, timed out, withdrawn ────┘                         │ │ └─ warm transfer ──┐│
//!              └────────── released, transferred to a queue, agent gone ───────────┘ └────────────────────┘│
//!   canceled ◄── from everywhere: by request, channel gone; while it waits: longest wait, not in its channel any more,
//!                queue gone and no other takes it. Not drawn: assigned directly, it is accepted at once; a blind transfer
//!                goes from accepted to pending; without wrap-up what is completed is closed.
//! ```
//!
//! **A step.** What is due by now happens first, by the moment at which it was due; then waiting items are assigned; then
//! the input is taken; then items are assigned once more, and it is asked whether anyone is left for the items that were
//! declined. Time that has moved stays moved: a refused input is only a tick. So a service may wake up late, or be
//! restarted, and nothing happens out of order. If several offers to one agent are overdue, all of them time out before the
//! agent is set away, so that none of them comes back to it.
//!
//! ```text
//!   Input, now ──► ids become handles, once ──► what is said is done ──┐
//!                                                                      ├──► what may have become possible: items, agents
//!   timers ──────► what is due happens first ──────────────────────────┘          │
//!                                                                                 ▼
//!   Output ◄── offered, accepted, … ◄── roster, hands ◄── assign ◄── the first item that somebody may take, in rounds
//!                                             │                                   ▲
//!                                             └──── what has become possible by that ────────┘
//! ```
//!
//! A *hand* is what an agent has accepted, wraps up or is offered; it lies on the agent's *desk*.
//!
//! **Waiting classes.** Items of a queue that ask for the same (size, mandatory skills, pools open, and what gates of the
//! service's own see alike) wait together, in order. Between steps nobody may take any waiting item: so a step asks only
//! about the classes of what has come back and of agents who have become free, and there only about the first item; where
//! somebody has declined that one, about those behind it too, up to the first that can be given or that nobody has declined.
//! What a million others wait for behind costs nothing.
//!
//! What comes in is asked about at once, and waits only if nobody may take it; where another of its class waits that nobody
//! has declined, that is known without a question. An agent who puts something down is asked only about classes that are
//! larger than the room it had before. The skills that the classes of a queue want are summed up in it: by that alone most
//! queues are passed over, and most who come in find nobody who asks for the same. The classes stand in the order of their
//! first items, each with its size and its skills as bits, so that most are passed over by two comparisons, and the first that
//! fits ends the search of a queue. Of what fits in all queues of an agent, what comes first is asked about first; unless it
//! fails, or a queue has sort keys, the rest is not asked about. In the same list, by a hash beside them, what comes in finds
//! its class: an index of all classes was a table more to keep, and far from
//! everything else that is read then. So what waits costs by the classes of its queue, which are few, and not by its items.
//!
//! **Where items are.** An item, what a router knows of it, and its place among those that wait are one row of five cache
//! lines, the item as it was handed in included. Rows lie in pieces of 1,024 that never move. The order of a class is a
//! treap whose links stand in the rows: a set beside them held every rank twice and took three times the memory. Ids
//! are found by hash in 64 shards that know half of each hash and where the row is, side by side; a table of the ids themselves
//! took 60 bytes an item more and stopped everything for a quarter of a second when it grew past half a million. What
//! is seldom said of an item (declines, triggers, skills that its channel adds) is in a box that most items do not
//! have. What an input needs of an agent beside its capacity (what it has in hand, its skills as bits, its groups, its name)
//! lies on a *desk* of one cache line, and the texts of a plan's ids lie side by side: with ten thousand agents it is the way
//! to memory that takes the time, not what is done there.
//!
//! **What waits for memory.** The ids that go out share their texts, and texts are counted by locked operations. On x86-64
//! such a one waits until all memory that was read before it has come, and holds up what is read after it. So what has come
//! in is decided about before any of its texts is shared. An input, and an item that comes in, is moved as seldom as can be:
//! what has just been moved is not yet there to be read in larger pieces.
//!
//! **What waits for code.** With a thousand agents it is not memory alone that takes the time, but the code of an input, some
//! forty kilobytes, which is more than a first-level cache holds: by callgrind 74 lines of it had to be fetched anew for each
//! input, where plain maps and sets need one. So what is done with every input is one piece, without a call where that pays,
//! and paths that are hardly ever taken, or only where something is configured that few configure (a handle behind which
//! nothing stands, a roster of one queue, a capacity over all channels, AI agents, groups of hundreds, more than three groups
//! an agent), are marked as such, so that they lie elsewhere. 35 lines are left, a tenth of the instructions went with the
//! calls, and beside the same maps and sets it takes five to eight hundredths less time than before. A build that is led by a
//! profile gains about as much once more.
//!
//! **Rounds.** Each queue names its first item that somebody may take through the lowest tier in which anything can be taken
//! now, in the queue's own order; of the items that are named, the first by priority, age and arrival goes. An agent is
//! chosen for it as always, over all pools that are open. Where one agent alone has become free, it is that agent. Where much
//! has become possible at once (many wrap-ups end together, a new configuration), the first candidate of each class is found
//! once and looked at again when its turn comes: what others were given since can only have taken it away. In a queue with sort
//! keys the first is looked at again as soon as its agent is given something, since what stands behind it may come before
//! what other queues name.
//!
//! **Gates** of the service's own see one agent and one item. So whatever changes of an agent is a question about that agent
//! alone, and whoever has no room left is asked about nothing.
//!
//! **What is not quick.** `set_agent` and `reconfigure` check, compile and swap the whole configuration, and carry every
//! agent and item over: they are linear in all of it. `items()`, `queue()`, snapshots and digests are linear in what they
//! show. An agent who leaves, or changes its channels or its capacity, is asked about for each item that somebody has declined
//! in its queues: whether anyone is left. Who has declined many items is asked past all of them when it becomes free.
//! An item that a gate of the service's own puts in no class is a class by itself: a queue of a hundred thousand such
//! items is a hundred thousand questions for an agent who takes none of them; and where gates name as many classes, what comes in
//! is compared with the hash of each.
//!
//! **Timers.** An item has one timer, for what is due of it next, or for a moment before that: one that something has
//! overtaken is armed anew when it comes to the front, and goes with its item. What lies beyond the last moment of time never
//! comes.
//!
//! **Snapshots** name ids and hold what cannot be worked out again: load is not stored, it is the sum of what agents hold;
//! the index is built anew. The digest is a function of the snapshot's values and nothing else.
//!
//! ## Where AWA is silent on work that waits
//!
//! - *A wait* begins anew when an item is transferred to a queue or leaves an agent's hands, and not when an offer ends
//!   without acceptance: nobody has had it meanwhile. Its age runs on through all of it.
//! - *Items without sort rows* go by priority, then age, then arrival: who has waited longest altogether is next. What queues
//!   name is compared in the same way, so that no queue starves another.
//! - *An agent who is away before it has answered* loses the offer, without having declined: nobody saw it. A rule may say that
//!   offers are kept.
//! - *A transfer* to another queue clears declines: others decide there. Who gives it away has declined it there too.
//! - *A transfer to an agent* asks for room, unless it is forced; a manager's allocation does not: who allocates has looked.
//! - *A decline* binds assignment and not people: a manager may allocate the item to whoever has declined it.
//! - *Who gives work away* has declined it, so that it does not come straight back.
//! - *Exhausted* means that nobody is left but those who have declined: who is busy is left, who is absent is not.
//! - *An item that has none of the facts* which the channel's utilization names counts as load: an item routed without its
//!   state would weigh nothing, and an agent be handed the whole backlog.
//! - *The longest wait* that passes during an offer ends the item when that offer does; an offer is never broken for it.
//! - *A full queue* refuses what comes in and what is transferred to it, never what comes back, which was let in once; and
//!   takes what somebody can take at once, since that does not wait.
//! - *A queue or channel that is switched off* keeps what it has, with its clocks running.
//! - *A new configuration* takes effect whole or not at all. A rule that is gone withdraws its offers; an offer that stays
//!   keeps its moment and takes everything else from the new rule. An agent that is to be gone cannot be put into groups.
//! - *A warm transfer* under way refuses every other transfer, to queues too; releasing, completing or assigning the item
//!   directly ends it. Under a new configuration its offer is withdrawn where it could not stand anyway, and superseded where
//!   only its giver is gone.
//!
//! # Configuration in Rust
//!
//! An id is made of any text without an error, so that a configuration reads as a list of what is there; whether it *is*
//! an id is asked at the doors: when JSON is read, when a plan is made, when an item is routed. A setter of a number takes
//! exactly that number's type, and is named as its JSON field, unit included (`eligible_at_secs`).
//!
//! # Reading JSON
//!
//! Nothing is `untagged` and nothing flattened, whose errors say nothing. Forms that are a word or an object are read by
//! hand; each field, key and place of a list puts itself in front of an error from inside.
