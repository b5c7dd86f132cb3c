use super::*;

const LEAST: &str = "issuer = 'https://login.example.org'\nclient_id = 'signalbox'\neveryone = 'viewer'\n";

fn read(text: &str) -> Result<Settings, String> {
    let source = config::File::from_str(text, config::FileFormat::Toml);
    let read = config::Config::builder().add_source(source).build();
    let table: Table =
        read.and_then(config::Config::try_deserialize).map_err(|error: config::ConfigError| error.to_string())?;
    table.settings().map_err(|error| format!("{error:#}"))
}

fn role(text: &str) -> Result<Rule, String> {
    read(&format!("{LEAST}[[roles]]\n{text}")).map(|settings| settings.roles.rules[0].clone())
}

#[test]
fn little_is_enough_and_the_rest_is_usual() {
    let settings = read(LEAST).expect("is enough");
    let scopes: Vec<&str> = settings.scopes.iter().map(|scope| scope.as_str()).collect();
    assert_eq!(scopes, ["profile", "email", "groups"], "`openid` goes without saying");
    assert_eq!((settings.groups_claim.as_str(), settings.skew), ("groups", 60_000));
    assert!(settings.roles.everyone && settings.roles.rules.is_empty() && !settings.name.is_empty());
}

#[test]
fn the_secret_comes_from_a_file_and_is_shown_to_nobody() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("secret");
    std::fs::write(&path, "very-secret\n").expect("writes");
    let file = format!("client_secret_file = '{}'\n", path.display());
    let settings = read(&format!("{LEAST}{file}")).expect("is enough");
    assert_eq!(settings.client_secret, Some(ClientSecret::new("very-secret".into())));
    let shown = format!("{settings:?}");
    assert!(shown.contains("login.example.org") && !shown.contains("very-secret"), "{shown}");
    std::fs::write(&path, " \n").expect("writes");
    assert!(read(&format!("{LEAST}{file}")).expect_err("empty").contains("`sign_in.provider.client_secret_file`"));
    let missing = read(&format!("{LEAST}client_secret_file = '/nowhere/secret'")).expect_err("no file");
    assert!(missing.contains("/nowhere/secret"), "{missing}");
}

#[test]
fn an_issuer_cannot_be_pretended_to_be() {
    for good in ["https://a.example/realms/x", "http://127.0.0.1:4000", "http://localhost:4000", "http://[::1]:4000"] {
        assert!(read(&LEAST.replace("https://login.example.org", good)).is_ok(), "{good}");
    }
    for bad in [
        "login",
        "http://a.example",
        "http://localhost.a.example",
        "ftp://a.example",
        "https://name:word@a.example",
        "https://a.example?x=1",
        "https://a.example#x",
    ] {
        let said = read(&LEAST.replace("https://login.example.org", bad)).expect_err(bad);
        assert!(said.contains("`sign_in.provider.issuer`") && !said.contains("word@"), "{said}");
    }
}

#[test]
fn what_is_missing_or_wrong_is_refused_by_name() {
    for (text, name) in [
        ("client_id = 'x'\neveryone = 'viewer'", "`sign_in.provider.issuer`"),
        ("issuer = 'https://a.example'\neveryone = 'viewer'", "`sign_in.provider.client_id`"),
        ("issuer = 'https://a.example'\nclient_id = 'x'", "nobody could sign in"),
        (&format!("{LEAST}scopes = ['a b']"), "`sign_in.provider.scopes`"),
        (&format!("{LEAST}skew_s = 301"), "`sign_in.provider.skew_s`"),
        (&format!("{LEAST}client_secret = 'x'"), "client_secret"),
        (&LEAST.replace("'viewer'", "'engineer'"), "everyone"),
    ] {
        let said = read(text).expect_err(name);
        assert!(said.contains(name), "{said}");
    }
}

#[test]
fn roles_are_granted_by_group_or_claim_everywhere_or_somewhere() {
    let engineer = role("group = 'dev'\nrole = 'engineer'\nplan = 's4'\nenvironment = 'staging'").expect("a rule");
    let plan = Some(PlanSlug::new("s4").expect("a slug"));
    let granted = Granted { power: Power::Role(Role::Engineer), plan, environment: Some("staging".into()) };
    assert_eq!(engineer, Rule { wanted: Wanted::Group("dev".into()), granted });
    let administrator = role("claim = 'department'\nvalue = 'IT'\nrole = 'administrator'").expect("a rule");
    let wanted = Wanted::Claim { name: "department".into(), value: "IT".into() };
    let granted = Granted { power: Power::Administrator, plan: None, environment: None };
    assert_eq!(administrator, Rule { wanted, granted });
    assert!(role("group = 'x'\nrole = 'product-owner'").is_ok());
}

#[test]
fn a_role_that_nobody_could_mean_is_refused() {
    for (text, name) in [
        ("role = 'engineer'", "`group`"),
        ("group = ''\nrole = 'engineer'", "`group`"),
        ("group = 'x'\nclaim = 'y'\nvalue = 'z'\nrole = 'engineer'", "`group`"),
        ("claim = 'y'\nrole = 'engineer'", "`value`"),
        ("group = 'x'\nrole = 'root'", "product-owner"),
        ("group = 'x'\nrole = 'Engineer'", "engineer"),
        ("group = 'x'\nrole = 'engineer'\nplan = 'S4'", "`plan`"),
        ("group = 'x'\nrole = 'engineer'\nenvironment = 'a b'", "`environment`"),
        ("group = 'x'\nrole = 'administrator'\nenvironment = 'staging'", "everywhere"),
    ] {
        let said = role(text).expect_err(name);
        assert!(said.contains(name) && said.contains("entry 1"), "{said}");
    }
}
