//! Opening a database: address, server, schema, threads.

use std::io;
use std::sync::{Arc, mpsc};
use std::thread;

use switchboard_storage::{QueueLimits, Queues, Store, WriteQueue, Writers};

use crate::accepter::Accepter;
use crate::address::Address;
use crate::connection::Connection;
use crate::fresh::Fresh;
use crate::reader::Reader;
use crate::refusal::Refusal;
use crate::writer::Writer;
use crate::{PostgresOptions, schema};

/// Envelopes that share one commit.
const ENVELOPES: usize = 512;

/// Why a database could not be opened. Says nothing of user and password.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The address cannot be read.
    #[error(
        "the address of the database cannot be read; write it as \
         postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=require, with %XX for special \
         characters in the password"
    )]
    NotAnAddress,

    /// The certificates that the operating system trusts cannot be loaded.
    #[error("the certificates that this machine trusts cannot be loaded; install ca-certificates")]
    Tls {
        /// What went wrong.
        #[source]
        source: rustls::Error,
    },

    /// The server does not answer, does not know us, or does not do what was asked.
    #[error("{server} cannot be used: {said}; check address, password, sslmode and the server")]
    Refused {
        /// Host and database.
        server: String,
        /// What the driver or the server said.
        said: String,
    },

    /// The server is older than we support.
    #[error("{server} is PostgreSQL {found}; upgrade it to {oldest} or later")]
    TooOld {
        /// Host and database.
        server: String,
        /// The version it has.
        found: i32,
        /// The oldest version that will do.
        oldest: i32,
    },

    /// The database cannot hold every text.
    #[error(
        "{server} stores text as {encoding}, which cannot hold every message; make a database \
         with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0"
    )]
    Encoding {
        /// Host and database.
        server: String,
        /// How it stores text.
        encoding: String,
    },

    /// A newer version of the program has changed the tables.
    #[error(
        "{server} was written by a newer version of this program (schema {found}, this one knows \
         up to {known}); start that version, or restore a backup from before the upgrade"
    )]
    NewerSchema {
        /// Host and database.
        server: String,
        /// The version its tables have.
        found: i32,
        /// The newest version this program knows.
        known: i32,
    },

    /// The tables could not be brought up to date; they are as they were.
    #[error("the tables of {server} cannot be brought up to date")]
    Migration {
        /// Host and database.
        server: String,
        /// What went wrong.
        #[source]
        source: Box<refinery::Error>,
    },

    /// The operating system gives us no thread.
    #[error("no thread could be started for {server}; check the limits of this process")]
    Thread {
        /// Host and database.
        server: String,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
}

impl OpenError {
    pub(crate) fn refused(address: &Address, refusal: &Refusal) -> Self {
        Self::Refused {
            server: address.name(),
            said: refusal.to_string(),
        }
    }
}

/// Opens the database at a `postgres://` address and brings its tables up to date. Any number of
/// nodes may do so at the same time.
///
/// `sslmode` is `disable`, `prefer` (the default: TLS if the server has a certificate that this
/// machine trusts) or `require`, which always checks the certificate and the host's name. Blocks
/// until the server has answered.
pub fn open(url: &str, options: PostgresOptions) -> Result<Store, OpenError> {
    let address = Address::parse(url)?;
    let accepted = QueueLimits {
        batch: ENVELOPES,
        ..options.limits
    };
    let (store, queues) = Store::new(options.limits, accepted, Writers::ManyNodes);
    let Queues {
        writes,
        accepts,
        reads,
    } = queues;
    // The driver brings an async runtime along, which must not start inside of another one. So
    // everything that talks to the server happens on threads of the store.
    let (opened, outcome) = mpsc::channel();
    let fresh = Arc::new(Fresh::default());
    let (writer_address, writer_fresh) = (address.clone(), Arc::clone(&fresh));
    let writer = spawn(&address, "postgres-writer", move || {
        write(writer_address, writer_fresh, &opened, &writes);
    })?;
    store.served_by(writer);
    outcome.recv().map_err(|_panicked| OpenError::Thread {
        server: address.name(),
        source: io::Error::other("the thread that writes ended"),
    })??;
    let accepter = Accepter::new(address.clone(), Arc::clone(&fresh));
    let accepting = spawn(&address, "postgres-accepts", move || {
        accepter.serve(&accepts);
    })?;
    store.served_by(accepting);
    for _reader in 0..options.readers.max(1) {
        let mut reader = Reader::new(address.clone(), Arc::clone(&fresh));
        let queue = reads.clone();
        let thread = spawn(&address, "postgres-reader", move || reader.serve(&queue))?;
        store.served_by(thread);
    }
    Ok(store)
}

/// What the thread that writes does: tells how opening went, and serves the queue if it went well.
fn write(
    address: Address,
    fresh: Arc<Fresh>,
    opened: &mpsc::Sender<Result<(), OpenError>>,
    queue: &WriteQueue,
) {
    let connection = schema::bring_up_to_date(&address).and_then(|()| {
        Connection::open(&address).map_err(|refusal| OpenError::refused(&address, &refusal))
    });
    let (outcome, connection) = match connection {
        Ok(connection) => (Ok(()), Some(connection)),
        Err(error) => (Err(error), None),
    };
    let begin = outcome.is_ok();
    // Nobody listens only if the caller has panicked; then the queue is closed too.
    drop(opened.send(outcome));
    if begin {
        Writer::new(address, connection, fresh).serve(queue);
    }
}

fn spawn(
    address: &Address,
    name: &str,
    work: impl FnOnce() + Send + 'static,
) -> Result<thread::JoinHandle<()>, OpenError> {
    thread::Builder::new()
        .name(name.to_owned())
        .spawn(work)
        .map_err(|source| OpenError::Thread {
            server: address.name(),
            source,
        })
}
