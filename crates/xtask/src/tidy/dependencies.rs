//! Who may depend on whom: `console → gateway-api → rollout ← gateway`, and `gateway → gateway-api`.

use super::Finding;
use anyhow::{Context, Result};
use cargo_metadata::{Dependency, DependencyKind, Package};
use std::path::Path;

/// The crates of this workspace that each of them may use. `xtask` may use all.
const INSIDE: [(&str, &[&str]); 4] = [
    ("rollout", &[]),
    ("gateway-api", &["rollout"]),
    ("gateway", &["gateway-api", "rollout"]),
    ("signalbox-console", &["gateway-api", "rollout"]),
];

/// What the shared crates may use of others'. They are pure: nothing that does I/O, reads a clock or draws a screen gets in.
/// `schemars` describes types, and only for the gateway.
const OUTSIDE: [(&str, &[&str]); 2] = [
    (
        "rollout",
        &["chrono", "hex", "schemars", "serde", "serde_json", "serde_json_canonicalizer", "sha2", "thiserror", "uuid"],
    ),
    ("gateway-api", &["schemars", "serde", "serde_json"]),
];

pub fn check(packages: &[Package], root: &Path) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for package in packages {
        let manifest = package.manifest_path.as_std_path();
        let text = std::fs::read_to_string(manifest).with_context(|| format!("cannot read {}", manifest.display()))?;
        let path = manifest.strip_prefix(root).unwrap_or(manifest).display().to_string();
        for dependency in &package.dependencies {
            if let Some(message) = refusal(&package.name, dependency) {
                let line = line_of(&text, &dependency.name);
                findings.push(Finding { path: path.clone(), line, message });
            }
        }
    }
    Ok(findings)
}

fn refusal(package: &str, dependency: &Dependency) -> Option<String> {
    let name = dependency.name.as_str();
    let is_inside = dependency.path.is_some();
    let allowed = INSIDE.iter().find(|(of, _)| *of == package).map(|(_, allowed)| *allowed);
    if is_inside && allowed.is_some_and(|allowed| !allowed.contains(&name)) {
        return Some(format!(
            "{package} must not depend on {name}: the direction is console → gateway-api → rollout ← gateway"
        ));
    }
    let outside = !is_inside && dependency.kind != DependencyKind::Development;
    let (_, listed) = OUTSIDE.iter().find(|(of, _)| *of == package && outside)?;
    (!listed.contains(&name)).then(|| format!("{package} may use only {}, not {name}: it is pure", listed.join(", ")))
}

fn line_of(manifest: &str, dependency: &str) -> usize {
    manifest
        .lines()
        .position(|line| line.strip_prefix(dependency).is_some_and(|rest| rest.starts_with([' ', '.', '='])))
        .map_or(1, |index| index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dependency(name: &str, kind: &str, path: Option<&str>) -> Dependency {
        let path = path.map_or_else(String::new, |path| format!(r#","path":"{path}""#));
        let kind = if kind == "normal" { "null".to_owned() } else { format!("\"{kind}\"") };
        cargo_metadata_dependency(&format!(
            r#"{{"name":"{name}","req":"*","kind":{kind},"optional":false,"uses_default_features":true,"features":[]{path}}}"#
        ))
    }

    fn cargo_metadata_dependency(json: &str) -> Dependency {
        serde_json::from_str(json).expect("as cargo writes it")
    }

    #[test]
    fn the_direction_holds_inside_the_workspace() {
        let gateway = dependency("gateway", "normal", Some("crates/gateway"));
        for package in ["rollout", "gateway-api", "signalbox-console"] {
            let message = refusal(package, &gateway).expect("against the direction");
            assert!(message.starts_with(&format!("{package} must not depend on gateway")), "{message}");
        }
        assert_eq!(refusal("xtask", &gateway), None);
        let rollout = dependency("rollout", "normal", Some("crates/rollout"));
        for package in ["gateway-api", "gateway", "signalbox-console"] {
            assert_eq!(refusal(package, &rollout), None);
        }
    }

    #[test]
    fn a_test_may_not_turn_the_direction_round_either() {
        assert!(refusal("rollout", &dependency("gateway-api", "dev", Some("crates/gateway-api"))).is_some());
    }

    #[test]
    fn the_shared_crates_use_only_what_is_listed() {
        assert_eq!(refusal("rollout", &dependency("serde", "normal", None)), None);
        assert!(refusal("rollout", &dependency("tokio", "normal", None)).is_some());
        assert!(refusal("rollout", &dependency("cc", "build", None)).is_some());
        assert_eq!(refusal("rollout", &dependency("proptest", "dev", None)), None);
        assert_eq!(refusal("gateway", &dependency("tokio", "normal", None)), None);
        assert!(refusal("gateway-api", &dependency("chrono", "normal", None)).is_some());
    }

    #[test]
    fn the_line_is_the_dependency_s_own() {
        let manifest = "[dependencies]\nserde_json = \"1\"\nserde.workspace = true\n";
        assert_eq!(line_of(manifest, "serde"), 3);
        assert_eq!(line_of(manifest, "serde_json"), 2);
    }
}
