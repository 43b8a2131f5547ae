"""A terminal with line editing (prompt_toolkit): history, completion, pasting, and the state of the chat below.

prompt_toolkit is imported when a chat begins on such a terminal, and never before. It holds the terminal only while a
line is typed: between two prompts the process that sends can ask on it. No colour is used, so there is none to switch
off.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from agent import output
from agent.commands.chat_offers import Offer
from agent.errors import AgentError
from agent.text import Screened, screen_line

if TYPE_CHECKING:
    from prompt_toolkit.completion import Completer
    from prompt_toolkit.history import History
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

    from agent.commands.line_history import LineHistory

_PASTED = 100_000  # characters of what is pasted at once that are taken
_STYLE = {"bottom-toolbar": "noreverse", "completion-menu.completion.current": "reverse"}


class Editor:
    """Reads lines with editing. `offers` completes them, `standing` says what stands below, `kept` keeps them."""

    stays = True
    has_toolbar = True

    def __init__(
        self,
        offers: Callable[[str], tuple[str, list[Offer]]],
        standing: Callable[[], str],
        kept: "LineHistory | None" = None,
    ) -> None:
        from prompt_toolkit import PromptSession
        from prompt_toolkit.output import ColorDepth
        from prompt_toolkit.styles import Style

        self._standing, self._below, self._leaving = standing, "", False
        self._failed = ""  # why a line was not kept, to be said when the line is over
        self._session: PromptSession[str] = PromptSession(
            "> ",
            multiline=True,  # what is pasted may have more lines; Enter sends them all
            prompt_continuation="  ",
            key_bindings=self._keys(),
            completer=_completer(offers),
            history=_history(kept, self._say_later),
            bottom_toolbar=self._toolbar,
            reserve_space_for_menu=4,
            style=Style.from_dict(_STYLE),
            color_depth=ColorDepth.DEPTH_1_BIT,
            include_default_pygments_style=False,
        )

    def read(self) -> str | None:
        """Return the next line; None after Ctrl-D on an empty one, or after Ctrl-C twice."""
        self._below, self._leaving = screen_line(self._standing()), False
        try:
            return self._session.prompt()
        except (EOFError, KeyboardInterrupt):
            return None
        finally:
            if self._failed:
                output.note(self._failed)
                self._failed = ""

    def _say_later(self, sentence: str) -> None:
        self._failed = sentence

    def _toolbar(self) -> str:
        from prompt_toolkit.application import get_app

        from agent.columns import cut

        said = "Ctrl-C again, or Ctrl-D, leaves" if self._leaving else self._below
        return cut(said, max(8, get_app().output.get_size().columns))

    def _keys(self) -> "KeyBindings":
        from prompt_toolkit.filters import Condition
        from prompt_toolkit.key_binding import KeyBindings
        from prompt_toolkit.keys import Keys

        keys = KeyBindings()
        keys.add("enter")(lambda event: event.current_buffer.validate_and_handle())
        keys.add("escape", "enter")(lambda event: event.current_buffer.insert_text("\n"))
        keys.add(Keys.BracketedPaste)(lambda event: event.current_buffer.insert_text(pasted(event.data)))
        keys.add("c-c")(self._interrupt)
        keys.add(Keys.Any, filter=Condition(lambda: self._leaving))(self._stay)
        return keys

    def _interrupt(self, event: "KeyPressEvent") -> None:
        """Clear the line; the second time in a row, leave."""
        if self._leaving:
            event.app.exit(exception=EOFError)
        event.current_buffer.reset()
        self._leaving = True

    def _stay(self, event: "KeyPressEvent") -> None:
        self._leaving = False
        event.current_buffer.insert_text(event.data)


def pasted(text: str) -> str:
    """Return what is taken of a text that was pasted: without what a terminal would act on or not show."""
    return Screened().more(text[:_PASTED])


def _completer(offers: Callable[[str], tuple[str, list[Offer]]]) -> "Completer":
    from prompt_toolkit.completion import CompleteEvent, Completer, Completion
    from prompt_toolkit.document import Document

    class Offers(Completer):
        """What the chat offers at the cursor."""

        def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
            word, found = offers(document.text_before_cursor)
            return (Completion(text, -len(word), display_meta=meta) for text, meta in found)

    return Offers()


def _history(kept: "LineHistory | None", say: Callable[[str], None]) -> "History":
    from prompt_toolkit.history import History, InMemoryHistory

    if kept is None:
        return InMemoryHistory()
    file = kept

    class Kept(History):
        """The lines of the file, and each new one into it."""

        def load_history_strings(self) -> Iterable[str]:
            try:
                return reversed(file.lines())
            except AgentError:  # it was read when the chat began
                return ()

        def store_string(self, string: str) -> None:
            try:
                file.add(string)
            except AgentError as error:
                say(error.message)

    return Kept()
