//! Times as the browser's own field for them has it: in the viewer's zone, without saying so.

use js_sys::Date;
use rollout::Timestamp;
use web_sys::wasm_bindgen::JsValue;

/// What the field holds for this moment: "2026-03-02T09:30".
pub fn shown(time: Timestamp) -> String {
    let date = Date::new(&JsValue::from_f64(time.millis() as f64));
    let (year, month, day) = (date.get_full_year(), date.get_month() + 1, date.get_date());
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}", date.get_hours(), date.get_minutes())
}

/// The moment that the field holds; none while it holds none.
pub fn read(text: &str) -> Option<Timestamp> {
    // Without a zone the browser takes it for its own.
    let millis = Date::parse(text);
    millis.is_finite().then(|| Timestamp::from_millis(millis as i64))
}
