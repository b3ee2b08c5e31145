//! The half of the server in miniature that speaks XEP-0388, 0386 and 0484.

use super::mini_server::{MiniServer, mac};
use model::Hash;
use stanza::{Element, base64, ns};

/// What the server has of SASL2 and what goes with it.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent abilities")]
pub struct Sasl2 {
    /// Bind 2 (XEP-0386), with carbons along with it.
    pub bind: bool,
    /// Stream management along with Bind 2.
    pub enable: bool,
    /// Resumption along with the log-in.
    pub resume: bool,
    /// FAST (XEP-0484).
    pub fast: bool,
    /// Tokens are replaced at every use.
    pub rotate: bool,
    /// The condition that it refuses every token with.
    pub refuse: Option<&'static str>,
}

impl Default for Sasl2 {
    fn default() -> Self {
        Self { bind: true, enable: true, resume: true, fast: true, rotate: false, refuse: None }
    }
}

/// A token and the highest count it was used with.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    pub(super) secret: String,
    count: u32,
}

/// The tokens of the only client (XEP-0484 §Server-side handling of multiple active tokens).
#[derive(Clone, Debug, Default)]
pub(super) struct Tokens {
    pub(super) new: Option<Slot>,
    pub(super) current: Option<Slot>,
    issued: u32,
}

impl MiniServer {
    /// The tokens that would work, the newest first.
    pub fn tokens(&self) -> Vec<String> {
        let Tokens { new, current, .. } = &self.tokens;
        new.iter().chain(current).map(|slot| slot.secret.clone()).collect()
    }

    pub(super) fn sasl2_features(&self) -> String {
        let Some(sasl2) = &self.options.sasl2 else { return String::new() };
        let list = self.options.mechanisms.join("</mechanism><mechanism>");
        let when = |has: bool, xml: &str| if has { xml.to_owned() } else { String::new() };
        let fast =
            when(sasl2.fast, "<fast xmlns='urn:xmpp:fast:0'><mechanism>HT-SHA-256-NONE</mechanism></fast>");
        let enable = when(sasl2.enable, "<feature var='urn:xmpp:sm:3'/>");
        let bind = format!(
            "<bind xmlns='urn:xmpp:bind:0'><inline><feature var='urn:xmpp:carbons:2'/>{enable}</inline></bind>"
        );
        let bind = when(sasl2.bind, &bind);
        let resume = when(sasl2.resume, "<sm xmlns='urn:xmpp:sm:3'/>");
        format!(
            "<authentication xmlns='urn:xmpp:sasl:2'><mechanism>{list}</mechanism><inline>{fast}{bind}{resume}</inline></authentication>"
        )
    }

    pub(super) fn authenticate(&mut self, request: &Element) -> Vec<String> {
        let agent = request.find("user-agent", ns::SASL2).and_then(|agent| agent.get("id"));
        self.agents.extend(agent.map(str::to_owned));
        self.request = Some(request.clone());
        let initial = request.child_text("initial-response", ns::SASL2).unwrap_or_default();
        if request.find("fast", ns::FAST).is_some() {
            return self.token_shown(request, &base64::decode(&initial).unwrap_or_default());
        }
        self.auth(request.get("mechanism").unwrap_or_default(), &initial)
    }

    fn token_shown(&mut self, request: &Element, message: &[u8]) -> Vec<String> {
        let Some(sasl2) = self.options.sasl2.clone().filter(|sasl2| sasl2.fast) else {
            return failure("invalid-mechanism");
        };
        if let Some(condition) = sasl2.refuse {
            return failure(condition);
        }
        let count = request.find("fast", ns::FAST).and_then(|fast| fast.get("count")?.parse::<u32>().ok());
        let fits = |slot: &Slot| {
            let proof = mac(Hash::Sha256, slot.secret.as_bytes(), b"Initiator");
            message == [b"alice\0", &proof[..]].concat() && count.is_none_or(|count| count > slot.count)
        };
        let is_new = self.tokens.new.as_ref().is_some_and(fits);
        if !is_new && !self.tokens.current.as_ref().is_some_and(fits) {
            return failure("not-authorized");
        }
        if is_new {
            self.tokens.current = self.tokens.new.take();
        }
        let Some(slot) = &mut self.tokens.current else { return failure("not-authorized") };
        slot.count = count.unwrap_or(slot.count);
        let key = if self.options.lies { "wrong" } else { slot.secret.as_str() };
        let proof = mac(Hash::Sha256, key.as_bytes(), b"Responder");
        let fast = request.find("fast", ns::FAST);
        if fast.is_some_and(|fast| fast.get("invalidate") == Some("true")) {
            self.tokens.current = None;
        }
        self.welcome(&proof)
    }

    fn issue(&mut self) -> String {
        self.tokens.issued += 1;
        let secret = format!("token-{}", self.tokens.issued);
        self.tokens.new = Some(Slot { secret: secret.clone(), count: 0 });
        secret
    }

    /// Success with everything that was asked for along with it.
    pub(super) fn welcome(&mut self, proof: &[u8]) -> Vec<String> {
        self.authenticated = true;
        let Some(request) = self.request.take() else { return vec![] };
        let sasl2 = self.options.sasl2.clone().unwrap_or_default();
        let (mut inside, mut after, mut jid) = (Vec::new(), Vec::new(), "alice@example.org");
        let fast = request.find("fast", ns::FAST);
        let is_due = sasl2.rotate && fast.is_some_and(|fast| fast.get("invalidate").is_none());
        if sasl2.fast && (is_due || request.find("request-token", ns::FAST).is_some()) {
            let token = self.issue();
            inside.push(format!(
                "<token xmlns='urn:xmpp:fast:0' token='{token}' expiry='2030-01-01T00:00:00Z'/>"
            ));
        }
        let mut is_resumed = false;
        if let Some(resume) = request.find("resume", ns::SM) {
            assert!(sasl2.resume, "not offered");
            let mut answers = self.answers(&resume.to_xml());
            is_resumed = answers[0].contains("<resumed");
            inside.push(answers.remove(0));
            after = answers;
        }
        if let Some(bind) = request.find("bind", ns::BIND2).filter(|_| !is_resumed) {
            assert!(sasl2.bind, "not offered");
            jid = "alice@example.org/Goldcrest~1";
            let enabled = bind.find("enable", ns::SM).map(|enable| {
                assert!(sasl2.enable, "not offered");
                self.answers(&enable.to_xml()).remove(0)
            });
            self.carbons = bind.find("enable", ns::CARBONS).is_some();
            inside.push(format!("<bound xmlns='urn:xmpp:bind:0'>{}</bound>", enabled.unwrap_or_default()));
        }
        let data = base64::encode(proof);
        let data = if data.is_empty() { data } else { format!("<additional-data>{data}</additional-data>") };
        let inside = inside.concat();
        let mut frames = vec![format!(
            "<success xmlns='urn:xmpp:sasl:2'>{data}<authorization-identifier>{jid}</authorization-identifier>{inside}</success>"
        )];
        // As Prosody does: what was not acknowledged comes before the features.
        frames.extend(after);
        frames.push(self.features());
        frames
    }
}

/// A refusal.
pub(super) fn failure(condition: &str) -> Vec<String> {
    vec![format!("<failure xmlns='urn:xmpp:sasl:2'><{condition} xmlns='{}'/></failure>", ns::SASL)]
}
