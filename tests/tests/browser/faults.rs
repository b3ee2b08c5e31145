//! A page that loses its network, its tab or its browser at any moment.

use crate::support::PASSWORD;
use acceptance::soak::{self, Plan, Report};
use acceptance::{App, Engine, Options, scenario};

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

/// The account's name is in localStorage, which Chromium writes down seconds later; the session is on disk at once.
#[test]
fn a_browser_killed_just_after_the_log_in_is_still_logged_in() {
    scenario(async {
        let profile = acceptance::artifacts_dir().join("profile-killed");
        std::fs::remove_dir_all(&profile).ok();
        let options = Options { profile_dir: Some(profile.clone()), ..Options::default() };
        let mut app = App::open(Engine::Chromium, options.clone()).await;
        let jid = acceptance::World::shared().fresh_jid("alice");
        app.register(&jid, PASSWORD).await;
        let (url, _site) = (app.url().to_owned(), app.take_site());
        app.kill_browser(&profile).await;
        let app = App::open(Engine::Chromium, Options { url: Some(url), ..options }).await;
        app.until_connection("online").await;
    });
}
