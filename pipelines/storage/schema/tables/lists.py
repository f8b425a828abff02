"""What a crawl knows of lists: how far they were walked, what they were like, what they showed
when."""

from __future__ import annotations

from pipelines.storage.schema.fields import (
    Collection,
    Index,
    date,
    integer,
    record,
    string,
    strings,
)

WALKS = Collection(
    name="walks",
    purpose="Lists that are walked page by page, and whether the last walk came to its end.",
    fields=(
        string("_id", '"site/source".', required=True),
        string("site", "Key of the site.", required=True),
        string("source", "The list: a source of the site.", required=True),
        date("begun_at", "When a run last began to walk it.", required=True),
        date(
            "unfinished_since",
            "When the first walk after the last whole one began: articles below those looked at "
            "since then may be missing, and the next run looks for them. null: none is.",
        ),
        date("finished_at", "When a run last had walked it to its end and kept what it found."),
        record(
            "gap",
            "Where the last walk had to leave it, if it could not come to its end.",
            integer("page", "The first page at which it has not looked.", required=True, minimum=1),
            string("reason", "Why: the reason of a page that was given up, or `bound`."),
            date("begun_at", "When that walk began.", required=True),
        ),
    ),
)

SOURCES = Collection(
    name="sources",
    purpose="How each list of a site fared when it was last read.",
    fields=(
        string("_id", '"site/source".', required=True),
        string("site", "Key of the site.", required=True),
        string("source", "The list: a source of the site.", required=True),
        date("checked_at", "When it was last asked for.", required=True),
        date("read_at", "When it last gave an answer that could be read."),
        string("error", "Why it was given up when it was last asked for; null: it was not."),
        integer("pages", "Pages of it that were asked for."),
        integer("items", "Articles that they showed."),
        integer("new", "Of these, unknown until then."),
        integer("overlap", "Of these, known already."),
        date("newest_at", "When the newest article that it showed was published."),
        date("new_at", "When it last showed an article that was new."),
        strings(
            "flags",
            "What is odd about it: stale (nothing new for too long), empty, repetitive (the same "
            "articles again and again), reordered (known articles moved up).",
        ),
        date("flagged_at", "Since when it has been stale, empty or repetitive."),
        strings("top", "`_id`s of the articles on its first page, in order."),
        record(
            "validators",
            "What the site gave for asking whether its first page changed.",
            string("etag", "ETag header."),
            string("last_modified", "Last-Modified header."),
        ),
        string("job", "`_id` of the job that last asked for it."),
    ),
    indexes=(
        Index(name="site_checked", keys=(("site", 1), ("checked_at", -1)), purpose="A site's."),
    ),
)

SIGHTINGS = Collection(
    name="sightings",
    purpose="Articles as they were seen in lists and hot lists: one for each change.",
    fields=(
        string("_id", '"source article time".', required=True),
        string("article", '"site:key" of the article, stored or not.', required=True),
        string("site", "Site on which the list stands.", required=True),
        string(
            "source",
            "The list: a source of the site, `page-hot` (the hot list beside articles) or `page` "
            "(the article's own page).",
            required=True,
        ),
        date("at", "When the list first showed it like this.", required=True),
        date("until", "When that was no longer so; null: it still was when last looked at."),
        integer("rank", "Place in a hot list, from 1; null in lists that go by time.", minimum=1),
        string("title", "Headline in the list."),
        integer("comment_count", "Comments that the list gives."),
        integer("read_count", "Readers that the list gives."),
        string("job", "`_id` of the job that read the list."),
        record(
            "day",
            "A sighting of long ago stands for all changes of a day: `rank` is the best then, "
            "`until` and the counts are the last. Absent: it stands for itself.",
            integer("first_rank", "Its first rank of that day.", minimum=1),
            integer("last_rank", "Its last rank of that day.", minimum=1),
            integer("changes", "Sightings for which it stands.", required=True, minimum=2),
        ),
    ),
    indexes=(
        Index(name="at", keys=(("at", 1),), purpose="What was seen on a day of long ago."),
        Index(
            name="article_at",
            keys=(("article", 1), ("at", -1)),
            purpose="The path of an article through the lists.",
        ),
        Index(
            name="site_source_until",
            keys=(("site", 1), ("source", 1), ("until", 1), ("at", -1)),
            purpose="A list now, or at a time.",
        ),
    ),
)
