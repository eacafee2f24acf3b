//! A hub that does nothing by itself: a test hands it envelopes and says when they are applied.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use switchboard::config::{Config, Raw};
use switchboard::wire::{Hub, World};
use switchboard_connector::TokioPause;
use switchboard_domain::{
    Channel, ChannelId, Clock as _, Connection, Conversation, FixedChance, ManualClock,
    NewEnvelope, RawJson, Source, SourceChannelId,
};
use switchboard_engine::Engine;
use switchboard_engine::conversations::ListConversations;
use switchboard_storage::{StorageError, Store, Touches};

use super::story::Call;
use crate::harness::{NOON, StoreKind, TestStore};
use crate::inbound::provider::SECRETS;
use crate::promises::bodies::{ACCOUNT, NUMBER, PAGE};

/// More than any story tells.
const ALL: usize = 1_000;

pub(super) struct QuietHub {
    pub(super) engine: Engine,
    store: Store,
    clock: Arc<ManualClock>,
    _database: TestStore,
}

impl QuietHub {
    /// A hub with an account of each of Meta's sources. Blocks, so not for async code.
    pub(super) fn assemble(kind: StoreKind) -> Self {
        let database = TestStore::create(kind);
        let clock = Arc::new(ManualClock::at(NOON));
        let mut raw = Raw::defaults()
            .with("store.url", database.url(), "the test")
            .with(
                "security.secret_key",
                "c3dpdGNoYm9hcmQgdGVzdHMgdXNlIHRoaXMga2V5ISE=",
                "the test",
            );
        let folder = tempfile::tempdir().expect("there is room in /tmp");
        let files = folder.path().display().to_string();
        raw = raw.with("media.store", files, "the test");
        for (name, text) in SECRETS {
            raw = raw.with(name, *text, "the test");
        }
        let config = Config::read(raw).expect("the test's settings are right");
        let world = World {
            clock: Arc::<ManualClock>::clone(&clock),
            chance: Arc::new(FixedChance::seeded(1)),
            pause: Arc::new(TokioPause),
        };
        let metrics = switchboard_api::install_metrics().expect("metrics can be installed");
        let Hub { engine, store, .. } =
            Hub::assemble(&config, world, metrics).expect("the hub can be put together");
        Self {
            engine,
            store,
            clock,
            _database: database,
        }
    }

    pub(super) async fn connect_all(&self) {
        let accounts = [
            ("whatsapp", NUMBER),
            ("facebook", PAGE),
            ("instagram", ACCOUNT),
        ];
        let channels = accounts.map(|(source, account)| channel(source, account));
        self.store
            .write::<_, StorageError, _>(Touches::nothing(), move |tx| {
                channels
                    .iter()
                    .try_for_each(|channel| tx.put_channel(channel))
            })
            .await
            .expect("the store answers");
    }

    /// Stores calls in this order, as if they had just been verified, and applies them.
    pub(super) async fn take(&self, calls: &[&Call]) {
        let envelopes: Vec<_> = calls.iter().map(|call| self.envelope(call)).collect();
        self.store
            .write::<_, StorageError, _>(Touches::nothing(), move |tx| {
                envelopes
                    .iter()
                    .try_for_each(|envelope| tx.append_envelope(envelope))
            })
            .await
            .expect("the store answers");
        self.engine
            .apply_envelopes()
            .await
            .expect("they can be applied");
    }

    fn envelope(&self, call: &Call) -> NewEnvelope {
        NewEnvelope {
            source: Source::new(call.path.trim_start_matches('/')),
            target: call.path.to_owned(),
            headers: RawJson::empty_object(),
            body: call.body.to_string().into_bytes(),
            received_at: self.clock.now(),
        }
    }

    /// Time goes by, and what waits for nothing but time is done.
    pub(super) async fn wait(&self, time: Duration) {
        self.clock.advance(time);
        self.engine
            .import_echoes()
            .await
            .expect("the store answers");
    }

    /// Everything that clients see, and what providers are still to be asked.
    pub(super) async fn state(&self) -> Value {
        let request = ListConversations {
            filters: None,
            cursor: None,
            page_size: ALL,
        };
        let listed = self
            .engine
            .list_conversations(request)
            .await
            .expect("they can be listed");
        let links = self.engine.media_links();
        let mut state = Vec::new();
        for view in &listed.conversations {
            let id = view.conversation.id;
            let messages = self.engine.list_messages(id, None, ALL).await;
            let messages = messages.expect("they can be listed");
            let shown: Vec<_> = messages
                .messages
                .iter()
                .map(|message| json!(message.to_json(&links)))
                .collect();
            state.push(json!({
                "conversation": view.to_json(&links),
                "kept": kept(&view.conversation),
                "messages": shown,
                "total": messages.total,
            }));
        }
        json!(state)
    }

    /// Lets go of the database. Blocks, so not for async code.
    pub(super) fn close(self) {
        self.store.close();
    }
}

/// What is kept of a conversation and not shown, but for places in the order of arrival.
fn kept(conversation: &Conversation) -> String {
    format!(
        "{}: {} messages, {} unread, {:?}, {:?}, {:?}, {:?}",
        conversation.handle,
        conversation.message_count,
        conversation.unread_count,
        conversation.last_inbound_at,
        conversation.delivered_until,
        conversation.seen_until,
        conversation.profile,
    )
}

fn channel(source: &str, account: &str) -> Channel {
    let source = Source::new(source);
    let account = SourceChannelId::new(account);
    Channel {
        id: ChannelId::derive(&source, &account),
        source,
        source_channel_id: account,
        name: "An account".to_owned(),
        image_url: None,
        connection: Connection::Connected,
        upstream: None,
        facts: RawJson::empty_object(),
        created_at: NOON,
        updated_at: NOON,
    }
}
