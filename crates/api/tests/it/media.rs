//! Files: handed in by users, handed out to whoever has a signed address.

use axum::body::Body;
use http::header::{CONTENT_TYPE, HOST, ORIGIN, RANGE};
use http::{Method, Request};
use switchboard_domain::Secret;

use crate::hub::{Answer, Hub, MAX_BYTES, options, request, send};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nand so on";

/// A form with one file.
fn form(part: &str, bytes: &[u8]) -> Vec<u8> {
    let mut form = b"--edge\r\n".to_vec();
    form.extend_from_slice(
        b"content-disposition: form-data; name=\"note\"\r\n\r\nfirst\r\n--edge\r\n",
    );
    form.extend_from_slice(format!("content-disposition: form-data; {part}\r\n\r\n").as_bytes());
    form.extend_from_slice(bytes);
    form.extend_from_slice(b"\r\n--edge--\r\n");
    form
}

fn upload(part: &str, bytes: &[u8]) -> Request<Body> {
    Request::post("/media.upload")
        .header(CONTENT_TYPE, "multipart/form-data; boundary=edge")
        .body(form(part, bytes).into())
        .unwrap()
}

/// Hands a file in; its address, without the host.
async fn handed_in(hub: &Hub, name: &str, bytes: &[u8]) -> String {
    let part = format!("name=\"file\"; filename=\"{name}\"");
    let answer = hub.send(upload(&part, bytes)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let url = answer.json()["media_url"].as_str().unwrap().to_owned();
    let path = url.strip_prefix("http://hub.example");
    path.unwrap().to_owned()
}

async fn part_of(hub: &Hub, path: &str, range: &str) -> Answer {
    let mut request = request(Method::GET, path);
    request.headers_mut().insert(RANGE, range.parse().unwrap());
    hub.send(request).await
}

#[tokio::test]
async fn a_file_that_was_handed_in_can_be_had() {
    let hub = Hub::open();

    let path = handed_in(&hub, "me.PNG", PNG).await;
    let answer = hub.get(&path).await;

    assert_eq!((answer.status.as_u16(), &answer.body[..]), (200, PNG));
    for (name, value) in [
        ("content-type", "image/png"),
        ("content-length", "17"),
        ("content-disposition", "inline"),
        ("content-security-policy", "sandbox; default-src 'none'"),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "private, max-age=86400, immutable"),
        ("accept-ranges", "bytes"),
    ] {
        assert_eq!(answer.header(name), Some(value), "{name}");
    }
    let mut again = request(Method::GET, &path);
    let tag = answer.headers["etag"].clone();
    again.headers_mut().insert("if-none-match", tag);
    assert_eq!(hub.send(again).await.status, 304);
}

#[tokio::test]
async fn the_same_file_has_the_same_address() {
    let hub = Hub::open();

    let path = handed_in(&hub, "a.png", PNG).await;

    assert_eq!(handed_in(&hub, "b.png", PNG).await, path);
    assert_ne!(handed_in(&hub, "a.png", b"other").await, path);
    // The first 16 bytes of SHA-1 of nothing, as Airy makes ids of them.
    let of_nothing = handed_in(&hub, "a.txt", b"").await;
    assert!(
        of_nothing.starts_with("/media/da39a3ee-5e6b-5b0d-b255-bfef95601890.txt?signature="),
        "{of_nothing}"
    );
    assert_eq!(hub.get(&of_nothing).await.body, "");
}

#[tokio::test]
async fn what_could_hold_a_script_is_only_saved() {
    let hub = Hub::open();

    for (name, content_type) in [
        ("a.html", "text/html"),
        ("a.svg", "image/svg+xml"),
        ("a.pdf", "application/pdf"),
        ("a.unheard-of", "application/octet-stream"),
        ("a", "application/octet-stream"),
    ] {
        let answer = hub.get(&handed_in(&hub, name, b"<script>").await).await;
        assert_eq!(answer.header("content-type"), Some(content_type), "{name}");
        assert_eq!(answer.header("content-disposition"), Some("attachment"));
    }
}

#[tokio::test]
async fn a_part_of_a_file_can_be_had() {
    let hub = Hub::open();
    let path = handed_in(&hub, "a.txt", b"0123456789").await;

    for (range, body, told) in [
        ("bytes=2-4", "234", "bytes 2-4/10"),
        ("bytes=7-", "789", "bytes 7-9/10"),
        ("bytes=-2", "89", "bytes 8-9/10"),
    ] {
        let answer = part_of(&hub, &path, range).await;
        assert_eq!(answer.status, 206, "{range}");
        assert_eq!(answer.body, body, "{range}");
        assert_eq!(answer.header("content-range"), Some(told));
        let length = body.len().to_string();
        assert_eq!(answer.header("content-length"), Some(length.as_str()));
    }
    let beyond = part_of(&hub, &path, "bytes=10-").await;
    assert_eq!(beyond.status, 416);
    assert_eq!(beyond.header("content-range"), Some("bytes */10"));
    assert_eq!(part_of(&hub, &path, "lines=1-2").await.body, "0123456789");
}

#[tokio::test]
async fn an_address_that_was_changed_is_refused() {
    let hub = Hub::open();
    let path = handed_in(&hub, "a.txt", b"0123456789").await;
    let (key, signature) = path.split_once("?signature=").unwrap();
    let other = handed_in(&hub, "b.txt", b"other").await;
    let (other, _) = other.split_once('?').unwrap();

    for changed in [
        key.to_owned(),
        format!("{key}?signature="),
        format!("{key}?signature={}", signature.to_uppercase()),
        format!("{key}?signature={}0", &signature[..signature.len() - 1]),
        format!("{key}?signature={signature}0"),
        format!("{key}?expires=9999999999&signature={signature}"),
        format!("{key}?expires=soon&signature={signature}"),
        format!("{other}?signature={signature}"),
        format!("/media/..%2fhub.db?signature={signature}"),
        "/media/proxy/a/b?signature=00".to_owned(),
        format!(
            "/media/proxy/{id}/{id}?signature={signature}",
            id = "3502a0a7-933d-5410-b5fc-51f041146d89"
        ),
    ] {
        hub.get(&changed).await.is_error(403, "unauthorized");
    }
    let elsewhere = hub.with_another_key();
    let answer = send(&elsewhere, request(Method::GET, &path)).await;
    answer.is_error(403, "unauthorized");
}

#[tokio::test]
async fn a_form_without_a_usable_file_is_refused_as_airy_refuses_it() {
    let hub = Hub::open();

    let missing = hub
        .send(upload("name=\"other\"; filename=\"a\"", PNG))
        .await;
    missing.is_error(400, "invalid_request");
    let message = missing.json()["message"].as_str().unwrap().to_owned();
    assert!(
        message.starts_with("Media Upload failed with error: "),
        "{message}"
    );

    let nameless = hub.send(upload("name=\"file\"", PNG)).await;
    nameless.is_error(422, "invalid_request");

    let mut cut = form("name=\"file\"; filename=\"a.png\"", PNG);
    cut.truncate(cut.len() - 12);
    let mut request = upload("", b"");
    *request.body_mut() = cut.into();
    hub.send(request).await.is_error(400, "invalid_request");

    let mut request = upload("", b"");
    request
        .headers_mut()
        .insert(CONTENT_TYPE, "application/json".parse().unwrap());
    let answer = hub.send(request).await;
    answer.is_error(415, "unsupported_media_type");
}

#[tokio::test]
async fn a_file_beyond_the_limit_is_413_and_leaves_nothing_behind() {
    let hub = Hub::open();
    let limit = usize::try_from(MAX_BYTES).unwrap();
    let part = "name=\"file\"; filename=\"a.bin\"";

    let large = vec![7; limit];
    let path = handed_in(&hub, "a.bin", &large).await;
    assert_eq!(hub.get(&path).await.body.len(), limit);

    let answer = hub.send(upload(part, &vec![7; limit + 1])).await;
    answer.is_error(413, "body_too_large");
}

#[tokio::test]
async fn nobody_hands_a_file_in_without_a_token_where_one_is_asked_for() {
    let mut guarded = options();
    guarded.system_token = Some(Secret::new("s3cret"));
    let hub = Hub::with(guarded);
    let part = "name=\"file\"; filename=\"a.png\"";
    let with = |token: &str| {
        let mut request = upload(part, PNG);
        let value = format!("Bearer {token}").parse().unwrap();
        request.headers_mut().insert("authorization", value);
        request
    };

    hub.send(upload(part, PNG))
        .await
        .is_error(403, "unauthorized");
    hub.send(with("wrong")).await.is_error(401, "invalid_token");
    assert_eq!(hub.send(with("s3cret")).await.status, 200);
}

/// A form can be sent by a page of any origin, without the browser asking first.
#[tokio::test]
async fn a_page_of_another_origin_hands_nothing_in_at_an_open_hub() {
    let hub = Hub::open();
    let from = |origin: &str| {
        let mut request = upload("name=\"file\"; filename=\"a.png\"", PNG);
        let headers = request.headers_mut();
        headers.insert(HOST, "127.0.0.1:8080".parse().unwrap());
        headers.insert(ORIGIN, origin.parse().unwrap());
        request
    };

    for foreign in ["https://evil.example", "http://127.0.0.1:9", "null"] {
        let answer = hub.send(from(foreign)).await;
        answer.is_error(403, "unauthorized");
    }
    assert_eq!(hub.send(from("http://127.0.0.1:8080")).await.status, 200);
}
