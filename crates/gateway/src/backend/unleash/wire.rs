//! What Unleash tells, as far as it matters here.

use serde::Deserialize;
use serde_json::{Map, Value};

#[derive(Debug, Clone, Deserialize)]
pub struct Feature {
    pub environments: Vec<InEnvironment>,
    /// Features that this one is only evaluated under.
    #[serde(default)]
    pub dependencies: Vec<Dependency>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Dependency {
    pub feature: String,
}

#[derive(Debug, Clone, Deserialize)]
pub struct InEnvironment {
    pub name: String,
    pub enabled: bool,
    #[serde(default)]
    pub strategies: Vec<Strategy>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Strategy {
    pub id: String,
    pub name: String,
    pub title: Option<String>,
    pub disabled: Option<bool>,
    pub parameters: Option<Map<String, Value>>,
    pub constraints: Option<Vec<Value>>,
    pub variants: Option<Vec<Value>>,
    /// Not all of Unleash's answers have it: the one about a feature has.
    pub segments: Option<Vec<i64>>,
}

#[derive(Debug, Deserialize)]
pub struct Features {
    pub features: Vec<Listed>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Listed {
    pub name: String,
    environments: Vec<InEnvironment>,
}

impl Listed {
    /// Is it on there? None, if it is not there at all.
    pub fn enabled_in(&self, environment: &str) -> Option<bool> {
        self.environments.iter().find(|there| there.name == environment).map(|there| there.enabled)
    }
}

#[derive(Debug, Deserialize)]
pub struct Segments {
    pub segments: Vec<Segment>,
}

#[derive(Debug, Deserialize)]
pub struct Segment {
    pub id: i64,
    pub name: String,
}

#[derive(Debug, Deserialize)]
pub struct Overview {
    pub environments: Vec<OfProject>,
}

#[derive(Debug, Deserialize)]
pub struct OfProject {
    pub environment: String,
}

#[derive(Debug, Deserialize)]
pub struct UiConfig {
    pub version: String,
}

/// Whose token it is.
#[derive(Debug, Deserialize)]
pub struct Me {
    pub permissions: Vec<Permission>,
}

/// Without a project or an environment it holds in all of them.
#[derive(Debug, Deserialize)]
pub struct Permission {
    pub permission: String,
    pub project: Option<String>,
    pub environment: Option<String>,
}
