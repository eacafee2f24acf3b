//! Starts a temporary cluster, prints its address and keeps it until standard input ends.

use std::io::{self, Write};

use switchboard_testkit::cluster::{Cluster, Durability};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let cluster = Cluster::start(Durability::None)?;
    writeln!(io::stdout(), "{}", cluster.url())?;
    io::copy(&mut io::stdin(), &mut io::sink())?;
    Ok(())
}
