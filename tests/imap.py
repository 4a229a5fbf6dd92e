"""A small mailbox on 127.0.0.1 that speaks what a reader of returns asks of IMAP (RFC 3501)."""

import re
import socketserver
import threading
from dataclasses import dataclass, field

USER, PASSWORD = "retours@trait.example", "mot/de passe"


@dataclass
class Mail:
    content: bytes
    flags: set[str] = field(default_factory=set)


class ImapServer(socketserver.ThreadingTCPServer):
    """`mails`: {uid: mail} of INBOX. `refuses`: a command answered « NO »."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Session)
        self.mails: dict[int, Mail] = {}
        self.refuses = ""

    def __enter__(self):
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *problem):
        self.shutdown()
        self.server_close()

    @property
    def port(self):
        return self.server_address[1]

    def add(self, content):
        self.mails[max(self.mails, default=40) + 1] = Mail(content.replace(b"\n", b"\r\n"))


class _Session(socketserver.StreamRequestHandler):
    def handle(self):
        self.say("* OK IMAP4rev1 ready")
        while line := self.rfile.readline().decode().rstrip("\r\n"):
            tag, _, asked = line.partition(" ")
            command, _, given = asked.partition(" ")
            name = f"uid_{given.split(' ')[0]}" if command.upper() == "UID" else command
            if self.server.refuses.lower() == name.lower():
                self.say(f"{tag} NO not now")
                continue
            said = getattr(self, f"do_{name.lower()}")(given)
            self.say(f"{tag} {said or 'OK done'}")
            if name.lower() == "logout":
                return

    def say(self, line, *more):
        self.wfile.write(line.encode() + b"".join(more) + b"\r\n")

    def do_capability(self, given):
        self.say("* CAPABILITY IMAP4rev1")

    def do_login(self, given):
        return "OK in" if given == f'{USER} "{PASSWORD}"' else "NO who are you?"

    def do_select(self, given):
        if given.strip('"') != "INBOX":
            return "NO no such mailbox"
        self.say(f"* {len(self.server.mails)} EXISTS")
        return "OK [READ-WRITE] open"

    def do_uid_search(self, given):
        unseen = [str(uid) for uid, mail in sorted(self.server.mails.items()) if "\\Seen" not in mail.flags]
        self.say(" ".join(["* SEARCH", *unseen]))

    def do_uid_fetch(self, given):
        uid = int(given.split(" ")[1])
        content = self.server.mails[uid].content
        head = f"* {self.rank(uid)} FETCH (UID {uid} BODY[] {{{len(content)}}}\r\n"
        self.wfile.write(head.encode() + content + b")\r\n")

    def do_uid_store(self, given):
        uid = int(given.split(" ")[1])
        self.server.mails[uid].flags |= set(re.search(r"\(([^)]*)\)", given)[1].split())
        self.say(f"* {self.rank(uid)} FETCH (UID {uid})")

    def do_expunge(self, given):
        for uid in [uid for uid, mail in self.server.mails.items() if "\\Deleted" in mail.flags]:
            self.say(f"* {self.rank(uid)} EXPUNGE")
            del self.server.mails[uid]

    def do_logout(self, given):
        self.say("* BYE")

    def rank(self, uid):
        return sorted(self.server.mails).index(uid) + 1
