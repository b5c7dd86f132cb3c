//! Who gets a flag, in sentences: what a person reads before moving a lever.

use rollout::Exposure;

/// The people at an exposure, and whether they are one: `10 % of users`, `everybody in beta or staff`.
fn people(exposure: &Exposure) -> (String, bool) {
    let text = exposure.to_string();
    let whole = exposure.ppm() == Exposure::ON.ppm();
    let names: Option<Vec<&str>> = exposure.segments().map(|names| names.iter().map(String::as_str).collect());
    match names.map(|names| names.join(" or ")) {
        None if exposure.is_off() => ("nobody".into(), true),
        None if whole => ("every user".into(), true),
        None => (format!("{text} of users"), false),
        Some(names) if whole => (format!("everybody in {names}"), true),
        Some(names) => {
            let share = text.split_once(" of ").map_or(text.as_str(), |(share, _)| share);
            (format!("{share} of those in {names}"), false)
        }
    }
}

fn sentence(exposure: &Exposure, environment: &str, verb: &str) -> String {
    let (who, one) = people(exposure);
    let who = who[..1].to_uppercase() + &who[1..];
    // A segment is no place: `in production` must not read as part of its name.
    let place =
        if exposure.segments().is_some() { format!(", in {environment},") } else { format!(" in {environment}") };
    format!("{who}{place} {verb}{} it", if one { "s" } else { "" })
}

/// Who gets the flag at this exposure.
pub fn who_gets_it(to: &Exposure, environment: &str) -> String {
    format!("{}.", sentence(to, environment, "get"))
}

/// Who gets it after a raise, and who has it now.
pub fn raised(from: &Exposure, to: &Exposure, environment: &str) -> String {
    let gets = sentence(to, environment, "get");
    if from.is_off() || from == to {
        return format!("{gets}.");
    }
    let (who, one) = people(from);
    let taken = if to.lowers_to(from) { "" } else { " Some who have it now lose it." };
    format!("{gets}; {who} {} it now.{taken}", if one { "has" } else { "have" })
}

/// Who keeps it after a lowering.
pub fn lowered(from: &Exposure, to: &Exposure, environment: &str) -> String {
    match to.is_off() || from == to {
        true => who_gets_it(to, environment),
        false => format!("{}; whoever else has it now loses it.", sentence(to, environment, "keep")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exposure(percent: &str, segments: &[&str]) -> Exposure {
        let json = match segments {
            [] => serde_json::json!(percent),
            _ => serde_json::json!({ "percent": percent, "segments": segments }),
        };
        serde_json::from_value(json).expect("an exposure")
    }

    #[test]
    fn a_sentence_says_who_gets_it() {
        let gets = |percent, segments: &[&str]| who_gets_it(&exposure(percent, segments), "production");
        assert_eq!(gets("on", &[]), "Every user in production gets it.");
        assert_eq!(gets("10", &[]), "10 % of users in production get it.");
        assert_eq!(gets("off", &[]), "Nobody in production gets it.");
        assert_eq!(gets("0.1", &["staff"]), "0.1 % of those in staff, in production, get it.");
        assert_eq!(gets("100", &["staff", "beta"]), "Everybody in beta or staff, in production, gets it.");
    }

    #[test]
    fn a_raise_says_who_has_it_now_and_who_loses_it() {
        let (none, tenth, half) = (Exposure::OFF, exposure("10", &[]), exposure("50", &[]));
        assert_eq!(raised(&none, &tenth, "staging"), "10 % of users in staging get it.");
        assert_eq!(raised(&tenth, &tenth, "staging"), "10 % of users in staging get it.");
        assert_eq!(raised(&tenth, &half, "staging"), "50 % of users in staging get it; 10 % of users have it now.");
        let staff = exposure("100", &["staff"]);
        let all = "Every user in staging gets it; everybody in staff has it now.";
        assert_eq!(raised(&staff, &Exposure::ON, "staging"), all);
        let taken = "10 % of users in staging get it; everybody in staff has it now. Some who have it now lose it.";
        assert_eq!(raised(&staff, &tenth, "staging"), taken);
    }

    #[test]
    fn a_lowering_says_who_keeps_it() {
        let (tenth, half) = (exposure("10", &[]), exposure("50", &[]));
        assert_eq!(lowered(&half, &Exposure::OFF, "production"), "Nobody in production gets it.");
        let kept = "10 % of users in production keep it; whoever else has it now loses it.";
        assert_eq!(lowered(&half, &tenth, "production"), kept);
        let staff = "Everybody in staff, in production, keeps it; whoever else has it now loses it.";
        assert_eq!(lowered(&Exposure::ON, &exposure("100", &["staff"]), "production"), staff);
        assert_eq!(lowered(&tenth, &tenth, "production"), "10 % of users in production get it.");
    }
}
