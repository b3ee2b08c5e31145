//! Frames that a good server never sends.

/// Frames a client must refuse (RFC 6120 §11.1 and our limits): what they are, the word the engine has for it, and
/// the frame.
pub fn refused() -> Vec<(&'static str, &'static str, String)> {
    let message = |inside: &str| {
        format!(
            "<message xmlns='jabber:client' from='m@localhost' type='chat'><body>{inside}</body></message>"
        )
    };
    vec![
        ("a frame that breaks off", "unexpected-end", "<message xmlns='jabber:client'><body>x".into()),
        ("crossed tags", "malformed", "<message xmlns='jabber:client'><a></message></a>".into()),
        ("no XML at all", "no-element", "hello".into()),
        ("a DTD", "doctype", format!("<!DOCTYPE m [<!ENTITY e 'x'>]>{}", message("&e;"))),
        ("an entity of its own", "entity", message("&e;")),
        ("a comment", "comment", message("<!-- x -->")),
        ("a processing instruction", "processing-instruction", message("<?php x ?>")),
        ("2 MiB", "too-long", message(&"x".repeat(2 * 1024 * 1024))),
        ("deep nesting", "too-deep", message(&format!("{}{}", "<a>".repeat(10_000), "</a>".repeat(10_000)))),
        ("two elements", "trailing-data", format!("{}{}", message("a"), message("b"))),
        ("an unbound prefix", "unbound-prefix", message("<evil:x/>")),
    ]
}

/// A stream error (RFC 6120 §4.9.3) with a text.
pub fn stream_error(condition: &str) -> String {
    format!(
        "<stream:error xmlns:stream='http://etherx.jabber.org/streams'>\
         <{condition} xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>\
         <text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>as scripted</text></stream:error>"
    )
}

/// A chat message.
pub fn message(from: &str, id: &str, body: &str) -> String {
    let body = body.replace('&', "&amp;").replace('<', "&lt;");
    format!(
        "<message xmlns='jabber:client' from='{from}' type='chat' id='{id}'><body>{body}</body></message>"
    )
}

/// A roster push that adds a friend, from this address (or from nobody, as the own server does).
pub fn roster_push(from: Option<&str>, friend: &str) -> String {
    let from = from.map(|from| format!(" from='{from}'")).unwrap_or_default();
    format!(
        "<iq xmlns='jabber:client' type='set' id='push-{}'{from}><query xmlns='jabber:iq:roster'>\
         <item jid='{friend}' subscription='both'/></query></iq>",
        friend.replace('@', "-")
    )
}

/// One pixel, red: a PNG in base64, for CAPTCHAs.
pub const PIXEL: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";

/// The payload of a sign-up form as a data form with a CAPTCHA: a picture in band (XEP-0158, XEP-0221, XEP-0231).
pub fn captcha_form() -> String {
    format!(
        "<query xmlns='jabber:iq:register'><instructions>Use a newer client</instructions>\
         <x xmlns='jabber:x:data' type='form'><instructions>Look at the picture</instructions>\
         <field type='hidden' var='FORM_TYPE'><value>urn:xmpp:captcha</value></field>\
         <field type='hidden' var='challenge'><value>c-17</value></field>\
         <field type='text-single' var='username' label='Name'><required/></field>\
         <field type='text-private' var='password' label='Password'><required/></field>\
         <field type='text-single' var='ocr' label='Letters in the picture'><required/>\
         <media xmlns='urn:xmpp:media-element' width='60' height='20'>\
         <uri type='image/png'>cid:sha1+0123@bob.xmpp.org</uri></media></field>\
         </x><data xmlns='urn:xmpp:bob' cid='sha1+0123@bob.xmpp.org' type='image/png' max-age='0'>{PIXEL}</data></query>"
    )
}

/// The payload of a sign-up form that sends people to a web page (XEP-0077 §5).
pub fn redirect_form(url: &str) -> String {
    format!(
        "<query xmlns='jabber:iq:register'><instructions>Please register on the web</instructions>\
         <x xmlns='jabber:x:oob'><url>{url}</url></x></query>"
    )
}

/// The payload of a sign-up form of the old kind that wants more than name and password.
pub const LEGACY_FORM: &str = "<query xmlns='jabber:iq:register'><instructions>Tell us where you live</instructions>\
     <username/><password/><email/></query>";

/// The stream's opening and an offer of SASL2 (XEP-0388) with this inside `<inline/>`.
pub fn sasl2_offer(inline: &str) -> Vec<String> {
    vec![
        "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' from='localhost' id='s2' version='1.0'/>".into(),
        format!(
            "<stream:features xmlns:stream='http://etherx.jabber.org/streams'><authentication xmlns='urn:xmpp:sasl:2'>\
             <mechanism>SCRAM-SHA-256</mechanism><mechanism>PLAIN</mechanism><inline>{inline}</inline></authentication>\
             </stream:features>"
        ),
    ]
}
