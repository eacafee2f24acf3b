//! `media.*`: what becomes of files.

use std::path::PathBuf;

use switchboard_domain::{Secret, Source};
use switchboard_engine::media::{MediaPolicies, MediaPolicy};
use switchboard_media::Bucket;

use super::meaning::{Reader, parse_web_address};
use super::settings::sources_with_files;
use super::{MediaConfig, MediaPlace, StoreUrl};

const DEFAULT_REGION: &str = "us-east-1";
/// 100 MiB: what the largest providers take.
const DEFAULT_MAX_BYTES: &str = "104857600";

/// Reads the settings; `None` if one of them is wrong.
pub(super) fn read(reader: &mut Reader, store: Option<&StoreUrl>) -> Option<MediaConfig> {
    let place = place(reader, store);
    let max_bytes = reader.parsed("media.max_bytes", Some(DEFAULT_MAX_BYTES), parse_size);
    let policy = reader.parsed("media.policy", Some("store"), parse_policy);
    let mut policies = MediaPolicies::all(policy.unwrap_or_default());
    for source in sources_with_files() {
        let name = format!("media.policies.{source}");
        if let Some(policy) = reader.parsed(&name, None, parse_policy) {
            policies = policies.with(Source::new(source), policy);
        }
    }
    Some(MediaConfig {
        place: place?,
        max_bytes: max_bytes?,
        policies,
    })
}

fn place(reader: &mut Reader, store: Option<&StoreUrl>) -> Option<MediaPlace> {
    let Some(text) = reader.text("media.store") else {
        return Some(MediaPlace::Folder(beside(store?)));
    };
    let Some(bucket) = text.strip_prefix("s3://") else {
        if text.contains("://") {
            let sentence = "write the path of a folder, or s3://BUCKET/PREFIX".to_owned();
            reader.problem("media.store", sentence);
            return None;
        }
        return Some(MediaPlace::Folder(PathBuf::from(text)));
    };
    let (name, prefix) = bucket.split_once('/').unwrap_or((bucket, ""));
    if name.is_empty() {
        let sentence = "name a bucket, like s3://bucket/prefix".to_owned();
        reader.problem("media.store", sentence);
        return None;
    }
    let needs = |reader: &mut Reader, setting: &str| {
        let found = reader.text(setting);
        if found.is_none() {
            reader.problem(
                setting,
                format!("media.store is a bucket of S3, so {setting} has to be set"),
            );
        }
        found
    };
    let key = needs(reader, "media.s3_key");
    let secret = needs(reader, "media.s3_secret");
    let endpoint = reader.parsed("media.s3_endpoint", None, |text| {
        parse_web_address(text).map(|url| url.as_str().trim_end_matches('/').to_owned())
    });
    let region = reader.text("media.s3_region");
    Some(MediaPlace::Bucket(Bucket {
        name: name.to_owned(),
        prefix: prefix.trim_matches('/').to_owned(),
        key: key?,
        secret: Secret::new(secret?),
        region: region.unwrap_or_else(|| DEFAULT_REGION.to_owned()),
        endpoint,
    }))
}

/// The folder when none is configured: beside the embedded database.
fn beside(store: &StoreUrl) -> PathBuf {
    match store {
        StoreUrl::Sqlite(path) => path.with_file_name("media"),
        StoreUrl::Postgres(_) => PathBuf::from("data/media"),
    }
}

fn parse_size(text: &str) -> Result<u64, String> {
    text.parse()
        .ok()
        .filter(|size| *size > 0)
        .ok_or_else(|| "write a number of bytes, like 104857600 for 100 MiB".to_owned())
}

fn parse_policy(text: &str) -> Result<MediaPolicy, String> {
    MediaPolicy::parse(text).ok_or_else(|| {
        "write store (files are copied), proxy (they are fetched when somebody looks) or link (the \
         provider's links are shown)"
            .to_owned()
    })
}
