//! GET /api/backend

pub mod flags;
pub mod hint;

use super::problem::Result;
use crate::{app::App, identity::Signed};
use axum::{Json, extract::State};
use gateway_api::BackendsView;
use std::sync::Arc;

/// How the flag backends do, and the latest deliveries to them
#[utoipa::path(get, path = "/api/backend", operation_id = "backend", tag = "backend", responses(
    (status = 200, description = "How they do. What a backend tells of itself may be 10 s old",
        body = ref("#/components/schemas/BackendsView")),
))]
pub async fn get(State(app): State<Arc<App>>, _signed: Signed) -> Result<Json<BackendsView>> {
    Ok(Json(app.backends().await?))
}

#[cfg(test)]
mod tests {
    use crate::testing::{Demo, Fault, LOWER, RAISE, parse, status};
    use gateway_api::{BackendsView, Outcome, Standing, backends::Told};
    use rollout::{FailureCause, facts::Capabilities};
    use serde_json::json;

    async fn told(demo: &Demo) -> BackendsView {
        let viewer = demo.cookie_of("viewer").await;
        let answer = demo.get("/api/backend", Some(&viewer)).await;
        status(&answer, 200);
        serde_json::from_value(answer.json).expect("a view")
    }

    #[tokio::test]
    async fn a_backend_tells_what_it_is_and_can_and_how_it_does() {
        let demo = Demo::new().await;
        demo.delivery.tick().await;
        let view = told(&demo).await;
        let [one] = view.backends.as_slice() else { panic!("{view:?}") };
        assert_eq!((one.kind.as_str(), &one.host, &one.project), ("built-in", &None, &None));
        let version = env!("CARGO_PKG_VERSION").to_owned();
        assert_eq!((&one.told, &one.problem), (&Some(Told { version, environments: vec![] }), &None));
        assert_eq!(one.capabilities, Capabilities { percentage_step_ppm: Some(1), segments: true });
        assert_eq!((one.standing, one.synced), (Standing::Answers(view.now), Some(view.now)));
        let latency = one.latency.expect("flags were read");
        assert!(latency.calls >= 1 && latency.unanswered == 0, "{latency:?}");
        assert_eq!((view.now, view.deliveries), (demo.app.clock.now(), vec![]));
    }

    #[tokio::test]
    async fn since_when_it_does_not_answer_is_told_and_what_was_last_read_grows_old() {
        let demo = Demo::new().await;
        demo.delivery.tick().await;
        let (began, viewer) = (demo.app.clock.now(), demo.cookie_of("viewer").await);
        status(&demo.post("/api/demo/clock", &viewer, json!({"ahead_hours": 1})).await, 200);
        demo.backend.is(Fault::Down);
        demo.pass(20_000);
        demo.delivery.tick().await;
        demo.pass(20_000);
        demo.delivery.tick().await;
        let view = told(&demo).await;
        let silent = &view.backends[0];
        let since = view.now.plus(-20_000);
        assert_eq!(
            silent.standing,
            Standing::Silent(since),
            "as long ago as it is, whatever the demo's clock was moved"
        );
        assert_eq!(silent.synced, Some(began.plus(3_600_000)), "nothing was read since");
        assert!(silent.told.is_none() && silent.problem.as_ref().is_some_and(|why| why.contains("line is cut")));
        assert!(silent.latency.is_some_and(|latency| latency.unanswered >= 1), "{silent:?}");
        demo.backend.is(Fault::None);
        demo.pass(20_000);
        demo.delivery.tick().await;
        let view = told(&demo).await;
        assert_eq!((view.backends[0].standing, view.backends[0].synced), (Standing::Answers(view.now), Some(view.now)));
    }

    #[tokio::test]
    async fn however_many_look_it_is_asked_about_itself_once_in_a_while() {
        let demo = Demo::new().await;
        demo.backend.asked();
        futures::future::join_all((0..5).map(|_| told(&demo))).await;
        demo.pass(9_999);
        told(&demo).await;
        assert_eq!(demo.backend.asked(), 1);
        demo.backend.is(Fault::Refuses);
        demo.pass(1);
        let refused = told(&demo).await;
        assert_eq!(demo.backend.asked(), 1);
        let refused = &refused.backends[0];
        assert!(matches!(refused.standing, Standing::Answers(_)), "it answers, and says no");
        assert!(refused.problem.as_ref().is_some_and(|why| why.contains("not accepted")), "{refused:?}");
    }

    #[tokio::test]
    async fn each_attempt_stands_with_its_delivery_and_says_what_came_of_it() {
        let demo = Demo::new().await;
        demo.open_first_gate().await;
        let engineer = demo.sign_in("engineer").await;
        status(&demo.ask(&engineer, parse(RAISE)).await, 200);
        demo.delivery.tick().await;
        demo.backend.is(Fault::Down);
        status(&demo.ask(&engineer, parse(LOWER)).await, 200);
        let want = demo.version().await;
        for _ in 0..12 {
            demo.delivery.tick().await;
            demo.pass(6_000);
        }
        demo.backend.is(Fault::None);
        demo.delivery.tick().await;
        let view = told(&demo).await;
        let [lowered, raised] = view.deliveries.as_slice() else { panic!("{view:?}") };
        assert_eq!((raised.attempts.len(), raised.attempts[0].outcome), (1, Outcome::Applied));
        assert!(lowered.to.is_off() && raised.to.is_on());
        assert_eq!((lowered.want, lowered.attempts.len(), lowered.earlier), (want, 10, 3));
        let (last, before) = lowered.attempts.split_first().expect("attempts");
        assert_eq!(last.outcome, Outcome::Applied);
        assert!(before.iter().all(|one| one.outcome == Outcome::Failed(FailureCause::Unreachable)));
        assert!(lowered.attempts.is_sorted_by(|later, earlier| later.at > earlier.at));
        let place = (raised.name.as_str(), raised.environment.as_str(), raised.flag.as_str(), raised.backend.as_str());
        assert_eq!(place, ("S4 in production", "production", "csf-grid", "built-in"));
    }
}
