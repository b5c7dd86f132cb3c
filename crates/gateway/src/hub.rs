//! The hub: tells the feed that there is something to read. It carries no records itself, so nobody misses one by being
//! slow, and a feed that hears nothing looks for itself.

use tokio::sync::watch;

/// Tells listeners that something changed, and that the gateway closes.
#[derive(Debug)]
pub struct Hub {
    changes: watch::Sender<u64>,
    sign_outs: watch::Sender<u64>,
    closing: watch::Sender<bool>,
}

impl Default for Hub {
    fn default() -> Self {
        Self { changes: watch::Sender::new(0), sign_outs: watch::Sender::new(0), closing: watch::Sender::new(false) }
    }
}

impl Hub {
    /// There are new records, new facts or another time.
    pub fn tell(&self) {
        self.changes.send_modify(|changes| *changes += 1);
    }

    /// Marked changed at each [`Hub::tell`].
    pub fn listen(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// A session has ended before its time.
    pub fn tell_sign_out(&self) {
        self.sign_outs.send_modify(|sign_outs| *sign_outs += 1);
    }

    /// Marked changed at each [`Hub::tell_sign_out`].
    pub fn sign_outs(&self) -> watch::Receiver<u64> {
        self.sign_outs.subscribe()
    }

    /// The gateway closes: streams end, background work finishes.
    pub fn close(&self) {
        self.closing.send_replace(true);
    }

    /// Does it close?
    pub fn is_closing(&self) -> bool {
        *self.closing.borrow()
    }

    /// Returns when the gateway closes.
    pub async fn closed(&self) {
        let mut closing = self.closing.subscribe();
        // The sender lives as long as self: waiting cannot fail before it is true.
        if closing.wait_for(|closing| *closing).await.is_err() {
            tracing::error!("the hub went away before it closed");
        }
    }
}
