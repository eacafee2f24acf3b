//! Webhooks are tried again, repeated, put together and sent in another order.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use serde_json::json;
use switchboard_sandbox::twilio::NumberState;
use switchboard_sandbox::{
    Act, Customer, Impossible, Letter, Outcome, Pause, Sandbox, SandboxOptions, Source,
};

use crate::receiver::{Answer, Receiver, connect, connected, options};

fn text(sandbox: &Sandbox, customer: impl Into<Customer>, text: &str) -> Letter {
    sandbox.prepare(customer, &Act::text(text)).unwrap()
}

#[tokio::test]
async fn what_the_hub_does_not_take_comes_again_until_it_does() {
    let receiver = Receiver::start().await;
    let waited = Arc::new(Mutex::new(Vec::new()));
    let waits = Arc::clone(&waited);
    let sandbox = Sandbox::start(SandboxOptions {
        pause: Pause::by(move |time| {
            waits.lock().push(time);
            std::future::ready(())
        }),
        ..options(&receiver)
    })
    .await
    .unwrap();
    connect(&sandbox, &receiver).await;
    receiver.answer(&[Answer::empty(503), Answer::empty(500), Answer::empty(302)]);

    let said = sandbox.say(Source::Facebook, "hello").await.unwrap();

    assert_eq!(said.status(), Some(503));
    let last = sandbox.settled(&said).await.unwrap();
    assert_eq!((last.attempt, last.status), (4, Some(200)));
    let seen = receiver.seen();
    assert_eq!(seen.len(), 4);
    assert!(seen.iter().all(|one| one.body == seen[0].body));
    let statuses: Vec<_> = sandbox.deliveries().iter().map(|one| one.status).collect();
    assert_eq!(statuses, [Some(503), Some(500), Some(302), Some(200)]);
    assert_eq!(*waited.lock(), [1, 2, 4].map(Duration::from_secs));
    assert_eq!(sandbox.webhooks_to_retry(), 0);
}

#[tokio::test]
async fn a_provider_gives_up_in_the_end() {
    let receiver = Receiver::start().await;
    let sum = Arc::new(Mutex::new(Duration::ZERO));
    let waits = Arc::clone(&sum);
    let sandbox = Sandbox::start(SandboxOptions {
        pause: Pause::by(move |time| {
            *waits.lock() += time;
            std::future::ready(())
        }),
        ..options(&receiver)
    })
    .await
    .unwrap();
    connect(&sandbox, &receiver).await;
    for (source, hours) in [
        (Source::Facebook, 36),
        (Source::WhatsApp, 7 * 24),
        (Source::Google, 7 * 24),
        (Source::Viber, 1),
    ] {
        *sum.lock() = Duration::ZERO;
        receiver.answer(&[Answer::empty(503); 30]);
        let said = sandbox.say(source, "hello").await.unwrap();
        let last = sandbox.settled(&said).await.unwrap();
        let answered = receiver.seen().len();

        assert_eq!(last.status, Some(503), "{source}");
        let most = Duration::from_hours(hours);
        let waited = *sum.lock();
        assert!(
            waited <= most && waited > most / 3,
            "{source} waited {waited:?}"
        );
        assert!(answered >= 5);
        receiver.forget_answers();
    }
}

#[tokio::test]
async fn a_hub_that_comes_back_gets_what_it_missed_as_soon_as_one_likes() {
    let receiver = Receiver::start().await;
    let sandbox = connected(&receiver).await;
    receiver.answer(&[Answer::empty(503), Answer::empty(503)]);
    let first = sandbox.say(Source::Facebook, "one").await.unwrap();
    let second = sandbox.say(Source::Viber, "two").await.unwrap();
    assert_eq!(sandbox.webhooks_to_retry(), 2);
    assert_eq!(receiver.seen().len(), 2);

    sandbox.retry_now();

    for said in [first, second] {
        let last = sandbox.settled(&said).await.unwrap();
        assert_eq!((last.attempt, last.status), (2, Some(200)));
    }
    assert_eq!(sandbox.wait_for_deliveries(4).await.len(), 4);
}

#[tokio::test]
async fn nobody_listening_is_no_answer() {
    let receiver = Receiver::start().await;
    let sandbox = connected(&receiver).await;
    sandbox.set_hub("http://127.0.0.1:9");

    let said = sandbox.say(Source::Facebook, "hello").await.unwrap();

    let expected = Outcome::NoAnswer {
        why: "nobody listens there".to_owned(),
    };
    assert_eq!(said.outcome, expected);
    let delivery = &sandbox.deliveries()[0];
    assert_eq!((delivery.status, delivery.ids.len()), (None, 1));
    assert_eq!(delivery.ids[0], said.id.unwrap());
}

#[tokio::test]
async fn an_answer_that_comes_too_late_is_none() {
    let receiver = Receiver::start().await;
    let sandbox = Sandbox::start(SandboxOptions {
        patience: Some(Duration::from_millis(50)),
        ..options(&receiver)
    })
    .await
    .unwrap();
    // It takes connections, and never answers.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    sandbox.set_hub(&format!("http://{}", silent.local_addr().unwrap()));

    let said = sandbox.say(Source::Google, "hello").await.unwrap();

    assert!(matches!(said.outcome, Outcome::NoAnswer { .. }), "{said:?}");
    let violations = sandbox.violations();
    assert_eq!(violations[0].source, Source::Google);
    assert!(violations[0].message.contains("no answer within 50 ms"));
    assert_eq!(sandbox.webhooks_to_retry(), 1);
}

#[tokio::test]
async fn a_webhook_can_be_repeated_and_overtaken() {
    let receiver = Receiver::start().await;
    let sandbox = connected(&receiver).await;
    let one = text(&sandbox, Source::Facebook, "one");
    let two = text(&sandbox, Source::Facebook, "two");
    assert_ne!(one.id(), two.id());

    for letter in [&two, &one, &two] {
        assert!(sandbox.send(letter).await.is_accepted());
    }

    let texts: Vec<_> = receiver
        .seen()
        .iter()
        .map(|seen| seen.json()["entry"][0]["messaging"][0]["message"]["text"].clone())
        .collect();
    assert_eq!(texts, ["two", "one", "two"]);
    assert_eq!(receiver.seen()[0].body, receiver.seen()[2].body);
    assert_eq!(
        receiver.seen()[0].header("x-hub-signature-256"),
        receiver.seen()[2].header("x-hub-signature-256")
    );
}

#[tokio::test]
async fn events_of_several_pages_come_in_one_body() {
    let receiver = Receiver::start().await;
    let sandbox = connected(&receiver).await;
    let other = Customer::of(Source::Facebook).on("fb-page-id-2");
    let letters = [
        text(&sandbox, Source::Facebook, "one"),
        text(&sandbox, Source::Facebook, "two"),
        text(&sandbox, other, "other page"),
    ];

    let said = sandbox.send_together(&letters).await.unwrap();

    assert_eq!((said.len(), receiver.seen().len()), (3, 1));
    let body = receiver.last().json();
    let sizes: Vec<_> = body["entry"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| {
            (
                entry["id"].clone(),
                entry["messaging"].as_array().unwrap().len(),
            )
        })
        .collect();
    assert_eq!(
        sizes,
        [(json!("fb-page-id-1"), 2), (json!("fb-page-id-2"), 1)]
    );
    let ids: Vec<_> = said.into_iter().map(|said| said.id.unwrap()).collect();
    assert_eq!(sandbox.deliveries()[0].ids, ids);
    // People are known to each page by another id.
    assert_ne!(letters[0].customer_id(), letters[2].customer_id());
}

#[tokio::test]
async fn what_does_not_go_together_is_not_sent_together() {
    let receiver = Receiver::start().await;
    let sandbox = connected(&receiver).await;
    for source in [Source::Instagram, Source::WhatsApp, Source::Viber] {
        let letters = [
            text(&sandbox, Source::Facebook, "one"),
            text(&sandbox, source, "two"),
        ];
        let error = sandbox.send_together(&letters).await.unwrap_err();
        assert_eq!(error, Impossible::Together);
    }
    assert_eq!(receiver.seen().len(), 0);
}

#[tokio::test]
async fn twilio_would_text_an_answer_in_plain_text_to_the_customer() {
    let receiver = Receiver::start().await;
    let sandbox = connected(&receiver).await;
    let good = Answer {
        status: 200,
        media_type: "text/xml",
        body: "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response/>",
    };
    let bad = Answer {
        status: 200,
        media_type: "text/plain; charset=utf-8",
        body: "OK",
    };
    receiver.answer(&[good, bad]);

    sandbox.say(Source::TwilioSms, "hello").await.unwrap();
    assert_eq!(sandbox.violations(), []);
    sandbox.say(Source::TwilioSms, "hello").await.unwrap();

    let violations = sandbox.violations();
    assert_eq!(violations.len(), 1);
    assert!(
        violations[0].message.contains("would text the answer"),
        "{violations:?}"
    );
}

#[tokio::test]
async fn twilio_tries_again_only_if_the_address_asks_for_it_and_then_elsewhere() {
    let receiver = Receiver::start().await;
    let sandbox = connected(&receiver).await;
    receiver.answer(&[Answer::empty(500)]);
    let said = sandbox.say(Source::TwilioSms, "hello").await.unwrap();
    assert_eq!(said.status(), Some(500));
    assert_eq!((receiver.seen().len(), sandbox.webhooks_to_retry()), (1, 0));

    let number = NumberState {
        sms_url: format!("{}/twilio#rc=2&rp=all", receiver.url),
        sms_fallback_url: format!("{}/fallback", receiver.url),
        ..sandbox.twilio.number("+491234567").unwrap()
    };
    sandbox.twilio.put_number("+491234567", number);
    receiver.answer(&[Answer::empty(500); 3]);
    let said = sandbox.say(Source::TwilioSms, "hello").await.unwrap();
    for attempts in [3, 4] {
        sandbox.retry_now();
        sandbox.wait_for_deliveries(attempts).await;
    }

    let last = sandbox.settled(&said).await.unwrap();
    assert_eq!((last.attempt, last.status), (4, Some(200)));
    let urls: Vec<_> = receiver
        .seen()
        .iter()
        .skip(1)
        .map(|seen| seen.url.clone())
        .collect();
    let own = format!("{}/twilio", receiver.url);
    assert_eq!(
        urls,
        [
            own.clone(),
            own.clone(),
            own,
            format!("{}/fallback", receiver.url)
        ]
    );
    let form = receiver.last().form();
    assert!(form.iter().any(|(name, _)| name == "ErrorUrl"));
}

#[tokio::test]
async fn viber_shows_the_welcome_that_the_hub_answers() {
    let receiver = Receiver::start().await;
    let sandbox = connected(&receiver).await;
    let welcome = Answer {
        status: 200,
        media_type: "application/json",
        body: "{\"type\":\"text\",\"text\":\"Welcome!\"}",
    };
    let nonsense = Answer {
        body: "Welcome!",
        ..welcome
    };
    receiver.answer(&[welcome, nonsense]);

    sandbox.act(Source::Viber, Act::Start).await.unwrap();
    assert_eq!(sandbox.violations(), []);
    let state = crate::call::Call::new(http::Method::POST, sandbox.control_url(), "/sandbox.state");
    let state = state.works().await;
    assert_eq!(state["customers"][0]["messages"][0]["text"], "Welcome!");
    assert_eq!(state["customers"][0]["messages"][0]["from_customer"], false);

    sandbox.act(Source::Viber, Act::Start).await.unwrap();
    assert_eq!(sandbox.violations().len(), 1);
}
