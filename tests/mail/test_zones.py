"""Which lines are whose, in the ways mail programs and people mark them."""

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.mail.message import ZoneKind
from agent.mail.zones import split

Zones = list[tuple[ZoneKind, str]]


def zones(text: str) -> Zones:
    """Return (kind, text) of each zone, white space at the ends removed."""
    return [(zone.kind, text[zone.start : zone.end].strip()) for zone in split(text)]


OUTLOOK_HEADERS = {
    "en": ("From: Ada <a@b.org>", "Sent: Monday, 2 March 2026 10:00", "To: Bob", "Subject: Plan"),
    "en, bold": ("*From:* Ada <a@b.org>", "*Sent:* Monday", "*To:* Bob", "*Cc:* Eve", "*Subject:* Plan"),
    "de": ("Von: Ada <a@b.org>", "Gesendet: Montag, 2. März 2026", "An: Bob", "Betreff: Plan"),
    "es": ("De: Ada <a@b.org>", "Enviado el: lunes", "Para: Bob", "Asunto: Plan"),
    "fr": ("De : Ada <a@b.org>", "Envoyé : lundi 2 mars", "À : Bob", "Objet : Plan"),
    "it": ("Da: Ada <a@b.org>", "Inviato: lunedì", "A: Bob", "Oggetto: Plan"),
    "pt": ("De: Ada <a@b.org>", "Enviada em: segunda-feira", "Para: Bob", "Assunto: Plan"),
    "nl": ("Van: Ada <a@b.org>", "Verzonden: maandag", "Aan: Bob", "Onderwerp: Plan"),
    "zh": ("发件人: Ada <a@b.org>", "发送时间: 2026年3月2日", "收件人: Bob", "主题: Plan"),
    "ja": ("差出人: Ada <a@b.org>", "送信日時: 2026年3月2日", "宛先: Bob", "件名: Plan"),
    "a long list of recipients": (
        "From: Ada <a@b.org>",
        "Sent: Mon",
        "To: Bob;",
        "Carol; Dan;",
        "Erin",
        "Subject: Plan",
    ),
}
ATTRIBUTIONS = [
    "On Mon, 2 Mar 2026 at 10:00, Ada Lovelace <ada@example.org> wrote:",
    "On Mon, 2 Mar 2026 at 10:00, Ada Lovelace\n<ada@example.org> wrote:",
    "On Monday, 2 March 2026 at 10:00:12 Central European Time,\nAda Lovelace\n<ada@example.org> wrote:",
    "Ada Lovelace <ada@example.org> wrote on 2 March 2026 10:00:",
    "Am 02.03.26 um 10:00 schrieb Ada Lovelace:",
    "Am Mo., 2. März 2026 um 10:00 Uhr schrieb Ada Lovelace <\nada@example.org>:",
    "El lun, 2 mar 2026 a las 10:00, Ada (<ada@example.org>) escribió:",
    "Le lun. 2 mars 2026 à 10:00, Ada <ada@example.org> a écrit :",
    "Il giorno lun 2 mar 2026 alle ore 10:00 Ada <ada@example.org> ha scritto:",
    "Em seg., 2 de mar. de 2026 às 10:00, Ada <ada@example.org> escreveu:",
    "Op ma 2 mrt 2026 om 10:00 schreef Ada <ada@example.org>:",
    "Den mån 2 mars 2026 kl 10:00 skrev Ada <ada@example.org>:",
    "pon., 2 mar 2026 o 10:00 Ada <ada@example.org> napisał(a):",
    "пн, 2 мар. 2026 г. в 10:00, Ada <ada@example.org> пишет:",
    "在 2026-03-02 10:00:00，“Ada” <ada@example.org> 写道：",
    "Ada <ada@example.org> 于2026年3月2日周一 10:00写道：",
    "2026年3月2日(月) 10:00 Ada <ada@example.org>:",
    "2026년 3월 2일 (월) 오전 10:00, Ada <ada@example.org>님이 작성:",
]
FORWARDS = [
    "---------- Forwarded message ---------",
    "-------- Forwarded Message --------",
    "-------- Weitergeleitete Nachricht --------",
    "---------- Mensaje reenviado ---------",
    "---------- Message transféré ---------",
    "---------- Messaggio inoltrato ---------",
    "---------- Doorgestuurd bericht ---------",
    "---------- 转发的邮件 ---------",
    "Begin forwarded message:",
    "Anfang der weitergeleiteten Nachricht:",
    "Début du message réexpédié :",
]


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
def test_an_attribution_and_the_quote_under_it_are_told_from_the_reply(attribution: str) -> None:
    text = f"Friday is fine.\n\n{attribution}\n\n> Which day?\n>\n> Ada\n"
    assert zones(text) == [
        ("own", "Friday is fine."),
        ("attribution", attribution),
        ("quote", "> Which day?\n>\n> Ada"),
    ]


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
def test_a_reply_above_a_quote_without_prefixes_ends_at_the_attribution(attribution: str) -> None:
    text = f"Friday is fine.\n\n{attribution}\n\nWhich day suits you?\n\nAda\n"
    assert zones(text) == [
        ("own", "Friday is fine."),
        ("attribution", attribution),
        ("quote", "Which day suits you?\n\nAda"),
    ]


@pytest.mark.parametrize("language", OUTLOOK_HEADERS)
def test_under_a_reply_an_outlook_header_block_begins_a_quote(language: str) -> None:
    block = "\n".join(OUTLOOK_HEADERS[language])
    text = f"Friday is fine.\n\n{'_' * 32}\n{block}\n\nWhich day?\n"
    assert zones(text) == [
        ("own", "Friday is fine."),
        ("attribution", f"{'_' * 32}\n{block}"),
        ("quote", "Which day?"),
    ]


@pytest.mark.parametrize("language", OUTLOOK_HEADERS)
def test_with_nothing_or_a_covering_note_above_it_the_same_block_begins_a_forward(language: str) -> None:
    block = "\n".join(OUTLOOK_HEADERS[language])
    assert zones(f"{block}\n\nPlease pay by Friday.\n") == [("forward", f"{block}\n\nPlease pay by Friday.")]
    assert zones(f"FYI, see below.\n\n{block}\n\nPlease pay by Friday.\n") == [
        ("own", "FYI, see below."),
        ("forward", f"{block}\n\nPlease pay by Friday."),
    ]


def test_the_history_under_a_forwarded_message_is_quoted() -> None:
    block = "\n".join(OUTLOOK_HEADERS["en"])
    assert zones(f"Zur Info\n\n{block}\n\nPlease pay.\n\n{block}\n\nThe invoice.\n") == [
        ("own", "Zur Info"),
        ("forward", f"{block}\n\nPlease pay."),
        ("attribution", block),
        ("quote", "The invoice."),
    ]


def test_a_header_block_in_a_language_we_do_not_know_is_seen_by_the_rule_above_it() -> None:
    block = "Saatja: Ada <a@b.org>\nSaadetud: 2. märts 2026\nSaaja: Bob\nTeema: Plaan"
    assert zones(f"Sobib.\n\n{'_' * 32}\n{block}\n\nMillal?\n") == [
        ("own", "Sobib."),
        ("attribution", f"{'_' * 32}\n{block}"),
        ("quote", "Millal?"),
    ]


def test_original_message_is_a_quote_under_a_reply_and_a_forward_under_nothing() -> None:
    original = "-----Original Message-----\nFrom: Ada\nSent: Monday\nTo: Bob\nSubject: Plan"
    assert zones(f"Yes, go ahead.\n\n{original}\n\nMay we?\n") == [
        ("own", "Yes, go ahead."),
        ("attribution", original),
        ("quote", "May we?"),
    ]
    assert zones(f"{original}\n\nMay we?\n") == [("forward", f"{original}\n\nMay we?")]


@pytest.mark.parametrize("mark", FORWARDS)
def test_a_forwarded_message_is_kept_apart_with_its_signature_and_quotes(mark: str) -> None:
    text = f"Can you handle this?\n\n{mark}\nFrom: Ada <a@b.org>\n\nPlease pay by Friday.\n\n-- \nAda\n\n> older\n"
    assert zones(text) == [
        ("own", "Can you handle this?"),
        ("forward", f"{mark}\nFrom: Ada <a@b.org>\n\nPlease pay by Friday."),
        ("signature", "-- \nAda"),
        ("quote", "> older"),
    ]


def test_a_forward_may_itself_be_prefixed_as_apple_mail_does() -> None:
    assert zones(
        "Begin forwarded message:\n\n> From: Ada\n> Subject: Pay\n>\n> Please pay.\n>\n>> old\n\nMy view: no.\n"
    ) == [
        ("forward", "Begin forwarded message:\n\n> From: Ada\n> Subject: Pay\n>\n> Please pay.\n>"),
        ("quote", ">> old"),
        ("own", "My view: no."),
    ]
    assert zones("See this.\n\n> Begin forwarded message:\n>\n> Please pay.\n") == [
        ("own", "See this."),
        ("forward", "> Begin forwarded message:\n>\n> Please pay."),
    ]


def test_a_forward_that_was_quoted_in_a_reply_is_a_quote() -> None:
    text = "Paid.\n\nOn 2 Mar 2026, at 10:00, Ada wrote:\n\n> Begin forwarded message:\n>\n> Please pay.\n"
    assert [kind for kind, _ in zones(text)] == ["own", "attribution", "quote"]


def test_every_paragraph_of_an_interleaved_reply_is_the_writers_own() -> None:
    assert zones("> Can we meet?\n\nYes, Friday.\n\n> Who else?\nOnly Carol.\n> Where?\n\nAt ten,\nin Oslo.\n") == [
        ("quote", "> Can we meet?"),
        ("own", "Yes, Friday."),
        ("quote", "> Who else?"),
        ("own", "Only Carol."),
        ("quote", "> Where?"),
        ("own", "At ten,\nin Oslo."),
    ]


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nAda Lovelace\nAnalytical Engines, room 12",
        "Best regards,\nAda Lovelace\nHead of Engines\nAcme GmbH & Co. KG\nTel. +49 30 1234567",
        "Thanks,\nAda",
        "Mit freundlichen Grüßen\n\nAda Lovelace\nwww.example.org | ada@example.org",
        "Viele Grüße\nAda",
        "Un saludo,\nAda Lovelace",
        "Cordialement,\nAda Lovelace",
        "Cordiali saluti\nAda",
        "Atenciosamente,\nAda Lovelace",
        "Met vriendelijke groet,\nAda van den Berg",
        "С уважением,\nАда Лавлейс",
        "此致\n敬礼\n王小明",
        "Sent from my iPhone",
        "Von meinem iPhone gesendet",
        "Enviado desde mi iPad",
        "Envoyé de mon iPhone",
        "Get Outlook for iOS<https://aka.example/o>",
        "发自我的iPhone",
    ],
)
def test_a_signature_is_set_apart_from_the_text_above_it(signature: str) -> None:
    assert zones(f"The report is ready.\n\n{signature}\n") == [
        ("own", "The report is ready."),
        ("signature", signature),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Thanks!\n\nBob, can you send the report by Friday?",
        "Thanks,\n\nplease approve PO 99812 by Friday",
        "Best,\nCall me tomorrow",
        "From here on we ship weekly.\nTo me: fine. Subject to approval.",
        "From: Berlin\nTo: Oslo\nDate: 3 March",
        "On Monday Ada wrote:\n- the agenda\n- the minutes",
        "Here is what I wrote:\n\none, two, three",
        "Ich muss mich leider von dem Kurs\nabmelden, weil ich krank bin.",
        "I tried to get off the list.\nUnsubscribe me please, Bob.",
        "This message is about lunch.",
        "New enquiry\n------------------------------\nName: Bob\nEmail: bob@example.org\nPhone: 0301234567",
        "-- \n" + "A paragraph of some words that is not a signature.\n" * 30,
    ],
)
def test_what_only_looks_like_a_mark_stays_the_writers_own(text: str) -> None:
    assert zones(text) == [("own", text.strip())]


def test_what_looks_like_a_signature_or_small_print_is_the_text_where_there_is_no_other() -> None:
    assert zones("Thanks,\nAda\n\n> Done.\n") == [("own", "Thanks,\nAda"), ("quote", "> Done.")]
    notice = "You have received this message because your mailbox is full."
    assert zones(notice) == [("own", notice)]


@pytest.mark.parametrize("signature", ["Best,\nAda", "-- \nAda"])
@pytest.mark.parametrize("postscript", ["PS: the invoice is due on Friday.", "P.S. Friday, Oslo"])
def test_a_postscript_under_a_signature_is_the_writers_own(signature: str, postscript: str) -> None:
    assert zones(f"Done.\n\n{signature}\n\n{postscript}\n") == [
        ("own", "Done."),
        ("signature", signature),
        ("own", postscript),
    ]


@pytest.mark.parametrize(
    "notice",
    [
        "CONFIDENTIALITY NOTICE: this message is for the addressee.",
        "This e-mail and any attachments are confidential and intended solely for the addressee.",
        "The information contained in this message is privileged and confidential.",
        "If you are not the intended recipient, please delete it.",
        "Please consider the environment before printing.",
        "Diese E-Mail enthält vertrauliche Informationen.",
        "Este correo electrónico y sus anexos contienen información confidencial.",
        "Ce message et ses pièces jointes sont confidentiels.",
        "Questo messaggio contiene informazioni riservate.",
        "Esta mensagem pode conter informação confidencial.",
        "Dit bericht is uitsluitend bestemd voor de geadresseerde.",
        "本邮件及其附件含有保密信息。",
        "You are receiving this because you signed up.\nUnsubscribe | Preferences",
        "To unsubscribe, click here.",
        "Sie erhalten diese E-Mail als Kunde.\nAbmelden",
        "退订",
        "© 2026 Acme GmbH",
        "_______________________________________________\nbees mailing list\nbees@lists.example.org",
    ],
)
def test_small_print_is_set_apart_paragraph_by_paragraph(notice: str) -> None:
    assert zones(f"The report is ready.\n\n{notice}\n\nCall me before you print it.\n") == [
        ("own", "The report is ready."),
        ("disclaimer", notice),
        ("own", "Call me before you print it."),
    ]


_LINES = st.sampled_from(
    [
        "", " ", ">", "> quoted", ">> deep", "own text", "On 2 Mar 2026 at 10:00 Ada wrote:", "a@b.org wrote:", "-- ",
        "Thanks,", "Ada", "-----Original Message-----",
        "---------- Forwarded message", "From: Ada", "Sent: now", "To: Bob",
        "Subject: x", "_" * 32, "Sent from my iPhone", "Unsubscribe", "> Begin forwarded message:", "PS: one", "写道：",
        "This e-mail is confidential",
    ]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.lists(_LINES, max_size=25).map("\n".join), st.text(max_size=200)))
def test_zones_cover_any_text_in_order_without_gap_or_overlap(text: str) -> None:
    found = split(text)
    assert "".join(text[zone.start : zone.end] for zone in found) == text
    assert [zone.start for zone in found] == [0, *(zone.end for zone in found)][: len(found)]
    assert all(zone.start < zone.end for zone in found)
    assert all(one.kind != other.kind for one, other in pairwise(found))


@pytest.mark.parametrize(
    "text",
    [
        ">" * 2_000,
        (">" * 2_000 + "\n") * 50,
        "word " * 20_000,
        "> a quoted line of some length\n" * 6_500,
        "-- \n" * 20_000,
        "From: a@b\n" * 10_000,
        "On 3 March 2026 Ada wrote:\n" * 7_000,
        "confidential the message and " * 6_000,
        "Thanks,\n\n\n" * 15_000,
        " " * 200_000,
    ],
    ids=lambda text: text[:12].strip() or "blank",
)
def test_200_kb_of_anything_take_less_than_a_second(text: str) -> None:
    begin = time.process_time()
    split(text)
    assert time.process_time() - begin < 1


def test_50_000_quoted_lines_take_a_fraction_of_a_second() -> None:
    begin = time.process_time()
    assert len(split("> a\n" * 50_000)) == 1
    assert time.process_time() - begin < 0.5
