use chrono::{DateTime, SecondsFormat};
use js_sys::{Date, Intl};
use leptos::prelude::*;
use rollout::text::duration;
use web_sys::wasm_bindgen::JsValue;

const MINUTE: i64 = 60_000;

/// What stands on a time's face; the rest shows on hover and on keyboard focus.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Face {
    /// "2 h 58 min ago"
    #[default]
    Relative,
    /// "Mon 8 Sept"
    Date,
    /// "Mon 8 Sept, 09:12"
    DateTime,
}

/// A moment as seen from `now`: "2 h 58 min ago", "in 19 h 42 min", "just now".
pub fn relative_words(at: i64, now: i64) -> String {
    let ago = now.saturating_sub(at);
    if ago < 0 {
        format!("in {}", duration(at.saturating_sub(now)))
    } else if ago < MINUTE {
        "just now".to_owned()
    } else {
        format!("{} ago", duration(ago))
    }
}

/// A moment in the browser's zone, with its name: "Thu, 4 Sept 2025, 10:00 CEST".
pub fn absolute_words(at: i64) -> String {
    let options = day_options();
    options.set_year(Intl::YearFormat::Numeric);
    set_clock(&options);
    options.set_time_zone_name(Intl::TimeZoneNameFormat::Short);
    format_with(at, &options)
}

fn face_words(face: Face, at: i64, now: i64) -> String {
    let options = day_options();
    match face {
        Face::Relative => relative_words(at, now),
        Face::Date => format_with(at, &options),
        Face::DateTime => {
            set_clock(&options);
            format_with(at, &options)
        }
    }
}

fn day_options() -> Intl::DateTimeFormatOptions {
    let options = Intl::DateTimeFormatOptions::new();
    options.set_weekday(Intl::WeekdayFormat::Short);
    options.set_day(Intl::DayFormat::Numeric);
    options.set_month(Intl::MonthFormat::Short);
    options
}

fn set_clock(options: &Intl::DateTimeFormatOptions) {
    options.set_hour(Intl::NumericFormat::TwoDigit);
    options.set_minute(Intl::NumericFormat::TwoDigit);
}

// The words of the console are English whatever the browser's language: a date must not be the one foreign word.
fn format_with(at: i64, options: &Intl::DateTimeFormatOptions) -> String {
    Date::new(&JsValue::from_f64(at as f64)).to_locale_string("en-GB", options).into()
}

fn machine_words(at: i64) -> Option<String> {
    DateTime::from_timestamp_millis(at).map(|time| time.to_rfc3339_opts(SecondsFormat::Secs, true))
}

/// A moment. Its face is relative or a date; the absolute time with its zone shows on hover and on keyboard focus.
/// `now` is the gateway's time in milliseconds: the browser's own clock may be wrong.
#[component]
pub fn When(
    #[prop(into)] at: Signal<i64>,
    #[prop(into)] now: Signal<i64>,
    #[prop(optional)] face: Face,
) -> impl IntoView {
    let words = Memo::new(move |_| face_words(face, at.get(), now.get()));
    let tip = Memo::new(move |_| match face {
        Face::Relative => absolute_words(at.get()),
        Face::Date | Face::DateTime => format!("{}, {}", absolute_words(at.get()), relative_words(at.get(), now.get())),
    });
    view! {
        <time class="when" tabindex="0" datetime=move || machine_words(at.get())>
            {move || words.get()}
            <span class="tip" role="tooltip">{move || tip.get()}</span>
        </time>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rollout::time::HOUR;

    const SECOND: i64 = 1_000;

    #[test]
    fn a_moment_is_seen_from_now() {
        let now = 1_700_000_000_000;
        assert_eq!(relative_words(now - 2 * HOUR - 58 * MINUTE, now), "2 h 58 min ago");
        assert_eq!(relative_words(now + 19 * HOUR + 42 * MINUTE, now), "in 19 h 42 min");
        assert_eq!(relative_words(now, now), "just now");
        assert_eq!(relative_words(now - 59 * SECOND, now), "just now");
        assert_eq!(relative_words(now + 42 * SECOND, now), "in 42 s");
        assert_eq!(relative_words(i64::MIN, i64::MAX), format!("{} ago", duration(i64::MAX)));
    }

    #[test]
    fn a_moment_for_machines_is_in_utc() {
        assert_eq!(machine_words(0).as_deref(), Some("1970-01-01T00:00:00Z"));
        assert_eq!(machine_words(i64::MAX), None);
    }
}
