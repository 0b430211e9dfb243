//! The command line.

use std::collections::VecDeque;
use std::ffi::OsString;

use handover::{Timestamp, WorkItemId, check_id};

use super::load::shorten;

/// The parsed command line.
#[derive(Debug)]
pub(super) struct Arguments {
    pub(super) config: OsString,
    pub(super) inputs: OsString,
    /// The time until which the replay continues after the last line.
    pub(super) until: Option<Timestamp>,
    /// The time and the item of each requested explanation, by time. Requests for the same time keep their order.
    pub(super) explanations: VecDeque<(Timestamp, WorkItemId)>,
    /// Whether the digest is printed.
    pub(super) digest: bool,
}

impl Arguments {
    /// Parses the command line. Returns `None` if it asks for help.
    pub(super) fn parse(
        arguments: impl IntoIterator<Item = OsString>,
    ) -> Result<Option<Self>, String> {
        let mut arguments = arguments.into_iter();
        let mut files = Vec::new();
        let mut until = None;
        let mut explanations = Vec::new();
        let mut digest = false;
        while let Some(argument) = arguments.next() {
            let text = argument.to_string_lossy();
            if text == "-" || !text.starts_with('-') {
                files.push(argument);
                continue;
            }
            let (option, value) = match text.split_once('=') {
                Some((option, value)) => (option, Some(value.to_owned())),
                None => (&*text, None),
            };
            let mut value_of_option = || {
                let next = || Some(arguments.next()?.to_string_lossy().into_owned());
                let value = value.clone().or_else(next);
                value.ok_or_else(|| format!("`{option}` needs a value"))
            };
            match option {
                "--until-ms" if until.is_some() => return Err(format!("`{option}` twice")),
                "--until-ms" => until = Some(parse_time(option, &value_of_option()?)?),
                "--explain" => explanations.push(parse_explain(option, &value_of_option()?)?),
                "--digest" | "--help" | "-h" if value.is_some() => {
                    return Err(format!("`{option}` takes no value"));
                }
                "--digest" => digest = true,
                "--help" | "-h" => return Ok(None),
                "--" if value.is_none() => files.extend(arguments.by_ref()),
                _ => return Err(format!("unknown option `{}`", shorten(&text))),
            }
        }
        let count = files.len();
        let Ok([config, inputs]) = <[OsString; 2]>::try_from(files) else {
            return Err(format!(
                "expected two files, the configuration and the inputs; found {count}"
            ));
        };
        if config == "-" && inputs == "-" {
            return Err("the configuration and the inputs cannot both be standard input".into());
        }
        explanations.sort_by_key(|(at, _)| *at);
        Ok(Some(Self {
            config,
            inputs,
            until,
            explanations: explanations.into(),
            digest,
        }))
    }
}

fn parse_time(option: &str, value: &str) -> Result<Timestamp, String> {
    let millis = value.parse::<u64>().map_err(|_| {
        let value = shorten(value);
        format!("`{option}`: `{value}` is not a number of milliseconds")
    })?;
    Timestamp::try_from(millis).map_err(|error| format!("`{option}`: {error}"))
}

/// Parses `ITEM@MS`.
fn parse_explain(option: &str, value: &str) -> Result<(Timestamp, WorkItemId), String> {
    let Some((item, time)) = value.rsplit_once('@') else {
        let value = shorten(value);
        return Err(format!(
            "`{option}`: `{value}` is not of the form ITEM@MS, as in conv-1@60000"
        ));
    };
    check_id(item).map_err(|error| format!("`{option}`: {}", shorten(&error.to_string())))?;
    Ok((parse_time(option, time)?, WorkItemId::from(item)))
}
