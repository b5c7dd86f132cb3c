//! GET /api/people

use super::problem::Result;
use crate::{app::App, identity::Signed};
use axum::{Json, extract::State};
use gateway_api::{KnownPerson, RoleSource};
use std::sync::Arc;

/// Everyone the gateway knows, with their roles
#[utoipa::path(get, path = "/api/people", operation_id = "people", tag = "people", responses(
    (status = 200, description = "Everyone", body = ref("#/components/schemas/KnownPeople")),
))]
pub async fn get(State(app): State<Arc<App>>, _signed: Signed) -> Result<Json<Vec<KnownPerson>>> {
    let mut known: Vec<KnownPerson> = app.store.people().await?.into_iter().map(KnownPerson::from).collect();
    known.sort_by(|a, b| (&a.roles, &a.name).cmp(&(&b.roles, &b.name)));
    Ok(Json(known))
}

impl From<crate::store::PersonRow> for KnownPerson {
    fn from(row: crate::store::PersonRow) -> Self {
        let roles = row.demo_role.into_iter().collect();
        Self { id: row.id, name: row.name, roles, source: RoleSource::SampleAccount }
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
        assert!(known.iter().all(|person| person["source"] == json!("sample-account")), "{known:?}");
        let me = demo.get("/api/session", Some(&viewer)).await.json["signed_in"].clone();
        let here = known.iter().find(|person| person["id"] == me["person"]).expect("the one who asks is known too");
        assert_eq!(here["name"], me["name"]);
    }
}
