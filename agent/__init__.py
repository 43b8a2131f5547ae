"""llama-agent: reads a person's mail on their own computer, and sends only what they said yes to.

The map of the package; arrows point down only (tests/test_layers.py keeps it so):

    __main__    which verb; start the process that can send, where it may; lock this one; then the rest
    cli         the Typer app and the one place where errors become sentences and exit codes
    commands    what the user types, one verb per file
    session     the composition root: settings, store, mailbox, model are put together here only
    loop        a talk with a model that may use tools;  history, events  what of it is fed, and what happens in it
    tools       what a model may ask for: plain functions, behind one gate
    tasks       what is made of mail, one typed result each: summaries, answers, action items, meetings, replies
    engine      llama.cpp: weights, chat formats, many requests in one context, confidence signals
    router      whether a request may be put to a larger model: masking, facts, policy, and a Model made of two
    egress      the kernel lock, the process that sends, what it asks and writes down, and each channel
    mail        any mailbox to Message: readers, bodies, threads, selection, an index; and replies as mail
    calendar    dates from words, meetings as iCalendar and mail, what others sent, calendars on this computer
    outbox      every draft, and what came of it;  todos: things to do that are kept
    grounding   receipts: the words a claim rests on, and whether it says what they say
    gist        the one sentence that says most, by rules: asking, facts, polarity, sentences are its tools
    store, config, prompts, images, output      SQLite, settings, prompt files, pictures, the only printer
    calls       calls of functions in what a model writes, and the grammar of those that fit
    grammars    a JSON Schema as a grammar of just the texts that fit it
    model, terms, text, errors, endpoints, disk the shared vocabulary
"""

__version__ = "0.1.0"
