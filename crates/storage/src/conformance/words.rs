//! Rules about the words under which conversations are found.

use switchboard_domain::{ConversationFilter as Filter, ConversationId, WordPattern};

use super::Database;
use super::conversation_pages::listed;
use super::conversations::put;
use super::corpus::{assert_lists, between, phrase, word, word_like};
use super::samples::inbox::{conversation, conversation_id};

pub async fn conversations_are_found_by_a_word_of_their_name(database: &Database) {
    assert_lists(
        database,
        [
            (name(word("anna")), &[9, 8, 7]),
            (name(word("maria")), &[9, 8]),
            (name(word("ann")), &[]),
            (name(word("zoë")), &[1]),
            (name(word("zoe")), &[]),
            (name(word("o'neill")), &[1]),
            (name(word("петров")), &[6]),
            (name(word("💬")), &[11]),
            (name(word("\"quoted\"")), &[11]),
            (name(word("quoted")), &[]),
            (name(word("a_b")), &[3]),
            (name(word("100%")), &[2]),
            (name(word("a*c?")), &[4]),
            (name(word("[x]")), &[5]),
            (name(word("back\\slash")), &[5]),
            (name(WordPattern::Present), &[11, 9, 8, 7, 6, 5, 4, 3, 2, 1]),
        ],
    )
    .await;
}

pub async fn conversations_are_found_by_words_that_follow_one_another(database: &Database) {
    assert_lists(
        database,
        [
            (name(phrase("anna maria")), &[8]),
            (name(phrase("maria anna")), &[9]),
            (name(phrase("anna anna")), &[9]),
            (name(phrase("maria anna anna")), &[9]),
            (name(phrase("anna anna anna")), &[]),
            (name(phrase("maria maria")), &[]),
            (name(phrase("иван петров")), &[6]),
            (name(phrase("[x] back\\slash")), &[5]),
            (name(phrase("axb ann")), &[]),
        ],
    )
    .await;
}

pub async fn conversations_are_found_by_wildcards_in_a_word(database: &Database) {
    assert_lists(
        database,
        [
            (name(word_like("ann*")), &[9, 8, 7]),
            (name(word_like("*ari*")), &[9, 8]),
            (name(word_like("m*a")), &[9, 8]),
            (name(word_like("????")), &[9, 8, 7, 6, 4, 3, 2]),
            (name(word_like("zo?")), &[1]),
            (name(word_like("??ан")), &[6]),
            (name(word_like("?")), &[11]),
            (name(word_like("*")), &[11, 9, 8, 7, 6, 5, 4, 3, 2, 1]),
            (name(word_like("a?b")), &[7, 3]),
            (name(word_like("anna maria")), &[]),
            (name(word_like("*?anna")), &[]),
        ],
    )
    .await;
}

pub async fn what_a_database_takes_for_wildcards_is_only_itself(database: &Database) {
    assert_lists(
        database,
        [
            (name(word_like("a_*")), &[3]),
            (name(word_like("100%*")), &[2]),
            (name(word_like("*%")), &[2]),
            (name(word_like("%*")), &[]),
            (name(word_like("_*")), &[]),
            (name(word_like("a\\**")), &[4]),
            (name(word_like("*\\?")), &[4]),
            (name(word_like("a\\*c?")), &[4]),
            (name(word_like("[x*")), &[5]),
            (name(word_like("[a-z]*")), &[]),
            (name(word_like("?x]")), &[5]),
            (name(word_like("*]")), &[5]),
            (name(word_like("*\\\\*")), &[5]),
            (name(word_like("back\\\\?lash")), &[5]),
            (name(word_like("*'*")), &[1]),
            (name(word_like("\"*")), &[11]),
            (name(word_like("^*")), &[]),
        ],
    )
    .await;
}

pub async fn conversations_are_found_by_a_word_between_others(database: &Database) {
    assert_lists(
        database,
        [
            (name(between("anna", "anna")), &[9, 8, 7]),
            (name(between("anna", "maria")), &[9, 8, 7, 5]),
            (name(between("annb", "mar")), &[7, 5]),
            (name(between("*", "100%")), &[11, 2]),
            (name(between("1000", "1000")), &[3]),
            (name(between("z", "*")), &[11, 6, 1]),
            (name(between("zoë", "zoë")), &[1]),
            (name(between("zp", "и")), &[]),
            (name(between("zp", "иван")), &[6]),
            (name(between("п", "*")), &[11, 6]),
            (name(between("m", "a")), &[]),
            (name(between("*", "*")), &[11, 9, 8, 7, 6, 5, 4, 3, 2, 1]),
        ],
    )
    .await;
}

pub async fn conversations_are_found_by_their_metadata_under_its_whole_key(database: &Database) {
    assert_lists(
        database,
        [
            (metadata("state", word("open")), &[2, 1]),
            (metadata("state", word("OPEN")), &[]),
            (metadata("state", WordPattern::Present), &[4, 2, 1]),
            (metadata("stat", WordPattern::Present), &[]),
            (metadata("user_data.erp.id", WordPattern::Present), &[8, 5]),
            (metadata("user_data.erp.id", word("4711")), &[5]),
            (metadata("user_data.erp.id", word_like("471?")), &[8, 5]),
            (metadata("user_data.erp.id", phrase("4712 old")), &[8]),
            (metadata("user_data.erp.id", between("4712", "5")), &[8]),
            (metadata("user_data.erp_id", WordPattern::Present), &[9]),
            (metadata("user_data.erp", WordPattern::Present), &[8]),
            (metadata("user_data", WordPattern::Present), &[]),
            (metadata("note", phrase("a_b o'neill")), &[10]),
            (metadata("note", word_like("1*%")), &[10]),
            (metadata("display_name", WordPattern::Present), &[]),
        ],
    )
    .await;
}

pub async fn new_words_replace_those_under_the_same_key_alone(database: &Database) {
    put(database, [conversation(1), conversation(2)]).await;
    put_words(database, 1, "display_name", "old name").await;
    put_words(database, 2, "display_name", "old name").await;
    put_words(database, 1, "metadata.a", "old value").await;
    put_words(database, 1, "metadata.a.b", "old value").await;

    put_words(database, 1, "display_name", "new").await;
    put_words(database, 1, "metadata.a", "").await;
    put_words(database, 1, "metadata.c", "").await;

    let (one, other) = (conversation_id(1), conversation_id(2));
    let expected: [(Filter, &[ConversationId]); 9] = [
        (name(word("old")), &[other]),
        (name(phrase("old name")), &[other]),
        (name(word("new")), &[one]),
        (name(phrase("new name")), &[]),
        (metadata("a", word("old")), &[]),
        (metadata("a", WordPattern::Present), &[]),
        (metadata("a.b", word("old")), &[one]),
        (metadata("c", WordPattern::Present), &[]),
        (name(WordPattern::Present), &[other, one]),
    ];
    for (filter, expected) in expected {
        assert_eq!(
            listed(database, filter.clone()).await,
            expected,
            "{filter:?}"
        );
    }
}

pub async fn words_stay_when_their_conversation_is_put_again(database: &Database) {
    put(database, [conversation(1)]).await;
    put_words(database, 1, "display_name", "anna").await;
    put_words(database, 1, "metadata.a", "value").await;

    put(database, [conversation(1)]).await;

    assert_eq!(
        listed(database, name(word("anna"))).await,
        [conversation_id(1)]
    );
    let found = listed(database, metadata("a", word("value"))).await;
    assert_eq!(found, [conversation_id(1)]);
}

async fn put_words(database: &Database, number: u32, key: &'static str, words: &str) {
    let words: Vec<_> = words.split_whitespace().map(ToOwned::to_owned).collect();
    database
        .write(move |tx| tx.put_words(conversation_id(number), key, &words))
        .await;
}

fn name(pattern: WordPattern) -> Filter {
    Filter::DisplayName(pattern)
}

fn metadata(key: &str, value: WordPattern) -> Filter {
    Filter::Metadata {
        key: key.to_owned(),
        value,
    }
}
