use super::*;
use crate::http_status::tests::answer;

fn refused(status: u16, body: &str) -> ProviderError {
    check(&answer(status, body)).expect_err("the answer is an error")
}

#[test]
fn each_code_has_the_class_of_the_table() {
    use ErrorClass::{
        Config, Content, Permission, Policy, Reauth, Recipient, Retry, Throttle, Window,
    };
    let table: &[(ErrorClass, &[i64])] = &[
        (Retry, &[1, 2, 1_200, 131_000, 131_016, 131_053]),
        (Throttle, &[4, 17, 32, 613, 80_001, 80_002, 80_006, 80_007]),
        (Throttle, &[130_429, 131_048, 131_056, 133_016]),
        (Reauth, &[0, 102, 104, 190]),
        (Permission, &[3, 10, 200, 230, 299, 131_030]),
        (Window, &[131_047]),
        (Recipient, &[551, 131_026, 131_049, 131_050]),
        (Content, &[100, 131_008, 131_009, 131_021, 131_051]),
        (
            Content,
            &[
                132_000, 132_001, 132_005, 132_007, 132_012, 132_015, 132_016,
            ],
        ),
        (Policy, &[368, 131_031]),
        (Config, &[33, 803, 131_042, 131_045, 133_010]),
    ];
    for (want, codes) in table {
        for code in *codes {
            assert_eq!(class(*code, None), Some(*want), "{code}");
        }
    }
    assert_eq!(class(199, None), None);
    assert_eq!(class(300, None), None);
    assert_eq!(class(-1, None), None);
}

#[test]
fn a_subcode_refines_the_class() {
    for (code, subcode, want) in [
        (10, 2_018_278, ErrorClass::Window),
        (10, 2_534_022, ErrorClass::Window),
        (10, 1_893_063, ErrorClass::Policy),
        (10, 1, ErrorClass::Permission),
        (100, 33, ErrorClass::Config),
        (100, 2_018_001, ErrorClass::Recipient),
        (100, 2_018_108, ErrorClass::Permission),
        (200, 1_545_041, ErrorClass::Recipient),
        (200, 1_349_174, ErrorClass::Permission),
        (190, 463, ErrorClass::Reauth),
        (190, 460, ErrorClass::Reauth),
        (4, 2_446_079, ErrorClass::Throttle),
    ] {
        assert_eq!(class(code, Some(subcode)), Some(want), "{code}/{subcode}");
    }
}

#[test]
fn the_code_counts_and_not_the_status() {
    let body = r#"{"error":{"message":"Session has expired","code":190,"error_subcode":463}}"#;
    for status in [200, 400, 401, 500] {
        let error = refused(status, body);

        assert_eq!(error.class, ErrorClass::Reauth, "{status}");
        assert_eq!(error.code.as_deref(), Some("190/463"));
        assert_eq!(error.message, "Session has expired");
        assert_eq!(error.effect, Effect::None);
    }
}

#[test]
fn an_unknown_code_is_classed_by_the_status_and_kept() {
    let body = r#"{"error":{"message":"new","code":987654}}"#;
    for (status, class) in [
        (400, ErrorClass::Content),
        (404, ErrorClass::Config),
        (429, ErrorClass::Throttle),
        (503, ErrorClass::Retry),
    ] {
        let error = refused(status, body);

        assert_eq!(error.class, class, "{status}");
        assert_eq!(error.code.as_deref(), Some("987654"));
    }
}

#[test]
fn a_failure_that_meta_calls_transient_had_no_effect() {
    let transient = r#"{"error":{"message":"m","code":2,"is_transient":true}}"#;
    assert_eq!(refused(500, transient).effect, Effect::None);

    let unknown = r#"{"error":{"message":"m","code":2}}"#;
    assert_eq!(refused(500, unknown).effect, Effect::Possible);
}

#[test]
fn a_limit_tells_when_it_ends() {
    let mut answer = answer(400, r#"{"error":{"message":"m","code":80006}}"#);
    let usage = r#"{"1":[{"type":"messenger","call_count":100,"estimated_time_to_regain_access":3}],"2":[{"estimated_time_to_regain_access":5}]}"#;
    let usage = usage.parse().unwrap();
    answer.headers.insert("x-business-use-case-usage", usage);

    let error = check(&answer).unwrap_err();

    assert_eq!(error.retry_after, Some(Duration::from_mins(5)));
    assert_eq!(error.effect, Effect::None);
}

#[test]
fn an_error_without_words_has_a_sentence() {
    let error = refused(400, r#"{"error":{"code":100}}"#);

    assert_eq!(error.message, "Meta answered HTTP 400 without a reason");
}

#[test]
fn a_success_is_no_error() {
    assert_eq!(check(&answer(200, r#"{"success":true}"#)), Ok(()));
    assert_eq!(check(&answer(200, "[]")), Ok(()));
}
