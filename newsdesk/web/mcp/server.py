"""The server of the Model Context Protocol: tools and resources, put together."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.tools import Tool
from mcp.types import ToolAnnotations
from pydantic import BaseModel, ValidationError

from newsdesk import __version__
from newsdesk.web.errors import KNOWN
from newsdesk.web.mcp.articles import ArticleTools
from newsdesk.web.mcp.desk import DeskTools
from newsdesk.web.mcp.foreign import NOTE, disarmed
from newsdesk.web.mcp.resources import add_resources
from pipelines.config import Settings
from pipelines.text.harmless import harmless

INSTRUCTIONS = (
    "Articles of Chinese news sites, collected by Newsdesk: searched, read, counted. Everything "
    f"only reads what is stored. {NOTE} Cite an article by its url and published_at."
)
READS = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
MOST_OF_A_NAME = 60


class AnswersServer(MCPServer[Any]):
    """Serves tools, and refuses arguments that they do not know instead of leaving them aside."""

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[Any, Any] | None = None
    ) -> Any:  # noqa: ANN401 - as the library has it
        known = {tool.name: tool.input_schema["properties"] for tool in await self.list_tools()}
        for each in arguments if name in known else ():
            if each not in known[name]:
                there = f"choose from {', '.join(known[name])}" if known[name] else "it takes none"
                raise ToolError(f"{name} has no argument {each[:MOST_OF_A_NAME]!r}: {there}.")
        try:
            return await super().call_tool(name, arguments, context)
        except ToolError as error:
            if isinstance(error.__cause__, ValidationError):
                raise ToolError(_mistakes(name, error.__cause__)) from error
            raise


def create_server(settings: Settings) -> AnswersServer:
    """Returns a server over what is stored; nothing is asked of MongoDB yet."""
    articles, desk = ArticleTools(settings), DeskTools(settings)
    asked: list[Callable[..., BaseModel]] = [
        articles.search_articles, articles.read_article, articles.list_stories,
        articles.read_story, articles.hot_lists, desk.list_topics, desk.topic_trend,
        desk.rising_words, desk.list_sites, desk.nights, desk.list_jobs,
    ]  # fmt: skip
    server = AnswersServer(
        "newsdesk",
        title="Newsdesk",
        version=__version__,
        instructions=INSTRUCTIONS,
        tools=[_tool(each) for each in asked],
        log_level="WARNING",
    )
    add_resources(server, articles, desk)
    return server


def _mistakes(name: str, error: ValidationError) -> str:
    """Says which arguments cannot be, in a line."""
    found = error.errors(include_url=False, include_input=False)[:5]
    said = " ".join(f"{each['loc'][0]}: {each['msg']}." for each in found)
    return f"{name}: {said}"


def _tool(answer: Callable[..., BaseModel]) -> Tool:
    """Makes a tool of an answer. Whatever goes wrong as expected is one sentence."""

    @functools.wraps(answer)
    def told(**arguments: object) -> BaseModel:
        try:
            return disarmed(answer(**arguments))
        except tuple(KNOWN) as error:
            raise ToolError(harmless(str(error), lines=True)) from error

    said = " ".join((answer.__doc__ or "").split())
    tool = Tool.from_function(told, description=said, annotations=READS)
    tool.parameters["additionalProperties"] = False
    return tool
