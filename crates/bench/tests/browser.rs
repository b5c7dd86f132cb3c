//! The same rates in a real browser. Prints its rows for `bench report`.
#![cfg(target_arch = "wasm32")]

use bench::rates;
use wasm_bindgen_test::{console_log, wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn rates_in_the_browser() {
    for row in rates::rows("in Chromium", js_sys::Date::now) {
        console_log!("BENCH {}", serde_json::to_string(&row).expect("JSON"));
    }
}
