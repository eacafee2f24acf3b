//! Who the server runs as: PostgreSQL refuses to be run by root.

use std::io;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

/// The account that a server is run as.
#[derive(Clone, Copy, Debug)]
pub(super) enum Account {
    /// The one that runs the tests.
    Ours,
    /// The one named `postgres`, because ours is root.
    Postgres { user: u32, group: u32 },
}

impl Account {
    pub(super) fn that_may_serve() -> io::Result<Self> {
        // The owner of our own entry in /proc is who we are.
        if std::fs::metadata("/proc/self")?.uid() != 0 {
            return Ok(Self::Ours);
        }
        let accounts = std::fs::read_to_string("/etc/passwd")?;
        postgres_in(&accounts).ok_or_else(|| {
            io::Error::new(
                io::ErrorKind::NotFound,
                "PostgreSQL refuses to be run by root, and there is no account named `postgres` \
                 to run it as; install the package `postgresql` or run the tests as another user",
            )
        })
    }

    /// Hands a file or folder over to the account.
    pub(super) fn own(self, path: &Path) -> io::Result<()> {
        match self {
            Self::Ours => Ok(()),
            Self::Postgres { user, group } => {
                std::os::unix::fs::chown(path, Some(user), Some(group))
            }
        }
    }

    /// A program to be run as the account.
    pub(super) fn command(self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir("/");
        if let Self::Postgres { user, group } = self {
            command.uid(user).gid(group);
        }
        command
    }
}

fn postgres_in(accounts: &str) -> Option<Account> {
    let line = accounts
        .lines()
        .find(|line| line.starts_with("postgres:"))?;
    let mut fields = line.split(':').skip(2);
    Some(Account::Postgres {
        user: fields.next()?.parse().ok()?,
        group: fields.next()?.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_named_postgres_is_found_by_its_whole_name() {
        let accounts = "root:x:0:0:root:/root:/bin/bash\n\
                        postgresql:x:7:7::/:/bin/sh\n\
                        postgres:x:101:104:PostgreSQL,,,:/var/lib/postgresql:/bin/bash\n";

        assert!(matches!(
            postgres_in(accounts),
            Some(Account::Postgres {
                user: 101,
                group: 104
            })
        ));
        assert!(postgres_in("root:x:0:0:root:/root:/bin/bash\n").is_none());
    }
}
