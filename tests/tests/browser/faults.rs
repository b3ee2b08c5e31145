//! A page that loses its network, its tab or its browser at any moment.

use acceptance::scenario;
use acceptance::soak::{self, Plan, Report};

#[test]
fn a_page_and_a_friend_talk_through_cuts_reloads_and_kills() {
    scenario(async {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a clock");
        let seed = now.as_secs() % 100_000;
        let plan = Plan { faults: soak::BETWEEN_FRAMES, waits_for_disk: true, ..Plan::new(seed, 10) };
        let report = soak::run_in_browser(&plan).await;
        let Report { sent, received, lost, doubled, reordered, misjudged, disagreed, .. } = report;
        let wrong = lost + doubled + reordered + misjudged + disagreed;
        assert!(sent == received && wrong == 0, "seed {}: {report}", plan.seed);
    });
}
