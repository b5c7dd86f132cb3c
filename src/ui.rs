//! The console's parts: small, drawn by `style/*.css`, and knowing neither the api nor the router.

pub mod button;
pub mod copy;
pub mod dialog;
pub mod field;
pub mod flow;
pub mod icon;
pub mod lamp;
pub mod later;
pub mod paper;
pub mod select;
pub mod semaphore;
pub mod state;
pub mod theme;
pub mod time;
pub mod toast;
pub mod words;

pub use button::{Button, Kind};
pub use copy::{CommandLine, CopyAddress, to_clipboard};
pub use dialog::Dialog;
pub use field::TextField;
pub use flow::{For, Show};
pub use icon::Icon;
pub use lamp::{Badge, Lamp, Tone};
pub use later::{Coming, Drawing, Later};
pub use paper::{print, use_paper};
pub use select::{Choice, Select};
pub use semaphore::{Aspect, AspectWord, Semaphore};
pub use state::{Empty, Failed, Forbidden, Loading};
pub use theme::ThemeSwitch;
pub use time::{Face, When, absolute_words, relative_words};
pub use toast::{ToastStack, Toasts, provide_toasts, use_toasts};
pub use words::capitalized;

use std::sync::atomic::{AtomicUsize, Ordering};

/// An id that no other element of this page has, for `aria-describedby` and its like.
pub fn fresh_id(prefix: &str) -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    format!("{prefix}-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}
