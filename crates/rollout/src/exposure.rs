//! Exposure: who gets a flag.

use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, fmt};

/// Parts per million that mean everybody.
const EVERYBODY: u32 = 1_000_000;
/// Parts per million in one percent.
const PERCENT: u32 = 10_000;

/// Who gets a flag: off, a percentage in steps of 0.0001 %, or on; optionally only some segments.
///
/// Never a float. On the wire `"off"`, `"on"`, a decimal percentage (`"0.1"`), or with segments
/// `{"percent": "0.1", "segments": ["staff"]}`. Off has no segments: nobody is nobody.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Wire", into = "Wire")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(with = "Wire"))]
pub struct Exposure {
    ppm: u32,
    segments: Option<BTreeSet<String>>,
}

/// Why something is no exposure.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoExposure {
    /// Not a decimal from 0 to 100 with at most four decimals.
    #[error("\"{0}\" is no exposure: off, on, or a percentage from 0 to 100 with at most 4 decimals, like \"0.1\"")]
    Percentage(String),
    /// Segments were given, but none is in the list, or one has no name.
    #[error("the list of segments is empty or holds an empty name; leave it out to mean everybody")]
    Segments,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "ExposureWire"))]
enum Wire {
    Plain(
        #[cfg_attr(
            feature = "schema",
            schemars(extend("pattern" = r"^(off|on|100(\.0{1,4})?|[0-9]{1,2}(\.[0-9]{1,4})?)$"))
        )]
        String,
    ),
    #[serde(rename_all = "kebab-case")]
    Segmented {
        #[cfg_attr(feature = "schema", schemars(extend("pattern" = r"^(100(\.0{1,4})?|[0-9]{1,2}(\.[0-9]{1,4})?)$")))]
        percent: String,
        segments: Option<BTreeSet<String>>,
    },
}

impl Exposure {
    /// Nobody.
    pub const OFF: Self = Self { ppm: 0, segments: None };
    /// Everybody.
    pub const ON: Self = Self { ppm: EVERYBODY, segments: None };

    /// So many parts per million of everybody, or of the users in any of the segments.
    ///
    /// Errors: more than 1 000 000, or a list of segments that is empty or holds an empty name.
    pub fn new(ppm: u32, segments: Option<BTreeSet<String>>) -> Result<Self, NoExposure> {
        if ppm > EVERYBODY {
            return Err(NoExposure::Percentage(format!("{ppm} ppm")));
        }
        if segments.as_ref().is_some_and(|s| s.is_empty() || s.contains("")) {
            return Err(NoExposure::Segments);
        }
        Ok(Self { ppm, segments: if ppm == 0 { None } else { segments } })
    }

    /// Parts per million.
    pub fn ppm(&self) -> u32 {
        self.ppm
    }

    /// The segments it is restricted to; none means everybody.
    pub fn segments(&self) -> Option<&BTreeSet<String>> {
        self.segments.as_ref()
    }

    /// Does nobody get it?
    pub fn is_off(&self) -> bool {
        self.ppm == 0
    }

    /// Does everybody get it?
    pub fn is_on(&self) -> bool {
        *self == Self::ON
    }

    /// Is going from this to `to` a lowering, so that nobody gets the flag who had it not? Staying is one too.
    pub fn lowers_to(&self, to: &Self) -> bool {
        let fewer_segments = match (&self.segments, &to.segments) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(from), Some(to)) => to.is_subset(from),
        };
        to.is_off() || (to.ppm <= self.ppm && fewer_segments)
    }

    /// Who gets both this and `other`: no higher than either.
    pub fn shared_with(&self, other: &Self) -> Self {
        let segments = match (&self.segments, &other.segments) {
            (Some(own), Some(others)) => Some(own & others),
            (own, others) => own.as_ref().or(others.as_ref()).cloned(),
        };
        // Segments that nobody is in, in both: then nobody gets both.
        Self::new(self.ppm.min(other.ppm), segments).unwrap_or(Self::OFF)
    }

    fn percent(&self) -> String {
        let (whole, rest) = (self.ppm / PERCENT, self.ppm % PERCENT);
        let decimals = format!("{rest:04}");
        match decimals.trim_end_matches('0') {
            "" => whole.to_string(),
            decimals => format!("{whole}.{decimals}"),
        }
    }

    fn parse(text: &str) -> Result<u32, NoExposure> {
        let no = || NoExposure::Percentage(text.to_owned());
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        let (whole, decimals) = text.split_once('.').map_or((text, "0"), |parts| parts);
        if !digits(whole) || !digits(decimals) || whole.len() > 3 || decimals.len() > 4 {
            return Err(no());
        }
        let whole: u32 = whole.parse().map_err(|_| no())?;
        let decimals: u32 = format!("{decimals:0<4}").parse().map_err(|_| no())?;
        let ppm = whole * PERCENT + decimals;
        if ppm > EVERYBODY { Err(no()) } else { Ok(ppm) }
    }
}

impl TryFrom<Wire> for Exposure {
    type Error = NoExposure;
    fn try_from(wire: Wire) -> Result<Self, NoExposure> {
        match wire {
            Wire::Plain(text) if text == "off" => Ok(Self::OFF),
            Wire::Plain(text) if text == "on" => Ok(Self::ON),
            Wire::Plain(text) => Self::new(Self::parse(&text)?, None),
            Wire::Segmented { percent, segments } => Self::new(Self::parse(&percent)?, segments),
        }
    }
}

impl From<Exposure> for Wire {
    fn from(exposure: Exposure) -> Self {
        match (&exposure.segments, exposure.ppm) {
            (None, 0) => Self::Plain("off".into()),
            (None, EVERYBODY) => Self::Plain("on".into()),
            (None, _) => Self::Plain(exposure.percent()),
            (Some(_), _) => Self::Segmented { percent: exposure.percent(), segments: exposure.segments },
        }
    }
}

/// As a person reads it: `off`, `12.5 %`, `on`, `10 % of staff, beta`.
impl fmt::Display for Exposure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.ppm, &self.segments) {
            (0, _) => f.write_str("off"),
            (EVERYBODY, None) => f.write_str("on"),
            (_, None) => write!(f, "{} %", self.percent()),
            (_, Some(segments)) => {
                let names: Vec<&str> = segments.iter().map(String::as_str).collect();
                write!(f, "{} % of {}", self.percent(), names.join(", "))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wire(text: &str) -> Result<Exposure, String> {
        serde_json::from_str(text).map_err(|e| e.to_string())
    }

    #[test]
    fn the_wire_form_is_a_decimal_string_and_comes_back_the_same() {
        for text in [r#""off""#, r#""on""#, r#""0.1""#, r#""12.5""#, r#""0.0001""#, r#""99.9999""#] {
            let exposure = wire(text).expect(text);
            assert_eq!(serde_json::to_string(&exposure).expect("serializes"), text);
        }
        let some = r#"{"percent":"10","segments":["beta","staff"]}"#;
        assert_eq!(serde_json::to_string(&wire(some).expect("parses")).expect("serializes"), some);
        assert_eq!(wire(r#""100.0000""#), Ok(Exposure::ON));
        assert_eq!(wire(r#""0""#), Ok(Exposure::OFF));
    }

    #[test]
    fn what_is_no_percentage_is_refused() {
        for text in ["\"0.00001\"", "\"100.0001\"", "\"101\"", "\"-1\"", "\"1e1\"", "\"\"", "\".5\"", "\"5.\"", "10"] {
            assert!(wire(text).is_err(), "{text}");
        }
        assert!(wire(r#"{"percent":"10","segments":[]}"#).is_err());
        assert!(wire(r#"{"percent":"10","segments":["staff"],"share":"5"}"#).is_err());
    }

    #[test]
    fn lowering_never_gives_it_to_anyone_new() {
        let part = |ppm, names: &[&str]| {
            let segments = (!names.is_empty()).then(|| names.iter().map(|n| (*n).to_owned()).collect());
            Exposure::new(ppm, segments).expect("an exposure")
        };
        let half_of_staff = part(500_000, &["staff"]);
        assert!(Exposure::ON.lowers_to(&Exposure::OFF) && Exposure::OFF.lowers_to(&Exposure::OFF));
        assert!(Exposure::ON.lowers_to(&half_of_staff) && half_of_staff.lowers_to(&Exposure::OFF));
        assert!(half_of_staff.lowers_to(&part(100_000, &["staff"])));
        assert!(!half_of_staff.lowers_to(&part(100_000, &[])) && !half_of_staff.lowers_to(&part(100_000, &["beta"])));
        assert!(!half_of_staff.lowers_to(&part(500_001, &["staff"])) && !Exposure::OFF.lowers_to(&half_of_staff));
    }

    #[test]
    fn a_person_reads_it_with_its_unit() {
        assert_eq!(Exposure::new(1_000, None).expect("an exposure").to_string(), "0.1 %");
        assert_eq!((Exposure::OFF.to_string(), Exposure::ON.to_string()), ("off".into(), "on".into()));
    }
}
