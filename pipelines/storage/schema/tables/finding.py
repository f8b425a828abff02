"""What articles are found by. All of it follows from the articles and can be made anew."""

from __future__ import annotations

from pipelines.storage.schema.fields import (
    Collection,
    Field,
    Index,
    binary,
    date,
    integer,
    string,
    strings,
)
from pipelines.storage.schema.tables.articles import DIGEST_PATTERN, ID_PATTERN

TRACES = Collection(
    name="traces",
    purpose="What articles are found by. It follows from them and can be made anew "
    "(`newsdesk db reindex`).",
    fields=(
        string("_id", "`_id` of the article.", required=True, pattern=ID_PATTERN),
        integer("version", "Version of the rules behind it.", required=True, minimum=1),
        date("at", "When the state was stored that it was taken from.", required=True),
        string(
            "content",
            "`fingerprint.content` of that state.",
            required=True,
            pattern=DIGEST_PATTERN,
        ),
        string("site", "Key of the article's site.", required=True),
        date("published_at", "When the article was published.", required=True),
        integer("week", "Week of that, counted from 1970.", required=True, minimum=None),
        Field(
            name="bands",
            kind="array",
            items="int",
            description="MinHash bands of the body and, below zero, digests of its sentences: "
            "what is alike shares some of them.",
            required=True,
        ),
        Field(
            name="grams",
            kind="binData",
            description="Pairs of neighbouring characters and Latin words: 32-bit numbers, "
            "until they are gathered.",
        ),
        string("block", "`_id` in `blocks`, once its grams are gathered there."),
    ),
    indexes=(
        Index(name="week_bands", keys=(("week", 1), ("bands", 1)), purpose="Near copies."),
        Index(
            name="block_published",
            keys=(("block", 1), ("published_at", -1)),
            purpose="What is not gathered yet, the newest first.",
        ),
    ),
)

BLOCKS = Collection(
    name="blocks",
    purpose="Some thousand articles each whose grams are gathered in `postings`.",
    fields=(
        string("_id", "Id of the block.", required=True, pattern="."),
        integer("version", "Version of the rules behind it.", required=True, minimum=1),
        date("gathered_at", "When it was gathered.", required=True),
        date("newest", "When the newest of its articles was published.", required=True),
        date("oldest", "When the oldest was.", required=True),
        string("articles", "`_id` of its articles, the newest first, one a line.", required=True),
        binary("published", "When each was published: 64-bit numbers, milliseconds from 1970."),
    ),
    indexes=(Index(name="newest", keys=(("newest", -1),), purpose="The newest blocks first."),),
)

POSTINGS = Collection(
    name="postings",
    purpose="Which articles of a block have which grams; read by `newsdesk articles search`.",
    fields=(
        string("_id", '"block:shard".', required=True, pattern=r"^.+:\d+$"),
        binary("grams", "Grams of the shard in order: 32-bit numbers."),
        binary("ends", "Where the places of each gram end: 32-bit numbers."),
        binary("places", "Lines of `blocks.articles`, from 0: 16-bit numbers."),
    ),
)

FURNITURE = Collection(
    name="furniture",
    purpose="Sentences that many articles of a site have: the page's own. They are left out when "
    "copies are looked for; the articles keep them.",
    fields=(
        string("_id", '"site:number".', required=True, pattern=rf"{ID_PATTERN}"),
        string("site", "Key of the site.", required=True),
        integer(
            "number", "Digest of the sentence, as in `traces.bands`.", required=True, minimum=None
        ),
        string(
            "sentence", "The sentence, folded, without punctuation.", required=True, pattern="."
        ),
        date("found_at", "When so many were found.", required=True),
        Field(
            name="unsettled",
            kind="bool",
            description="True until all articles that have it have been compared without it.",
        ),
    ),
)

LIKENESSES = Collection(
    name="likenesses",
    purpose="Which articles of the same days are alike, two by two: what `story`, `similar` and "
    "`contains` of articles follow from.",
    fields=(
        string("_id", "The `_id`s of both.", required=True, pattern=ID_PATTERN),
        strings("articles", "The `_id`s of both.", required=True),
        string(
            "verdict",
            "`same`: copies. `related`: they share much text. `none`: not any more, and the "
            "articles do not all know yet.",
            required=True,
            choices=("same", "related", "none"),
        ),
        Field(
            name="jaccard",
            kind="number",
            description="Share of what both texts have in what either has, 0 to 1.",
            required=True,
        ),
        string("whole", "The longer one, if the other is a part of it."),
        integer("texts", "Texts that were compared, earlier ones of both included.", required=True),
    ),
    indexes=(Index(name="articles", keys=(("articles", 1),), purpose="What an article is like."),),
)
