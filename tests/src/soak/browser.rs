//! The same with a page in Chromium on one side: reloads, killed tabs and killed browsers among the faults.

use super::side::{PASSWORD, Side};
use super::{DELIVERED, Kept, Plan, READ, RECEIPTS, Report, SENT, befriend_page, patience, patiently};
use crate::archive::Witness;
use crate::dice::Dice;
use crate::page::{App, Options};
use crate::proxy::Proxy;
use crate::wait::within;
use crate::webdriver::Engine;
use crate::world::{Site, artifacts_dir, config, fresh_name, start_prosody};
use model::BareJid;
use std::path::PathBuf;

/// Messages the page writes between two faults: each is typed, so this is what takes the time.
const TYPED: u32 = 2;
/// A cut comes at a random byte of the next this many.
const CUT_WITHIN: u64 = 3_000;

#[derive(Clone, Copy, Debug)]
enum Fault {
    Cut,
    Truncate,
    Swallow,
    Reload,
    /// The page's process is gone; another tab opens the app.
    KillTab,
    /// `kill -9` of the whole browser; it is started again with its profile.
    KillBrowser,
}

const ANY: &[Fault] = &[
    Fault::Cut,
    Fault::Cut,
    Fault::Truncate,
    Fault::Swallow,
    Fault::Reload,
    Fault::Reload,
    Fault::KillTab,
    Fault::KillBrowser,
];

/// Those that break a connection between two frames ([`super::BETWEEN_FRAMES`]).
const BETWEEN_FRAMES: &[Fault] =
    &[Fault::Swallow, Fault::Swallow, Fault::Reload, Fault::KillTab, Fault::KillBrowser];

/// A page whose browser may die.
struct Page {
    app: Option<App>,
    options: Options,
    /// Outlives the browser.
    _site: Site,
    profile: PathBuf,
    proxy: Proxy,
    jid: BareJid,
    other: BareJid,
    written: u32,
    waits_for_disk: bool,
}

impl Page {
    fn app(&self) -> &App {
        self.app.as_ref().expect("a browser")
    }

    async fn open(&mut self) {
        let app = App::open(Engine::Chromium, self.options.clone()).await;
        app.visit(&format!("/chat/{}", self.other)).await;
        self.app = Some(app);
    }

    async fn write(&mut self) {
        self.app().open_chat(self.other.as_str()).await;
        for _ in 0..TYPED {
            // When this returns a person has seen it in its place: from here on it must arrive, whatever happens.
            self.app().send(&self.written.to_string()).await;
            self.written += 1;
        }
        if self.waits_for_disk {
            patiently("what the page shows to be on disk", async || {
                let own = self.kept().await.iter().filter(|row| row.own).count();
                if own == self.written as usize { Ok(()) } else { Err(format!("{own} of {}", self.written)) }
            })
            .await;
        }
    }

    async fn suffer(&mut self, fault: Fault, dice: &mut Dice) {
        match fault {
            Fault::Cut => self.proxy.cut_after(dice.roll(CUT_WITHIN)),
            Fault::Truncate => self.proxy.truncate(),
            Fault::Swallow => {
                self.proxy.swallow();
                self.write().await;
                self.proxy.cut();
                self.proxy.thaw();
            }
            Fault::Reload => self.app().reload().await,
            Fault::KillTab => {
                let app = self.app.as_mut().expect("a browser");
                app.kill_tab().await;
            }
            Fault::KillBrowser => {
                if let Some(app) = self.app.take() {
                    app.kill_browser(&self.profile).await;
                }
                self.open().await;
            }
        }
    }

    async fn until_online(&self, what: &str) {
        patiently(what, async || {
            // Somebody looks at it: no waiting for the next try.
            let wake = "window.dispatchEvent(new Event('online'))";
            let _: Option<bool> = self.app().eval(wake, vec![]).await;
            match self.app().connection().await {
                state if state == "online" => Ok(()),
                state => Err(state),
            }
        })
        .await;
    }

    async fn kept(&self) -> Vec<Kept> {
        self.app().stored_messages(self.jid.as_str(), self.other.as_str()).await
    }

    async fn all_are(&self, states: &[&str]) -> Result<(), String> {
        let kept = self.kept().await;
        let own: Vec<_> = kept.iter().filter(|row| row.own).collect();
        match own.iter().find(|row| !states.contains(&row.state.as_str())) {
            Some(row) => Err(format!("{} is {}", row.body, row.state)),
            None if own.len() == self.written as usize => Ok(()),
            None => Err(format!("{} of {} are stored", own.len(), self.written)),
        }
    }
}

/// Lets a page and a native client talk through these faults on a server of their own; of `plan.faults` it matters whether
/// they are at any byte.
pub async fn run(plan: &Plan) -> Report {
    let mut dice = Dice::new(plan.seed);
    let options = xtask::prosody::Options { extra_config: plan.server.clone(), ..Default::default() };
    let server = start_prosody(options);
    let mut bob = Side::new("bob", &server, &mut dice).await;
    let proxy = Proxy::seeded(server.http_port(), dice.roll(u64::MAX)).await;
    let name = fresh_name("alice");
    let jid = BareJid::new(Some(&name), server.domain()).expect("a plain name");
    let profile = artifacts_dir().join(format!("profile-{name}"));
    let site = Site::start(&config(server.domain(), &proxy.ws_url()));
    let options = Options { url: Some(site.url()), profile_dir: Some(profile.clone()), ..Options::default() };
    let app = App::open(Engine::Chromium, options.clone()).await;
    app.register(jid.as_str(), PASSWORD).await;
    befriend_page(&app, &jid, &mut bob).await;
    let other = bob.jid.clone();
    let waits_for_disk = plan.waits_for_disk;
    let mut page =
        Page { app: Some(app), options, _site: site, profile, proxy, jid, other, written: 0, waits_for_disk };
    if waits_for_disk && let Some(app) = page.app.take() {
        // Chromium takes seconds to write localStorage down, where the account's name is; a good end does it at once.
        app.close().await;
        page.open().await;
    }
    let faults = if plan.faults == super::BETWEEN_FRAMES { BETWEEN_FRAMES } else { ANY };
    for cut in 0..plan.cuts {
        let fault = faults[usize::try_from(dice.roll(faults.len() as u64)).expect("a small number")];
        let what = format!("seed {}, fault {cut}: {fault:?}", plan.seed);
        println!("{what} at {} and {}", page.written, bob.written);
        // Some of what bob says is under way whatever happens.
        bob.write(plan.burst);
        if dice.roll(2) == 0 {
            page.write().await;
            page.suffer(fault, &mut dice).await;
        } else {
            page.suffer(fault, &mut dice).await;
            bob.write(1);
            page.write().await;
        }
        bob.wake();
        page.until_online(&format!("{what}: the page to be back")).await;
        patiently(&format!("{what}: the cut"), async || {
            // Something has to be on the wire for it.
            bob.wake();
            if page.proxy.is_cut_near() {
                bob.write(1);
                return Err("nothing to cut".to_owned());
            }
            Ok(())
        })
        .await;
        page.until_online(&format!("{what}: the page to be back after the cut")).await;
    }
    let report = judge(plan, &page, &bob, &server.ws_url()).await;
    let Page { app, profile, .. } = page;
    if let Some(app) = app {
        app.close().await;
    }
    std::fs::remove_dir_all(profile).ok();
    report
}

async fn judge(plan: &Plan, page: &Page, bob: &Side, url: &str) -> Report {
    let mut report = Report { cuts: plan.cuts, ..Report::default() };
    let seed = plan.seed;
    let arrived = patience(async || {
        bob.wake();
        page.all_are(&SENT).await?;
        bob.all_are(&SENT).await?;
        let (here, there) = (page.kept().await, bob.kept().await);
        let (from_bob, from_page) =
            (here.iter().filter(|row| !row.own).count(), there.iter().filter(|row| !row.own).count());
        if from_bob >= bob.written as usize && from_page >= page.written as usize {
            return Ok(());
        }
        Err(format!("{from_bob} of {} and {from_page} of {}", bob.written, page.written))
    });
    arrived.await.unwrap_or_else(|seen| println!("seed {seed}: not everything arrived: {seen}"));
    report.add_received(bob.written, &page.kept().await);
    report.add_received(page.written, &bob.kept().await);
    let _ = within(RECEIPTS, async || {
        page.all_are(&DELIVERED).await?;
        bob.all_are(&DELIVERED).await
    })
    .await;
    report.undelivered =
        Report::not_in(&page.kept().await, &DELIVERED) + Report::not_in(&bob.kept().await, &DELIVERED);
    // From now on everything is looked at.
    bob.client.command(model::Command::ViewChat(bob.other.clone()));
    page.app().open_chat(bob.jid.as_str()).await;
    let _ = within(RECEIPTS, async || {
        page.all_are(&READ).await?;
        bob.all_are(&READ).await
    })
    .await;
    report.misjudged = Report::not_in(&page.kept().await, &READ) + Report::not_in(&bob.kept().await, &READ);
    if plan.has_archive {
        for (jid, other, kept) in
            [(&page.jid, &bob.jid, page.kept().await), (&bob.jid, &page.jid, bob.kept().await)]
        {
            let mut witness = Witness::log_in(url, jid, PASSWORD).await;
            report.add_archive(&kept, &witness.texts(other).await);
        }
    }
    report
}
