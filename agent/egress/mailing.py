"""One mail, or one event for a calendar on a server, in the egress process: shown, asked about, written down, sent.

The draft is read from the outbox once. What is shown, what is approved, what is sent and what the ledger has the hash
of are those bytes. It is marked as being sent, on the disk, before the server gets them: a crash never sends it twice.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from agent.calendar.event import is_address
from agent.egress import approval, caldav, imap, mail_preview, records, sent, smtp
from agent.egress.connecting import LOOPBACK, Broken, Cancelled
from agent.egress.ledger import Ledger
from agent.egress.listener import Listener
from agent.egress.recipients import Known, known
from agent.egress.rules import Rules
from agent.egress.secrets import password
from agent.errors import AgentError, ConsentError, InputError, NoTerminalError, UsageError
from agent.outbox import Draft, Outbox, Outcome
from agent.terms import Offer, Rung, Sink

if TYPE_CHECKING:
    from agent.mail.check_head import Problem

Choice = Literal["yes", "edit", "save", "no"]

_CHOICES: Mapping[str, Choice] = {"y": "yes", "yes": "yes", "e": "edit", "edit": "edit", "s": "save", "save": "save"}
_MOST_PEOPLE = 200


def post(core: Listener, rules: Rules, header: Mapping[str, Any]) -> None:
    """Have the user asked about a draft of the outbox, and send it after their yes.

    Raises ConsentError, NoTerminalError, UsageError or InputError where nothing was sent, Broken where that failed.
    """
    number = header["draft"]
    if type(number) is not int:
        raise ValueError("no number of a draft")
    rules.check_online()
    outbox = Outbox()
    draft = outbox.get(number)
    if draft.state == "sent":
        raise ConsentError(f"{draft.handle} was sent already: it is not sent twice.")
    _Posting(core, rules, outbox, draft).run()


class _Posting:
    """One draft on its way out."""

    def __init__(self, core: Listener, rules: Rules, outbox: Outbox, draft: Draft) -> None:
        self._core, self._rules, self._outbox, self._draft = core, rules, outbox, draft
        self._is_event = draft.what == "event"
        self._place, self._account = _channel(rules, draft)
        self._digest = draft.digest

    def run(self) -> None:
        draft = self._draft
        _check(draft)
        by = self._allowed()
        if by in ("edit", "save"):
            self._core.tell({"is": "chosen", "choice": by})
            return
        key = password(self._account)
        claimed = self._outbox.claim(draft)
        try:
            self._claimed(claimed, by, key)
        finally:
            self._outbox.let_go(claimed)

    def _claimed(self, claimed: Draft, by: str, key: str | None) -> None:
        ledger = Ledger()
        try:
            entry = ledger.intend(self._intent(by))
        except AgentError:
            self._unsent(claimed)
            raise
        refused, etag = self._send(claimed, ledger, entry, key)
        notes = self._settled(claimed, ledger, Outcome(datetime.now(UTC), entry, tuple(refused.items()), etag))
        self._core.tell({"is": "mailed", "entry": entry, "refused": list(refused.items()), "notes": notes})

    def _unsent(self, claimed: Draft) -> None:
        """Make it a draft again after a try that sent nothing; not where an earlier one may have."""
        if self._draft.state == "draft":
            self._outbox.release(claimed)

    def _settled(self, claimed: Draft, ledger: Ledger, outcome: Outcome) -> list[str]:
        """Write down that it was sent, and keep the copy; return what has to be said where that failed."""
        notes = []
        for write in (
            lambda: self._outbox.finish(claimed, outcome),
            lambda: ledger.finish(outcome.entry, records.result("ok", cost=0.0)),
        ):
            try:
                write()
            except AgentError as error:
                notes.append(f"it was sent, but that could not be written down: {error.message}")
        return [*notes, *self._copied(claimed)]

    def _allowed(self) -> str:
        """Return on whose word it is sent, or "edit" or "save" where the user wants that. Raises ConsentError."""
        if self._rules.verb == ("outbox", "send") and self._digest in _hashes(self._rules.arguments):
            if self._draft.state == "sending":
                raise ConsentError(_unknown(self._draft) + " To send it again needs your word on a terminal.")
            return "command"
        people = known(self._draft, self._rules.settings, self._rules.arguments, self._rules.written)
        lines = mail_preview.preview(self._draft, people, self._place, datetime.now(UTC))
        match self._asked(lines, people):
            case None:
                raise NoTerminalError(
                    f"this needs your yes, and there is no terminal to ask on: nothing was sent, {self._draft.handle} "
                    "is kept.",
                    (f"llama-agent outbox send {self._draft.handle}", "on a terminal, shows it and asks"),
                    (f"llama-agent outbox send {self._draft.handle} --sha256 {self._digest}", "sends just these bytes"),
                )
            case "yes":
                return "user:tty"
            case "no":
                raise ConsentError(
                    f"nothing was sent; {self._draft.handle} is kept as a draft.",
                    (f"llama-agent outbox send {self._draft.handle}", "shows it again and asks"),
                )
            case choice:
                return choice

    def _asked(self, lines: list[str], people: list[Known]) -> Choice | None:
        """Show the draft and ask; None where there is no terminal. Each new domain has to be typed."""
        if self._draft.state == "sending":
            typed = approval.answer([*lines, "", _unknown(self._draft)], "Type again to send it again: ", self._gone)
            return None if typed is None else "yes" if typed == "again" else "no"
        domains = list(dict.fromkeys(each.domain for each in people if each.new))
        for number, domain in enumerate(domains or [""]):
            typed = approval.answer(lines if number == 0 else [], self._prompt(domain, len(people)), self._gone)
            if typed is None:
                return None
            if domain and typed == domain:
                continue
            choice = _CHOICES.get(typed, "no")
            if choice == "yes" and domain:
                raise ConsentError(
                    f"a y is not enough for somebody new: {domain} was not typed. Nothing was sent, "
                    f"{self._draft.handle} is kept as a draft.",
                    (f"llama-agent outbox send {self._draft.handle}", "shows it again and asks"),
                )
            if choice != "yes":
                return "no" if self._is_event else choice
        return "yes"

    def _prompt(self, domain: str, people: int) -> str:
        if domain:
            return f"Somebody new. Type {domain} to send, or [e]dit [s]ave [N]o: "
        if self._is_event:
            return "Put it there?  [y]es [N]o: "
        return f"Send to {people} {'person' if people == 1 else 'people'}?  [y]es [e]dit [s]ave [N]o: "

    def _gone(self) -> bool:
        return self._core.speaks()

    def _intent(self, by: str) -> dict[str, Any]:
        kind: Literal["smtp", "caldav"] = "caldav" if self._is_event else "smtp"
        return records.intent(
            _offer(self._draft),
            Sink(kind, self._place, here=self._place.rpartition(":")[0] in LOOPBACK),
            body_sha256=hashlib.sha256(self._draft.data).hexdigest(),
            body_bytes=len(self._draft.data),
            approval={"by": by, "sha256": self._digest},
            people=len(self._draft.recipients),
        )

    def _send(self, claimed: Draft, ledger: Ledger, entry: int, key: str | None) -> tuple[dict[str, str], str]:
        """Send the claimed bytes; return who was refused, and a calendar's ETag. Raises Broken, written down."""
        try:
            if claimed.digest != self._digest:
                raise Broken("other bytes than those that were approved: nothing was sent.", unsure=False)
            return self._channel(claimed, key)
        except Broken as error:
            outcome: records.Outcome = "unknown outcome" if error.unsure else "failed"
            if isinstance(error, Cancelled) and not error.unsure:
                outcome = "cancelled"
            ledger.finish(entry, records.result(outcome, cost=0.0))
            if not error.unsure:
                self._unsent(claimed)
            raise
        except Exception:  # whatever it is: once the server was spoken to, nobody may be told that nothing was sent
            ledger.finish(entry, records.result("unknown outcome", cost=0.0))
            raise Broken(f"the sending ended in a way nobody foresaw. {_unknown(claimed)}", unsure=True) from None

    def _channel(self, draft: Draft, key: str | None) -> tuple[dict[str, str], str]:
        settings = self._rules.settings
        if self._is_event:
            assert settings.caldav is not None
            etag = _last_etag(self._outbox, draft.uid)
            _, etag = caldav.put(settings.caldav, key, draft.uid, etag, draft.data, self._gone)
            return {}, etag
        assert settings.smtp is not None
        people = [each.address for each in draft.recipients]
        return smtp.send(settings.smtp, key, people, draft.data, self._gone), ""

    def _copied(self, draft: Draft) -> list[str]:
        """Keep the copy the settings ask for; return what has to be said where that failed."""
        settings = self._rules.settings
        if self._is_event or settings.smtp is None or settings.smtp.sent is None:
            return []
        try:
            if settings.smtp.sent != "imap":
                sent.keep(settings.smtp.sent, draft.data)
            elif settings.imap is None:
                raise UsageError('sent = "imap" needs a table [imap] in the settings: no copy was kept.')
            else:
                self._appended(draft)
        except AgentError as error:
            return [error.message]
        except Exception:  # the mail is sent, and nothing that happens to its copy may say otherwise
            return ["no copy was kept: that ended in a way nobody foresaw."]
        return []

    def _appended(self, draft: Draft) -> None:
        settings, ledger = self._rules.settings.imap, Ledger()
        assert settings is not None
        key = password(settings)
        record = records.intent(
            _offer(draft),
            Sink("imap", settings.place, here=settings.host in LOOPBACK),
            body_sha256=hashlib.sha256(draft.data).hexdigest(),
            body_bytes=len(draft.data),
            approval={"by": "settings", "sha256": self._digest},
        )
        entry = ledger.intend(record)
        try:
            imap.append(settings, key, draft.data)
        except Broken as error:
            ledger.finish(entry, records.result("unknown outcome" if error.unsure else "failed", cost=0.0))
            raise
        ledger.finish(entry, records.result("ok", cost=0.0))


def _channel(rules: Rules, draft: Draft) -> tuple[str, Any]:
    """Return the server a draft goes to, as it is shown, and its account. Raises UsageError where there is none."""
    settings = rules.settings
    if draft.what == "event":
        if settings.caldav is None:
            raise UsageError("no calendar on a server is configured ([caldav] in the settings): nothing was sent.")
        return settings.caldav.host, settings.caldav
    if settings.smtp is None:
        raise UsageError("no server that sends mail is configured ([smtp] in the settings): nothing was sent.")
    if draft.sender != settings.smtp.address:
        raise UsageError(
            f"{draft.handle} is from {draft.sender}, the settings send as {settings.smtp.address}: nothing was sent."
        )
    return settings.smtp.place, settings.smtp


def _check(draft: Draft) -> None:
    """Raise InputError for a draft that is not right, whoever made it: it is never shown by halves."""
    addresses = [each.address for each in draft.recipients]
    if not all(map(is_address, addresses)) or len(set(addresses)) != len(addresses):
        raise InputError(f"{draft.handle} is not sent: somebody it goes to has no address that is surely one, or two.")
    serious = [each for each in _problems(draft, addresses) if each.serious]
    if serious:
        raise InputError(f"{draft.handle} is not sent: {serious[0].sentence}.")
    if draft.what == "reply":
        if draft.uid or draft.meeting:
            raise InputError(f"{draft.handle} is not sent: it is kept as a meeting's, and no meeting is in it.")
    elif mail_preview.invitation(draft).uid.raw != draft.uid:
        raise InputError(f"{draft.handle} is not sent: it is kept as another event than the one in it.")
    if draft.what != "event" and not 0 < len(addresses) <= _MOST_PEOPLE:
        raise InputError(f"{draft.handle} goes to {len(addresses):,} people; it may be 1 to {_MOST_PEOPLE}.")


def _problems(draft: Draft, addresses: list[str]) -> "list[Problem]":
    """Return what is wrong with the bytes of a draft, by what it says it is."""
    from agent.calendar.check import check_itip, check_mail
    from agent.mail.check_reply import check_reply

    if draft.what == "event":
        return check_itip(draft.data)
    check = check_reply if draft.what == "reply" else check_mail
    return check(draft.data, draft.sender, addresses)


def _hashes(arguments: tuple[str, ...]) -> set[str]:
    return {word.lower().removeprefix("--sha256=") for word in arguments}


def _unknown(draft: Draft) -> str:
    return f"{draft.handle} was handed to the server before, and nobody knows whether it arrived."


def _last_etag(outbox: Outbox, uid: str) -> str:
    """Return the ETag of the last version of this event that is on the server, "" where there is none of it."""
    puts = [each.outcome for each in outbox.drafts() if each.what == "event" and each.uid == uid and each.outcome]
    return max(puts, key=lambda outcome: outcome.at).etag if puts else ""


def _offer(draft: Draft) -> Offer:
    sources = ((draft.source, len(draft.data)),) if draft.source else ()
    return Offer(draft.what, Rung.RAW, labels=frozenset({"own words", "mail"}), sources=sources)
