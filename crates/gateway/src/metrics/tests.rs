use crate::testing::{CSF, Demo, Fault, LOWER, RAISE, parse, status};
use serde_json::json;

async fn text(demo: &Demo) -> String {
    demo.app.metrics.text(&demo.app).await.expect("has a text form")
}

/// The value of a metric with these labels.
fn value(text: &str, series: &str) -> f64 {
    let line = text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("no {series} in\n{text}")).parse().expect("a number")
}

#[tokio::test]
async fn what_is_asked_stored_and_delivered_is_counted() {
    let demo = Demo::new().await;
    demo.open_first_gate().await;
    let engineer = demo.sign_in("engineer").await;
    status(&demo.ask(&engineer, parse(RAISE)).await, 200);
    status(&demo.ask(&engineer, parse(RAISE)).await, 422);
    let stale = demo.command(&engineer, "k", Some("\"1\""), &json!({"type": "note", "text": "x"})).await;
    status(&stale, 412);
    demo.delivery.tick().await;
    demo.get("/api/nothing/here", None).await;

    let text = text(&demo).await;
    let commands =
        |kind, outcome| value(&text, &format!("signalbox_commands_total{{kind=\"{kind}\",outcome=\"{outcome}\"}}"));
    assert_eq!((commands("tick", "done"), commands("raise", "done"), commands("raise", "refused")), (3.0, 1.0, 1.0));
    assert_eq!(commands("note", "stale"), 1.0);
    assert_eq!(value(&text, "signalbox_deliveries_total{outcome=\"applied\"}"), 1.0);
    assert_eq!(value(&text, "signalbox_records_total") as u64, demo.version().await, "since this gateway began");
    let route = "route=\"/api/rollouts/{id}/commands\"";
    let requests =
        |status| value(&text, &format!("signalbox_requests_total{{method=\"POST\",{route},status=\"{status}\"}}"));
    assert_eq!((requests(200), requests(422), requests(412)), (6.0, 1.0, 1.0));
    assert_eq!(value(&text, &format!("signalbox_request_seconds_count{{{route}}}")), 8.0);
    assert_eq!(value(&text, "signalbox_requests_total{method=\"GET\",route=\"other\",status=\"404\"}"), 1.0);
    assert!(value(&text, "signalbox_append_seconds_count") >= 7.0);
    assert_eq!(value(&text, "signalbox_rollouts_open"), 1.0);
    for private in ["Sample", CSF, "csf", "production", &demo.ledger().id.to_string()] {
        assert!(!text.contains(private), "{private} in\n{text}");
    }
}

#[tokio::test]
async fn what_needs_somebody_stands_out() {
    let demo = Demo::new().await;
    let operations = demo.sign_in("operations").await;
    let gauges = async || {
        let text = text(&demo).await;
        let names = ["deliveries_pending", "lowerings_unconfirmed", "lowerings_unrecorded", "backend_unreachable"];
        names.map(|name| value(&text, &format!("signalbox_{name}")))
    };
    assert_eq!(gauges().await, [0.0; 4]);
    demo.backend.is(Fault::Down);
    status(&demo.ask(&operations, parse(LOWER)).await, 200);
    demo.delivery.tick().await;
    assert_eq!(gauges().await, [1.0, 0.0, 0.0, 1.0]);
    demo.pass(30_001);
    assert_eq!(gauges().await, [1.0, 1.0, 0.0, 1.0]);
    demo.backend.is(Fault::None);
    demo.delivery.tick().await;
    assert_eq!(gauges().await, [0.0; 4]);
    let locked = demo.lock_store().await;
    status(&demo.ask(&operations, parse(LOWER)).await, 202);
    assert_eq!(gauges().await, [0.0, 0.0, 1.0, 0.0]);
    assert!(value(&text(&demo).await, "signalbox_append_failures_total") >= 1.0);
    drop(locked);
    demo.delivery.tick().await;
    assert_eq!(gauges().await[2], 0.0);
}

#[tokio::test]
async fn streams_are_counted_while_they_are_open() {
    let demo = Demo::new().await;
    let open = [demo.app.metrics.stream(), demo.app.metrics.stream()];
    assert_eq!(value(&text(&demo).await, "signalbox_live_streams"), 2.0);
    drop(open);
    assert_eq!(value(&text(&demo).await, "signalbox_live_streams"), 0.0);
}

#[tokio::test]
async fn every_metric_is_in_the_operators_page() {
    let page = include_str!("../../../../docs/operations.md");
    let demo = Demo::new().await;
    demo.open_first_gate().await;
    status(&demo.ask(&demo.sign_in("engineer").await, parse(RAISE)).await, 200);
    demo.delivery.tick().await;
    let text = text(&demo).await;
    let names: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next()).collect();
    assert!(names.len() >= 15, "{names:?}");
    for name in names {
        assert!(page.contains(&format!("| `{name}` |")), "docs/operations.md does not tell what {name} is");
    }
}
