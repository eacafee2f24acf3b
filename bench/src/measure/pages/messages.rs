//! `messages.list`: the first page and one from the middle of conversations of different lengths.

use super::timing::{Question, body, cursor_at_half, time};
use super::{FLAT, PAGE};
use crate::args::Database;
use crate::measure::Bench;
use crate::measure::seeds::{Archive, id_of, stock};
use crate::report::{Bar, Pages};

const PATH: &str = "/messages.list";

pub(in crate::measure) fn measure(bench: &mut Bench<'_>) -> anyhow::Result<()> {
    for database in bench.run.databases() {
        of(bench, database)?;
    }
    Ok(())
}

fn of(bench: &mut Bench<'_>, database: Database) -> anyhow::Result<()> {
    let lengths = bench.run.messages();
    let stock = stock(database, &Archive::of_lengths(&lengths))?;
    let hub = bench.program.start(&stock.url)?;
    let pages = |what: &str| Pages {
        what: format!("`messages.list`, {what}, {}", database.name()),
        of: "messages",
        times: Vec::new(),
        flat: Bar::Below(FLAT),
        largest: Bar::None,
    };
    let (mut first, mut middle) = (pages("first page"), pages("page from the middle"));
    for (index, length) in (0..).zip(&lengths) {
        let fixed = format!("\"conversation_id\":\"{}\",", id_of(index));
        let cursor = cursor_at_half(hub.address, PATH, &fixed, *length)?;
        for (pages, cursor) in [(&mut first, None), (&mut middle, Some(cursor.as_str()))] {
            let question = Question {
                path: PATH,
                body: body(&fixed, PAGE, cursor),
                entries: usize::try_from(PAGE)?,
            };
            let postgres = stock.postgres.as_ref();
            let timing = time(&hub, postgres, &question, bench.run.repeats())?;
            pages.times.push((*length, timing));
        }
    }
    bench.report.pages.extend([first, middle]);
    hub.stop()
}
