#!/usr/bin/env python3
"""Fills the archive (XEP-0313) of an account on a Prosody with SQLite: database, domain, user, contact, how many.

A hundred thousand messages would take minutes to send; written like this they take seconds. One a minute, the newest a minute ago;
every second one is our own. Texts are numbers.
"""

import sqlite3
import sys
import time

database, domain, user, contact, count = sys.argv[1:5] + [int(sys.argv[5])]
own = f"{user}@{domain}"
newest = int(time.time()) - 60


def row(number: int) -> tuple:
    # A sender never uses an id twice, whoever it writes to.
    name = f"filled-{contact}-{number}"
    sender, receiver = (own, contact) if number % 2 else (contact, own)
    xml = (
        f"<message type='chat' id='{name}' from='{sender}/filled' to='{receiver}'><body>{number}</body>"
        f"<origin-id xmlns='urn:xmpp:sid:0' id='{name}'/></message>"
    )
    when = newest - 60 * (count - 1 - number)
    return (domain, user, "archive", name, when, contact, "xml", xml)


connection = sqlite3.connect(database, timeout=30)
with connection:
    connection.executemany(
        'INSERT INTO prosodyarchive ("host","user","store","key","when","with","type","value") VALUES (?,?,?,?,?,?,?,?)',
        map(row, range(count)),
    )
connection.close()
