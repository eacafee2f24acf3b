//! Rules about templates.

use switchboard_domain::{Chance, FixedChance, RawJson, Source, Template, TemplateId};

use super::Database;

pub async fn a_template_comes_back_as_it_was_put(database: &Database) {
    let odd = Template {
        name: "it's \"odd\" 💬".to_owned(),
        content: RawJson::from_checked(r#"{ "b": "💬", "a": [1.50, null] }"#),
        ..template(1, "", "test")
    };
    put_templates(database, vec![odd.clone(), template(2, "two", "other")]).await;
    let replaced = template(2, "new", "test");
    put_templates(database, vec![replaced.clone()]).await;

    let found = database
        .read(|tx| Ok([1, 2, 3].map(|number| tx.template(template_id(number)))))
        .await;

    let found = found.map(Result::unwrap);
    assert_eq!(found, [Some(odd), Some(replaced), None]);
}

pub async fn templates_are_listed_by_name_and_then_id(database: &Database) {
    let mut templates = vec![
        template(1, "b", "test"),
        template(2, "a", "test"),
        template(3, "a", "test"),
        template(4, "a", "test"),
        template(5, "B", "test"),
        template(6, "ä", "test"),
    ];
    put_templates(database, templates.clone()).await;
    put_templates(database, vec![template(7, "a", "test.other")]).await;

    let found = templates_of(database, None).await;

    templates.sort_by_cached_key(|template| (template.name.clone(), template.id));
    assert_eq!(found, templates);
}

pub async fn templates_are_found_by_a_part_of_their_name(database: &Database) {
    let names = [
        "100% off",
        "1000 off",
        "a_b*[c]?",
        "aXb",
        "Käse",
        "KÄSE",
        "back\\slash'",
    ];
    let templates = (1..)
        .zip(names)
        .map(|(number, name)| template(number, name, "test"));
    put_templates(database, templates.collect()).await;
    put_templates(database, vec![template(50, "100% off", "other")]).await;

    for (part, expected) in [
        ("off", vec!["100% off", "1000 off"]),
        ("0%", vec!["100% off"]),
        ("%", vec!["100% off"]),
        ("a_b", vec!["a_b*[c]?"]),
        ("*", vec!["a_b*[c]?"]),
        ("[c]?", vec!["a_b*[c]?"]),
        ("äse", vec!["Käse"]),
        ("KÄ", vec!["KÄSE"]),
        ("kä", vec![]),
        ("\\", vec!["back\\slash'"]),
        ("'", vec!["back\\slash'"]),
        ("OFF", vec![]),
    ] {
        let found = templates_of(database, Some(part)).await;
        let mut found: Vec<_> = found.iter().map(|found| found.name.as_str()).collect();
        found.sort_unstable();
        assert_eq!(found, expected, "{part}");
    }
}

pub async fn a_template_is_deleted_once(database: &Database) {
    put_templates(
        database,
        vec![template(1, "a", "test"), template(2, "b", "test")],
    )
    .await;

    let deleted = database
        .write(|tx| Ok([1, 1, 9].map(|number| tx.delete_template(template_id(number)))))
        .await;

    assert_eq!(deleted.map(Result::unwrap), [true, false, false]);
    assert_eq!(
        templates_of(database, None).await,
        [template(2, "b", "test")]
    );
}

async fn put_templates(database: &Database, templates: Vec<Template>) {
    database
        .write(move |tx| {
            templates
                .iter()
                .try_for_each(|template| tx.put_template(template))
        })
        .await;
}

async fn templates_of(database: &Database, name: Option<&str>) -> Vec<Template> {
    let name = name.map(ToOwned::to_owned);
    database
        .read(move |tx| tx.templates(&Source::named("test"), name.as_deref()))
        .await
}

fn template_id(number: u32) -> TemplateId {
    TemplateId::from_uuid(FixedChance::seeded(0x7e00_0000 + u64::from(number)).uuid())
}

fn template(number: u32, name: &str, source: &str) -> Template {
    Template {
        id: template_id(number),
        name: name.to_owned(),
        source: Source::new(source),
        content: RawJson::from_checked(format!(r#"{{"number":{number}}}"#)),
    }
}
