//! From text to meaning.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use switchboard_api::Origin;
use switchboard_connector::Settings;
use switchboard_domain::Secret;
use switchboard_engine::MasterKey;
use url::Url;

use super::media;
use super::origin::Setting;
use super::retention;
use super::settings::{closest, names, sections};
use super::{Config, Problem, Problems, Raw, StoreUrl};

/// Loopback, so that a hub that nobody configured is nobody else's either.
const DEFAULT_LISTEN: &str = "127.0.0.1:8080";
const DEFAULT_STORE: &str = "sqlite://data/switchboard.db";

pub(super) fn read(raw: Raw) -> Result<Config, Problems> {
    let mut reader = Reader {
        raw,
        problems: Vec::new(),
    };
    reader.problems.append(&mut reader.raw.problems);
    reader.refuse_unknown();
    let listen = reader.parsed("server.listen", Some(DEFAULT_LISTEN), parse_listen);
    let public_url = reader.parsed("server.public_url", None, parse_public_url);
    let store = reader.parsed("store.url", Some(DEFAULT_STORE), parse_store);
    let allow_anonymous = reader
        .parsed("security.allow_anonymous", Some("false"), parse_truth)
        .unwrap_or(false);
    let allowed_origins = reader
        .parsed("security.allowed_origins", Some(""), parse_origins)
        .unwrap_or_default();
    let webhook_allowlist = reader
        .parsed("security.webhook_allowlist", Some(""), parse_ranges)
        .unwrap_or_default();
    let secret_key = reader.parsed("security.secret_key", None, parse_key);
    let system_token = reader.parsed("security.system_token", None, parse_token);
    if let Some(listen) = listen
        && !listen.ip().is_loopback()
        && system_token.is_none()
        && !allow_anonymous
    {
        reader.problem(
            "server.listen",
            format!(
                "{listen} can be reached from other machines and nobody has to show a token; set \
                 security.system_token, or listen on 127.0.0.1, or set security.allow_anonymous = true"
            ),
        );
    }
    let sources = reader.sources();
    let media = media::read(&mut reader, store.as_ref());
    let retention = retention::read(&mut reader);
    match (listen, store, media, reader.problems) {
        (Some(listen), Some(store), Some(media), problems) if problems.is_empty() => Ok(Config {
            listen,
            public_url,
            store,
            system_token,
            allow_anonymous,
            allowed_origins,
            webhook_allowlist,
            secret_key,
            sources,
            retention,
            media,
        }),
        (_, _, _, problems) => Err(Problems(problems)),
    }
}

pub(super) struct Reader {
    raw: Raw,
    problems: Vec<Problem>,
}

impl Reader {
    fn setting(&self, name: &str) -> Option<&Setting> {
        self.raw
            .settings
            .get(name)
            .filter(|setting| !setting.text.trim().is_empty())
    }

    pub(super) fn problem(&mut self, name: &str, sentence: String) {
        let origin = self
            .raw
            .settings
            .get(name)
            .map_or("the default", |setting| &setting.origin);
        self.problems.push(Problem {
            setting: name.to_owned(),
            origin: origin.to_owned(),
            sentence,
        });
    }

    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.setting(name)
            .map(|setting| setting.text.trim().to_owned())
    }

    pub(super) fn parsed<T>(
        &mut self,
        name: &str,
        default: Option<&str>,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let text = self.text(name);
        let text = text.or_else(|| default.map(str::to_owned))?;
        match parse(&text) {
            Ok(value) => Some(value),
            Err(sentence) => {
                self.problem(name, sentence);
                None
            }
        }
    }

    fn refuse_unknown(&mut self) {
        let known = names();
        let unknown: Vec<String> = self
            .raw
            .settings
            .keys()
            .filter(|name| !known.contains(name))
            .cloned()
            .collect();
        for name in unknown {
            let hint = closest(&name).map_or_else(
                || "see the manual for the settings there are".to_owned(),
                |meant| format!("did you mean {meant}?"),
            );
            self.problem(&name, format!("there is no such setting; {hint}"));
        }
    }

    fn sources(&mut self) -> Vec<Settings> {
        let name = "sources.google.service_account";
        let account = self.parsed(name, None, parse_service_account);
        for section in sections() {
            for setting in section
                .settings
                .iter()
                .filter(|setting| setting.key.ends_with("_url"))
            {
                let name = format!("sources.{}.{}", section.name, setting.key);
                self.parsed(&name, None, |text| parse_web_address(text).map(drop));
            }
        }
        sections()
            .into_iter()
            .map(|section| {
                Settings::resolve(section, |section, key| {
                    let full = format!("sources.{}.{key}", section.name);
                    if full == name {
                        return account.clone();
                    }
                    let text = self.setting(&full)?.text.trim();
                    Some(Secret::new(
                        text.strip_suffix('/')
                            .filter(|_| key.ends_with("_url"))
                            .unwrap_or(text),
                    ))
                })
            })
            .collect()
    }
}

fn parse_listen(text: &str) -> Result<SocketAddr, String> {
    let text = text.replace("localhost:", "127.0.0.1:");
    text.parse()
        .map_err(|_unreadable| "write an address and a port, like 127.0.0.1:8080".to_owned())
}

pub(super) fn parse_web_address(text: &str) -> Result<Url, String> {
    Url::parse(text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        .ok_or_else(|| "write a web address that starts with http:// or https://".to_owned())
}

fn parse_public_url(text: &str) -> Result<Url, String> {
    let mut url = parse_web_address(text)?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err("write the address without ? and #".to_owned());
    }
    if !url.path().ends_with('/') {
        url.set_path(&format!("{}/", url.path()));
    }
    Ok(url)
}

fn parse_store(text: &str) -> Result<StoreUrl, String> {
    if let Some(path) = text.strip_prefix("sqlite://") {
        if path.is_empty() {
            return Err("name a file, like sqlite://data/switchboard.db".to_owned());
        }
        return Ok(StoreUrl::Sqlite(PathBuf::from(path)));
    }
    if text.starts_with("postgres://") || text.starts_with("postgresql://") {
        return Ok(StoreUrl::Postgres(Secret::new(text)));
    }
    Err("write sqlite://PATH or postgres://USER:PASSWORD@HOST/DATABASE".to_owned())
}

fn parse_truth(text: &str) -> Result<bool, String> {
    text.parse()
        .map_err(|_unreadable| "write true or false".to_owned())
}

fn parse_list(text: &str) -> impl Iterator<Item = &str> {
    text.split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty())
}

fn parse_origins(text: &str) -> Result<Vec<String>, String> {
    parse_list(text)
        .map(|item| {
            Origin::parse(item)
                .map(|_| item.to_owned())
                .map_err(|error| error.to_string())
        })
        .collect()
}

fn parse_ranges(text: &str) -> Result<Vec<String>, String> {
    parse_list(text)
        .map(|item| {
            let (address, bits) = item.split_once('/').unwrap_or((item, "0"));
            let longest = match address.parse() {
                Ok(IpAddr::V4(_)) => 32,
                Ok(IpAddr::V6(_)) => 128,
                Err(_) => {
                    return Err(format!(
                        "{item} is no address range; write one like 10.0.0.0/8"
                    ));
                }
            };
            let fits = bits.parse::<u8>().is_ok_and(|bits| bits <= longest);
            fits.then(|| item.to_owned())
                .ok_or_else(|| format!("{item} is no address range; write one like 10.0.0.0/8"))
        })
        .collect()
}

fn parse_key(text: &str) -> Result<Secret, String> {
    MasterKey::from_base64(text)
        .map(|_| Secret::new(text))
        .map_err(|_unreadable| {
            "write 32 bytes in base64, as `openssl rand -base64 32` prints them".to_owned()
        })
}

fn parse_token(text: &str) -> Result<Secret, String> {
    let is_sendable = text.chars().all(|letter| letter.is_ascii_graphic());
    is_sendable
        .then(|| Secret::new(text))
        .ok_or_else(|| "use visible ASCII characters without spaces, as HTTP headers do".to_owned())
}

/// A key file's JSON, or the path of the file.
fn parse_service_account(text: &str) -> Result<Secret, String> {
    let json = if text.starts_with('{') {
        text.to_owned()
    } else {
        std::fs::read_to_string(text).map_err(|error| {
            format!("{text} cannot be read ({error}); write the path of the key file, or its JSON")
        })?
    };
    serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&json)
        .map(|_| Secret::new(json))
        .map_err(|_unreadable| "it is not a service account's key file in JSON".to_owned())
}
