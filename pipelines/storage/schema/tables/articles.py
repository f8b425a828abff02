"""What analysts read: articles, their earlier states, and the stories that they tell."""

from __future__ import annotations

from pipelines.storage.schema.fields import (
    Collection,
    Field,
    Index,
    date,
    integer,
    record,
    records,
    string,
    strings,
)

ID_PATTERN = r"^[a-z0-9_]+:."
DIGEST_PATTERN = r"^[0-9a-f]{16,128}$"

_PAGE_FIELDS = (
    string("site", "Key of the site: guancha, sina, ...", required=True, pattern=r"^[a-z0-9_]+$"),
    string("key", "The site's own id of the article.", required=True, pattern="."),
    string("url", "Address from which the article was read.", required=True, pattern="."),
    string("title", "Headline as printed.", required=True, pattern=r"\S"),
    string("original_title", "原标题: the headline at the medium that it was taken from."),
    string("summary", "Lead or abstract that the page gives beside the body."),
    string(
        "body",
        "The article's own text, plain, one paragraph a line, in the script of the page.",
        required=True,
        pattern=r"\S",
    ),
    records(
        "authors",
        "Who wrote it, from the byline; never the editor or the medium.",
        string("name", "Name as printed.", required=True, pattern=r"\S"),
        string("description", "What the page says about the author."),
        required=True,
    ),
    record(
        "source",
        "来源: the medium that the page credits.",
        string("name", "Name as printed.", required=True, pattern=r"\S"),
        string("url", "Link to the original, if the page gives one."),
        string("origin", "The medium that the text itself names as its source, if another one."),
    ),
    records(
        "editors",
        "责任编辑: who put the article on the site.",
        string("name", "Name as printed.", required=True, pattern=r"\S"),
        string("code", "Staff code, if printed: SF099."),
        required=True,
    ),
    strings("keywords", "Keywords that the page itself gives.", required=True),
    string("section", "Channel or column under which the page stands."),
    date("published_at", "When it was published, by the page.", required=True),
    date("updated_at", "When the page says that it was last changed."),
    record(
        "times",
        "The times exactly as printed.",
        string("visible", "Beside the headline."),
        string("created", "When the desk created it (create_at)."),
        string("live", "When it went live (article:published_time)."),
        string("updated", "最后更新 or update_at."),
        string("zone", "IANA name of the zone in which they were read.", required=True),
        required=True,
    ),
    records(
        "images",
        "Pictures of the article itself; no advertisement, QR code or logo.",
        string("url", "Address of the picture.", required=True),
        string("caption", "Caption as printed."),
        required=True,
    ),
    records(
        "related",
        "The page's related list (相关推荐), in its order.",
        string("title", "Headline in the list.", required=True),
        string("url", "Where it leads."),
        date("published_at", "Time that the list gives."),
        string("section", "Category that the list gives."),
        required=True,
    ),
    records(
        "hot",
        "The page's hot list (最新闻 Hot, 热门), in its order.",
        string("title", "Headline in the list.", required=True),
        integer("rank", "Place in the list, from 1.", required=True, minimum=1),
        string("url", "Where it leads."),
        integer("comment_count", "Comments that the list gives."),
        required=True,
    ),
    integer("comment_count", "Comments on the article when it was stored."),
    integer("collect_count", "Readers who had saved the article when it was stored."),
    record(
        "extraction",
        "How the page was read.",
        string("method", "Page object or method that read it.", required=True),
        integer("version", "Version of that method.", required=True, minimum=1),
        Field(
            name="agreement",
            kind="number",
            description="Agreement with a second method, 0 to 1; null if there was none.",
        ),
        strings("flags", "What was unusual about the page.", required=True),
        records(
            "removed",
            "Lines that rules took out of the body: bylines, notices, controls; the first fifty.",
            string("line", "The line as it stood there.", required=True),
            string("rule", "The kind of line that the rule knows.", required=True),
        ),
        required=True,
    ),
)

_PIPELINE_FIELDS = (
    string("script", "Script of the body: simplified or traditional.", choices=("hans", "hant")),
    records(
        "topics",
        "Topics that the article belongs to.",
        string("topic", "Name of the topic.", required=True),
        records(
            "hits",
            "Where its terms stand in the article.",
            string("term", "The term, as the topic writes it.", required=True),
            string(
                "field",
                "Field in which it stands: title, body, keywords; source, ... if a query names it.",
                required=True,
            ),
            integer("start", "Its first character in the field, from 0.", required=True),
            integer("end", "The character after its last.", required=True),
            required=True,
        ),
        integer("count", "In how many places terms stand; `hits` lists the first hundred."),
        required=True,
    ),
    record(
        "fingerprint",
        "Digests by which sameness is decided.",
        string("text", "Of the folded text.", required=True, pattern=DIGEST_PATTERN),
        string(
            "content",
            "Of all fields whose change makes a revision.",
            required=True,
            pattern=DIGEST_PATTERN,
        ),
        integer("version", "Version of the rules behind them.", required=True, minimum=1),
        required=True,
    ),
    string("job", "`_id` of the job that stored this state; null if it was imported."),
    record(
        "archive",
        "Where the page of this state stands in the WARC archive; null: it is not there.",
        string("file", "The WARC file, below the archive's folder.", required=True),
        integer("offset", "Place of its record in the file, in bytes.", required=True),
        string("digest", "Digest of the page as the site sent it: sha1, base32.", required=True),
    ),
)

_STORE_FIELDS = (
    string("_id", 'The article\'s id: "site:key".', required=True, pattern=ID_PATTERN),
    string("story", "`_id` of the story, if another copy of the article is known."),
    strings(
        "similar",
        "`_id`s of articles of the same days that share much text without being copies: updates, "
        "excerpts, parts of a series; the twenty most alike.",
    ),
    strings(
        "contains",
        "`_id`s of the different articles that stand in this one, a digest; it has no story.",
    ),
    date("first_seen_at", "When Newsdesk first saw the article.", required=True),
    date("stored_at", "When this state was stored.", required=True),
    date("checked_at", "When the page was last read.", required=True),
    date("last_seen_at", "When it was last seen, in a list or as a page.", required=True),
    date("gone_at", "When the site first said that the article is gone."),
    date(
        "re_extracted_at",
        "When Newsdesk read this state anew out of the archive: it differs from the one before by "
        "how pages are read. Absent: the site published it so.",
    ),
    integer("revision", "Number of this state, from 1.", required=True, minimum=1),
    integer(
        "edits",
        "How often its site has changed it; states that Newsdesk read anew do not count. Absent: "
        "never.",
        minimum=1,
    ),
)

ARTICLES = Collection(
    name="articles",
    purpose="The current state of every article.",
    fields=(*_STORE_FIELDS, *_PAGE_FIELDS, *_PIPELINE_FIELDS),
    indexes=(
        Index(
            name="published",
            keys=(("published_at", -1), ("_id", 1)),
            purpose="The newest first, page by page.",
        ),
        Index(
            name="site_published",
            keys=(("site", 1), ("published_at", -1), ("_id", 1)),
            purpose="The newest of a site.",
        ),
        Index(
            name="topic_published",
            keys=(("topics.topic", 1), ("published_at", -1), ("_id", 1)),
            purpose="The newest of a topic.",
        ),
        Index(
            name="source_published",
            keys=(("source.name", 1), ("published_at", -1), ("_id", 1)),
            purpose="The newest that credit a medium.",
        ),
        Index(
            name="section_published",
            keys=(("section", 1), ("published_at", -1), ("_id", 1)),
            purpose="The newest of a section.",
        ),
        Index(
            name="edited_published",
            keys=(("published_at", -1), ("_id", 1), ("edits", 1)),
            purpose="The newest that their sites have changed.",
            only={"edits": {"$gt": 0}},
        ),
        Index(
            name="gone",
            keys=(("gone_at", -1),),
            purpose="What sites show no more.",
            sparse=True,
        ),
        Index(
            name="keyword_published",
            keys=(("keywords", 1), ("published_at", -1)),
            purpose="The newest with a keyword.",
        ),
        Index(name="stored", keys=(("stored_at", -1),), purpose="What came in last."),
        Index(
            name="text", keys=(("fingerprint.text", 1),), purpose="Other copies of the same text."
        ),
        Index(name="story", keys=(("story", 1),), purpose="All copies of a story.", sparse=True),
    ),
)

REVISIONS = Collection(
    name="revisions",
    purpose="Earlier states of articles that changed.",
    fields=(
        string("_id", '"site:key@revision".', required=True, pattern=r"^[a-z0-9_]+:.+@\d+$"),
        string("article", "`_id` of the article.", required=True, pattern=ID_PATTERN),
        integer("revision", "Number of the earlier state, from 1.", required=True, minimum=1),
        date("stored_at", "When the earlier state was stored.", required=True),
        date("replaced_at", "When the next state took its place.", required=True),
        strings("changed", "Names of the fields that the next state changed.", required=True),
        date(
            "re_extracted_at",
            "When the next state was read anew out of the archive, by other rules. Absent: the "
            "site has changed the article.",
        ),
        string("job", "`_id` of the job that stored the next state."),
        Field(
            name="document",
            kind="object",
            description="The earlier document of `articles`, without what it said of others.",
            required=True,
            values="any",
        ),
    ),
    indexes=(
        Index(
            name="article_revision",
            keys=(("article", 1), ("revision", -1)),
            purpose="The history of an article.",
            unique=True,
        ),
        Index(name="replaced", keys=(("replaced_at", -1),), purpose="What changed last."),
    ),
)

STORIES = Collection(
    name="stories",
    purpose="Copies of one article over pages and sites, linked and all kept.",
    fields=(
        string("_id", "Id of the story; articles name it in `story`.", required=True, pattern="."),
        strings("members", "`_id` of every copy in `articles`.", required=True),
        record(
            "first",
            "The copy that was published first.",
            date("published_at", "When it was published.", required=True),
            string("article", "Its `_id` in `articles`.", required=True),
            required=True,
        ),
        strings("titles", "The copies' different headlines.", required=True),
        strings("sources", "Media that the copies credit.", required=True),
        strings("sites", "Sites that carry a copy.", required=True),
        date("first_published_at", "When the first copy was published.", required=True),
        date("last_published_at", "When the latest copy was published.", required=True),
        date("updated_at", "When a copy was last added.", required=True),
    ),
    indexes=(
        Index(
            name="last_published",
            keys=(("last_published_at", -1),),
            purpose="The newest stories.",
        ),
        Index(name="members", keys=(("members", 1),), purpose="The story of an article."),
    ),
)
