use std::collections::BTreeMap;

use axum::Router;
use axum::body::Bytes as Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_LENGTH, ETAG, LAST_MODIFIED, RANGE};
use http::{HeaderMap, Method, StatusCode, Uri};
use parking_lot::Mutex;
use switchboard_domain::FixedChance;
use tempfile::TempDir;

use super::*;

const NOW: Timestamp = Timestamp::from_millis(1_795_348_800_000);

struct Folder {
    store: Store,
    folder: TempDir,
}

fn folder() -> Folder {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    Folder { store, folder }
}

fn open(folder: &TempDir) -> Store {
    let chance = Arc::new(FixedChance::seeded(1));
    Store::in_folder(folder.path(), NOW, chance).unwrap()
}

fn files(folder: &FilePath) -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort_unstable();
    names
}

async fn write(store: &Store, key: &str, pieces: &[&[u8]]) {
    let mut draft = store.begin().await.unwrap();
    for piece in pieces {
        draft.write(Bytes::copy_from_slice(piece)).await.unwrap();
    }
    draft.keep(key).await.unwrap();
}

async fn read(store: &Store, key: &str, range: Range<u64>) -> Option<Vec<u8>> {
    let mut pieces = store.read(key, range).await.unwrap()?;
    let mut bytes = Vec::new();
    while let Some(piece) = pieces.next().await {
        bytes.extend_from_slice(&piece.unwrap());
    }
    Some(bytes)
}

/// What every store can do, whatever lies behind it.
async fn keeps_files(store: &Store) {
    let large: Vec<u8> = (0..u32::try_from(store.part * 2 + 7).unwrap())
        .map(|number| number.to_le_bytes()[0])
        .collect();
    let pieces: Vec<&[u8]> = large.chunks(100_000).collect();

    write(store, "large.bin", &pieces).await;
    write(store, "small.txt", &[b"the answer ", b"is 42"]).await;
    write(store, "small.txt", &[b"the answer ", b"is 42"]).await;
    write(store, "empty", &[]).await;

    let size = u64::try_from(large.len()).unwrap();
    assert_eq!(store.size("large.bin").await.unwrap(), Some(size));
    assert_eq!(read(store, "large.bin", 0..size).await.unwrap(), large);
    assert_eq!(store.size("small.txt").await.unwrap(), Some(16));
    assert_eq!(read(store, "small.txt", 4..10).await.unwrap(), b"answer");
    assert_eq!(store.size("empty").await.unwrap(), Some(0));
    assert_eq!(read(store, "empty", 0..0).await.unwrap(), b"");

    store.delete("small.txt").await.unwrap();
    store.delete("small.txt").await.unwrap();
    assert_eq!(store.size("small.txt").await.unwrap(), None);
    assert_eq!(read(store, "small.txt", 0..1).await, None);
}

#[tokio::test]
async fn a_folder_keeps_files() {
    let Folder { store, folder } = folder();

    keeps_files(&store).await;

    assert_eq!(files(folder.path()), ["empty", INCOMING, "large.bin"]);
    assert_eq!(files(&folder.path().join(INCOMING)), [""; 0]);
}

#[tokio::test]
async fn nobody_sees_a_file_before_it_is_kept() {
    let Folder { store, folder } = folder();
    let mut draft = store.begin().await.unwrap();

    draft.write(vec![7; FOLDER_PART * 3].into()).await.unwrap();

    assert_eq!(store.size("a").await.unwrap(), None);
    assert_eq!(files(folder.path()), [INCOMING]);
    draft.keep("a").await.unwrap();
    assert_eq!(files(folder.path()), ["a", INCOMING]);
}

#[tokio::test]
async fn what_a_dead_process_left_half_written_is_removed_at_a_start() {
    let Folder { folder, .. } = folder();
    let incoming = folder.path().join(INCOMING);
    let half = |name: &str, age: Duration| {
        let file = std::fs::File::create(incoming.join(name)).unwrap();
        let now = Duration::from_millis(u64::try_from(NOW.as_millis()).unwrap());
        file.set_modified(UNIX_EPOCH + now - age).unwrap();
    };
    half("old", Duration::from_hours(2));
    half("being_written_elsewhere", Duration::from_mins(5));

    drop(open(&folder));

    assert_eq!(files(&incoming), ["being_written_elsewhere"]);
}

#[tokio::test]
async fn a_key_leads_nowhere_else() {
    let Folder { store, folder } = folder();
    let secret = folder.path().join("../secret");
    for key in [
        "",
        ".",
        "..",
        "../secret",
        "a/b",
        "a\\b",
        "%2e%2e",
        ".hidden",
        "a b",
        "é",
        "incoming/a",
    ] {
        assert_eq!(store.size(key).await.unwrap(), None, "{key}");
        assert_eq!(read(&store, key, 0..1).await, None, "{key}");
        store.delete(key).await.unwrap();
        let draft = store.begin().await.unwrap();
        assert!(draft.keep(key).await.is_err(), "{key}");
    }
    assert!(!secret.exists());
}

/// As much of S3 as the store needs, and strict about it.
#[derive(Clone, Default)]
struct S3(Arc<Mutex<World>>);

#[derive(Default)]
struct World {
    objects: BTreeMap<String, Vec<u8>>,
    uploads: BTreeMap<String, BTreeMap<usize, Vec<u8>>>,
    aborted: usize,
}

impl S3 {
    async fn start(&self) -> String {
        let router = Router::new()
            .fallback(answer)
            .layer(axum::extract::DefaultBodyLimit::disable())
            .with_state(self.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        url
    }

    async fn store(&self, prefix: &str) -> Store {
        let bucket = Bucket {
            name: "media".to_owned(),
            prefix: prefix.to_owned(),
            key: "AKIDEXAMPLE".to_owned(),
            secret: Secret::new("canary"),
            region: "eu-central-1".to_owned(),
            endpoint: Some(self.start().await),
        };
        Store::in_bucket(bucket, client(), Arc::new(FixedChance::seeded(1))).unwrap()
    }
}

#[expect(clippy::disallowed_methods, reason = "there is no wiring in a test")]
fn client() -> reqwest::Client {
    drop(rustls::crypto::ring::default_provider().install_default());
    reqwest::Client::builder().no_proxy().build().unwrap()
}

async fn answer(
    State(S3(world)): State<S3>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let header = |name: &str| headers.get(name).map(|value| value.to_str().unwrap());
    let authorization = header(AUTHORIZATION.as_str()).unwrap_or_default();
    let scope = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/";
    if !authorization.starts_with(scope) || !authorization.contains("/eu-central-1/s3/") {
        return StatusCode::FORBIDDEN.into_response();
    }
    // S3 takes no body of unknown length.
    if method == Method::PUT && header(CONTENT_LENGTH.as_str()).is_none() && !body.is_empty() {
        return StatusCode::LENGTH_REQUIRED.into_response();
    }
    let path = uri.path().strip_prefix("/media/").unwrap().to_owned();
    let query: BTreeMap<_, _> = uri
        .query()
        .unwrap_or_default()
        .split('&')
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .collect();
    let mut world = world.lock();
    let tag = [(ETAG, "\"tag\"")];
    match (
        method.as_str(),
        query.get("uploadId"),
        header("x-amz-copy-source"),
    ) {
        ("POST", None, _) => {
            world.uploads.insert(path.clone(), BTreeMap::new());
            let xml = "<InitiateMultipartUploadResult><UploadId>7</UploadId></InitiateMultipartUploadResult>";
            xml.into_response()
        }
        ("PUT", Some(_), _) => {
            let number = query["partNumber"].parse().unwrap();
            let parts = world.uploads.get_mut(&path).unwrap();
            parts.insert(number, body.to_vec());
            tag.into_response()
        }
        ("POST", Some(_), _) => {
            let parts = world.uploads.remove(&path).unwrap();
            let whole: Vec<u8> = parts.into_values().flatten().collect();
            world.objects.insert(path, whole);
            "<CompleteMultipartUploadResult><ETag>tag</ETag></CompleteMultipartUploadResult>"
                .into_response()
        }
        ("DELETE", Some(_), _) => {
            world.aborted += 1;
            world.uploads.remove(&path);
            StatusCode::NO_CONTENT.into_response()
        }
        ("PUT", None, Some(from)) => {
            let from = from.trim_start_matches('/').strip_prefix("media/").unwrap();
            let bytes = world.objects[from].clone();
            world.objects.insert(path, bytes);
            "<CopyObjectResult><ETag>tag</ETag></CopyObjectResult>".into_response()
        }
        ("PUT", None, None) => {
            world.objects.insert(path, body.to_vec());
            tag.into_response()
        }
        ("DELETE", None, _) => {
            world.objects.remove(&path);
            StatusCode::NO_CONTENT.into_response()
        }
        _ => found_object(world.objects.get(&path), &method, header(RANGE.as_str())),
    }
}

fn found_object(object: Option<&Vec<u8>>, method: &Method, range: Option<&str>) -> Response {
    let Some(bytes) = object else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let common = [
        (ETAG.as_str(), "\"tag\""),
        (LAST_MODIFIED.as_str(), "Sun, 22 Nov 2026 12:00:00 GMT"),
    ];
    if method == Method::HEAD {
        let length = bytes.len().to_string();
        return (common, [(CONTENT_LENGTH, length)]).into_response();
    }
    let (first, last) = range
        .and_then(|range| range.strip_prefix("bytes=")?.split_once('-'))
        .map(|(first, last)| (first.parse().unwrap(), last.parse().unwrap()))
        .unwrap();
    let shown: &[u8] = &bytes[first..=usize::min(last, bytes.len() - 1)];
    let range = format!("bytes {first}-{}/{}", first + shown.len() - 1, bytes.len());
    (
        StatusCode::PARTIAL_CONTENT,
        common,
        [("content-range", range)],
        shown.to_vec(),
    )
        .into_response()
}

#[tokio::test]
async fn a_bucket_keeps_files() {
    let s3 = S3::default();

    keeps_files(&s3.store("").await).await;

    let objects = s3.0.lock().objects.keys().cloned().collect::<Vec<_>>();
    assert_eq!(objects, ["empty", "large.bin"]);
}

#[tokio::test]
async fn a_bucket_can_be_shared_with_others() {
    let s3 = S3::default();
    let store = s3.store("hub/files").await;

    write(&store, "a.txt", &[b"mine"]).await;

    assert_eq!(read(&store, "a.txt", 0..4).await.unwrap(), b"mine");
    let objects = s3.0.lock().objects.keys().cloned().collect::<Vec<_>>();
    assert_eq!(objects, ["hub/files/a.txt"]);
}

#[tokio::test]
async fn a_file_that_is_not_kept_leaves_no_parts_in_the_bucket() {
    let s3 = S3::default();
    let store = s3.store("").await;
    let mut draft = store.begin().await.unwrap();
    draft.write(vec![7; BUCKET_PART + 1].into()).await.unwrap();
    assert_eq!(s3.0.lock().uploads.len(), 1);

    drop(draft);

    while s3.0.lock().aborted == 0 {
        tokio::task::yield_now().await;
    }
    assert!(s3.0.lock().uploads.is_empty());
}

#[test]
fn the_secret_of_a_bucket_is_not_printed() {
    let bucket = Bucket {
        name: "media".to_owned(),
        prefix: String::new(),
        key: "AKIDEXAMPLE".to_owned(),
        secret: Secret::new("canary"),
        region: "eu-central-1".to_owned(),
        endpoint: None,
    };

    assert!(!format!("{bucket:?}").contains("canary"));
}
