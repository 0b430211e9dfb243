//! How everything is written as JSON: the configuration, work items, inputs and outputs.
//!
//! Everywhere: unknown fields and keys that are given twice are errors, and an error names the place. What is absent is left
//! out; null stands only where it says so below. Fields that end in `_secs` are whole seconds, from 1 (`eligible_at_secs` and
//! `wrap_up_secs` from 0); fields that end in `_ms` are moments, in milliseconds since the Unix epoch. An id is a text of 1 to
//! 256 bytes without control characters.
//!
//! # The configuration
//!
//! [`Config`](crate::Config), with every field that there is. The keys of the maps are the ids.
//!
//! ```
//! # use handover::{Config, Plan};
//! let json = r#"{
//!     "channels": {"whatsapp": {
//!         "name": "WhatsApp",
//!         "active": true,
//!         "kind": "messaging",
//!         "condition": {"field": "subtype", "is": "whatsapp"},
//!         "default_size": 1,
//!         "default_capacity": 4,
//!         "sizes": [{"when": {"field": "vip", "is": true}, "size": 2}],
//!         "skills": [{"when": {"field": "language", "is": "es"}, "skill": "spanish", "level": 1, "mandatory": true}],
//!         "utilization": {"field": "state", "in": ["new", "work_in_progress"]},
//!         "wrap_up_secs": 30
//!     }},
//!     "queues": {"agent-whatsapp": {
//!         "name": "Agent WhatsApp Queue",
//!         "active": true,
//!         "channel": "whatsapp",
//!         "order": 100,
//!         "routing": "always",
//!         "eligibility": [
//!             {"groups": ["agent-whatsapp"], "rule": "most-capacity", "eligible_at_secs": 0},
//!             {"groups": ["back-office"], "rule": "most-capacity", "eligible_at_secs": 60}],
//!         "sort": [{"field": "severity", "direction": "ascending"}],
//!         "affinity": ["last_agent", "preferred"],
//!         "when_exhausted": {"start_over_secs": 60},
//!         "target_wait_secs": 60,
//!         "max_wait_secs": 600,
//!         "max_length": 1000,
//!         "triggers": [{"at_secs": 30, "name": "please-hold"}]
//!     }},
//!     "rules": {"most-capacity": {
//!         "name": "WhatsApp - Most Capacity",
//!         "assign_by": ["most_capacity"],
//!         "offer": {"ask": {"rejectable": true, "timeout_secs": 30, "timeout_presence": "away"}},
//!         "skills": "require",
//!         "gates": [],
//!         "include_ai": false,
//!         "on_presence_lost": "withdraw"
//!     }},
//!     "presence_states": {
//!         "available": {
//!             "name": "Available",
//!             "active": true,
//!             "takes_work": true,
//!             "order": 0,
//!             "channels": ["whatsapp"],
//!             "groups": "all"
//!         },
//!         "away": {"name": "Away", "active": true, "takes_work": false, "order": 1, "channels": [], "groups": "all"}
//!     },
//!     "groups": {
//!         "agent-whatsapp": {"name": "Agents", "members": ["asha"], "queue_order": {"agent-whatsapp": 100}},
//!         "back-office": {"name": "Back office", "members": ["ben"], "queue_order": {}}
//!     },
//!     "agents": {
//!         "asha": {
//!             "name": "Asha",
//!             "kind": "human",
//!             "skills": {"spanish": 2},
//!             "capacity": {"whatsapp": 3},
//!             "universal_capacity": 6
//!         },
//!         "ben": {"name": "Ben", "kind": "human", "skills": {}, "capacity": {"whatsapp": "unlimited"}}
//!     },
//!     "reject_reasons": {"busy": {
//!         "name": "Busy",
//!         "selectable": true,
//!         "channels": "all",
//!         "reassignable_after_secs": 120
//!     }}
//! }"#;
//! let config: Config = serde_json::from_str(json)?;
//! assert!(Plan::new(config.clone()).is_ok());
//! // Nothing is missing here: it is written as it was read.
//! assert_eq!(serde_json::to_value(&config)?, serde_json::from_str::<serde_json::Value>(json)?);
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! A queue needs its `channel`, a pool its `groups` and its `rule`, and what stands in a list all that it has there, but for
//! `level`, `mandatory` and `eligible_at_secs`. All else may be absent, and is then:
//!
//! | field | if absent | or else |
//! |---|---|---|
//! | every `name` | the id | |
//! | every map and list | empty | |
//! | a channel's `active`, a queue's `active` | `false` | |
//! | `kind` of a channel | `"other"` | `"chat"`, `"phone"`, `"messaging"` |
//! | `condition`, `utilization` | `"always"` | a condition |
//! | `default_size`, `default_capacity` | 1 | a number from 1; a capacity is a number from 0, or `"unlimited"` |
//! | `sizes` | | of a list, `{"custom": name}` as well |
//! | `level`, `mandatory` | 1, `false` | |
//! | `wrap_up_secs`, `eligible_at_secs` | 0 | |
//! | `order` of a queue, in `queue_order` | 100 | |
//! | `routing` | `"manual"` | `"always"`, a condition, `{"custom": name}` |
//! | `direction` | | `"ascending"`, `"descending"` |
//! | `when_exhausted` | `"wait"` | `{"start_over_secs": …}` |
//! | `target_wait_secs`, `max_wait_secs`, `max_length` | none | |
//! | `assign_by` | `["last_assigned"]` | `"most_capacity"`, `"longest_idle"`, `"fewest_items"`, `"lowest_utilization"`, `"round_robin"`, `"in_order"`, `"fewest_handled"`, `"specialists_first"`, `{"custom": name}` |
//! | `offer` | `{"ask": {}}` | `"auto_accept"` |
//! | `rejectable` | `true` | |
//! | `timeout_secs`, `timeout_presence` | none | |
//! | `skills` of a rule | `"ignore"` | `"prefer"`, `"require"`, `"prefer_levels"`, `"require_levels"` |
//! | `include_ai` | `false` | |
//! | `on_presence_lost` | `"withdraw"` | `"keep"` |
//! | a presence state's `active`, `takes_work`, `order` | `true`, `false`, 0 | |
//! | a presence state's `channels`, `groups` | `[]`, `"all"` | a list, or `"all"` |
//! | `kind` of an agent | `"human"` | `"ai"` |
//! | `capacity` of an agent, `universal_capacity` | as the channel says, none | |
//! | `selectable`, `channels` of a reject reason | `true`, `"all"` | |
//! | `reassignable_after_secs` | not asked again | |
//!
//! # Conditions
//!
//! ```
//! # use handover::Condition;
//! for json in [
//!     r#""always""#,
//!     r#"{"all":[{"field":"vip","is":true},{"field":"language","in":["es","pt"]}]}"#,
//!     r#"{"any":[{"field":"visits","at_least":3},{"field":"topic","starts_with":"bill"}]}"#,
//!     r#"{"not":{"field":"tags","contains":"spam"}}"#,
//!     r#"{"field":"subtype","exists":false}"#,
//! ] {
//!     assert_eq!(serde_json::to_string(&serde_json::from_str::<Condition>(json)?)?, json);
//! }
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! The other comparisons are `is_not`, `not_in`, `less_than`, `at_most` and `more_than`.
//!
//! # Work items
//!
//! [`WorkItem`](crate::WorkItem): all but `id` and `channel` may be absent. A fact is a boolean, a whole number, a text, or a list
//! of these.
//!
//! ```
//! # use handover::WorkItem;
//! let item: WorkItem = serde_json::from_str(r#"{
//!     "id": "conv-1",
//!     "channel": "whatsapp",
//!     "facts": {"language": "es", "vip": true, "visits": 3, "tags": ["returns"]},
//!     "skills": [{"skill": "spanish", "level": 1, "mandatory": true}],
//!     "priority": 0,
//!     "requester": "+4917012345",
//!     "preferred_agents": ["asha"],
//!     "size": 2
//! }"#)?;
//! assert_eq!(item.size, Some(2));
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! # Inputs
//!
//! [`Input`](crate::Input). `queue`, `note`, `channel`, `until_ms`, `force` and `groups` may be absent. Null: no presence state,
//! a fact that is removed, a capacity as it is configured, an agent that is gone.
//!
//! ```
//! # use handover::Input;
//! for json in [
//!     r#"{"route":{"item":{"id":"conv-1","channel":"whatsapp","facts":{},"skills":[],"priority":0,"preferred_agents":[]},"queue":"agent-whatsapp"}}"#,
//!     r#"{"set_presence":{"agent":"asha","state":"available"}}"#,
//!     r#"{"set_presence":{"agent":"asha","state":null}}"#,
//!     r#"{"set_channel":{"agent":"asha","channel":"whatsapp","on":false}}"#,
//!     r#"{"accept":{"item":"conv-1","agent":"asha"}}"#,
//!     r#"{"reject":{"item":"conv-1","agent":"asha","reason":"busy"}}"#,
//!     r#"{"update":{"item":"conv-1","facts":{"language":null,"vip":true}}}"#,
//!     r#"{"complete":{"item":"conv-1"}}"#,
//!     r#"{"close":{"item":"conv-1"}}"#,
//!     r#"{"release":{"item":"conv-1"}}"#,
//!     r#"{"cancel":{"item":"conv-1","note":"spam"}}"#,
//!     r#"{"transfer":{"item":"conv-1","to_queue":"billing"}}"#,
//!     r#"{"transfer":{"item":"conv-1","to_agent":"ben","mode":"blind"}}"#,
//!     r#"{"transfer":{"item":"conv-1","to_agent":"ben","mode":"warm","force":true}}"#,
//!     r#"{"allocate":{"item":"conv-1","agent":"ben","by":"mona"}}"#,
//!     r#"{"assign_directly":{"item":"conv-1","agent":"ben"}}"#,
//!     r#"{"assign_directly":{"new_item":{"id":"conv-2","channel":"whatsapp","facts":{},"skills":[],"priority":0,"preferred_agents":[]},"agent":"ben"}}"#,
//!     r#"{"set_capacity":{"agent":"ben","channel":"whatsapp","capacity":5,"until_ms":1700000000000}}"#,
//!     r#"{"set_capacity":{"agent":"ben","capacity":null}}"#,
//!     r#"{"set_agent":{"agent":"cleo","value":{"kind":"human","skills":{},"capacity":{}},"groups":["back-office"]}}"#,
//!     r#"{"set_agent":{"agent":"ben","value":null,"groups":[]}}"#,
//!     r#"{"reconfigure":{"config":{"channels":{},"queues":{},"rules":{},"presence_states":{},"groups":{},"agents":{},"reject_reasons":{}}}}"#,
//!     r#""tick""#,
//! ] {
//!     assert_eq!(serde_json::to_string(&serde_json::from_str::<Input>(json)?)?, json);
//! }
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! # Outputs
//!
//! [`Output`](crate::Output). What is not known of an offer is absent: the `queue`, the `group`, the `rule`, `expires_ms`; so is
//! the `reason` of what was not rejected, and the `agent` of what nobody had.
//!
//! ```
//! # use handover::Output;
//! for json in [
//!     r#"{"queued":{"item":"conv-1","queue":"agent-whatsapp"}}"#,
//!     r#"{"unroutable":{"item":"conv-1","reason":"no_queue"}}"#,
//!     r#"{"offered":{"item":"conv-1","agent":"asha","queue":"agent-whatsapp","group":"agent-whatsapp","rule":"most-capacity","expires_ms":31000,"by":"router"}}"#,
//!     r#"{"offered":{"item":"conv-1","agent":"ben","queue":"agent-whatsapp","rule":"most-capacity","by":{"transfer":"asha"}}}"#,
//!     r#"{"offered":{"item":"conv-1","agent":"ben","queue":"agent-whatsapp","rule":"most-capacity","by":{"manager":"mona"}}}"#,
//!     r#"{"offer_ended":{"item":"conv-1","agent":"asha","why":"rejected","reason":"busy"}}"#,
//!     r#"{"accepted":{"item":"conv-1","agent":"asha","queue":"agent-whatsapp","group":"agent-whatsapp","rule":"most-capacity","by":"agent"}}"#,
//!     r#"{"released":{"item":"conv-1","agent":"asha","why":"transferred"}}"#,
//!     r#"{"requeued":{"item":"conv-1","queue":"billing","why":"transferred"}}"#,
//!     r#"{"presence_set":{"agent":"asha","state":"away","why":"timed_out"}}"#,
//!     r#"{"trigger_due":{"item":"conv-1","queue":"agent-whatsapp","name":"please-hold"}}"#,
//!     r#"{"target_missed":{"item":"conv-1","queue":"agent-whatsapp"}}"#,
//!     r#"{"exhausted":{"item":"conv-1","queue":"agent-whatsapp"}}"#,
//!     r#"{"wrapping_up":{"item":"conv-1","agent":"asha"}}"#,
//!     r#"{"closed":{"item":"conv-1","agent":"asha"}}"#,
//!     r#"{"canceled":{"item":"conv-1","agent":"asha","reason":"requested","note":"spam"}}"#,
//!     r#"{"reconfigured":{"kept":10,"moved":0,"canceled":0,"withdrawn":1}}"#,
//! ] {
//!     assert_eq!(serde_json::to_string(&serde_json::from_str::<Output>(json)?)?, json);
//! }
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! The words of `reason` are those of [`UnroutableReason`](crate::UnroutableReason) and [`CancelReason`](crate::CancelReason),
//! those of `why` stand in [`OfferEnd`](crate::OfferEnd), [`ReleaseWhy`](crate::ReleaseWhy), [`RequeueWhy`](crate::RequeueWhy)
//! and [`PresenceWhy`](crate::PresenceWhy), those of `by` in [`OfferedBy`](crate::OfferedBy) and
//! [`AcceptedBy`](crate::AcceptedBy): in small letters, with `_` between the words.
