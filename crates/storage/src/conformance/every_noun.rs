//! Rules about units that write something of everything: all of it is there, or nothing.

use switchboard_domain::{
    ConversationFilter as Filter, EnvelopeId, Position, Source, Verdict, WordPattern,
};

use super::Database;
use super::aliases::alias;
use super::conversations::put;
use super::envelopes::{all, append};
use super::samples::envelopes::{envelope, node, outcome};
use super::samples::inbox::{
    conversation, conversation_id, key, message_id, parked, saying, tag, tag_id,
};
use super::samples::one_of_each::{copy, custom_source, merge, record, template, user};
use super::samples::people::{contact, contact_id, holding};
use super::samples::{at, channel, event};
use crate::{ConversationQuery, ReadTx, StorageError, Touches, WriteTx};

/// What is asked for, and the answer in words.
type Answers = Vec<(&'static str, String)>;

pub async fn a_unit_sees_what_it_has_written_of_every_noun(database: &Database) {
    let envelope = one_envelope(database).await;
    let before = database.read(move |tx| ask(tx, envelope)).await;

    let within = database
        .write(move |tx| {
            write(tx, envelope)?;
            ask(tx, envelope)
        })
        .await;

    let after = database.read(move |tx| ask(tx, envelope)).await;
    assert_eq!(within, after);
    assert_all_differ(&before, &after);
}

pub async fn a_unit_sees_what_it_has_removed_of_every_noun(database: &Database) {
    let envelope = one_envelope(database).await;
    database.write(move |tx| write(tx, envelope)).await;
    let before = database.read(move |tx| ask(tx, envelope)).await;

    let within = database
        .write(move |tx| {
            remove(tx, envelope)?;
            ask(tx, envelope)
        })
        .await;

    let after = database.read(move |tx| ask(tx, envelope)).await;
    assert_eq!(within, after);
    let removed = |answers: &Answers| -> Answers {
        let stay = ["progress", "users", "user page", "user count"];
        let answers = answers
            .iter()
            .filter(|(question, _)| !stay.contains(question));
        answers.cloned().collect()
    };
    assert_all_differ(&removed(&before), &removed(&after));
}

pub async fn a_unit_that_fails_leaves_nothing_of_any_noun(database: &Database) {
    let envelope = one_envelope(database).await;
    let before = (
        database.read(move |tx| ask(tx, envelope)).await,
        database.read(log).await,
    );

    let answer: Result<(), StorageError> = database
        .store()
        .write(Touches::nothing(), move |tx| {
            write(tx, envelope)?;
            Err(StorageError::Closed)
        })
        .await;

    assert!(answer.is_err());
    let after = (
        database.read(move |tx| ask(tx, envelope)).await,
        database.read(log).await,
    );
    assert_eq!(after, before);
}

pub async fn a_unit_that_fails_has_removed_nothing_of_any_noun(database: &Database) {
    let envelope = one_envelope(database).await;
    database.write(move |tx| write(tx, envelope)).await;
    let before = (
        database.read(move |tx| ask(tx, envelope)).await,
        database.read(log).await,
    );

    let answer: Result<(), StorageError> = database
        .store()
        .write(Touches::nothing(), move |tx| {
            remove(tx, envelope)?;
            tx.drop_events(at(1000), 100)?;
            tx.drop_envelopes(at(1000), 100)?;
            Err(StorageError::Closed)
        })
        .await;

    assert!(answer.is_err());
    let after = (
        database.read(move |tx| ask(tx, envelope)).await,
        database.read(log).await,
    );
    assert_eq!(after, before);
}

pub async fn what_a_unit_has_written_of_every_noun_is_durable(database: &Database) {
    let envelope = one_envelope(database).await;
    database.write(move |tx| write(tx, envelope)).await;
    let before = (
        database.read(move |tx| ask(tx, envelope)).await,
        database.read(log).await,
    );

    let store = database.reopened().await;

    let after: Result<_, StorageError> = store
        .read(move |tx| Ok((ask(tx, envelope)?, log(tx)?)))
        .await;
    assert_eq!(after.unwrap(), before);
    super::database::close(store).await;
}

/// Writes one of everything.
fn write(tx: &mut dyn WriteTx, applied: EnvelopeId) -> Result<(), StorageError> {
    tx.lease_apply(node(1), at(1), at(2))?;
    tx.advance_apply(node(1), EnvelopeId::START, applied)?;
    tx.put_outcome(applied, Some(&outcome(Verdict::Ignored)))?;
    tx.append_envelope(&envelope(2))?;
    tx.append_event(&event(1))?;
    tx.put_tag(&tag(1))?;
    tx.put_conversations(&[conversation(1)])?;
    tx.add_tag(conversation_id(1), tag_id(1))?;
    tx.put_aliases(&[alias(1, "alias", 1)])?;
    tx.put_words(conversation_id(1), "display_name", &["name".to_owned()])?;
    tx.add_messages(&[saying(1, 1, "text")])?;
    tx.park(&[parked(2, "change", 1)])?;
    tx.put_metadata(&[record()])?;
    tx.put_contact(&holding(1, &[1]))?;
    tx.add_contacts(&[contact(2)])?;
    tx.put_merge(&merge())?;
    tx.put_template(&template())?;
    tx.put_user(&user())?;
    tx.put_custom_source(&custom_source())?;
    tx.put_media_copy(&copy())
}

/// Removes what can be removed of it.
fn remove(tx: &mut dyn WriteTx, applied: EnvelopeId) -> Result<(), StorageError> {
    tx.put_outcome(applied, None)?;
    tx.remove_tag(conversation_id(1), tag_id(1))?;
    tx.delete_tag(tag_id(1))?;
    tx.put_words(conversation_id(1), "display_name", &[])?;
    tx.unpark(&[key(2)])?;
    tx.erase_metadata(record().subject)?;
    tx.erase_message(message_id(1))?;
    tx.erase_conversation(conversation_id(1))?;
    tx.delete_merge(contact_id(1), contact_id(5))?;
    tx.delete_contact(contact_id(1))?;
    tx.delete_contact(contact_id(2))?;
    tx.delete_template(template().id)?;
    tx.delete_custom_source(&custom_source().source)?;
    Ok(())
}

/// Asks for everything that a unit sees of what it writes itself.
fn ask(tx: &mut dyn ReadTx, applied: EnvelopeId) -> Result<Answers, StorageError> {
    let page = |filter| ConversationQuery {
        filter,
        cursor: None,
        limit: 10,
    };
    let word = |word: &str| WordPattern::Word(word.to_owned());
    let mut answers = inbox(tx)?;
    answers.extend([
        ("outcome", said(&tx.outcome(applied)?)),
        ("progress", said(&tx.apply_progress()?.through)),
        ("page", said(&tx.conversation_page(&page(Filter::All))?)),
        (
            "tagged",
            said(&tx.conversation_page(&page(Filter::of_tag(tag_id(1))))?),
        ),
        (
            "named",
            said(&tx.conversation_page(&page(Filter::DisplayName(word("name"))))?),
        ),
        (
            "said",
            said(&tx.conversation_page(&page(Filter::Text(word("text"))))?),
        ),
        ("contact", said(&tx.contact(contact_id(1))?)),
        ("added contact", said(&tx.contact(contact_id(2))?)),
        ("contact of", said(&tx.contact_of(conversation_id(1))?)),
        ("contacts", said(&tx.contact_page(None, 10)?)),
        ("contact count", said(&tx.count_contacts()?)),
        ("merges", said(&tx.merges(contact_id(1))?)),
        ("tag", said(&tx.tag(tag_id(1))?)),
        ("tags", said(&tx.tags()?)),
        ("template", said(&tx.template(template().id)?)),
        (
            "templates",
            said(&tx.templates(&Source::named("test"), None)?),
        ),
        ("users", said(&tx.users_by_id(&[user().id])?)),
        ("user page", said(&tx.user_page(None, 10)?)),
        ("user count", said(&tx.count_users()?)),
        ("source", said(&tx.custom_source(&Source::named("own"))?)),
        ("sources", said(&tx.custom_sources()?)),
    ]);
    Ok(answers)
}

fn inbox(tx: &mut dyn ReadTx) -> Result<Answers, StorageError> {
    let handles = [(channel(1).id, "alias".to_owned())];
    Ok(vec![
        ("conversation", said(&tx.conversation(conversation_id(1))?)),
        ("aliases", said(&tx.aliases(&handles)?)),
        ("aliases of", said(&tx.aliases_of(conversation_id(1))?)),
        ("message", said(&tx.message(message_id(1))?)),
        ("by key", said(&tx.messages_by_key(&[key(1)])?)),
        (
            "message page",
            said(&tx.message_page(conversation_id(1), None, 10)?),
        ),
        ("parked", said(&tx.parked(&[key(2)])?)),
        ("metadata", said(&tx.metadata(&[record().subject])?)),
        ("media", said(&tx.media_copies(&[message_id(1)])?)),
        ("media use", said(&tx.is_media_used("media")?)),
    ])
}

/// What gets its place at the commit.
fn log(tx: &mut dyn ReadTx) -> Result<String, StorageError> {
    Ok(said(&(
        tx.events_after(Position::START, 10)?,
        tx.envelopes_after(EnvelopeId::START, 10, u64::MAX)?,
        tx.apply_progress()?,
    )))
}

fn said(answer: &impl std::fmt::Debug) -> String {
    format!("{answer:?}")
}

fn assert_all_differ(before: &Answers, after: &Answers) {
    assert_eq!(before.len(), after.len());
    for (before, after) in before.iter().zip(after) {
        assert_ne!(before, after, "a question that says nothing");
    }
}

async fn one_envelope(database: &Database) -> EnvelopeId {
    put(database, []).await;
    append(database, [envelope(1)]).await;
    all(database).await[0].id
}
