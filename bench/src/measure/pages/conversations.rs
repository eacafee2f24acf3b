//! `conversations.list`: the first page, one from the middle, and pages of what passes a filter.

use serde_json::json;

use super::timing::{Question, body, cursor_at_half, time};
use super::{FLAT, PAGE};
use crate::args::Database;
use crate::hub::Hub;
use crate::measure::seeds::{Archive, Mark, NEEDLE, stock};
use crate::measure::{Bench, footprint, say};
use crate::report::{Bar, Pages};

const PATH: &str = "/conversations.list";

/// Milliseconds that the first page may take in the largest database.
const FIRST_PAGE: f64 = 2.0;

pub(in crate::measure) fn measure(bench: &mut Bench<'_>) -> anyhow::Result<()> {
    for database in bench.run.databases() {
        of(bench, database)?;
    }
    Ok(())
}

fn of(bench: &mut Bench<'_>, database: Database) -> anyhow::Result<()> {
    let sizes = bench.run.conversations();
    let mut lists: Vec<Pages> = Vec::new();
    for size in &sizes {
        say(&format!("{size} conversations on {}", database.name()));
        let archive = Archive::of_conversations(*size);
        let stock = stock(database, &archive)?;
        let hub = bench.program.start(&stock.url)?;
        for (index, (what, question)) in questions(&hub, &archive, *size)?.into_iter().enumerate() {
            let timing = time(
                &hub,
                stock.postgres.as_ref(),
                &question,
                bench.run.repeats(),
            )?;
            if lists.len() == index {
                lists.push(pages(&what, database, index));
            }
            if let Some(list) = lists.get_mut(index) {
                list.times.push((*size, timing));
            }
        }
        hub.stop()?;
        if sizes.last() == Some(size) {
            let what = format!("{size} conversations, {}", database.name());
            footprint::of_full(bench, &stock.url, &what)?;
        }
    }
    bench.report.pages.extend(lists);
    Ok(())
}

fn pages(what: &str, database: Database, index: usize) -> Pages {
    Pages {
        what: format!("`conversations.list`, {what}, {}", database.name()),
        of: "conversations",
        times: Vec::new(),
        flat: Bar::Below(FLAT),
        largest: if index == 0 {
            Bar::Below(FIRST_PAGE)
        } else {
            Bar::None
        },
    }
}

/// Always the same, in the same order.
fn questions(hub: &Hub, archive: &Archive, size: u64) -> anyhow::Result<Vec<(String, Question)>> {
    let question = |body: String, matches: u64| -> anyhow::Result<Question> {
        Ok(Question {
            path: PATH,
            body,
            entries: usize::try_from(matches.min(PAGE))?,
        })
    };
    let middle = cursor_at_half(hub.address, PATH, "", size)?;
    let mut questions = vec![
        (
            "first page".to_owned(),
            question(body("", PAGE, None), size)?,
        ),
        (
            "page from the middle".to_owned(),
            question(body("", PAGE, Some(&middle)), size / 2)?,
        ),
    ];
    let unread = archive.count(&[Mark::Unread]);
    let open = archive.count(&[Mark::WhatsApp, Mark::Open]);
    let needles = archive.count(&[Mark::Needle]);
    for (filter, matches) in [
        ("unread_count:[1 TO *]".to_owned(), unread),
        ("source:whatsapp AND metadata.state:OPEN".to_owned(), open),
        (format!("text:{NEEDLE}"), needles),
    ] {
        let fixed = format!("\"filters\":{},", json!(filter));
        questions.push((
            format!("`{filter}`"),
            question(body(&fixed, PAGE, None), matches)?,
        ));
    }
    Ok(questions)
}
