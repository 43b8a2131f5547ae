"""Where something may be sent, as the settings name it: one class for each table, each field documented under it.

This module imports pydantic, so commands import it inside functions.
"""

from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, model_validator

_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_HOST = r"^[A-Za-z0-9.:_-]+$"
_VARIABLE = r"^[A-Za-z_][A-Za-z0-9_]*$"
_PROGRAM = ["secret-tool", "lookup", "service", "example"]
_ADDRESS = (
    r"[A-Za-z0-9._%+'-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}"  # what may stand in a header without a doubt
)
_SENDER = rf"^(?:[^<>@\n\r]*<{_ADDRESS}>|{_ADDRESS})$"

Security = Literal["tls", "starttls", "none"]

_STRICT = ConfigDict(extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True)


class Cloud(BaseModel):
    """A model behind an OpenAI-compatible endpoint. Naming one here sends nothing: `llama-agent cloud enable` does."""

    model_config = _STRICT

    url: str = Field(pattern=r"^https?://[^\s/@?#]+(/[^\s?#]*)?$", examples=["https://api.example.org/v1"])
    """Where the endpoint is, up to and with /v1. https, or http on this computer itself."""

    model: str = Field(min_length=1, examples=["llama-3.2-90b-vision-instruct"])
    """The model asked there, by the endpoint's name for it."""

    token_env: str | None = Field(None, pattern=_VARIABLE, examples=["EXAMPLE_API_KEY"])
    """The environment variable that holds the key."""

    token_command: tuple[str, ...] = Field((), strict=False, examples=[_PROGRAM])
    """Instead: the program that prints the key; it is run in the process that sends, and nowhere else."""

    trust: Literal["remote", "this-machine"] = Field("remote", examples=["remote"])
    """"this-machine": a server on this computer that you trust with your mail; it is not asked about each time."""

    share: Literal["question", "excerpt", "full", "raw"] = Field("excerpt", examples=["excerpt"])
    """The most of a text that is offered: the question, an excerpt or all of it, each redacted, or raw, as it is."""

    never: tuple[str, ...] = Field((), strict=False, examples=[["from:bank.example", "label:medical"]])
    """Mail of which nothing is ever offered, each written like a --search."""

    price_in: float | None = Field(None, ge=0, examples=[0.35])
    """What a million tokens sent cost, in US dollars."""

    price_out: float | None = Field(None, ge=0, examples=[0.40])
    """What a million tokens received cost."""

    budget: float | None = Field(None, ge=0, examples=[2.0])
    """The most to spend in a month, in US dollars; needs the two prices."""

    seconds: int = Field(120, ge=1, le=3600, examples=[120])
    """How long an answer may take in all."""

    keep_bodies: bool = Field(True, examples=[True])
    """Whether `egress show` can print what was sent. If false, only its size and hash are kept."""

    @model_validator(mode="after")
    def _fits_together(self) -> "Cloud":
        if self.budget is not None and (self.price_in is None or self.price_out is None):
            raise ValueError("budget needs price_in and price_out")
        if not self.url.startswith("https://") and not self.is_loopback:
            raise ValueError("url must be https, or http on this computer itself")
        if self.trust == "this-machine" and not self.is_loopback:
            raise ValueError('trust = "this-machine" is for a server on this computer')
        return self

    @property
    def host(self) -> str:
        """The host, and the port where one is named."""
        return urlsplit(self.url).netloc

    @property
    def is_loopback(self) -> bool:
        """Whether the url is this computer itself."""
        return urlsplit(self.url).hostname in _LOOPBACK


class Smtp(BaseModel):
    """The server that takes the mail you send, and who you are to those who get it."""

    model_config = _STRICT

    host: str = Field(pattern=_HOST, examples=["smtp.example.org"])
    """The server."""

    sender: str = Field(pattern=_SENDER, examples=["Ada Lindqvist <ada@example.org>"])
    """Who the mail is from, and who the organizer of your meetings is: never guessed from your mail."""

    port: int = Field(465, ge=1, le=65535, examples=[465])
    """Its port: 465, or 587 where security is starttls."""

    security: Security = Field("tls", examples=["tls"])
    """tls from the first byte, starttls, or none, which only a server on this computer itself may have."""

    user: str | None = Field(None, min_length=1, examples=["ada@example.org"])
    """The name to log in with. Without it: the address in sender, where there is a password; else nobody logs in."""

    password_env: str | None = Field(None, pattern=_VARIABLE, examples=["EXAMPLE_PASSWORD"])
    """The environment variable that holds the password."""

    password_command: tuple[str, ...] = Field((), strict=False, examples=[_PROGRAM])
    """Instead: the program that prints the password; it is run in the process that sends, and nowhere else."""

    seconds: int = Field(20, ge=1, le=600, examples=[20])
    """How long the server may be silent."""

    sent: str | None = Field(None, min_length=1, examples=["~/Maildir/.Sent"])
    """Keep a copy of what was sent: in this Maildir, or, if "imap", in the folder that [imap] names."""

    @model_validator(mode="after")
    def _fits_together(self) -> "Smtp":
        if self.security == "none" and not self.is_loopback:
            raise ValueError('security = "none" is for a server on this computer itself')
        return self

    @property
    def is_loopback(self) -> bool:
        """Whether the server is this computer itself."""
        return self.host in _LOOPBACK

    @property
    def place(self) -> str:
        """Host and port, as they are shown and kept in the ledger."""
        return f"{self.host}:{self.port}"

    @property
    def address(self) -> str:
        """The address in `sender`, in lower case."""
        return self.sender.rpartition("<")[2].rstrip(">").strip().lower()

    @property
    def name(self) -> str:
        """The name in `sender`; empty where it is an address alone."""
        return self.sender.rpartition("<")[0].strip().strip('"')


class Imap(BaseModel):
    """The server a copy of what was sent is put on; nothing else is done there."""

    model_config = _STRICT

    host: str = Field(pattern=_HOST, examples=["imap.example.org"])
    """The server."""

    user: str = Field(min_length=1, examples=["ada@example.org"])
    """The name to log in with."""

    port: int = Field(993, ge=1, le=65535, examples=[993])
    """Its port: 993, or 143 where security is starttls."""

    security: Security = Field("tls", examples=["tls"])
    """tls from the first byte, starttls, or none, which only a server on this computer itself may have."""

    password_env: str | None = Field(None, pattern=_VARIABLE, examples=["EXAMPLE_PASSWORD"])
    """The environment variable that holds the password."""

    password_command: tuple[str, ...] = Field((), strict=False, examples=[_PROGRAM])
    """Instead: the program that prints the password; it is run in the process that sends, and nowhere else."""

    folder: str = Field("Sent", min_length=1, examples=["Sent"])
    """The folder the copy goes into."""

    @model_validator(mode="after")
    def _fits_together(self) -> "Imap":
        if self.security == "none" and self.host not in _LOOPBACK:
            raise ValueError('security = "none" is for a server on this computer itself')
        return self

    @property
    def place(self) -> str:
        """Host and port, as they are shown and kept in the ledger."""
        return f"{self.host}:{self.port}"


class Caldav(BaseModel):
    """A calendar on a server: your meetings are put into it, each after your yes."""

    model_config = _STRICT

    url: str = Field(pattern=r"^https?://[^\s/@?#]+(/[^\s?#]*)?/$", examples=["https://dav.example.org/ada/calendar/"])
    """The calendar itself (a collection), with the slash at its end. https, or http on this computer itself."""

    user: str | None = Field(None, min_length=1, examples=["ada"])
    """The name to log in with."""

    password_env: str | None = Field(None, pattern=_VARIABLE, examples=["EXAMPLE_PASSWORD"])
    """The environment variable that holds the password."""

    password_command: tuple[str, ...] = Field((), strict=False, examples=[_PROGRAM])
    """Instead: the program that prints the password; it is run in the process that sends, and nowhere else."""

    @model_validator(mode="after")
    def _fits_together(self) -> "Caldav":
        if not self.url.startswith("https://") and urlsplit(self.url).hostname not in _LOOPBACK:
            raise ValueError("url must be https, or http on this computer itself")
        return self

    @property
    def host(self) -> str:
        """The host, and the port where one is named."""
        return urlsplit(self.url).netloc
