"""What operators decide about topics, and how far applying them has come."""

from __future__ import annotations

from pipelines.storage.schema.fields import Collection, Field, Index, date, integer, string, strings

TOPICS = Collection(
    name="topics",
    purpose="What operators changed about topics; the definitions are in the topics file.",
    fields=(
        string("_id", "Name of the topic.", required=True, pattern="."),
        Field(name="enabled", kind="bool", description="Whether it is used.", required=True),
        string("title", "Its name for people; null: as in the file."),
        strings("terms", "Terms that it is found by, in place of the file's terms and query."),
        string("query", "Query that it is found by, likewise; both null: as in the file."),
        string("note", "Why, by the operator."),
        date("updated_at", "When this was decided.", required=True),
        string("updated_by", "Who decided it."),
    ),
)

TAGGINGS = Collection(
    name="taggings",
    purpose="Runs that apply the topics to what is stored and to what was turned away.",
    fields=(
        string("_id", "Id of the run.", required=True, pattern="."),
        string("digest", "Digest of the topics that it applies.", required=True),
        strings("topics", "The only topics that it applies; null: all in force."),
        string(
            "state",
            "Where it stands: running (also if it was interrupted: the next one goes on with it), "
            "done, or replaced by a run with other topics.",
            required=True,
            choices=("running", "done", "replaced"),
        ),
        integer("step", "Which of its four passes it is in, from 0.", required=True),
        string("after", "Last `_id` that this pass is done with; null: none yet."),
        Field(
            name="counts",
            kind="object",
            description="looked_at, changed, unmatched, returned, added/<topic>, lost/<topic>; "
            "a batch that was interrupted is not counted twice, and may be missing.",
            required=True,
            values="int",
        ),
        date("started_at", "When it began.", required=True),
        date("updated_at", "When it last got on.", required=True),
        date("ended_at", "When it was done or replaced."),
    ),
    indexes=(
        Index(
            name="state_started",
            keys=(("state", 1), ("started_at", -1)),
            purpose="A run that was interrupted.",
        ),
    ),
)
