//! The console's code comes in modules. The first holds the first screen alone; the others are loaded when they are
//! needed, and what several of them need is taken apart from them once more (`scripts/wasm-link.sh`).
//!
//! What is to be in a module of its own is reached only through a function that names the module and hands out how to
//! start it:
//!
//! ```ignore
//! #[wasm_split(ledger, wasm_split_path = leptos::wasm_split, fallible)]
//! fn page() -> Part<fn() -> AnyView> {
//!     Ok(|| view! { <LedgerPage /> }.into_any())
//! }
//! ```
//!
//! Functions that name the same module share it. [`crate::ui::Later`] draws such a page.

use leptos::wasm_split::SplitLoaderError;

/// The module did not come: the gateway is away, or has become a newer one that no longer has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotLoaded;

impl From<SplitLoaderError> for NotLoaded {
    fn from(_: SplitLoaderError) -> Self {
        Self
    }
}

/// How to start what is in the module.
pub type Part<F> = Result<F, NotLoaded>;
