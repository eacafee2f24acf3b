//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, Subcommand, ValueEnum};

/// Measures the hub against bare servers and prints ratios of one run.
#[derive(Debug, Parser)]
#[command(name = "switchboard-bench")]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) run: Run,
}

/// Conversations in a database.
const CONVERSATIONS: [u64; 3] = [1_000, 100_000, 1_000_000];

/// Messages in a conversation.
const MESSAGES: [u64; 3] = [1_000, 10_000, 100_000];

/// Of both, when nothing is to be measured.
const QUICK: [u64; 2] = [100, 400];

/// How to measure.
#[derive(Debug, clap::Args)]
pub(crate) struct Run {
    /// How often the two sides take turns
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Seconds of a turn
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..))]
    seconds: u64,
    /// Seconds of load on each side before the first turn
    #[arg(long, default_value_t = 5)]
    warm_up: u64,
    /// Two rounds of one second: shows that everything works, measures nothing
    #[arg(long)]
    pub(crate) quick: bool,
    /// Only these parts
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Part>,
    /// Databases of the parts that are not named after one: inbound, conversations, messages
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Database::Sqlite, Database::Postgres])]
    databases: Vec<Database>,
    /// How many conversations there are in the lists of conversations, from few to many
    #[arg(long, value_delimiter = ',', default_values_t = CONVERSATIONS)]
    sizes: Vec<u64>,
    /// Puts the tables into docs/performance.md
    #[arg(long, conflicts_with_all = ["quick", "only"])]
    pub(crate) write: bool,
    /// The date of the report; asks the operating system if it is not given
    #[arg(long)]
    pub(crate) date: Option<String>,
    /// Measures this program instead of building the hub
    #[arg(long)]
    pub(crate) hub: Option<PathBuf>,
    /// Seconds to wait for other programs to leave the machine alone
    #[arg(long, default_value_t = 60)]
    patience: u64,
}

/// A part of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    ListSqlite,
    ListPostgres,
    ConnectSqlite,
    ConnectPostgres,
    Footprint,
    Freshness,
    Flushes,
    Inbound,
    Conversations,
    Messages,
}

/// A database that the hub runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Database {
    #[value(name = "sqlite")]
    Sqlite,
    #[value(name = "postgres")]
    Postgres,
}

impl Database {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// What a child of this program does.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Runs one of the servers that the hub is compared with
    #[command(hide = true)]
    Bare {
        #[command(subcommand)]
        server: Bare,
    },
}

/// A server that does the least that can be done.
#[derive(Debug, Subcommand)]
pub(crate) enum Bare {
    /// Answers with the bytes of a file
    List {
        #[arg(long)]
        body: PathBuf,
    },
    /// Inserts into SQLite, as many requests in a commit as wait
    GroupCommit {
        #[arg(long)]
        database: PathBuf,
    },
    /// Inserts into SQLite, a commit for each request
    CommitEach {
        #[arg(long)]
        database: PathBuf,
    },
    /// Inserts into PostgreSQL, a statement for each request
    PostgresInsert {
        #[arg(long)]
        url: String,
    },
    /// Keeps webhooks in SQLite, as many in a commit as wait
    AppendSqlite {
        #[arg(long)]
        database: PathBuf,
    },
    /// Keeps webhooks in PostgreSQL, as many in a statement as wait
    AppendPostgres {
        #[arg(long)]
        url: String,
    },
}

impl Run {
    pub(crate) fn has(&self, part: Part) -> bool {
        self.only.is_empty() || self.only.contains(&part)
    }

    pub(crate) const fn rounds(&self) -> u32 {
        if self.quick { 2 } else { self.rounds }
    }

    pub(crate) const fn turn(&self) -> Duration {
        Duration::from_secs(if self.quick { 1 } else { self.seconds })
    }

    pub(crate) const fn warm_up(&self) -> Duration {
        Duration::from_secs(if self.quick { 1 } else { self.warm_up })
    }

    /// How many rounds may be measured again if all may be so `times` times.
    pub(crate) const fn again(&self, times: u32) -> u32 {
        if self.quick { 0 } else { self.rounds * times }
    }

    pub(crate) fn databases(&self) -> Vec<Database> {
        self.databases.clone()
    }

    /// Numbers of conversations, from few to many.
    pub(crate) fn conversations(&self) -> Vec<u64> {
        let mut sizes = if self.quick {
            QUICK.to_vec()
        } else {
            self.sizes.clone()
        };
        sizes.sort_unstable();
        sizes.dedup();
        sizes
    }

    /// Numbers of messages in a conversation, from few to many.
    pub(crate) fn messages(&self) -> Vec<u64> {
        if self.quick {
            QUICK.to_vec()
        } else {
            MESSAGES.to_vec()
        }
    }

    /// How long a rate has to be borne.
    pub(crate) const fn sustained(&self) -> Duration {
        Duration::from_secs(if self.quick { 4 } else { 60 })
    }

    /// How often a request is timed by itself.
    pub(crate) const fn repeats(&self) -> u32 {
        if self.quick { 20 } else { 300 }
    }

    pub(crate) const fn patience(&self) -> Duration {
        Duration::from_secs(if self.quick { 0 } else { self.patience })
    }
}
