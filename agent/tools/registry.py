"""The tools there are. Nothing sends, deletes, fetches, runs a program, or takes a path, an address or a URL."""

from agent.tools import dates, drafts, elsewhere, finding, helping, reading, todos
from agent.tools.tool import Tool

TOOLS: tuple[Tool, ...] = (
    Tool(finding.search_mail),
    Tool(finding.answer_mail),
    Tool(reading.read_message),
    Tool(reading.read_thread),
    Tool(reading.summarize),
    Tool(todos.extract_actions),
    Tool(todos.list_todos),
    Tool(todos.add_todo, "local"),
    Tool(todos.complete_todo, "local"),
    Tool(dates.now),
    Tool(dates.list_events),
    Tool(dates.find_free_time),
    Tool(drafts.draft_reply, "local"),
    Tool(drafts.draft_invite, "local"),
    Tool(helping.help),
    Tool(elsewhere.ask_cloud, "outgoing"),
)
