//! How long it takes to be online again after the network changed: `cargo run -p acceptance --release --bin reconnect`. Natively, so that it
//! measures protocol and server. One line per server and network: median and 95th percentile of 40 changes, milliseconds, from the
//! moment the old connection is gone and the device says that there is a network.

use acceptance::native::{Client, Device};
use acceptance::{Proxy, Weather, fresh_name, scenario};
use driver::Input;
use model::{BareJid, Connection};
use std::time::{Duration, Instant};
use xtask::prosody::{Options, Prosody};

const CHANGES: usize = 40;

fn main() {
    let servers = [
        ("resumption and token", ""),
        (
            "resumption, no token",
            "modules_disabled = { 'sasl2', 'sasl2_bind2', 'sasl2_fast', 'sasl2_fast_compat' }\n",
        ),
        ("token, no resumption", "modules_disabled = { 'smacks' }\n"),
        (
            "neither",
            "modules_disabled = { 'smacks', 'sasl2', 'sasl2_bind2', 'sasl2_fast', 'sasl2_fast_compat' }\n",
        ),
        (
            "both, and resumption along with the log-in",
            "modules_enabled = { 'sasl2_sm', 'sasl2_sm_compat' }\n",
        ),
    ];
    for (name, lua) in servers {
        let options = Options { extra_config: lua.to_owned(), ..Options::default() };
        let prosody = Prosody::start(options).expect("a server");
        for one_way_ms in [0, 50] {
            scenario(async {
                let mut times = changes(&prosody, one_way_ms).await;
                times.sort();
                let at = |part: usize| times.get(times.len() * part / 100).map_or(0, Duration::as_millis);
                println!("{name}, {} ms round trip: median {} ms, p95 {} ms", 2 * one_way_ms, at(50), at(95));
            });
        }
    }
}

async fn changes(prosody: &Prosody, one_way_ms: u64) -> Vec<Duration> {
    let proxy = Proxy::start(prosody.http_port()).await;
    let jid = BareJid::new(Some(&fresh_name("walker")), "localhost").expect("a plain name");
    let client = Client::register(&Device::default(), &jid, "pass word", &proxy.ws_url()).await;
    proxy.set_weather(Weather { latency_ms: (one_way_ms, one_way_ms), ..Weather::default() });
    let mut times = Vec::new();
    for _ in 0..CHANGES {
        client.platform(Input::NetworkOnline(false));
        proxy.cut();
        until(&client, false).await;
        let started = Instant::now();
        client.platform(Input::NetworkOnline(true));
        until(&client, true).await;
        times.push(started.elapsed());
        // What follows a log-in is done before the next change: nobody walks that fast.
        tokio::time::sleep(Duration::from_millis(10 * one_way_ms + 100)).await;
    }
    times
}

async fn until(client: &Client, online: bool) {
    while (client.seen().connection == Connection::Online) != online {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}
