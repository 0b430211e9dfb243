//! The example `replay`: input lines that are accepted and refused.

use super::*;

#[test]
fn standard_input_gives_the_same_outputs_as_a_file() {
    let expected = run(&[DAY, INPUTS]);
    let inputs = fs::read_to_string(INPUTS).unwrap();
    assert_eq!(
        run_on(&[DAY, "-"], &mut inputs.as_bytes(), false),
        expected,
        "the inputs"
    );
    let config = fs::read_to_string(DAY).unwrap();
    assert_eq!(
        run_on(&["-", INPUTS], &mut config.as_bytes(), false),
        expected,
        "the configuration"
    );
}

#[test]
fn unreadable_line_is_refused_and_does_not_advance_time() {
    let cases = [
        ("hello", "expected an object with `at_ms` and `input`"),
        (
            r#"[5000, "tick"]"#,
            "expected an object with `at_ms` and `input`",
        ),
        (
            r#"{"at_ms": 5000, "input": }"#,
            "expected value at column 26",
        ),
        (
            r#"{"at_ms": 5000, "input": "tick"} {}"#,
            "trailing characters at column 34",
        ),
        (
            r#"{"at_ms": 5000, "input": "tick", "note": "lunch"}"#,
            "unknown field `note`, expected `at_ms` or `input` at column 39",
        ),
        (
            r#"{"at_ms": 5000, "at_ms": 6000, "input": "tick"}"#,
            "duplicate field `at_ms` at column 23",
        ),
        (
            r#"{"at_ms": 5000, "input": {"accept": {"item": "conv-1", "agent": "asha", "by": "me"}}}"#,
            "accept: unknown field `by`, expected `item` or `agent` at column 76",
        ),
        (r#"{"at_ms": 5000}"#, "missing field `input` at column 15"),
        (r#"{"input": "tick"}"#, "missing field `at_ms` at column 17"),
    ];
    for (line, error) in cases {
        let lines = [ASHA_LOGS_IN, "", line, ROUTE_CONV_1];
        let error = serde_json::to_string(error).unwrap();
        let expected = format!(
            r#"{{"at_ms":1000,"refused":{{"line":3,"code":"unreadable","error":{error}}}}}"#
        );
        assert_eq!(refusal(&lines), expected, "{line}");
        // The following lines are accepted.
        let output = replay(&[], &lines).stdout;
        assert!(output.contains(r#"{"at_ms":2000,"output":{"offered":"#));
    }
}

#[test]
fn line_with_invalid_utf8_is_refused() {
    let inputs = b"{\"at_ms\": 1000, \"input\": \"\xff\"}\n\xff\xfe\n{\"at_ms\": 1000, \"input\": \"tick\"}\n";
    let result = run_on(&[DAY, "-"], &mut &inputs[..], false);
    assert_eq!((result.code, result.stdout.lines().count()), (1, 2));
}

#[test]
fn byte_order_mark_is_skipped_on_the_first_line_only() {
    let marked = format!("\u{feff}{ASHA_LOGS_IN}");
    assert_eq!(replay(&[], &[&marked]), replay(&[], &[ASHA_LOGS_IN]));
    // The mark is invalid at the start of a later line.
    assert_eq!(replay(&[], &[ASHA_LOGS_IN, &marked]).code, 1);
}

#[test]
fn truncated_last_line_is_refused() {
    let truncated = &ROUTE_CONV_1[..70];
    assert_eq!(
        refusal(&[ASHA_LOGS_IN, truncated]),
        r#"{"at_ms":1000,"refused":{"line":2,"code":"unreadable","error":"route.item.channel: EOF while parsing an object at column 70"}}"#
    );
    for end in 1..ROUTE_CONV_1.len() {
        let refusal = refusal(&[ASHA_LOGS_IN, &ROUTE_CONV_1[..end]]);
        assert!(refusal.starts_with(r#"{"at_ms":1000,"refused":{"line":2,"#));
    }
}

#[test]
fn id_in_use_is_refused() {
    assert_eq!(
        refusal(&[ASHA_LOGS_IN, ROUTE_CONV_1, ROUTE_CONV_1]),
        r#"{"at_ms":2000,"refused":{"line":3,"code":"id_in_use","error":"work item `conv-1` already exists, it is pending accept"}}"#
    );
}

#[test]
fn line_with_an_earlier_time_is_refused() {
    assert_eq!(
        refusal(&[ROUTE_CONV_1, ASHA_LOGS_IN]),
        r#"{"at_ms":2000,"refused":{"line":2,"code":"time_went_back","error":"time went back: the moment is 1000 ms, the router is at 2000 ms"}}"#
    );
}

#[test]
fn outputs_of_due_timers_precede_the_refusal() {
    let late = ASHA_ACCEPTS_CONV_1.replace("3000", "22000");
    let result = replay(&[], &[ASHA_LOGS_IN, ROUTE_CONV_1, &late]);
    let last: Vec<&str> = result.stdout.lines().skip(3).collect();
    assert_eq!(
        last,
        [
            r#"{"at_ms":22000,"output":{"offer_ended":{"item":"conv-1","agent":"asha","why":"timed_out"}}}"#,
            r#"{"at_ms":22000,"output":{"requeued":{"item":"conv-1","queue":"desk","why":"timed_out"}}}"#,
            r#"{"at_ms":22000,"output":{"presence_set":{"agent":"asha","state":"away","why":"timed_out"}}}"#,
            r#"{"at_ms":22000,"output":{"exhausted":{"item":"conv-1","queue":"desk"}}}"#,
            r#"{"at_ms":22000,"refused":{"line":3,"code":"not_offered","error":"work item `conv-1` is not offered to agent `asha`"}}"#,
        ]
    );
}

#[test]
fn refused_input_advances_time() {
    let unknown = ASHA_ACCEPTS_CONV_1.replace("conv-1", "conv-9");
    assert_eq!(
        refusal(
            &[
                ROUTE_CONV_1,
                &unknown,
                ASHA_ACCEPTS_CONV_1.replace("3000", "4000").trim()
            ][..2]
        ),
        r#"{"at_ms":3000,"refused":{"line":2,"code":"unknown_item","error":"there is no work item `conv-9`"}}"#
    );
}

#[test]
fn error_about_a_long_text_is_shortened() {
    let long = "x".repeat(1_000_000);
    let lines = [
        format!(r#"{{"at_ms": "{long}", "input": "tick"}}"#),
        format!(r#"{{"at_ms": 1000, "input": {{"{long}": {{}}}}}}"#),
        format!(r#"{{"at_ms": 1000, "{long}": 1, "input": "tick"}}"#),
        format!(
            r#"{{"at_ms": 1000, "input": {{"accept": {{"item": "{long}", "agent": "asha"}}}}}}"#
        ),
        format!(
            r#"{{"at_ms": 1000, "input": {{"accept": {{"item": "a\n{long}", "agent": "asha"}}}}}}"#
        ),
        format!(r#"{{"at_ms": 1000, "input": {{"complete": {{"item": "{long}"#),
        "[".repeat(1_000_000),
        long,
    ];
    for line in lines {
        let start: String = line.chars().take(60).collect();
        let refusal = refusal(&[&line, ASHA_LOGS_IN]);
        assert!(refusal.contains(r#""line":1,"#), "{start}");
        assert!(refusal.len() < 1_000, "{start}: {} bytes", refusal.len());
    }
}

#[test]
fn long_note_is_accepted() {
    let note = "é".repeat(1_000_000);
    let cancel = format!(
        r#"{{"at_ms": 3000, "input": {{"cancel": {{"item": "conv-1", "note": "{note}"}}}}}}"#
    );
    let result = replay(&[], &[ROUTE_CONV_1, &cancel]);
    assert_eq!(result.code, 0);
    assert!(result.stdout.contains(&note));
}

#[test]
fn invalid_reconfiguration_keeps_the_old_configuration() {
    let reconfigure = r#"{"at_ms": 1500, "input": {"reconfigure": {"config": {"queues": {"lost": {"channel": "nowhere"}}}}}}"#;
    let refusal = refusal(&[ASHA_LOGS_IN, reconfigure, ROUTE_CONV_1, ASHA_ACCEPTS_CONV_1]);
    assert!(
        refusal
            .starts_with(r#"{"at_ms":1500,"refused":{"line":2,"code":"invalid_config","error":""#),
        "{refusal}"
    );
    assert!(refusal.contains("`nowhere`"), "{refusal}");
}

#[test]
fn timers_fire_at_their_times_between_two_lines() {
    let later = r#"{"at_ms": 1000000, "input": "tick"}"#;
    let result = replay(&[], &[ASHA_LOGS_IN, ROUTE_CONV_1, later]);
    let times: Vec<u64> = result
        .stdout
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|line| line["at_ms"].as_u64().unwrap())
        .collect();
    // The offer times out and the item is exhausted; the trigger, the target and the end of the wait follow.
    assert_eq!(
        times,
        [
            1_000, 2_000, 2_000, 22_000, 22_000, 22_000, 22_000, 32_000, 92_000, 602_000
        ]
    );
}

#[test]
fn file_without_a_final_line_break_is_accepted() {
    let file = TempFile::new("unterminated.jsonl", ASHA_LOGS_IN);
    let result = run(&[DAY, file.name()]);
    assert_eq!((result.code, &*result.stdout), (0, ASHA_LOGGED_IN));
}

#[test]
fn blank_lines_and_crlf_are_accepted() {
    let result = replay(&[], &["", "  ", &format!("{ASHA_LOGS_IN}\r"), "\r", "\t"]);
    assert_eq!((result.code, &*result.stdout), (0, ASHA_LOGGED_IN));
}
