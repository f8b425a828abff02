"""What tools may be given: bounded, each with a word for whoever asks."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

FEW, MOST = 20, 50

Query = Annotated[
    str | None,
    Field(
        max_length=2_000,
        description="Words as in 芯片 AND (出口 OR 管制) NOT 招聘; NEAR/20 for words close by, "
        '"..." for exact words, title:芯片 or source:新华社 for a field. Either script finds both.',
    ),
]
Site = Annotated[str | None, Field(max_length=100, description="Key of a site: see list_sites.")]
Topic = Annotated[
    str | None, Field(max_length=100, description="Name of a topic: see list_topics.")
]
Name = Annotated[str | None, Field(max_length=200)]
Article = Annotated[
    str, Field(min_length=1, max_length=500, description="Its id (guancha:516923) or address.")
]
Story = Annotated[
    str, Field(min_length=1, max_length=200, description="Its id: `story` of an article.")
]
Time = Annotated[
    str | None,
    Field(max_length=40, description="2026-03-01 or 2026-03-01T08:30, Beijing time."),
]
Until = Annotated[
    str | None,
    Field(
        max_length=40,
        description="2026-03-01 or 2026-03-01T08:30, Beijing time. A day is left out: name the "
        "next one.",
    ),
]
After = Annotated[
    str | None, Field(max_length=800, description="`next` of the page before, as it was given.")
]
Limit = Annotated[int, Field(ge=1, le=MOST)]
Days = Annotated[int, Field(ge=1, le=366)]
