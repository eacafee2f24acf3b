//! What a test, or a person, lets customers do.

use crate::customers::{Act, Customer, Impossible, Letter, Said};
use crate::{Delivery, Sandbox, Violation};

impl Sandbox {
    /// A customer writes a text. Returns with the hub's answer to the first attempt.
    pub async fn say(
        &self,
        customer: impl Into<Customer>,
        text: impl Into<String>,
    ) -> Result<Said, Impossible> {
        self.act(customer, Act::text(text)).await
    }

    /// A customer does something. Returns with the hub's answer to the first attempt.
    pub async fn act(&self, customer: impl Into<Customer>, act: Act) -> Result<Said, Impossible> {
        let letter = self.prepare(customer, &act)?;
        Ok(self.send(&letter).await)
    }

    /// A customer does something, and nobody is told yet: the letter can be sent late, twice, together
    /// with others or in another order.
    pub fn prepare(&self, customer: impl Into<Customer>, act: &Act) -> Result<Letter, Impossible> {
        self.customers.prepare(&customer.into(), act)
    }

    /// Tells the hub. Sent again, it is the same webhook once more.
    pub async fn send(&self, letter: &Letter) -> Said {
        self.customers.send(letter).await
    }

    /// Tells the hub of several things in one body, which only Meta does: of one kind of account, at one
    /// address.
    pub async fn send_together(&self, letters: &[Letter]) -> Result<Vec<Said>, Impossible> {
        self.customers.send_together(letters).await
    }

    /// Every attempt to deliver a webhook so far, oldest first.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.customers.office.deliveries()
    }

    /// Empties the log of deliveries.
    pub fn forget_deliveries(&self) {
        self.customers.office.forget_deliveries();
    }

    /// Returns the log as soon as there were `attempts` in all.
    pub async fn wait_for_deliveries(&self, attempts: usize) -> Vec<Delivery> {
        self.wait_until_delivered(|deliveries| deliveries.len() >= attempts)
            .await
    }

    /// Returns the log as soon as `enough` says so of it.
    pub async fn wait_until_delivered(
        &self,
        enough: impl FnMut(&[Delivery]) -> bool,
    ) -> Vec<Delivery> {
        self.customers.office.wait_until(enough).await
    }

    /// Returns the last attempt as soon as the webhook is not tried again any more: the hub took it, or
    /// the provider has given up. `None` if it was never sent.
    pub async fn settled(&self, said: &Said) -> Option<Delivery> {
        self.customers.office.settled(said.number?).await
    }

    /// How many webhooks the providers will try again.
    pub fn webhooks_to_retry(&self) -> usize {
        self.customers.office.open_webhooks()
    }

    /// Every webhook that waits to be tried again is tried now.
    pub fn retry_now(&self) {
        self.customers.office.retry_now();
    }

    /// What the hub did that the providers would not put up with: answers that a customer would get as a
    /// text message, answers that came too late, credentials that went to the wrong place.
    pub fn violations(&self) -> Vec<Violation> {
        self.customers.violations()
    }
}
