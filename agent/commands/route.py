"""`llama-agent route`: where a question would be answered and why; no model is asked and nothing is sent."""

from agent.commands import options
from agent.commands import question as asked


def route(
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
    json: options.AsJson = False,
) -> None:
    """Say where a question would be answered, and every rule that decides it. No model is asked, nothing is sent.

    \b
    llama-agent route "what does this chart show?" --image chart.png
    llama-agent route "what did Bob decide about the venue?" inbox.mbox
    llama-agent route "when is the review?" inbox.mbox --share full --json | jq .otherwise.reasons
    """
    from agent.commands import plan
    from agent.session import open_session

    wanted = options.Wanted(last, since, until, sender, to, subject, unread, thread, search)
    words = options.words(mailbox, messages)
    typed = asked.Typed(
        question, words, wanted, everything, files_from, image, attachment, no_mail, offline, cloud, share
    )
    with open_session() as session:
        ready = asked.ready(session, typed, "ask", planning=True)
        try:
            plan.put(ready, session.settings.cloud, as_json=json)
        finally:
            ready.model.close()
