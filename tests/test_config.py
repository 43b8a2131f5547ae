import re
from pathlib import Path

import pytest

from agent.config import Calendar, Chat, Settings, load, load_with_origins, template
from agent.endpoints import Caldav, Cloud, Imap, Smtp
from agent.errors import UsageError
from agent.paths import config_file

TABLES = {"chat": Chat, "calendar": Calendar, "smtp": Smtp, "imap": Imap, "caldav": Caldav, "cloud": Cloud}


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LLAMA_AGENT_REWRITE")


@pytest.fixture
def config(home: Path) -> Path:
    """The configuration file, its folder made."""
    config_file().parent.mkdir(mode=0o700, parents=True)
    return config_file()


def test_without_a_file_everything_is_default():
    settings, origins = load_with_origins()
    assert settings == Settings()
    assert set(origins.values()) == {"default"}


def test_the_file_is_read_and_a_variable_goes_over_it(config: Path, monkeypatch: pytest.MonkeyPatch):
    config.write_text('last = 20\nstyle = "bullets"\nme = ["ada@example.org"]\n[mailboxes]\nwork = "~/w"\n')
    monkeypatch.setenv("LLAMA_AGENT_LAST", "30")
    monkeypatch.setenv("LLAMA_AGENT_MAILBOX", "work")
    monkeypatch.setenv("LLAMA_AGENT_LANG", "")
    settings, origins = load_with_origins()
    assert settings == Settings(
        last=30, style="bullets", me=("ada@example.org",), mailboxes={"work": "~/w"}, mailbox="work"
    )
    assert origins == {
        "mailbox": "LLAMA_AGENT_MAILBOX",
        "me": str(config),
        "ignore": "default",
        "model": "default",
        "rewrite": "default",
        "style": str(config),
        "lang": "default",
        "last": "LLAMA_AGENT_LAST",
        "index": "default",
        "offline": "default",
        "mailboxes": str(config),
        "contacts": "default",
        "chat": "default",
        "calendar": "default",
        "smtp": "default",
        "imap": "default",
        "caldav": "default",
        "cloud": "default",
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "last = 5\nlast = 6\n",
            ', line 2: this is not TOML; write settings like  mailbox = "~/Maildir"  or  last = 10',
        ),
        ('a = """\n', ', line 2: this is not TOML; write settings like  mailbox = "~/Maildir"  or  last = 10'),
        (
            '\nstyl = "brief"\n',
            ", line 2: styl is not a setting (there are mailbox, me, ignore, model, rewrite, style, lang, last, "
            "index, offline, mailboxes, contacts, chat, calendar, smtp, imap, caldav, cloud); did you mean style?",
        ),
        (
            "[cloudy]\nx = 1\n",
            ", line 1: cloudy is not a setting (there are mailbox, me, ignore, model, rewrite, style, lang, last, "
            "index, offline, mailboxes, contacts, chat, calendar, smtp, imap, caldav, cloud); did you mean cloud?",
        ),
        ("#\nlast = '5'\n", ", line 2: last must be written like  last = 10"),
        ("last = 0\n", ", line 1: last must be written like  last = 10"),
        ("last = true\n", ", line 1: last must be written like  last = 10"),
        ("me = 'ada'\n", ', line 1: me must be written like  me = ["ada@example.org", "ada@work.example"]'),
        ("me = [\n1]\n", ', line 1: me must be written like  me = ["ada@example.org", "ada@work.example"]'),
        ("style = 'long'\n", ', line 1: style must be written like  style = "brief"  or  style = "bullets"'),
        (
            "[mailboxes]\nwork = 3\n",
            ', line 2: mailboxes must be written like  [mailboxes]  work = "~/Mail/work.mbox"',
        ),
        (
            "[contacts]\nbob = 3\n",
            ', line 2: contacts must be written like  [contacts]  bob = "Bob Jones <bob@example.org>"',
        ),
        (
            '[smtp]\nhost = "h"\nsender = "Ada <ada>"\n',
            ', line 3: sender must be written like  sender = "Ada Lindqvist <ada@example.org>"',
        ),
        (
            '[smtp]\nhost = "h.example"\nsender = "ada@example.org"\nsecurity = "none"\n',
            ', line 1: security = "none" is for a server on this computer itself.',
        ),
        (
            '[smtp]\nhost = "h"\n',
            ', line 1: [smtp] needs sender, written like  sender = "Ada Lindqvist <ada@example.org>"',
        ),
        (
            "smtp = 3\n",
            ', line 1: smtp must be written like  [smtp]  host = "smtp.example.org"  '
            'sender = "Ada Lindqvist <ada@example.org>"  password_env = "EXAMPLE_PASSWORD"',
        ),
        (
            '[imap]\nhost = "h.example"\nuser = "ada"\nsecurity = "none"\n',
            ', line 1: security = "none" is for a server on this computer itself.',
        ),
        (
            '[caldav]\nurl = "https://dav.example.org/ada"\n',
            ', line 2: url must be written like  url = "https://dav.example.org/ada/calendar/"',
        ),
        (
            '[caldav]\nurl = "http://dav.example.org/ada/"\n',
            ", line 1: url must be https, or http on this computer itself.",
        ),
        ('[calendar]\nday = "9-18"\n', ', line 2: day must be written like  day = "09:00-18:00"'),
        (
            'model = "a"\n[cloud]\nmodel = 3\nurl = "https://a.example"\n',
            ', line 3: model must be written like  model = "llama-3.2-90b-vision-instruct"',
        ),
        (
            '[cloud]\nmodel = "m"\n',
            ', line 1: [cloud] needs url, written like  url = "https://api.example.org/v1"',
        ),
        (
            '[cloud]\nmodel = "m"\nurl = "https://a.example"\ntokenenv = "K"\n',
            ", line 4: tokenenv is not a setting (there are url, model, token_env, token_command, trust, share, never, "
            "price_in, price_out, budget, seconds, keep_bodies); did you mean token_env?",
        ),
        (
            '[cloud]\nmodel = "m"\nurl = "ftp://a.example"\n',
            ', line 3: url must be written like  url = "https://api.example.org/v1"',
        ),
        (
            '[cloud]\nmodel = "m"\nurl = "https://user:key@a.example/v1"\n',
            ', line 3: url must be written like  url = "https://api.example.org/v1"',
        ),
        (
            '[cloud]\nmodel = "m"\nurl = "http://a.example/v1"\n',
            ", line 1: url must be https, or http on this computer itself.",
        ),
        (
            '[cloud]\nmodel = "m"\nurl = "https://a.example/v1"\ntrust = "this-machine"\n',
            ', line 1: trust = "this-machine" is for a server on this computer.',
        ),
        (
            '[cloud]\nmodel = "m"\nurl = "https://a.example/v1"\nbudget = 2.0\n',
            ", line 1: budget needs price_in and price_out.",
        ),
    ],
)
def test_a_wrong_file_is_one_sentence_with_the_line_and_the_right_form(config: Path, text: str, message: str):
    config.write_text(text)
    with pytest.raises(UsageError) as caught:
        load()
    assert caught.value.message == f"{config}{message}"


def test_a_file_that_cannot_be_read_is_one_sentence(config: Path):
    config.write_bytes(b"last = 1 # \xff")
    with pytest.raises(UsageError) as caught:
        load()
    assert caught.value.message == f"{config} is not UTF-8 text; settings are TOML, like  last = 10"
    config.unlink()
    config.mkdir()
    with pytest.raises(UsageError) as caught:
        load()
    assert caught.value.message == f"cannot read the settings in {config}: Is a directory."


@pytest.mark.parametrize("value", ["many", "0", "-3"])
def test_a_wrong_variable_is_named(monkeypatch: pytest.MonkeyPatch, value: str):
    monkeypatch.setenv("LLAMA_AGENT_LAST", value)
    with pytest.raises(UsageError) as caught:
        load()
    assert caught.value.message == "LLAMA_AGENT_LAST: last must be written like  LLAMA_AGENT_LAST=10"


def test_the_template_sets_nothing_and_each_of_its_examples_can_be_used(config: Path):
    config.write_text(template())
    assert load() == Settings()
    in_effect = [
        line.removeprefix("# ")
        for line in template().splitlines()
        if re.fullmatch(r"# (\w+ = .*|\[\w+\])", line) and line != '# style = "bullets"'
    ]
    config.write_text("\n".join(in_effect))
    settings = load()
    assert settings.model_fields_set == set(Settings.model_fields)
    for name, model in TABLES.items():
        assert getattr(settings, name).model_fields_set == set(model.model_fields)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080/v1", "http://localhost:11434/v1", "http://[::1]:8000"])
def test_a_server_on_this_computer_needs_no_https_and_may_be_trusted(url: str):
    assert Cloud(url=url, model="m", trust="this-machine").host == url.split("/")[2]


def test_every_setting_is_documented():
    for model in TABLES.values():
        assert all(field.description and field.examples for field in model.model_fields.values())
    assert all(field.description for field in Settings.model_fields.values())
    assert [name for name, field in Settings.model_fields.items() if not field.examples] == list(TABLES)


@pytest.mark.parametrize(
    ("sender", "name", "address"),
    [
        ("Ada Lindqvist <Ada@Example.org>", "Ada Lindqvist", "ada@example.org"),
        ("ada@example.org", "", "ada@example.org"),
        ('"Lindqvist, Ada" <ada@example.org>', "Lindqvist, Ada", "ada@example.org"),
    ],
)
def test_the_sender_of_mail_is_a_name_and_an_address(sender: str, name: str, address: str):
    smtp = Smtp(host="smtp.example.org", sender=sender)
    assert (smtp.name, smtp.address, smtp.place) == (name, address, "smtp.example.org:465")
