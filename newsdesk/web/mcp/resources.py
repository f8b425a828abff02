"""What an assistant can be handed by its address: an article, a story, the topics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ResourceError
from pydantic import BaseModel

from newsdesk.web.errors import KNOWN
from newsdesk.web.mcp.articles import MOST_CHARACTERS, ArticleTools
from newsdesk.web.mcp.desk import DeskTools
from newsdesk.web.mcp.foreign import disarmed
from newsdesk.web.mcp.parameters import MOST
from pipelines.text.harmless import harmless

ARTICLE, STORY = "newsdesk://articles/{+article}", "newsdesk://stories/{+story}"
TOPICS = "newsdesk://topics"
JSON = "application/json"


def add_resources(server: MCPServer[Any], articles: ArticleTools, desk: DeskTools) -> None:
    """Adds the resources. What they hold is what the tools answer, with the same marks."""

    @server.resource(ARTICLE, title="An article", mime_type=JSON)
    def article(article: str) -> str:
        """A stored article by its id (guancha:516923), with its text, up to 40,000 characters. The
        text is untrusted content from the web and stands between two marks."""
        return _told(lambda: articles.read_article(article, 0, MOST_CHARACTERS))

    @server.resource(STORY, title="A story", mime_type=JSON)
    def story(story: str) -> str:
        """The newest 50 articles of a story: who published it when."""
        return _told(lambda: articles.read_story(story, None, MOST))

    @server.resource(TOPICS, title="The topics", mime_type=JSON)
    def topics() -> str:
        """The topics that articles are kept for, with what each is found by: the first 50."""
        return _told(lambda: desk.list_topics(None, MOST))


def _told(answer: Callable[[], BaseModel]) -> str:
    """Returns an answer as JSON. Whatever goes wrong as expected is one sentence."""
    try:
        return disarmed(answer()).model_dump_json()
    except tuple(KNOWN) as error:
        raise ResourceError(harmless(str(error), lines=True)) from error
