"""A talk with a model that may use tools: ask it, run what it asks for, tell it what came of it, until it answers.

What the model learns of the world is a tool's result, as data. What it says is shown; what it does goes through the
gate; and what of its words nothing bears out that was read is named.
"""

import json
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from datetime import datetime
from typing import Any

from agent import calls
from agent.basis import Basis
from agent.errors import AgentError, ModelError
from agent.events import Answer, Answered, Budget, Called, Event, Kept, Misused, Said, Started, Stop
from agent.exchange import Exchange
from agent.history import History
from agent.model import Call, Completion, Limits, Model, Piece, Request, Turn
from agent.patience import at_most
from agent.text import Untrusted
from agent.tools import faces
from agent.tools.desk import Desk
from agent.tools.effects import Effect
from agent.tools.gate import Gate
from agent.tools.hands import Done, Hands
from agent.tools.tool import BadCall, Tool, told

_AT_ONCE = 8  # calls of one step
_KEPT = 5  # drafts and to-dos of one turn
_UNREADABLE = "that was no call that can be read: write it as [name(argument=value)], or answer in words"
_STOPS: dict[str, Stop] = {"length": "tokens", "cancelled": "seconds"}


class Talk:
    """A talk, and what it is about: the desk. One turn at a time; `ask` goes on where the last one ended.

    `gate` lets `hands` perform what tools bring about; `system` is the instruction, which stands before everything.
    `clock` tells the time at each turn; without one it stays as the desk has it.
    """

    def __init__(
        self,
        model: Model,
        tools: Sequence[Tool],
        desk: Desk,
        gate: Gate[Effect, Done],
        hands: Hands,
        system: tuple[Turn, ...] = (),
        *,
        budget: Budget | None = None,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        self.model, self.desk, self.budget = model, desk, budget or Budget()
        self.answers: list[Answer] = []
        self.used = 0
        self._tools = {tool.name: tool for tool in tools}
        self._declared = tuple(tool.declared for tool in tools)
        self._gate, self._hands, self._system, self._clock = gate, hands, system, clock
        self._history = History()
        self._basis = Basis()

    @property
    def turns(self) -> list[Turn]:
        """What was said, without the instruction."""
        return self._history.turns

    def forget(self) -> None:
        """Forget what was said: the next question begins a new talk."""
        self._history.forget()
        self.answers.clear()
        self._basis.clear()
        self.used = 0

    def close(self) -> None:
        """Close the mailbox and free the weights, those that chose tools and those that wrote."""
        self.desk.open(None)
        for model in (self.model, self.desk.model):
            if model is not None:
                model.close()

    def undo(self) -> str | None:
        """Take back the last thing that was kept; return a sentence on it, None where nothing was. Raises as Hands."""
        return self._hands.undo()

    def ask(self, words: str) -> Iterator[Event]:
        """Yield what happens until there is an answer; the last event is Answered.

        Closing the iterator, or Ctrl-C, stops it where it is and keeps the talk. Raises what the model raises: the talk
        can go on after that, too.
        """
        self.desk.before, self.desk.words = self.desk.words, words
        self.desk.now = self._clock() if self._clock else self.desk.now
        self._history.add(Turn("user", (f"({faces.moment(self.desk.now, self.desk)})\n{words}",)))
        exchange = Exchange(self.budget)
        try:
            answer = yield from self._answer(exchange)
        finally:
            self._history.settle()
        self.answers.append(answer)
        yield Answered(answer)

    def _answer(self, exchange: Exchange) -> Generator[Event, None, Answer]:
        while (stop := exchange.over()) is None:
            completion = yield from self._step(exchange)
            # What stands beside calls was written before anything was known: it is not kept.
            said = () if completion.calls or not completion.text else (completion.text,)
            self._history.add(Turn("assistant", said, completion.calls))
            if completion.text and not completion.calls and calls.begins(completion.text.raw):
                self._unreadable(exchange)
                continue
            if not completion.calls:
                return self._answered(exchange, completion.text, _STOPS.get(completion.stop, "end"))
            for call in completion.calls:
                heard = yield from self._carried_out(call, exchange)
                self._history.add(Turn("tool", (Untrusted(heard),)))
        yield from exchange.released()
        return self._answered(exchange, Untrusted(""), stop)

    def _unreadable(self, exchange: Exchange) -> None:
        """Tell the model that what it wrote looks like a call, and is none."""
        exchange.misused += 1
        self._history.add(Turn("user", (f"({_UNREADABLE})",)))
        exchange.held.append(Misused(_UNREADABLE))

    def _step(self, exchange: Exchange) -> Generator[Event, None, Completion]:
        """Put the talk to the model once."""
        most = exchange.tokens_left
        turns, left_out = self._history.fitted(lambda turns: self._size(turns) + most <= self.model.context)
        exchange.steps, exchange.left_out = exchange.steps + 1, max(exchange.left_out, left_out)
        request = Request(
            "chat",
            (*self._system, *turns),
            Limits(most, exchange.seconds_left),
            # Who was told that a call was wrong writes the next one under a grammar.
            grammar=calls.grammar(self._declared) if exchange.misused else None,
            tools=self._declared,
        )
        completion: Completion | None = None
        for event in self.model.run([request]):
            if isinstance(event, Piece):
                yield from exchange.released()
                yield Said(event.text)
            else:
                completion = event.completion
        if completion is None:
            raise ModelError(f"{self.model.name} gave no answer.")
        if completion.calls or completion.text:
            yield from exchange.released()
        exchange.spend(completion)
        self.used = completion.usage.prompt_tokens + completion.usage.output_tokens
        return completion

    def _size(self, turns: Sequence[Turn]) -> int:
        return self.model.count((*self._system, *turns), self._declared)

    def _carried_out(self, call: Call, exchange: Exchange) -> Generator[Event, None, str]:
        """Run a tool; return what the model is told of it, as JSON text."""
        name = call.name.raw
        try:
            tool, arguments = self._checked(call, exchange)
            yield Started(name)
            with at_most(min(self.budget.tool_seconds, max(1.0, exchange.seconds_left))):
                result = tool.run(self.desk, **arguments)
                heard = told(result.value)
            done = self._done(result.effect, exchange) if result.effect else None
        except BadCall as error:
            exchange.misused += 1
            exchange.texts.append(Untrusted(str(error)))
            exchange.held.append(Misused(str(error)))
            return told({"error": str(error)})
        except TimeoutError:
            yield Called(name, f"{name} took too long and was stopped")
            return told({"error": "it took too long and was stopped"})
        except AgentError as error:
            exchange.texts.append(Untrusted(error.message))
            exchange.held.append(Called(name, error.message))
            return told({"error": error.message})
        except Exception as error:  # a bug in one tool must not end the talk; its message may hold words of a message
            yield Called(name, f"{name} failed ({type(error).__name__})")
            return told({"error": "it failed"})
        exchange.results.append(result)
        exchange.texts.append(done.text if done and done.text else result.text)
        yield Called(name, result.said)
        if done is None:
            return heard
        if done.handle:
            yield Kept(done.effect, done.handle)
        return told({**result.value, "kept as": done.handle} if done.handle else {"answer": done.text.raw})

    def _done(self, effect: Effect, exchange: Exchange) -> Done:
        """Have the gate perform an effect; the time the user takes to say yes or no is theirs.

        Raises BadCall where enough was kept in this turn, and what the gate raises.
        """
        if exchange.kept >= _KEPT:
            raise BadCall("enough was kept in this turn: the user looks at that first.")
        exchange.kept += 1
        began = time.monotonic()
        try:
            return self._gate.do(effect)
        finally:
            exchange.began += time.monotonic() - began

    def _checked(self, call: Call, exchange: Exchange) -> tuple[Tool, dict[str, Any]]:
        """Return the tool that is meant and its arguments. Raises BadCall."""
        tool = self._tools.get(call.name.raw)
        if tool is None:
            raise BadCall(f"there is no such tool; there are {', '.join(self._tools)}.")
        if len(exchange.called) >= self.budget.steps * _AT_ONCE:
            raise BadCall("too many calls: answer with what is known.")
        arguments = tool.arguments(call.arguments.raw)
        same = (tool.name, json.dumps(arguments, sort_keys=True, default=str))
        if same in exchange.called:
            raise BadCall(f"{tool.name} was called so already: answer with what it said.")
        exchange.called[same] = None
        return tool, arguments

    def _answered(self, exchange: Exchange, text: Untrusted, stop: Stop) -> Answer:
        """Return the answer: the model's words with what they rest on, else what the tools themselves say."""
        from agent.tasks.resting import Resting

        self._basis.add(exchange.results)
        messages = tuple({each.id: each for result in exchange.results for each in result.messages}.values())
        if text:
            rests, rested_on = self._basis.rests(text, "facts" if self.desk.writes else "words")
            messages = rested_on or messages
        else:
            text = Untrusted("\n\n".join(each.raw for each in dict.fromkeys(exchange.texts) if each))
            rests = Resting(tuple(dict.fromkeys(each for result in exchange.results for each in result.receipts)))
        return Answer(
            text,
            rests.receipts,
            messages,
            rests.unconfirmed,
            exchange.names,
            stop,
            exchange.prompt_tokens,
            exchange.output_tokens,
            exchange.note(stop),
        )
