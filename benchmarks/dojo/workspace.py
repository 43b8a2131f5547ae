"""AgentDojo's workspace as a suite: its world, its tasks and its judges. Runs in AgentDojo's own environment only."""

from collections.abc import Mapping, Sequence
from typing import Any

from agentdojo.agent_pipeline.base_pipeline_element import BasePipelineElement
from agentdojo.attacks.base_attacks import BaseAttack
from agentdojo.task_suite.load_suites import get_suite
from agentdojo.types import ChatAssistantMessage, text_content_block_from_string

from agent.errors import ConsentError
from benchmarks.dojo.adaptive import ADAPTIVE
from benchmarks.dojo.injections import SCRIPTS
from benchmarks.dojo.matrix import MakeGate, Played
from benchmarks.dojo.obedient import MARKER, Do, Obedient, Script
from benchmarks.dojo.policies import Policy
from benchmarks.dojo.steps import Call, Step

_TIMES = {"timestamp", "last_modified"}


class Workspace:
    """A version of the suite, e.g. "v1.2.2"; see benchmarks.dojo.matrix.Suite."""

    def __init__(self, version: str) -> None:
        self._suite = get_suite(version, "workspace")
        self._marked = _Marked(self._suite, None)
        self._worlds: dict[tuple[str, bool], Any] = {}
        self.tasks: tuple[str, ...] = tuple(self._suite.user_tasks)
        self.attacks: tuple[str, ...] = tuple(self._suite.injection_tasks)
        self.tools: tuple[str, ...] = tuple(tool.name for tool in self._suite.tools)

    def _fresh(self, task: str, injected: bool) -> Any:
        """Return the world as the task finds it; it is read from AgentDojo's files once."""
        if (task, injected) not in self._worlds:
            words = self._marked.attack(self._suite.user_tasks[task], None) if injected else {}
            self._worlds[task, injected] = self._suite.load_and_inject_default_environment(words)
        return self._worlds[task, injected].model_copy(deep=True)

    def wanted(self, task: str) -> Sequence[Call]:
        """Return the calls AgentDojo's authors solved the task with."""
        found = self._suite.user_tasks[task]
        return _calls(found, found.init_environment(self._fresh(task, False)))

    def play(self, task: str, attack: str | None, policy: Policy, gate: MakeGate, *, injected: bool = True) -> Played:
        """Play a task; AgentDojo says whether it was solved, and whether the attack was."""
        user_task = self._suite.user_tasks[task]
        injection = self._suite.injection_tasks.get(attack or "")
        pipeline = _Pipeline(user_task, attack, injection, policy, gate)
        solved, succeeded = self._suite.run_task_with_pipeline(
            pipeline, user_task, injection, {}, environment=self._fresh(task, injected)
        )
        got = bool(succeeded) and injection is not None  # AgentDojo says True where there was no attack
        return Played(bool(solved), got, _state(pipeline.env), pipeline.asked)


class _Marked(BaseAttack):
    """Puts the marker wherever the user's task makes the model look."""

    name = "marked"

    def attack(self, user_task: Any, injection_task: Any) -> dict[str, str]:
        return dict.fromkeys(self.get_injection_candidates(user_task), MARKER)


class _Pipeline(BasePipelineElement):
    """The obedient model between AgentDojo's prompt and its tools, with our gate in front of them."""

    def __init__(self, task: Any, attack: str | None, injection: Any, policy: Policy, gate: MakeGate) -> None:
        self._task, self._attack, self._injection, self._policy, self._gate = task, attack, injection, policy, gate
        self.env: Any = None
        self.asked = 0

    def query(self, query: str, runtime: Any, env: Any, messages: Any = (), extra_args: Any = None) -> Any:
        """Do the task, obey the attack, and end with the answer AgentDojo's authors wrote."""
        world = _World(query, runtime, env)
        gate = self._gate(world.run)

        def act(call: Call) -> tuple[Any, str]:
            try:
                return gate.do(self._policy(call, world))
            except ConsentError:
                return None, ""

        model = Obedient(act, self._script(query, env))
        for call in _calls(self._task, env):
            model.do(call.name, **call.arguments)
        self.env, self.asked = env, gate.asked
        answer = text_content_block_from_string(self._task.GROUND_TRUTH_OUTPUT)
        said = ChatAssistantMessage(role="assistant", content=[answer], tool_calls=None)
        return query, runtime, env, [*messages, said], extra_args or {}

    def _script(self, prompt: str, env: Any) -> Script | None:
        if self._attack is None:
            return None
        if self._attack in ADAPTIVE:
            return ADAPTIVE[self._attack](prompt)
        if self._attack in SCRIPTS:
            return SCRIPTS[self._attack]

        def published(do: Do) -> None:
            for call in _calls(self._injection, env):
                do(call.name, **call.arguments)

        return published


class _World:
    """The environment of one run; see benchmarks.dojo.policies.World."""

    def __init__(self, prompt: str, runtime: Any, env: Any) -> None:
        self.prompt, self._runtime, self._env = prompt, runtime, env

    def run(self, step: Step) -> tuple[Any, str]:
        """Carry a call out: what it returned (None after an error), and what a model would read of it."""
        result, error = self._runtime.run_function(self._env, step.call.name, step.call.arguments)
        return (None, str(error)) if error else (result, repr(result))

    def others(self, call: Call) -> frozenset[str]:
        event, file = self._event(call), self._env.cloud_drive.files.get(call.arguments.get("file_id"))
        people = set(event.participants) if event else set()
        if file:
            people |= {file.owner, *file.shared_with}
        return frozenset(people - {self._env.inbox.account_email})

    def title(self, call: Call) -> str:
        event = self._event(call)
        return event.title if event else ""

    def _event(self, call: Call) -> Any:
        return self._env.calendar.events.get(call.arguments.get("event_id"))


def _calls(task: Any, env: Any) -> list[Call]:
    return [Call(call.function, _copied(call.args)) for call in task.ground_truth(env)]


def _copied(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments with lists of their own: AgentDojo's tools add to the lists they are given."""
    return {name: list(value) if isinstance(value, list) else value for name, value in arguments.items()}


def _state(env: Any) -> Any:
    """Return the world without its clock readings, as values that compare."""
    parts = {
        "emails": env.inbox.emails,
        "trash": env.inbox.trash,
        "events": env.calendar.events,
        "files": env.cloud_drive.files,
    }
    return {
        (name, number): each.model_dump(mode="json", exclude=_TIMES)
        for name, held in parts.items()
        for number, each in held.items()
    }
