#![allow(warnings, clippy::all)]
#[path = "../tests/it/hub.rs"] mod hub;
#[path = "../tests/it/obedient.rs"] mod obedient;
use tower::ServiceExt;
use std::time::Instant;
fn main() {
    let rt = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    rt.block_on(async {
        let hub = hub::Hub::open();
        for i in 0..20 { let a = hub.post("/channels.page.connect", &serde_json::json!({"account": format!("acct-{i}"), "token":"t"})).await; assert_eq!(a.status, 200); }
        let body = hub.post("/channels.list", &serde_json::json!({})).await.body;
        println!("{} bytes", body.len());
        let b = body.clone();
        let bare = axum::Router::new().route("/channels.list", axum::routing::post(move || async move { ([("content-type","application/json")], b) }));
        for round in 0..3 {
          for (name, router) in [("bare", &bare), ("hub", &hub.router), ("405", &hub.router), ("404", &hub.router)] {
            let n = 50_000;
            let begun = Instant::now();
            for _ in 0..n {
                let req = match name { "405" => hub::request(http::Method::GET, "/channels.list"), "404" => hub::request(http::Method::GET, "/nothing"), _ => hub::post("/channels.list", "{}") };
                let r = router.clone().oneshot(req).await.unwrap();
                std::hint::black_box(&r);
            }
            println!("{name}: {:?} each", begun.elapsed() / n);
          }
          // concurrent lists, so that one question to the store is shared
          let n = 2_000; let width = 64;
          let begun = Instant::now();
          for _ in 0..n {
            let mut set = tokio::task::JoinSet::new();
            for _ in 0..width { let r = hub.router.clone(); set.spawn(async move { r.oneshot(hub::post("/channels.list", "{}")).await.unwrap() }); }
            while let Some(r) = set.join_next().await { r.unwrap(); }
          }
          println!("hub x64: {:?} each", begun.elapsed() / (n * width));
          let begun = Instant::now();
          for _ in 0..n {
            let mut set = tokio::task::JoinSet::new();
            for _ in 0..width { let r = bare.clone(); set.spawn(async move { r.oneshot(hub::post("/channels.list", "{}")).await.unwrap() }); }
            while let Some(r) = set.join_next().await { r.unwrap(); }
          }
          println!("bare x64: {:?} each", begun.elapsed() / (n * width));
        }
    });
}
