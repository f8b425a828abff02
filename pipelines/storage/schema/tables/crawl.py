"""What a crawl knows of single pages: URLs, rejected articles, evidence, and how hosts stand."""

from __future__ import annotations

from typing import get_args

from pipelines.records import LeaveReason
from pipelines.storage.schema.fields import (
    Collection,
    Field,
    Index,
    date,
    integer,
    record,
    string,
)
from pipelines.storage.schema.tables.articles import ID_PATTERN

URL_STATES = (
    "stored",
    "rejected",
    "unreadable",
    "failed",
    "gone",
    "not_collectable",
    "moved",
)

URLS = Collection(
    name="urls",
    purpose="What is known of each article URL.",
    fields=(
        string(
            "_id",
            '"site:key", as in `articles`; "site:url" where no key is known.',
            required=True,
            pattern=ID_PATTERN,
        ),
        string("site", "Key of the site.", required=True),
        string("url", "The address.", required=True),
        string("state", "What became of it.", required=True, choices=URL_STATES),
        string("reason", "Why, in one word, as it is counted; null for stored."),
        string("detail", "Why, for a person."),
        integer("status", "HTTP status of the last answer."),
        integer("attempts", "Failed attempts in a row.", required=True),
        date("first_seen_at", "When it was first seen.", required=True),
        date("last_seen_at", "When it was last seen, in a list or as a page.", required=True),
        date("checked_at", "When it was last asked for."),
        date("next_check_at", "When it is due for another look; missing or null: never."),
        date("failing_since", "When the first of the failed attempts in a row was."),
        date("given_up_at", "When it was given up after too many of them; `reason` says why."),
        record(
            "validators",
            "What the site gave for asking whether the page changed.",
            string("etag", "ETag header."),
            string("last_modified", "Last-Modified header."),
        ),
        string("job", "`_id` of the job that last asked for it."),
    ),
    indexes=(
        Index(
            name="site_state_reason",
            keys=(("site", 1), ("state", 1), ("reason", 1)),
            purpose="Counts per site, state and reason.",
        ),
        Index(
            name="site_next_check",
            keys=(("site", 1), ("next_check_at", 1)),
            purpose="What is due for another look.",
        ),
    ),
)

HOSTS = Collection(
    name="hosts",
    purpose="How sites and their hosts stand with us: pauses, walls, breakers, the night's count.",
    fields=(
        string("_id", '"site" for a site as a whole, "site/host" for a host.', required=True),
        string("site", "Key of the site.", required=True),
        string("host", "The host; null for the site as a whole."),
        string("night", "Site: day on whose noon the night began for which `requests` counts."),
        integer("requests", "Site: requests in that night."),
        date("come_back_at", "Site: nothing is asked of it before. null: it may be asked."),
        string(
            "come_back_reason",
            "Site: why, in one word.",
            choices=get_args(LeaveReason),
        ),
        string("come_back_why", "Site: why, for a person."),
        integer("blocks", "Site: crawls in a row that it turned away."),
        integer("failures", "Host: failures in a row, up to the opening of its breaker."),
        integer("openings", "Host: times its breaker opened since it last answered."),
        date("open_until", "Host: not asked before; then tried once. null: its breaker is closed."),
        string("reason", "Host: its last failure."),
        date("changed_at", "Host: when its breaker last opened or closed."),
        date("updated_at", "When this was written.", required=True),
        string("job", "`_id` of the job that wrote it."),
    ),
    indexes=(Index(name="site", keys=(("site", 1),), purpose="What a crawl of a site must know."),),
)

REJECTS = Collection(
    name="rejects",
    purpose="Articles that the filters turned away, whole, so that they can come back.",
    fields=(
        string("_id", '"site:key" of the article.', required=True, pattern=ID_PATTERN),
        string("site", "Key of the site.", required=True),
        string("url", "Its address.", required=True),
        string("title", "Its headline.", required=True),
        string("reason", "Why it was turned away, in one word.", required=True),
        string("detail", "Why, for a person."),
        date("published_at", "When it was published, by the page."),
        date("rejected_at", "When it was turned away.", required=True),
        string("job", "`_id` of the job that read it."),
        string("encoding", "How `item` is packed.", required=True),
        Field(name="item", kind="binData", description="The whole article, packed.", required=True),
        date("expires_at", "When MongoDB deletes it, by the machine's clock.", required=True),
    ),
    indexes=(
        Index(name="expires", keys=(("expires_at", 1),), purpose="Age limit.", ttl=True),
        Index(
            name="site_rejected",
            keys=(("site", 1), ("rejected_at", -1)),
            purpose="What a site lost last.",
        ),
    ),
)

EVIDENCE = Collection(
    name="evidence",
    purpose="Pages that gave no whole article, as they came, for whoever repairs the reading.",
    fields=(
        Field(name="_id", kind="id", description="Id of the evidence.", required=True),
        string("article", "`_id` in `urls`.", required=True, pattern=ID_PATTERN),
        string("site", "Key of the site.", required=True),
        string("url", "Address of the page.", required=True),
        string("state", "State that the URL got.", choices=URL_STATES),
        string("reason", "Why it gave no article, in one word.", required=True),
        string("detail", "Why, for a person."),
        integer("status", "HTTP status of the answer."),
        string("content_type", "Content-Type header of the answer."),
        string("encoding", "How `body` is packed."),
        Field(
            name="body",
            kind="binData",
            description="The answer's body, packed; null if `archive` says where it stands.",
        ),
        record(
            "archive",
            "Where the answer stands in the WARC archive.",
            string("file", "The WARC file, below the archive's folder.", required=True),
            integer("offset", "Place of its record in the file, in bytes.", required=True),
            string("digest", "Digest of the body as the site sent it.", required=True),
        ),
        integer("size", "Bytes of the body as it came.", required=True),
        Field(
            name="screenshot",
            kind="binData",
            description="JPEG of the page, if a browser rendered it and it showed nothing.",
        ),
        integer("compressed_size", "Bytes of body and screenshot as kept.", required=True),
        string("job", "`_id` of the job that asked for it."),
        date("captured_at", "When it was asked for.", required=True),
        date("expires_at", "When MongoDB deletes it, by the machine's clock.", required=True),
    ),
    indexes=(
        Index(name="expires", keys=(("expires_at", 1),), purpose="Age limit.", ttl=True),
        Index(
            name="site_captured",
            keys=(("site", 1), ("captured_at", -1)),
            purpose="A site's latest failures.",
        ),
        Index(
            name="captured_size",
            keys=(("captured_at", 1), ("compressed_size", 1)),
            purpose="The oldest first with their sizes, for the size limit.",
        ),
        Index(name="article", keys=(("article", 1),), purpose="The evidence for a URL."),
    ),
)
