//! The example `journal`: recovery after crashes, upgrades and failed writes.

use std::fs;
use std::path::Path;

use handover::{BEHAVIOUR_VERSION, Input, Timestamp, WorkItem};

#[path = "../../../examples/journal/main.rs"]
#[allow(dead_code, reason = "its `main` is not called")]
mod example;

use example::host::{Host, Row};
use example::json_lines::Disk;
use example::workload::Workload;
use example::{CRASHES, INPUTS, crash_test, in_new_directory, test_config};

fn open(directory: &Path) -> std::io::Result<Host> {
    Host::open(directory, &test_config().unwrap(), Disk::default())
}

/// Returns a row with a new item.
fn route(id: &str, secs: u32) -> Row {
    let item = WorkItem::new(id, "whatsapp").fact("subtype", "whatsapp");
    Row {
        at_ms: Timestamp::saturating_from_millis(1_000).plus_secs(secs),
        input: Input::Route { item, queue: None },
    }
}

/// Replaces a text in the file of a directory.
fn edit(directory: &Path, file: &str, from: &str, to: &str) {
    let path = directory.join(file);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{text}");
    fs::write(path, text.replace(from, to)).unwrap();
}

#[test]
fn host_that_is_stopped_in_its_writes_ends_as_an_uninterrupted_one() {
    let workload = Workload::new(test_config().unwrap(), INPUTS).unwrap();
    assert!(workload.refused > 100 && workload.messages.len() > 1_000);
    let report =
        in_new_directory(|directory| crash_test::stop_writes(directory, &workload, CRASHES));
    let report = report.unwrap();
    assert_eq!(report.crashes, CRASHES);
    // Repeated outputs test the output numbers.
    assert!(report.repeated > 100, "{report:?}");
}

#[test]
fn part_of_a_line_is_removed_before_the_next_write() {
    in_new_directory(|directory| {
        let mut host = open(directory)?;
        host.commit(vec![route("conv-1", 0)])?;
        let digest = host.router().digest();
        drop(host);
        let path = directory.join("journal.jsonl");
        let journal = fs::read_to_string(&path)?;
        fs::write(&path, format!("{journal}{{\"at_ms\":2"))?;

        let mut host = open(directory)?;
        assert_eq!(
            (host.router().inputs(), host.router().digest()),
            (1, digest)
        );
        host.commit(vec![route("conv-2", 1)])?;
        drop(host);
        let host = open(directory)?;
        assert_eq!((host.router().inputs(), host.messages().count()), (2, 2));
        Ok(())
    })
    .unwrap();
}

#[test]
fn failed_write_ends_the_host_and_leaves_the_router_as_it_was() {
    in_new_directory(|directory| {
        // The first write is the snapshot of the new directory.
        let mut host = Host::open(directory, &test_config()?, Disk::full_after(1, 50))?;
        assert!(host.commit(vec![route("conv-1", 0)]).is_err());
        assert_eq!(host.router().inputs(), 0);
        assert_eq!(host.messages().count(), 0);
        let error = host.commit(vec![route("conv-1", 0)]).unwrap_err();
        assert_eq!(error.to_string(), "an earlier write has failed");
        drop(host);
        assert_eq!(open(directory)?.router().inputs(), 0);
        Ok(())
    })
    .unwrap();
}

#[test]
fn damaged_or_missing_line_is_an_error() {
    in_new_directory(|directory| {
        let mut host = open(directory)?;
        host.commit(vec![route("conv-1", 0), route("conv-2", 0)])?;
        drop(host);
        let path = directory.join("journal.jsonl");
        let journal = fs::read_to_string(&path)?;
        fs::write(&path, journal.replace("\"conv-1\"", "\""))?;
        let error = open(directory).err().unwrap().to_string();
        assert!(error.starts_with("line 1 of `"), "{error}");
        fs::write(&path, journal)?;
        open(directory)?.save()?;
        fs::write(path, "")?;
        let error = open(directory).err().unwrap().to_string();
        assert!(error.ends_with("journal.jsonl`: it is missing"), "{error}");
        Ok(())
    })
    .unwrap();
}

#[test]
fn journal_of_another_behaviour_is_not_replayed() {
    in_new_directory(|directory| {
        let mut host = open(directory)?;
        host.commit(vec![route("conv-1", 0)])?;
        let (ours, other) = (
            format!("\"behaviour\":{BEHAVIOUR_VERSION}"),
            "\"behaviour\":0",
        );
        drop(host);
        edit(directory, "snapshot.json", &ours, other);
        let error = open(directory).err().unwrap().to_string();
        assert!(error.contains("behaviour 0"), "{error}");

        // A snapshot after the last line can be restored.
        edit(directory, "snapshot.json", other, &ours);
        open(directory)?.save()?;
        edit(directory, "snapshot.json", &ours, other);
        let mut host = open(directory)?;
        assert_eq!((host.router().inputs(), host.messages().count()), (1, 1));
        // After the first commit, the journal has this version.
        host.commit(vec![route("conv-2", 1)])?;
        drop(host);
        assert_eq!(open(directory)?.router().inputs(), 2);
        Ok(())
    })
    .unwrap();
}

#[test]
fn existing_directory_keeps_its_configuration_until_a_reconfiguration() {
    in_new_directory(|directory| {
        drop(open(directory)?);
        let mut config = test_config()?;
        config.queues.get_mut("desk").unwrap().max_wait_secs = Some(5);
        let mut host = Host::open(directory, &config, Disk::default())?;
        assert_eq!(host.router().plan().config(), &test_config()?);

        let row = Row {
            at_ms: Timestamp::saturating_from_millis(1_000),
            input: Input::Reconfigure {
                config: Box::new(config.clone()),
            },
        };
        host.commit(vec![row])?;
        drop(host);
        assert_eq!(open(directory)?.router().plan().config(), &config);
        // Recovery from a snapshot keeps the configuration as well.
        open(directory)?.save()?;
        assert_eq!(open(directory)?.router().plan().config(), &config);
        Ok(())
    })
    .unwrap();
}
