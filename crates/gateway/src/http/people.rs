//! GET /api/people

pub mod acts;

use super::problem::Result;
use crate::{
    app::App,
    identity::{self, Signed},
    store::PersonRow,
};
use axum::{Json, extract::State};
use gateway_api::{KnownPerson, RoleSource};
use std::sync::Arc;

/// Everyone the gateway knows, with what was granted to them
#[utoipa::path(get, path = "/api/people", operation_id = "people", tag = "people", responses(
    (status = 200, description = "Everyone. What somebody signs in with is told to administrators alone",
        body = ref("#/components/schemas/KnownPeople")),
))]
pub async fn get(State(app): State<Arc<App>>, signed: Signed) -> Result<Json<Vec<KnownPerson>>> {
    let administrator = signed.is_administrator();
    let people = app.store.people().await?.into_iter();
    let mut known: Vec<KnownPerson> = people.map(|person| view(person, administrator)).collect();
    known.sort_by(|a, b| (a.erased, &a.roles, &a.name, a.id).cmp(&(b.erased, &b.roles, &b.name, b.id)));
    Ok(Json(known))
}

fn view(row: PersonRow, administrator: bool) -> KnownPerson {
    let roles = identity::roles(&row.grants, |_| true);
    let first = row.grants.iter().find(|grant| grant.role.role() == roles.first().copied()).or(row.grants.first());
    KnownPerson {
        id: row.id,
        name: row.name,
        source: first.map_or(RoleSource::Account, |grant| grant.source),
        roles,
        grants: row.grants,
        login: row.login.filter(|_| administrator),
        seen: row.seen,
        disabled: row.disabled,
        erased: row.erased,
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::Demo;
    use rollout::Role;
    use serde_json::json;

    #[tokio::test]
    async fn everyone_is_known_with_their_role_and_where_it_comes_from() {
        let demo = Demo::new().await;
        let viewer = demo.cookie_of("viewer").await;
        let known = demo.get("/api/people", Some(&viewer)).await.json;
        let known = known.as_array().expect("a list");
        let roles: Vec<_> = known.iter().map(|person| person["roles"].clone()).collect();
        assert_eq!(roles, Role::ALL.map(|role| json!([role])));
        assert!(known.iter().all(|person| person["source"] == json!("sample")), "{known:?}");
        let me = demo.get("/api/session", Some(&viewer)).await.json["signed_in"].clone();
        let here = known.iter().find(|person| person["id"] == me["person"]).expect("the one who asks is known too");
        assert_eq!(here["name"], me["name"]);
        assert!(here["seen"].is_string() && here["disabled"] == json!(false), "{here}");
        let administrators: Vec<_> = known
            .iter()
            .filter(|person| person["grants"].as_array().expect("grants").iter().any(|g| g["role"] == "administrator"))
            .map(|person| person["roles"].clone())
            .collect();
        assert_eq!(administrators, [json!(["operations"])]);
    }
}
