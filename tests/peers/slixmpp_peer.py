#!/usr/bin/env python3
"""An independent XMPP client (slixmpp) that a test steers.

One JSON object a line each way. In: {"do": "send", "to": …, "body": …, "id": …}, {"do": "subscribe", "to": …},
{"do": "accept", "to": …}, {"do": "unsubscribe", "to": …}, {"do": "received", "to": …, "id": …} and {"do": "displayed", …} (XEP-0184,
XEP-0333). With "asks": true a sent text asks for both; "mentions" are the attributes of references (XEP-0372). Out: {"event": "online"}, {"event": "failed", "why": …},
{"event": "message", "from": …, "body": …, "id": …, "origin_id": …, "request": …, "markable": …}, {"event": "received", "from": …, "id": …},
{"event": "displayed", …}, {"event": "state", "from": …, "state": …, "body": …} (XEP-0085; {"do": "state", "to": …, "state": …} sends one),
{"event": "reactions", "from": …, "to": …, "all": […]} (XEP-0444; {"do": "react", "to": …, "id": …, "all": […]} sends them; "replace" in
what is sent corrects, {"do": "retract", …} retracts; messages tell "reply", "replace" and "retract", the ids they name),
{"event": "presence", "from": …, "type": …}, {"event": "caps", "from": …, "features": […]}. Ends with its standard input.
"""

import asyncio
import json
import sys
from xml.etree import ElementTree as ET

import slixmpp
from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher import MatchXPath

RECEIPTS = "urn:xmpp:receipts"
MARKERS = "urn:xmpp:chat-markers:0"
STATES = "http://jabber.org/protocol/chatstates"
CORRECTION = "urn:xmpp:message-correct:0"
RETRACTION = "urn:xmpp:message-retract:1"
REACTIONS = "urn:xmpp:reactions:0"
REPLY = "urn:xmpp:reply:0"
REFERENCE = "urn:xmpp:reference:0"


class Peer(slixmpp.ClientXMPP):
    """Logs in, reports what happens, answers nothing by itself."""

    def __init__(self, jid: str, password: str) -> None:
        super().__init__(jid, password)
        self.register_plugin("xep_0030")
        self.register_plugin("xep_0115")
        self.register_plugin("xep_0199")
        self.register_plugin("xep_0359")
        self.enable_plaintext = True
        self.enable_starttls = False
        self.enable_direct_tls = False
        self.roster.auto_authorize = None
        self.roster.auto_subscribe = False
        self["feature_mechanisms"].unencrypted_plain = True
        self["feature_mechanisms"].unencrypted_scram = True
        self.add_event_handler("session_start", self.on_start)
        self.add_event_handler("failed_all_auth", lambda _: tell(event="failed", why="authentication"))
        self.add_event_handler("connection_failed", lambda e: tell(event="failed", why=str(e)))
        self.add_event_handler("message", self.on_message)
        # The event "message" is for those with a body.
        for name, space in (("received", RECEIPTS), ("displayed", MARKERS)):
            path = MatchXPath(f"{{{self.default_ns}}}message/{{{space}}}{name}")
            self.register_handler(Callback(name, path, lambda m, name=name, space=space: on_word(m, name, space)))
        path = MatchXPath(f"{{{self.default_ns}}}message/{{{REACTIONS}}}reactions")
        self.register_handler(Callback("reactions", path, on_reactions))
        for state in ("active", "composing", "paused", "inactive", "gone"):
            path = MatchXPath(f"{{{self.default_ns}}}message/{{{STATES}}}{state}")
            self.register_handler(Callback(state, path, lambda m, state=state: on_state(m, state)))
        self.add_event_handler("entity_caps", self.on_caps)
        for kind in ("subscribe", "subscribed", "unsubscribe", "unsubscribed", "available", "unavailable"):
            self.add_event_handler(f"presence_{kind}", self.on_presence)

    async def on_start(self, _event) -> None:
        await self.get_roster()
        # The lines below read and write chat states; our presence says (XEP-0115) that we know them.
        await self["xep_0030"].add_feature(STATES)
        await self["xep_0115"].update_caps(broadcast=False)
        self.send_presence()
        tell(event="online")

    def on_message(self, message) -> None:
        if message["type"] in ("chat", "normal") and message["body"]:
            tell(
                event="message",
                **{"from": message["from"].bare},
                body=message["body"],
                id=message["id"],
                origin_id=message["origin_id"]["id"],
                request=message.xml.find(f"{{{RECEIPTS}}}request") is not None,
                markable=message.xml.find(f"{{{MARKERS}}}markable") is not None,
                reply=named(message, f"{{{REPLY}}}reply"),
                replace=named(message, f"{{{CORRECTION}}}replace"),
                retract=named(message, f"{{{RETRACTION}}}retract"),
            )

    async def on_caps(self, presence) -> None:
        """Tells what a program can do once its answer was found to fit its presence."""
        ver = presence["caps"]["ver"]
        for _ in range(100):
            known = ver and await self["xep_0115"].get_caps(verstring=ver)
            if known:
                features = sorted((known["disco_info"] if known.name == "iq" else known)["features"])
                return tell(event="caps", **{"from": presence["from"].bare}, features=features)
            await asyncio.sleep(0.1)

    def on_presence(self, presence) -> None:
        if presence["from"].bare != self.boundjid.bare:
            tell(event="presence", **{"from": presence["from"].bare}, type=presence["type"])

    def obey(self, order: dict) -> None:
        to = slixmpp.JID(order["to"])
        if order["do"] == "send":
            message = self.make_message(mto=to, mbody=order["body"], mtype="chat")
            message["id"] = order["id"]
            if order.get("replace"):
                message.xml.append(ET.Element(f"{{{CORRECTION}}}replace", {"id": order["replace"]}))
            if order.get("asks"):
                message.xml.append(ET.Element(f"{{{RECEIPTS}}}request"))
                message.xml.append(ET.Element(f"{{{MARKERS}}}markable"))
            for mention in order.get("mentions", []):
                message.xml.append(ET.Element(f"{{{REFERENCE}}}reference", {"type": "mention", **mention}))
            message.send()
        elif order["do"] in ("received", "displayed"):
            space = RECEIPTS if order["do"] == "received" else MARKERS
            message = self.make_message(mto=to, mtype="chat")
            message.xml.append(ET.Element(f"{{{space}}}{order['do']}", {"id": order["id"]}))
            message.send()
        elif order["do"] == "retract":
            message = self.make_message(mto=to, mbody="/me retracted a message", mtype="chat")
            message.xml.append(ET.Element(f"{{{RETRACTION}}}retract", {"id": order["id"]}))
            message.send()
        elif order["do"] == "react":
            message = self.make_message(mto=to, mtype="chat")
            reactions = ET.SubElement(message.xml, f"{{{REACTIONS}}}reactions", {"id": order["id"]})
            for emoji in order["all"]:
                ET.SubElement(reactions, f"{{{REACTIONS}}}reaction").text = emoji
            message.send()
        elif order["do"] == "subscribe":
            self.send_presence_subscription(pto=to, ptype="subscribe")
        elif order["do"] == "state":
            message = self.make_message(mto=to, mtype="chat")
            message.xml.append(ET.Element(f"{{{STATES}}}{order['state']}"))
            message.send()
        elif order["do"] == "accept":
            self.send_presence_subscription(pto=to, ptype="subscribed")
        elif order["do"] == "unsubscribe":
            self.send_presence_subscription(pto=to, ptype="unsubscribe")
        else:
            raise ValueError(order["do"])


def on_word(message, name: str, space: str) -> None:
    word = message.xml.find(f"{{{space}}}{name}")
    tell(event=name, **{"from": message["from"].bare}, id=word.get("id"))


def on_reactions(message) -> None:
    reactions = message.xml.find(f"{{{REACTIONS}}}reactions")
    tell(event="reactions", **{"from": message["from"].bare}, to=reactions.get("id"), all=[one.text for one in reactions])


def named(message, path: str) -> str | None:
    element = message.xml.find(path)
    return None if element is None else element.get("id")


def on_state(message, state: str) -> None:
    tell(event="state", **{"from": message["from"].bare}, state=state, body=message["body"])


def tell(**event) -> None:
    print(json.dumps(event), flush=True)


async def main() -> None:
    jid, password, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
    peer = Peer(jid, password)
    peer.connect(*peer_address(port))
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        peer.obey(json.loads(line))
    await peer.disconnect()


def peer_address(port: int) -> tuple:
    """slixmpp took a pair before 1.9 and takes two arguments since."""
    if tuple(int(n) for n in slixmpp.__version__.split(".")[:2]) >= (1, 9):
        return ("127.0.0.1", port)
    return (("127.0.0.1", port),)


if __name__ == "__main__":
    asyncio.run(main())
