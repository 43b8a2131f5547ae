"""`llama-agent ask`: a question about mail, a picture or nothing; where the answer is from is said with it."""

import shutil
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from agent import output
from agent.commands import options, wording
from agent.commands import question as asked
from agent.errors import ConsentError, ModelError
from agent.text import screen_line

if TYPE_CHECKING:
    from agent.commands.question import Ready
    from agent.mail.message import Message, Receipt
    from agent.tasks.answer import Answer

_WIDEST = 100


def ask(
    question: asked.QuestionArgument,
    mailbox: options.MailboxArgument = None,
    messages: options.Messages = None,
    image: asked.ImageOption = None,
    attachment: asked.AttachmentOption = None,
    last: options.Last = None,
    since: options.Since = None,
    until: options.Until = None,
    sender: options.From = None,
    to: options.To = None,
    subject: options.Subject = None,
    unread: options.Unread = False,
    thread: options.Thread = None,
    search: options.Search = None,
    everything: options.All = False,
    files_from: options.FilesFrom = None,
    no_mail: asked.NoMail = False,
    offline: asked.Offline = False,
    cloud: asked.CloudOption = False,
    share: asked.Share = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Ask no model and send nothing: print what would be sent.")
    ] = False,
    json: options.AsJson = False,
) -> None:
    """Answer a question from your mail, with the words it rests on; nothing leaves this computer without your yes.

    \b
    llama-agent ask "what did Bob decide about the venue?" inbox.mbox
    llama-agent ask "which month sold best?" --image chart.png
    llama-agent ask "when is the review?" inbox.mbox --since 14d --json | jq -r .text
    """
    from agent.session import open_session

    wanted = options.Wanted(last, since, until, sender, to, subject, unread, thread, search)
    words = options.words(mailbox, messages)
    typed = asked.Typed(
        question, words, wanted, everything, files_from, image, attachment, no_mail, offline, cloud, share
    )
    with open_session() as session:
        ready = asked.ready(session, typed, "ask", planning=dry_run)
        try:
            if dry_run:
                from agent.commands import plan

                plan.put(ready, session.settings.cloud, as_json=json, in_full=True)
                return
            answer = _answered(ready)
            _print(ready, answer, session.now, as_json=json)
        except KeyboardInterrupt:
            _say_what_left()
            raise
        finally:
            ready.model.close()


def _say_what_left() -> None:
    """Say what had been sent when Ctrl-C came, where anything had."""
    from agent.egress.door import current

    door = current()
    if door and door.sent:
        output.note(f"{door.sent.sent_bytes:,} bytes had been sent (e{door.sent.entry})")


def _answered(ready: "Ready") -> "Answer":
    """Return the answer; where no model can be asked about mail, its best sentences."""
    from agent.tasks.answer import Answer, answer, quoted
    from agent.text import Untrusted

    if ready.question is None:
        return Answer("absent", Untrusted(""))
    try:
        return answer(ready.question, ready.model)
    except (ConsentError, ModelError) as error:
        if ready.question.found is None:
            raise
        output.note(f"no model answered: {error.message}")
        return quoted(ready.question.found)


def _print(ready: "Ready", answer: "Answer", now: datetime, *, as_json: bool) -> None:
    from agent.commands import delivery, verdict
    from agent.egress import lock
    from agent.tasks.answer_record import answer_record

    if as_json:
        reading = ready.reading
        label = reading.mailbox.label if reading else None
        record = answer_record(ready.text, answer, mailbox=label, looked_at=ready.looked_at, lock=lock.state().kind)
        delivery.put_record(record, None)
    else:
        width = min(_WIDEST, shutil.get_terminal_size().columns)
        delivery.put_text(_face(ready, answer, now, width), None)
    output.note(verdict.line(answer.route, quoted=answer.kind == "quoted"))


def _face(ready: "Ready", answer: "Answer", now: datetime, width: int) -> Iterator[str]:
    """Yield the lines of an answer: its text, and under it the words it rests on, each with where they stand."""
    from agent.columns import wrap

    if answer.kind == "quoted":
        for receipt in answer.receipts:
            yield from wrap(f"“{screen_line(receipt.text)}”", width)
            yield f"  {_place(ready, answer, receipt, now)}"
        return
    if answer.kind == "absent":
        yield _absent(ready)
    for line in answer.text.raw.strip().split("\n") if answer.text else ():
        yield from wrap(screen_line(line), width)
    if answer.kind == "unsourced":
        yield ""
        yield from wrap(f"({_unsourced(ready, answer)})", width)
    if answer.receipts:
        yield ""
    if answer.receipts and answer.kind != "written":
        yield "Nearest to it in your mail:"
    for receipt in answer.receipts:
        yield f"  {_place(ready, answer, receipt, now)}"
        yield from (f"    {line}" for line in wrap(f"“{screen_line(receipt.text)}”", width - 4))


def _absent(ready: "Ready") -> str:
    from agent.commands.reading import counted

    if not ready.looked_at:
        return "There is no message to answer it from."
    return f"Not in your mail: the words of the question are in none of {counted(ready.looked_at, 'message')}."


def _unsourced(ready: "Ready", answer: "Answer") -> str:
    route = answer.route
    model = screen_line(route.model) if route else "the model"
    if answer.failures:
        return f"not confirmed by your mail; {model} wrote it, and {answer.failures[0]}"
    if ready.question is not None and ready.question.has_picture:
        return f"as {model} sees the picture: nothing here can check it"
    return "no source: from the model's own knowledge"


def _place(ready: "Ready", answer: "Answer", receipt: "Receipt", now: datetime) -> str:
    """Return where a receipt stands: the row number, the sender and the date of its message."""
    message: Message | None = next((each for each in answer.messages if each.id == receipt.message), None)
    if message is None or ready.reading is None:
        return receipt.message
    number = next((number for number, head in ready.reading.numbered() if head.id == message.id), None)
    return wording.place(number, message.head, now)
