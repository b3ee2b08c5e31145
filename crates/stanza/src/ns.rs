//! Namespace names.

/// Stanzas between client and server (RFC 6120 §4.8.2).
pub const CLIENT: &str = "jabber:client";
/// Stream features, stream errors (RFC 6120 §4.8.1).
pub const STREAM: &str = "http://etherx.jabber.org/streams";
/// Stream framing over WebSocket (RFC 7395 §3.3).
pub const FRAMING: &str = "urn:ietf:params:xml:ns:xmpp-framing";
/// Conditions of stream errors (RFC 6120 §4.9.2).
pub const STREAM_ERRORS: &str = "urn:ietf:params:xml:ns:xmpp-streams";
/// Conditions of stanza errors (RFC 6120 §8.3.2).
pub const STANZA_ERRORS: &str = "urn:ietf:params:xml:ns:xmpp-stanzas";
/// SASL (RFC 6120 §6).
pub const SASL: &str = "urn:ietf:params:xml:ns:xmpp-sasl";
/// Extensible SASL profile (XEP-0388).
pub const SASL2: &str = "urn:xmpp:sasl:2";
/// Bind 2 (XEP-0386).
pub const BIND2: &str = "urn:xmpp:bind:0";
/// Fast authentication streamlining tokens (XEP-0484).
pub const FAST: &str = "urn:xmpp:fast:0";
/// Channel-binding types (XEP-0440).
pub const CHANNEL_BINDING: &str = "urn:xmpp:sasl-cb:0";
/// Resource binding (RFC 6120 §7).
pub const BIND: &str = "urn:ietf:params:xml:ns:xmpp-bind";
/// Session establishment (RFC 3921 §3), needed by old servers.
pub const SESSION: &str = "urn:ietf:params:xml:ns:xmpp-session";
/// Contacts (RFC 6121 §2).
pub const ROSTER: &str = "jabber:iq:roster";
/// Stream feature: roster versions (RFC 6121 §2.6.1).
pub const ROSTER_VERSIONING: &str = "urn:xmpp:features:rosterver";
/// Stream feature: subscription pre-approval (RFC 6121 §3.4).
pub const PRE_APPROVAL: &str = "urn:xmpp:features:pre-approval";
/// In-band registration (XEP-0077).
pub const REGISTER: &str = "jabber:iq:register";
/// Stream feature: in-band registration (XEP-0077).
pub const REGISTER_FEATURE: &str = "http://jabber.org/features/iq-register";
/// Data forms (XEP-0004).
pub const DATA_FORMS: &str = "jabber:x:data";
/// Out-of-band data (XEP-0066): `jabber:x:oob`.
pub const OOB: &str = "jabber:x:oob";
/// CAPTCHA forms (XEP-0158).
pub const CAPTCHA: &str = "urn:xmpp:captcha";
/// Data forms media element (XEP-0221).
pub const MEDIA: &str = "urn:xmpp:media-element";
/// Bits of binary (XEP-0231).
pub const BOB: &str = "urn:xmpp:bob";
/// Service discovery, information (XEP-0030).
pub const DISCO_INFO: &str = "http://jabber.org/protocol/disco#info";
/// Service discovery, items (XEP-0030).
pub const DISCO_ITEMS: &str = "http://jabber.org/protocol/disco#items";
/// Publish and subscribe (XEP-0060).
pub const PUBSUB: &str = "http://jabber.org/protocol/pubsub";
/// The same, what is told to those who are interested.
pub const PUBSUB_EVENT: &str = "http://jabber.org/protocol/pubsub#event";
/// The same, the wish that a node be of a kind.
pub const PUBLISH_OPTIONS: &str = "http://jabber.org/protocol/pubsub#publish-options";
/// Message displayed synchronization (XEP-0490).
pub const MDS: &str = "urn:xmpp:mds:displayed:0";
/// The same, the wish to hear of it (XEP-0163).
pub const MDS_NOTIFY: &str = "urn:xmpp:mds:displayed:0+notify";
/// Entity capabilities (XEP-0115).
pub const CAPS: &str = "http://jabber.org/protocol/caps";
/// Delayed delivery (XEP-0203).
pub const DELAY: &str = "urn:xmpp:delay";
/// Delayed delivery, the old form (XEP-0091).
pub const LEGACY_DELAY: &str = "jabber:x:delay";
/// Unique and stable stanza ids (XEP-0359).
pub const SID: &str = "urn:xmpp:sid:0";
/// Message delivery receipts (XEP-0184).
pub const RECEIPTS: &str = "urn:xmpp:receipts";
/// Displayed markers (XEP-0333).
pub const MARKERS: &str = "urn:xmpp:chat-markers:0";
/// Message processing hints (XEP-0334).
pub const HINTS: &str = "urn:xmpp:hints";
/// Last message correction (XEP-0308).
pub const CORRECTION: &str = "urn:xmpp:message-correct:0";
/// Message retraction (XEP-0424).
pub const RETRACTION: &str = "urn:xmpp:message-retract:1";
/// Fallback indication (XEP-0428).
pub const FALLBACK: &str = "urn:xmpp:fallback:0";
/// Message reactions (XEP-0444).
pub const REACTIONS: &str = "urn:xmpp:reactions:0";
/// Message replies (XEP-0461).
pub const REPLY: &str = "urn:xmpp:reply:0";
/// Message carbons (XEP-0280).
pub const CARBONS: &str = "urn:xmpp:carbons:2";
/// Stanza forwarding (XEP-0297).
pub const FORWARD: &str = "urn:xmpp:forward:0";
/// Message archive management (XEP-0313).
pub const MAM: &str = "urn:xmpp:mam:2";
/// The same with ids as bounds.
pub const MAM_EXTENDED: &str = "urn:xmpp:mam:2#extended";
/// Result set management (XEP-0059).
pub const RSM: &str = "http://jabber.org/protocol/rsm";
/// Client state indication (XEP-0352).
pub const CSI: &str = "urn:xmpp:csi:0";
/// Chat states (XEP-0085).
pub const CHAT_STATES: &str = "http://jabber.org/protocol/chatstates";
/// Idle time in presence (XEP-0319).
pub const IDLE: &str = "urn:xmpp:idle:1";
/// References (XEP-0372).
pub const REFERENCE: &str = "urn:xmpp:reference:0";
/// Spoilers (XEP-0382).
pub const SPOILER: &str = "urn:xmpp:spoiler:0";
/// Message styling (XEP-0393).
pub const STYLING: &str = "urn:xmpp:styling:0";
/// Entity time (XEP-0202).
pub const TIME: &str = "urn:xmpp:time";
/// Software version (XEP-0092).
pub const VERSION: &str = "jabber:iq:version";
/// Ping (XEP-0199).
pub const PING: &str = "urn:xmpp:ping";
/// Stream management (XEP-0198).
pub const SM: &str = "urn:xmpp:sm:3";
/// Links of host-meta documents (RFC 6415).
pub const XRD: &str = "http://docs.oasis-open.org/ns/xri/xrd-1.0";
/// Bound to `xml` always (Namespaces in XML 1.0 §3).
pub const XML: &str = "http://www.w3.org/XML/1998/namespace";
/// Bound to `xmlns` always (Namespaces in XML 1.0 §3).
pub const XMLNS: &str = "http://www.w3.org/2000/xmlns/";
