//! The example `replay`: explanations.

use super::*;

#[test]
fn explanation_follows_all_inputs_of_its_time() {
    let lines = [ASHA_LOGS_IN, ROUTE_CONV_1, ASHA_ACCEPTS_CONV_1];
    let plain = replay(&["--digest"], &lines);
    let cases = [
        ("conv-1@1999", "conv-1 at 1999 ms: no such work item\n\n"),
        (
            "conv-1@2000",
            "conv-1 at 2000 ms: pending accept, offered to asha until 22000 ms\nIf it were assigned once more, in addition to its current load:\nconv-1 in desk at 2000 ms: ",
        ),
        (
            "conv-1@2999",
            "conv-1 at 2999 ms: pending accept, offered to asha until 22000 ms\nIf it were assigned once more, in addition to its current load:\nconv-1 in desk at 2999 ms: ",
        ),
        (
            "conv-1@3000",
            "conv-1 at 3000 ms: accepted, held by asha\nIf it were assigned once more, in addition to its current load:\nconv-1 in desk at 3000 ms: ",
        ),
        ("a@b@3000", "a@b at 3000 ms: no such work item\n\n"),
        (
            "conv-1@3001",
            "conv-1 at 3001 ms: not reached, the replay ended at 3000 ms (see --until-ms)\n",
        ),
    ];
    for (argument, explanation) in cases {
        let result = replay(&["--explain", argument, "--digest"], &lines);
        assert_eq!((result.code, &result.stdout), (0, &plain.stdout));
        assert!(result.stderr.starts_with(explanation), "{}", result.stderr);
    }
    // The table lists every agent.
    let result = replay(&["--explain=conv-1@2000"], &lines);
    for agent in ["asha", "ben", "chen"] {
        assert!(result.stderr.contains(&format!("  {agent} ")));
    }
    // Explanations are sorted by time.
    let result = replay(
        &["--explain", "conv-1@3000", "--explain", "conv-1@2000"],
        &lines,
    );
    let earlier = result.stderr.find("at 2000 ms").unwrap();
    assert!(earlier < result.stderr.find("at 3000 ms").unwrap());
}

#[test]
fn explanation_after_the_last_line_is_printed_at_its_time() {
    let options = ["--until-ms", "40000", "--explain", "conv-1@30000"];
    let result = replay(&options, &[ASHA_LOGS_IN, ROUTE_CONV_1]);
    assert!(
        result
            .stderr
            .starts_with("conv-1 at 30000 ms: queued\nconv-1 in desk at 30000 ms: waits, "),
        "{}",
        result.stderr
    );
    assert!(result.stderr.contains("presence: "));
}
