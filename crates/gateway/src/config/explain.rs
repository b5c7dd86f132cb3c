//! Every key of the configuration file, told once: for `signalbox config explain` and for the operators' page.

/// A key of the file.
struct Key {
    name: &'static str,
    meaning: &'static str,
    unit: &'static str,
    default: &'static str,
    /// As it stands in the file.
    example: &'static str,
}

const KEYS: [Key; 25] = [
    Key {
        name: "listen",
        meaning: "Where the console and the API are served: on this machine alone, unless `public_url` is one of https",
        unit: "address and port",
        default: "127.0.0.1:8700",
        example: "listen = \"127.0.0.1:8700\"",
    },
    Key {
        name: "ops",
        meaning: "Where metrics and health are told, without signing in and so on this machine alone; `off` for nowhere. \
                  An address that is named and taken is an error; where none is named, the gateway does without",
        unit: "address and port, or off",
        default: "127.0.0.1:8701, if it is free",
        example: "ops = \"127.0.0.1:8701\"",
    },
    Key {
        name: "data",
        meaning: "The data directory: one gateway's at a time, the owner's alone",
        unit: "path",
        default: "./.data/signalbox; for the demo ./.data/demo",
        example: "data = \"/var/lib/signalbox\"",
    },
    Key {
        name: "console",
        meaning: "Serves the console from this directory instead of the one inside the program",
        unit: "path",
        default: "the one inside",
        example: "console = \"dist\"",
    },
    Key {
        name: "log_json",
        meaning: "Writes each line of the log as JSON",
        unit: "true or false",
        default: "false",
        example: "log_json = true",
    },
    Key {
        name: "live_patience_s",
        meaning: "After so long a reader of the live stream that takes nothing is let go; its browser comes back by itself",
        unit: "whole seconds, at least 1",
        default: "30",
        example: "live_patience_s = 30",
    },
    Key {
        name: "public_url",
        meaning: "Where browsers find it, if a proxy with TLS stands before it. Then it answers to no other host, and cookies \
                  go by TLS alone",
        unit: "https://HOST or https://HOST:PORT; http for this machine alone",
        default: "none: it serves this machine alone",
        example: "public_url = \"https://signalbox.example.org\"",
    },
    Key {
        name: "sign_in.idle_minutes",
        meaning: "After so long in which nothing was asked, a session ends",
        unit: "whole minutes, 1 to 1440",
        default: "60",
        example: "sign_in.idle_minutes = 60",
    },
    Key {
        name: "sign_in.longest_hours",
        meaning: "After so long a session ends, whatever is done in it",
        unit: "whole hours, 1 to 168",
        default: "12",
        example: "sign_in.longest_hours = 12",
    },
    Key {
        name: "ofrep.key_file",
        meaning: "A file with the keys by which applications are told their flags, one a line, each of 16 characters or more: \
                  they send one as `Authorization: Bearer`. Without it, the environment variable SIGNALBOX_OFREP_KEY says them. \
                  The demo asks for none",
        unit: "path",
        default: "none: applications are told nothing",
        example: "ofrep.key_file = \"/run/secrets/signalbox-ofrep\"",
    },
    Key {
        name: "unleash.url",
        meaning: "Where Unleash is, if its flags are moved instead of the built-in backend's",
        unit: "address of http or https",
        default: "none: the built-in backend",
        example: "unleash.url = \"https://unleash.example.org\"",
    },
    Key {
        name: "unleash.project",
        meaning: "The project whose features are the flags. An environment is Unleash's of the same name",
        unit: "Unleash's id of it",
        default: "default",
        example: "unleash.project = \"default\"",
    },
    Key {
        name: "unleash.token_file",
        meaning: "A file with the token that lets Signalbox in: an admin token, or a personal one of somebody who may edit \
                  the project. Without it, the environment variable SIGNALBOX_UNLEASH_TOKEN says the token",
        unit: "path",
        default: "none",
        example: "unleash.token_file = \"/run/secrets/unleash-token\"",
    },
    Key {
        name: "unleash.webhook_secret_file",
        meaning: "A file with the secret that Unleash's webhook sends as its `Authorization`: 16 characters or more. Then \
                  what changes there is seen at once instead of within seconds. Without it, the environment variable \
                  SIGNALBOX_UNLEASH_WEBHOOK_SECRET says the secret",
        unit: "path",
        default: "none: the webhook is not listened to",
        example: "unleash.webhook_secret_file = \"/run/secrets/unleash-webhook\"",
    },
    Key {
        name: "manual.targets.NAME.url",
        meaning: "Where the gateway asks what a flag is that only a person can move; a plan names the target as the flag's \
                  `verify`. {environment} and {key} stand for the names, and 404 means that there is no such flag",
        unit: "address of http or https",
        default: "none: the person's word counts",
        example: "manual.targets.NAME.url = \"https://ops.example.org/{environment}/flags\"",
    },
    Key {
        name: "manual.targets.NAME.pointer",
        meaning: "Where in the answer's JSON the value stands: on, true or 1; off, false or 0",
        unit: "JSON pointer (RFC 6901)",
        default: "none: the answer is the value",
        example: "manual.targets.NAME.pointer = \"/variables/{key}\"",
    },
    Key {
        name: "sign_in.provider.issuer",
        meaning: "The company's OpenID Connect provider, if people sign in there: its issuer, exactly as it says it",
        unit: "address of https; of http on this machine",
        default: "none: local accounts",
        example: "sign_in.provider.issuer = \"https://login.example.org/realms/main\"",
    },
    Key {
        name: "sign_in.provider.client_id",
        meaning: "What the provider calls this gateway",
        unit: "the provider's name for it",
        default: "none",
        example: "sign_in.provider.client_id = \"signalbox\"",
    },
    Key {
        name: "sign_in.provider.client_secret_file",
        meaning: "A file with the secret that the provider gave. Without it, the environment variable \
                  SIGNALBOX_PROVIDER_SECRET says the secret; without both, the provider must take a public client",
        unit: "path",
        default: "none",
        example: "sign_in.provider.client_secret_file = \"/run/secrets/provider-secret\"",
    },
    Key {
        name: "sign_in.provider.name",
        meaning: "What the button on the sign-in page calls it",
        unit: "a few words",
        default: "your company's account",
        example: "sign_in.provider.name = \"Example Login\"",
    },
    Key {
        name: "sign_in.provider.scopes",
        meaning: "What the provider is asked to tell; `openid` goes without saying. Some providers refuse a scope that \
                  they do not know",
        unit: "list of words",
        default: "openid, profile, email, groups",
        example: "sign_in.provider.scopes = [\"openid\", \"profile\", \"email\"]",
    },
    Key {
        name: "sign_in.provider.groups_claim",
        meaning: "Where a person's groups stand: a claim's name, or a JSON pointer for one that stands deeper",
        unit: "name, or JSON pointer (RFC 6901)",
        default: "groups",
        example: "sign_in.provider.groups_claim = \"/realm_access/roles\"",
    },
    Key {
        name: "sign_in.provider.skew_s",
        meaning: "How far the provider's clock and this machine's may be apart",
        unit: "whole seconds, at most 300",
        default: "60",
        example: "sign_in.provider.skew_s = 60",
    },
    Key {
        name: "sign_in.provider.everyone",
        meaning: "What somebody may whom the provider knows and none of the roles fits: `viewer`. Without it they are \
                  not let in",
        unit: "viewer",
        default: "none",
        example: "sign_in.provider.everyone = \"viewer\"",
    },
    Key {
        name: "sign_in.provider.roles",
        meaning: "Which role a group grants (`group`), or a claim that says a value (`claim` and `value`): `role` is \
                  administrator, product-owner, engineer, operations, legal, privacy or viewer; `plan` and `environment` \
                  say where alone, if anywhere",
        unit: "list of tables",
        default: "none",
        example: "sign_in.provider.roles = [{ group = \"developers\", role = \"engineer\", environment = \"staging\" }]",
    },
];

/// All of it in words; with its comments taken off, each example is a line of the file.
pub fn explain() -> String {
    let key = |key: &Key| {
        let Key { name, meaning, unit, default, example } = key;
        format!("# {name}: {meaning}.\n#   unit: {unit}\n#   default: {default}\n# {example}\n")
    };
    let keys: Vec<String> = KEYS.iter().map(key).collect();
    format!("# The keys of the file that --config names. The command line goes before it.\n\n{}", keys.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{File, manual, ofrep, sign_in, unleash};

    /// The keys of a file, those of its tables after the table's name.
    fn leaves(value: &serde_json::Value, name: &str, keys: &mut Vec<String>) {
        let Some(table) = value.as_object() else { return keys.push(name.to_owned()) };
        for (key, value) in table {
            leaves(value, &if name.is_empty() { key.clone() } else { format!("{name}.{key}") }, keys);
        }
    }

    #[test]
    fn every_key_of_the_file_is_told_with_an_example_that_is_read() {
        let (unleash, manual) = (Some(unleash::Table::default()), Some(manual::Table::of("NAME")));
        let (sign_in, ofrep) = (Some(sign_in::Table::of_all()), Some(ofrep::Table::default()));
        let file = File { unleash, manual, sign_in, ofrep, ..File::default() };
        let file = serde_json::to_value(file).expect("JSON");
        let mut keys = Vec::new();
        leaves(&file, "", &mut keys);
        let mut told = KEYS.map(|key| key.name);
        keys.sort_unstable();
        told.sort_unstable();
        assert_eq!(told.as_slice(), keys, "config/explain.rs tells every key of the file, and no other");
        let all = KEYS.map(|key| key.example).join("\n");
        let source = config::File::from_str(&all, config::FileFormat::Toml);
        let read: File = config::Config::builder()
            .add_source(source)
            .build()
            .and_then(config::Config::try_deserialize)
            .expect("the examples are a file");
        let read = serde_json::to_value(read).expect("JSON");
        let place = |key: &String| format!("/{}", key.replace('.', "/"));
        assert!(
            keys.iter().all(|key| read.pointer(&place(key)).is_some_and(|value| !value.is_null())),
            "each example sets its key: {read}"
        );
        assert!(KEYS.iter().all(|key| explain().contains(key.example)));
    }

    #[test]
    fn the_operators_page_has_the_same() {
        let page = include_str!("../../../../docs/operations.md");
        for Key { name, meaning, unit, default, .. } in KEYS {
            let row = format!("| `{name}` | {meaning} | {unit} | {default} |");
            assert!(page.contains(&row), "docs/operations.md lacks this row:\n{row}");
        }
    }
}
