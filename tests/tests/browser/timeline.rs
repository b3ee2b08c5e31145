//! A chat of any length: a bounded page, and nothing that jumps.

use crate::support::registered;
use acceptance::{App, Engine, Options, Ride, Seed, Size, eventually, scenario};

const BOB: &str = "bob@localhost";
/// Never more messages on the page: those in view, twice as many beyond on either side, and some.
const MOST: u32 = 220;

/// A page in a chat of so many messages.
async fn in_a_long_chat(engine: Engine, size: Size, seed: Seed) -> App {
    let (app, jid) = registered(engine, "alice", Options { size, ..Options::default() }).await;
    app.seed(&jid, std::slice::from_ref(&seed)).await;
    app.open_chat(BOB).await;
    app.until_in_view(seed.count - 1).await;
    app
}

/// No message is left out between the first and the last one on the page.
async fn assert_whole(app: &App) -> (u32, u32) {
    let numbers = app.numbers().await;
    let (first, last) = (numbers[0], numbers[numbers.len() - 1]);
    assert_eq!(numbers, (first..=last).collect::<Vec<_>>());
    (first, last)
}

fn assert_smooth(engine: Engine, ride: &Ride) {
    assert!(ride.drift < 0.1 && ride.lost == 0, "in {engine}: {ride:?}");
    assert!(ride.rows <= MOST, "in {engine}: {ride:?}");
}

#[test]
fn twenty_thousand_messages_are_scrolled_through_and_nothing_jumps() {
    for engine in Engine::ALL {
        scenario(async move {
            let seed = Seed { unread: 15_000, ..Seed::new(BOB, 20_000) };
            let app = in_a_long_chat(engine, Size::Phone, seed).await;
            let up = app.ride(-300, 150).await;
            assert_smooth(engine, &up);
            assert!(up.moved < -20_000.0, "in {engine}: {up:?}");
            let (first, last) = assert_whole(&app).await;
            assert!(last < 19_950 && first > 5_000, "{first} to {last}");

            // Far away without what is in between, and from there in both directions.
            app.jump_to_unread(15_000).await;
            app.until_in_view(5_001).await;
            for (pixels, steps) in [(-250, 60), (330, 120)] {
                let ride = app.ride(pixels, steps).await;
                assert_smooth(engine, &ride);
                assert_whole(&app).await;
            }

            app.jump_to_end().await;
            app.until_in_view(19_999).await;
            // Down to the very end, and not an inch further.
            assert_smooth(engine, &app.ride(-300, 40).await);
            let down = app.ride(300, 60).await;
            assert_smooth(engine, &down);
            app.until_in_view(19_999).await;
            let rest: f64 = app.eval("return one('log', 'Messages').scrollTop", vec![]).await;
            // Chromium rounds a height with a fraction up, and can be scrolled by what it added.
            assert!(rest.abs() < 1.1, "in {engine} {rest} below the newest message");
        });
    }
}

#[test]
fn what_grows_or_shrinks_around_the_view_moves_nothing_in_it() {
    for engine in Engine::ALL {
        scenario(async move {
            let app = in_a_long_chat(engine, Size::Desktop, Seed::new(BOB, 300)).await;
            app.ride(-300, 15).await;
            for (away, pixels) in [(-15, 400), (15, 400), (-3, 90), (12, 50), (15, 0), (-15, 0)] {
                let moved = app.grow_near(away, pixels).await;
                assert!(moved.abs() < 0.1, "in {engine} {pixels} px, {away} messages away: {moved}");
            }
            // A keyboard comes and goes; the window becomes narrower, so that every text has other lines.
            for (lower, narrower) in [(250, 0), (0, 0), (0, 500), (0, 0)] {
                let (before, after) = app.squeeze_list(lower, narrower).await;
                assert!(
                    (before - after).abs() < 1.1,
                    "in {engine} {lower} lower, {narrower} narrower: {before}, {after}"
                );
            }
            assert_smooth(engine, &app.ride(300, 20).await);
        });
    }
}

#[test]
fn what_comes_while_one_reads_further_up_moves_nothing_and_is_one_press_away() {
    use crate::support::{befriend, somebody};
    scenario(async {
        let (app, jid) = registered(Engine::Chromium, "alice", Options::default()).await;
        let (bob, bob_jid) = somebody("bob").await;
        befriend(&app, &jid, &bob, &bob_jid).await;
        app.seed(&jid, &[Seed::new(bob_jid.as_str(), 500)]).await;
        app.until_connection("online").await;
        app.open_chat(bob_jid.as_str()).await;
        app.until_in_view(499).await;
        app.ride(-300, 6).await;
        let id = app.messages().await[20].id.clone();
        let before = app.height_of(&id).await;
        for n in 500..600 {
            bob.send(&jid.parse().expect("a plain address"), &n.to_string()).await;
        }
        eventually("the button to say so", async || {
            if app.shows("button", "100 new messages").await { Ok(()) } else { Err(app.outline().await) }
        })
        .await;
        let moved = app.height_of(&id).await - before;
        assert!(moved.abs() < 0.1, "what was in view moved by {moved}");
        app.click("button", "100 new messages").await;
        app.until_in_view(599).await;
        assert_whole(&app).await;
    });
}
