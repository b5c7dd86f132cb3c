//! `signalbox user`: people, changed beside a gateway that serves from the data directory, or before one does. It sees
//! within a second or so what was changed.

use crate::{
    clock::{self, Clock},
    config::{Passwords, RoleCommands, UserCommands},
    identity::{
        accounts::{self, Batch},
        passwords,
    },
    store::{People, PersonRow, Sqlite, Store, StoreError},
    wiring::{
        data_dir::{DataDir, STORE},
        stamp::stamp,
    },
};
use anyhow::{Context, bail, ensure};
use gateway_api::{
    Grant, Power, RoleSource, Secret,
    system_records::{SystemActor, SystemPart},
};
use std::{io::BufRead, path::Path};

const BY: SystemActor = SystemActor::System { system: SystemPart::CommandLine };

/// Does it, and tells what was done.
///
/// Errors: nothing was changed.
pub async fn run(command: UserCommands) -> anyhow::Result<String> {
    match command {
        UserCommands::Add { login, name, roles, administrator, password, data } => {
            let login = accounts::login(&login).context("the login cannot be taken")?;
            let name = accounts::name(&name).context("the name cannot be taken")?;
            let data = data.path()?;
            make(&data).await?;
            let store = open(&data).await?;
            ensure!(store.account(&login).await?.is_none(), "there is an account {login} already");
            let password = passwords::hash(&read(&password)?)?;
            let person = clock::person_id();
            let look_after = administrator.then(|| Grant::everywhere(Power::Administrator, RoleSource::Account));
            let grants = roles.into_iter().chain(look_after).map(|grant| accounts::grant(person, grant, BY));
            let made = grants.fold(accounts::add(person, &login, &name, password, BY), Batch::and);
            change(&store, made).await.map_err(|error| match error {
                StoreError::LoginTaken => anyhow::anyhow!("there is an account {login} already"),
                other => other.into(),
            })?;
            store.leave().await;
            Ok(format!("{login} may sign in.\n"))
        }
        UserCommands::Passwd { login, password, data } => {
            let store = open(&data.path()?).await?;
            let person = known(&store, &login).await?;
            let password = passwords::hash(&read(&password)?)?;
            change(&store, accounts::set_password(person.id, password, BY)).await?;
            store.leave().await;
            Ok(format!("{login} has a new password; their sessions have ended.\n"))
        }
        UserCommands::Disable { login, data } => {
            let store = open(&data.path()?).await?;
            let person = known(&store, &login).await?;
            if !person.disabled {
                change(&store, accounts::disable(person.id, BY)).await?;
            }
            store.leave().await;
            Ok(format!("{login} may not sign in; their sessions have ended.\n"))
        }
        UserCommands::Enable { login, data } => {
            let store = open(&data.path()?).await?;
            let person = known(&store, &login).await?;
            if person.disabled {
                change(&store, accounts::enable(person.id, BY)).await?;
            }
            store.leave().await;
            Ok(format!("{login} may sign in.\n"))
        }
        UserCommands::List { data } => {
            let store = open(&data.path()?).await?;
            let people = store.people().await?;
            store.leave().await;
            Ok(list(&people))
        }
        UserCommands::Role { command } => role(command).await,
    }
}

async fn role(command: RoleCommands) -> anyhow::Result<String> {
    let (asked, adds) = match command {
        RoleCommands::Add(asked) => (asked, true),
        RoleCommands::Remove(asked) => (asked, false),
    };
    let grant = match asked.role.as_str() {
        "administrator" => Grant::everywhere(Power::Administrator, RoleSource::Account),
        text => text.parse()?,
    };
    let store = open(&asked.data.path()?).await?;
    let person = known(&store, &asked.login).await?;
    let has = person.grants.contains(&grant);
    if !adds && !has && person.grants.iter().any(|own| own.is_same(&grant)) {
        bail!("{grant} does not come from here but from the provider: take it away there");
    }
    if adds != has {
        let batch = match adds {
            true => accounts::grant(person.id, grant.clone(), BY),
            false => accounts::revoke(person.id, grant.clone(), BY),
        };
        change(&store, batch).await?;
    }
    store.leave().await;
    Ok(format!("{} {} {grant}.\n", asked.login, if adds { "is" } else { "is not" }))
}

/// Makes a data directory that is not there yet: people may be added before the first start.
async fn make(data: &Path) -> anyhow::Result<()> {
    if data.join(STORE).is_file() {
        return Ok(());
    }
    let locked = DataDir::open(data)?;
    let new = Sqlite::open(&locked.database()).await?;
    stamp(&new, false).await?;
    Ok(new.close().await?)
}

/// The store, beside a gateway or alone.
async fn open(data: &Path) -> anyhow::Result<Sqlite> {
    let file = data.join(STORE);
    ensure!(file.is_file(), "there is no {}: name the gateway's data directory with --data", file.display());
    let store = Sqlite::beside(&file).await.with_context(|| format!("{} cannot be read", file.display()))?;
    stamp(&store, false).await?;
    Ok(store)
}

async fn known(store: &Sqlite, login: &str) -> anyhow::Result<PersonRow> {
    let account = store.account(login).await?;
    let account = account.with_context(|| format!("there is no account {login}: `signalbox user list` shows all"))?;
    store.person(account.person).await?.context("the account is nobody's")
}

async fn change(store: &Sqlite, Batch { changes, notes }: Batch) -> Result<(), StoreError> {
    store.change(changes, notes, Clock::machine(0, 0).real()).await
}

/// A password, from the terminal unseen and twice, or from the standard input.
fn read(from: &Passwords) -> anyhow::Result<Secret> {
    let password = if from.password_stdin {
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line).context("the standard input cannot be read")?;
        Secret::new(line.trim_end_matches(['\n', '\r']))
    } else {
        let hint = "there is no terminal to ask for the password: use --password-stdin";
        let first = rpassword::prompt_password("Password: ").context(hint)?;
        let again = rpassword::prompt_password("Once more: ").context(hint)?;
        ensure!(first == again, "the two are different");
        Secret::new(first)
    };
    passwords::check(&password).map_err(|why| anyhow::anyhow!("this is no password: {why}"))?;
    Ok(password)
}

fn list(people: &[PersonRow]) -> String {
    let mut text = String::new();
    for person in people.iter().filter(|person| !person.erased) {
        let login = person.login.as_deref().unwrap_or("-");
        let grants: Vec<String> = person.grants.iter().map(ToString::to_string).collect();
        let grants = if grants.is_empty() { "viewer".to_owned() } else { grants.join(" ") };
        let disabled = if person.disabled { "\tdisabled" } else { "" };
        text += &format!("{login}\t{}\t{grants}{disabled}\n", person.name);
    }
    text
}
