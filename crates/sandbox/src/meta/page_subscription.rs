//! The app's subscription to a page (developers.facebook.com/docs/graph-api, page `subscribed_apps`,
//! read 2026-11-22).

use serde_json::{Value, json};

use super::auth::Caller;
use super::graph_error::GraphError;
use super::params::Params;
use super::state::State;
use super::world::{Token, TokenKind};

/// Subscribes the app to exactly the fields that are named.
pub(crate) fn subscribe(
    state: &mut State,
    caller: &Caller,
    params: &Params,
    page_id: &str,
) -> Result<Value, GraphError> {
    let token = page_token(caller, page_id)?;
    manages(state, caller, token, page_id)?;
    let fields = params.list("subscribed_fields")?;
    for (position, field) in fields.iter().enumerate() {
        if FIELDS.binary_search(&field.as_str()).is_err() {
            return Err(GraphError::parameter(format!(
                "Param subscribed_fields[{position}] must be one of {{{}}} - got \"{field}\".",
                FIELDS.join(", ").to_uppercase()
            )));
        }
        if of_messaging(field) && !caller.may("pages_messaging") {
            return Err(GraphError::permission(
                200,
                format!(
                    "To subscribe to the {field} field, one of these permissions is needed: \
                     pages_messaging."
                ),
            ));
        }
    }
    state
        .page_subscriptions
        .insert(page_id.to_owned(), fields.into_iter().collect());
    Ok(json!({"success": true}))
}

/// The app's subscription, in a list because other apps see theirs there.
pub(crate) fn get(state: &State, caller: &Caller, page_id: &str) -> Result<Value, GraphError> {
    let token = page_token(caller, page_id)?;
    manages(state, caller, token, page_id)?;
    let data: Vec<_> = state
        .page_subscriptions
        .get(page_id)
        .map(|fields| {
            json!({"id": state.app.id, "name": state.app.name, "subscribed_fields": fields})
        })
        .into_iter()
        .collect();
    Ok(json!({ "data": data }))
}

/// Ends the subscription; that there was none is no error.
pub(crate) fn unsubscribe(
    state: &mut State,
    caller: &Caller,
    page_id: &str,
) -> Result<Value, GraphError> {
    let token = page_token(caller, page_id)?;
    manages(state, caller, token, page_id)?;
    state.page_subscriptions.remove(page_id);
    Ok(json!({"success": true}))
}

/// Only the page itself may do this.
fn page_token<'caller>(
    caller: &'caller Caller,
    page_id: &str,
) -> Result<&'caller Token, GraphError> {
    let needed = || {
        GraphError::permission(
            210,
            "A page access token is required to request this resource.",
        )
    };
    let token = caller.token().ok_or_else(needed)?;
    match &token.kind {
        TokenKind::Page(own) if own == page_id => Ok(token),
        TokenKind::Page(_) => Err(GraphError::permission(
            200,
            format!("The page access token is not one of the page {page_id}."),
        )),
        TokenKind::User | TokenKind::SystemUser => Err(needed()),
    }
}

fn manages(state: &State, caller: &Caller, token: &Token, page_id: &str) -> Result<(), GraphError> {
    if !caller.may("pages_manage_metadata") {
        return Err(GraphError::permission(
            200,
            "Requires pages_manage_metadata permission to manage the object.",
        ));
    }
    let enough = ["CREATE_CONTENT", "MANAGE", "MODERATE"];
    let tasks = state.tasks(&token.user_id, page_id);
    if tasks.is_some_and(|tasks| enough.iter().any(|&task| tasks.contains(task))) {
        return Ok(());
    }
    Err(GraphError::permission(
        200,
        "Permissions error: the user must be able to perform one of the tasks CREATE_CONTENT, \
         MANAGE, MODERATE on the page.",
    ))
}

fn of_messaging(field: &str) -> bool {
    field == "messages"
        || field == "standby"
        || field.starts_with("message_")
        || field.starts_with("messaging_")
}

/// Every field a page can be subscribed to in v25.0, sorted.
pub(crate) const FIELDS: &[&str] = &[
    "affiliation",
    "attire",
    "awards",
    "bio",
    "birthday",
    "business_integrity",
    "call_permission_reply",
    "call_settings_update",
    "calls",
    "category",
    "checkins",
    "comment_poll_response",
    "company_overview",
    "conversations",
    "culinary_team",
    "current_location",
    "description",
    "email",
    "feature_access_list",
    "feed",
    "follow",
    "founded",
    "general_info",
    "general_manager",
    "group_feed",
    "hometown",
    "hours",
    "inbox_labels",
    "invalid_topic_placeholder",
    "invoice_access_bank_slip_events",
    "invoice_access_invoice_change",
    "invoice_access_invoice_draft_change",
    "invoice_access_onboarding_status_active",
    "leadgen",
    "leadgen_fat",
    "live_videos",
    "local_delivery",
    "location",
    "marketing_message_delivery_failed",
    "marketing_message_echoes",
    "marketing_messages_subscriber_upload_status",
    "mcom_invoice_change",
    "members",
    "mention",
    "merchant_review",
    "message_context",
    "message_deliveries",
    "message_echoes",
    "message_edits",
    "message_mention",
    "message_reactions",
    "message_reads",
    "message_template_status_update",
    "messages",
    "messaging_account_linking",
    "messaging_appointments",
    "messaging_checkout_updates",
    "messaging_customer_information",
    "messaging_direct_sends",
    "messaging_fblogin_account_linking",
    "messaging_feedback",
    "messaging_game_plays",
    "messaging_handovers",
    "messaging_in_thread_lead_form_submit",
    "messaging_integrity",
    "messaging_optins",
    "messaging_optouts",
    "messaging_payments",
    "messaging_policy_enforcement",
    "messaging_postbacks",
    "messaging_pre_checkouts",
    "messaging_referrals",
    "mission",
    "name",
    "page_about_story",
    "page_change_proposal",
    "page_upcoming_change",
    "parking",
    "payment_options",
    "payment_request_update",
    "personal_info",
    "personal_interests",
    "phone",
    "picture",
    "price_range",
    "product_review",
    "products",
    "public_transit",
    "publisher_subscriptions",
    "ratings",
    "registration",
    "response_feedback",
    "send_cart",
    "standby",
    "story_poll_response",
    "story_share",
    "user_action",
    "video_text_question_responses",
    "videos",
    "website",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_are_sorted_so_that_each_is_found() {
        assert!(FIELDS.is_sorted());
    }
}
