//! `switchboard sandbox`: what it prints can be pasted, and it touches nothing but its own.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::harness::{Answer, Hub, Program, files};

/// `switchboard sandbox` on a free port, with its data in `kept`.
fn sandbox(folder: &Path, listen: &str) -> Program {
    Program::new(&["sandbox", "--listen", listen, "--data", "kept"], folder)
}

/// Starts it and waits until it has printed everything that can be tried.
async fn start(program: Program) -> Hub {
    let (hub, _took) = Hub::start_timed(program).await;
    let last = |line: &str| line.contains("Ctrl-C").then(|| line.to_owned());
    hub.process
        .says("the sandbox tells what to try", last)
        .await
        .expect("it goes on");
    hub
}

/// A printed `curl` line, taken apart.
#[derive(Debug)]
struct Curl {
    url: String,
    headers: Vec<(String, String)>,
    body: String,
}

impl Curl {
    /// Understands what the sandbox prints: `curl -s URL [-H 'name: value']… -d 'body'`.
    fn parse(line: &str) -> Option<Self> {
        let rest = line.trim().strip_prefix("curl -s ")?;
        let (url, rest) = rest.split_once(' ')?;
        let (options, body) = rest.split_once("-d '")?;
        let headers = options.split("-H '").skip(1);
        Some(Self {
            url: url.to_owned(),
            headers: headers
                .filter_map(|header| header.trim().strip_suffix('\'')?.split_once(": "))
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            body: body.strip_suffix('\'')?.to_owned(),
        })
    }

    async fn run(&self, client: &reqwest::Client) -> Answer {
        // What curl says of `-d` unless it is told otherwise.
        let form = (
            "content-type".to_owned(),
            "application/x-www-form-urlencoded".to_owned(),
        );
        let mut request = client.post(&self.url).body(self.body.clone());
        let headers = if self.headers.is_empty() {
            std::slice::from_ref(&form)
        } else {
            &self.headers
        };
        for (name, value) in headers {
            request = request.header(name, value);
        }
        Answer::of(request)
            .await
            .unwrap_or_else(|error| panic!("{self:?}: {error:?}"))
    }

    fn procedure(&self) -> &str {
        self.url.rsplit('/').next().unwrap_or_default()
    }
}

/// Source, account and name of the channel that each printed connect makes.
const PRINTED: [(&str, &str, &str, &str); 8] = [
    (
        "channels.facebook.connect",
        "facebook",
        "fb-page-id-1",
        "my page 1",
    ),
    (
        "channels.instagram.connect",
        "instagram",
        "ig-account-id",
        "My page 1",
    ),
    (
        "channels.whatsapp.connect",
        "whatsapp",
        "1234567",
        "Customer support hotline",
    ),
    (
        "channels.google.connect",
        "google",
        "gbm-id",
        "My custom name for this location",
    ),
    (
        "channels.twilio.sms.connect",
        "twilio.sms",
        "+491234567",
        "SMS for receipts",
    ),
    (
        "channels.twilio.whatsapp.connect",
        "twilio.whatsapp",
        "whatsapp:+491234567",
        "WhatsApp Marketing",
    ),
    (
        "channels.viber.connect",
        "viber",
        "pa:75346594275468546724",
        "Jaspers Bot",
    ),
    (
        "channels.chatplugin.connect",
        "chatplugin",
        "website-identifier-42",
        "website-identifier-42",
    ),
];

#[tokio::test]
async fn every_printed_line_can_be_pasted_and_does_what_it_says() {
    let folder = tempfile::tempdir().expect("there is room for temporary files");
    let hub = start(sandbox(folder.path(), "127.0.0.1:0")).await;
    let printed = hub.process.said();
    let calls: Vec<Curl> = printed
        .iter()
        .filter_map(|line| Curl::parse(line))
        .collect();
    assert_eq!(
        calls.len(),
        printed.iter().filter(|line| line.contains("curl")).count()
    );
    let mut connected = Vec::new();

    for mut call in calls {
        if let Some(facebook) = connected.first() {
            let facebook: &Value = facebook;
            let id = facebook["id"].as_str().expect("a channel has an id");
            call.body = call.body.replace("THE-ID-FROM-THE-LIST", id);
        }
        let answer = call.run(&hub.client).await;
        match call.procedure() {
            "channels.facebook.explore" => {
                assert_eq!(answer.json()["data"][0]["page_id"], "fb-page-id-1");
            }
            "channels.list" => assert_eq!(answer.json(), json!({"data": connected})),
            "channels.facebook.disconnect" => {
                assert_eq!((answer.status, answer.text.as_str()), (202, ""));
                continue;
            }
            "sandbox.faults" => assert_eq!(answer.json(), json!({})),
            procedure => {
                let (_, source, account, name) = PRINTED
                    .into_iter()
                    .find(|(printed, ..)| *printed == procedure)
                    .unwrap_or_else(|| panic!("{procedure} is not known here"));
                let channel = answer.json();
                assert_eq!(channel["source"], source, "{channel}");
                assert_eq!(channel["source_channel_id"], account, "{channel}");
                assert_eq!(channel["metadata"]["name"], name, "{channel}");
                assert_eq!(channel["connected"], true, "{channel}");
                connected.push(channel);
            }
        }
        assert_eq!(answer.status, 200, "{call:?}: {}", answer.text);
    }

    assert_eq!(connected.len(), PRINTED.len(), "every source is shown");
    let list = hub.channels().await;
    assert_eq!(
        list[0]["connected"], false,
        "the printed disconnect was carried out"
    );
    hub.stop().await;
}

#[tokio::test]
async fn the_printed_page_shows_the_api() {
    let folder = tempfile::tempdir().expect("there is room for temporary files");
    let hub = start(sandbox(folder.path(), "127.0.0.1:0")).await;
    let page = |line: &str| Some(line.split_once("readable:")?.1.trim().to_owned());
    let url = hub
        .process
        .said()
        .iter()
        .find_map(|line| page(line))
        .expect("it is printed");

    let answer = Answer::of(hub.client.get(url))
        .await
        .expect("it is answered");

    assert_eq!(answer.status, 200, "{}", answer.text);
}

#[tokio::test]
async fn a_second_sandbox_on_the_same_port_says_so_and_leaves_the_first_alone() {
    let folder = tempfile::tempdir().expect("there is room for temporary files");
    let hub = start(sandbox(folder.path(), "127.0.0.1:0")).await;
    let request = json!({"name": "website"});
    let channel = hub.call("/channels.chatplugin.connect", &request).await;
    let address = hub.url.trim_start_matches("http://");

    let ended = sandbox(folder.path(), address).run().await;

    let sentence = ended.refusal();
    assert!(
        sentence.contains(&format!("cannot listen on {address}")),
        "{sentence}"
    );
    assert!(sentence.contains("--listen"), "{sentence}");
    assert_eq!(hub.channels().await, [channel]);
}

#[tokio::test]
async fn a_second_sandbox_on_the_same_data_says_so_and_leaves_the_first_alone() {
    let folder = tempfile::tempdir().expect("there is room for temporary files");
    let hub = start(sandbox(folder.path(), "127.0.0.1:0")).await;
    let request = json!({"name": "website"});
    let channel = hub.call("/channels.chatplugin.connect", &request).await;
    let before = files(folder.path());

    let ended = sandbox(folder.path(), "127.0.0.1:0").run().await;

    let sentence = ended.refusal();
    assert!(
        sentence.contains("kept is in use by another sandbox"),
        "{sentence}"
    );
    assert_eq!(files(folder.path()), before, "nothing is removed");
    assert_eq!(hub.channels().await, [channel]);
}

#[tokio::test]
async fn an_address_that_others_can_reach_is_refused() {
    let folder = tempfile::tempdir().expect("there is room for temporary files");

    let ended = sandbox(folder.path(), "0.0.0.0:0").run().await;

    let sentence = ended.refusal();
    assert!(sentence.contains("loopback only"), "{sentence}");
    assert!(files(folder.path()).is_empty());
}

#[tokio::test]
async fn the_sandbox_touches_no_real_database_and_no_real_setting() {
    let folder = tempfile::tempdir().expect("there is room for temporary files");
    let real = folder.path().join("data/switchboard.db");
    fs::create_dir(folder.path().join("data")).expect("it can be created");
    fs::write(&real, "precious").expect("it can be written");
    let other = format!("sqlite://{}", folder.path().join("other.db").display());

    let program = sandbox(folder.path(), "127.0.0.1:0")
        .setting("store.url", &other)
        .setting("security.system_token", "a-token")
        .setting("sources.facebook.api_url", "http://192.0.2.1")
        .setting("no.such", "setting");
    let hub = start(program).await;
    let page = json!({"page_id": "fb-page-id-1", "page_token": "authentication token"});
    hub.call("/channels.facebook.connect", &page).await;
    hub.stop().await;

    let elsewhere: Vec<_> = files(folder.path())
        .into_keys()
        .filter(|file| !file.starts_with(folder.path().join("kept")))
        .collect();
    assert_eq!(elsewhere, [folder.path().join("data"), real.clone()]);
    assert_eq!(fs::read_to_string(&real).expect("it is there"), "precious");
}

#[tokio::test]
async fn a_sandbox_begins_anew_and_removes_only_its_own_files() {
    let folder = tempfile::tempdir().expect("there is room for temporary files");
    let note = folder.path().join("kept/note.txt");
    fs::create_dir(folder.path().join("kept")).expect("it can be created");
    fs::write(&note, "mine").expect("it can be written");
    let hub = start(sandbox(folder.path(), "127.0.0.1:0")).await;
    hub.call("/channels.chatplugin.connect", &json!({"name": "website"}))
        .await;
    hub.stop().await;
    let sent = folder
        .path()
        .join("kept/sandbox-media/copy-of-a-picture.png");
    fs::write(&sent, "a picture").expect("the folder is there");

    let hub = start(sandbox(folder.path(), "127.0.0.1:0")).await;

    assert_eq!(hub.channels().await, Vec::<Value>::new());
    assert!(!sent.exists());
    assert_eq!(fs::read_to_string(&note).expect("it is there"), "mine");
}
