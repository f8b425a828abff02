"""What operators read: jobs, slots, overrides, alerts, and the state of the schema."""

from __future__ import annotations

from typing import get_args

from pipelines.records import JobState, SlotState
from pipelines.storage.schema.fields import (
    Collection,
    Field,
    Index,
    binary,
    date,
    integer,
    record,
    records,
    string,
    strings,
)

JOBS = Collection(
    name="jobs",
    purpose="Every execution of a crawl or import.",
    fields=(
        string("_id", "Id of the job.", required=True, pattern="."),
        string("site", "Key of the site; null for an import of several."),
        string(
            "kind",
            "What it is: a crawl of the site, a replay of a recording, an import of files.",
            required=True,
        ),
        string(
            "state", "Where it stands, or how it ended.", required=True, choices=get_args(JobState)
        ),
        string("reason", "Why it ended so, in one sentence."),
        string("schedule", "`_id` of the schedule that asked for it; null: a person did."),
        string("slot", "`_id` of the slot that it fills."),
        strings("command", "The command line."),
        Field(
            name="arguments",
            kind="object",
            description="Arguments of the spider: since, until, limit, sections, ...",
            values="any",
        ),
        integer("attempt", "1, or more where earlier jobs of the slot did not go well.", minimum=1),
        integer("priority", "The higher first.", minimum=None),
        integer("deadline_seconds", "It is stopped after so long."),
        date("created_at", "When it was asked for.", required=True),
        date("not_before", "It waits until then: jitter, or the pause before another attempt."),
        date("started_at", "When its process started."),
        date("updated_at", "When its figures were last taken."),
        date("ended_at", "When its process ended."),
        integer("pid", "Its process."),
        string("host", "Machine on which it ran."),
        string("runner", "The process that watches it: machine:pid:start of that process."),
        string("queue", "The broker's queue to which its id was sent; the engine `celery` alone."),
        date("sent_at", "When that was last done; null again if a worker found its site busy."),
        date("cancel_at", "When somebody asked for it to stop."),
        date("force_at", "When somebody asked for it to end at once."),
        string("cancelled_by", "Who did."),
        integer("exit_code", "Exit code of its process.", minimum=None),
        Field(
            name="counts",
            kind="object",
            description="Counters of Newsdesk without their prefix: found, new, ...",
            values="int",
        ),
        Field(
            name="stats",
            kind="object",
            description="All of Scrapy's statistics at its end.",
            values="any",
        ),
        records(
            "problems",
            "What keeps it from being ok, the foremost first.",
            string("kind", "Class of the failure, in one word.", required=True),
            string("sentence", "The same for a person.", required=True),
            string("evidence", "`_id` in `evidence` of a page that shows it."),
            string("traceback", "The last traceback of its log."),
        ),
        record(
            "figures",
            "What it took, from `stats`.",
            integer("requests", "Requests sent."),
            integer("bytes", "Bytes received, as they came."),
            integer("retries", "Requests that were sent again."),
            integer("peak_memory", "The most memory its process held, in bytes."),
            Field(
                name="status_codes",
                kind="object",
                description="Answers by HTTP status.",
                values="int",
            ),
            Field(
                name="filled",
                kind="object",
                description="Share of the articles read that have a field, 0 to 1.",
                values="number",
            ),
        ),
        date("told_at", "When its outcome had been turned into alerts."),
        string("log_file", "Its log file on that machine."),
        string("version", "Version of Newsdesk."),
    ),
    indexes=(
        Index(name="created", keys=(("created_at", -1),), purpose="The latest jobs."),
        Index(
            name="site_created",
            keys=(("site", 1), ("created_at", -1)),
            purpose="The latest jobs of a site.",
        ),
        Index(
            name="state_created",
            keys=(("state", 1), ("created_at", -1)),
            purpose="What runs; what failed last.",
        ),
        Index(
            name="kind_created",
            keys=(("kind", 1), ("created_at", -1)),
            purpose="The latest replays and imports among many crawls.",
        ),
        Index(
            name="schedule_ended",
            keys=(("schedule", 1), ("ended_at", -1)),
            purpose="Whether a schedule has run.",
        ),
        Index(
            name="by_hand",
            keys=(("schedule", 1), ("created_at", -1)),
            purpose="What people asked of a schedule.",
            only={"slot": None},
        ),
        Index(
            name="told_ended",
            keys=(("told_at", 1), ("ended_at", 1)),
            purpose="What has ended and is to be told.",
        ),
        Index(
            name="line",
            keys=(
                ("state", 1),
                ("priority", -1),
                ("created_at", 1),
                ("_id", 1),
                ("site", 1),
                ("sent_at", 1),
            ),
            purpose="The line of waiting jobs, however long it is.",
        ),
        Index(
            name="state_sent",
            keys=(("state", 1), ("sent_at", -1)),
            purpose="What waits at the broker.",
        ),
    ),
)

LOGS = Collection(
    name="logs",
    purpose="Logs of jobs that workers ran, without passwords, for all machines to show.",
    fields=(
        string("_id", "Job and place: job/00000065536.", required=True, pattern="/"),
        string("job", "`_id` of the job.", required=True),
        integer("begin", "Where this part begins in the log, in bytes.", required=True),
        integer("size", "Bytes of this part as it was written.", required=True),
        binary("data", "The part itself, packed by zlib."),
        date("expires_at", "When MongoDB deletes it, by the machine's clock.", required=True),
    ),
    indexes=(
        Index(name="job_begin", keys=(("job", 1), ("begin", 1)), purpose="The log of a job."),
        Index(name="expires", keys=(("expires_at", 1),), purpose="Age limit.", ttl=True),
    ),
)

SLOTS = Collection(
    name="slots",
    purpose="Every due time of a schedule, so that each is run once and a missed one shows.",
    fields=(
        Field(name="_id", kind="id", description="Id of the slot.", required=True),
        string("schedule", "`_id` of the schedule.", required=True),
        date("due_at", "When it is due.", required=True),
        string("state", "What became of it.", required=True, choices=get_args(SlotState)),
        string("reason", "Why, in one sentence."),
        Field(
            name="wanted",
            kind="bool",
            description="False if nobody expected it to run: paused, or within quiet hours.",
        ),
        Field(name="late", kind="bool", description="True if nobody was there as it came due."),
        string("job", "`_id` of the job that fills it."),
        string("claimed_by", "Machine and process that took it."),
        date("claimed_at", "When it was taken."),
        date("ended_at", "When it was done with."),
        integer("attempts", "Jobs started for it."),
        integer("lost", "Of these: jobs whose runner had gone; they don't count as attempts."),
        date("told_at", "When it was told that nobody was there."),
        date("window_start", "Where its job begins to look, if due times before it were missed."),
    ),
    indexes=(
        Index(
            name="schedule_due",
            keys=(("schedule", 1), ("due_at", 1)),
            purpose="One slot for each due time.",
            unique=True,
        ),
        Index(name="late", keys=(("late", 1),), purpose="What nobody was there for.", sparse=True),
        Index(
            name="state_due", keys=(("state", 1), ("due_at", -1)), purpose="What is open or missed."
        ),
    ),
)

SCHEDULES = Collection(
    name="schedules",
    purpose="What operators changed about schedules, and how far each is planned; the definitions "
    "are in schedules.toml.",
    fields=(
        string("_id", "Name of the schedule.", required=True, pattern="."),
        Field(name="enabled", kind="bool", description="Whether it fires.", required=True),
        date("paused_until", "When it fires again by itself."),
        Field(
            name="arguments",
            kind="object",
            description="Arguments in place of those defined.",
            values="any",
        ),
        Field(
            name="changes",
            kind="object",
            description="Other keys in place of those defined: cron, deadline, ...",
            values="any",
        ),
        date(
            "known_since",
            "When a service first saw its trigger; nothing is expected of it before.",
        ),
        date("planned_until", "Its due times until then have become slots."),
        string("planned_as", "What those due times follow from: the trigger as it was then."),
        string("note", "Why, by the operator."),
        date("updated_at", "When this was decided.", required=True),
        string("updated_by", "Who decided it."),
    ),
)

ALERTS = Collection(
    name="alerts",
    purpose="What needs an operator's attention.",
    fields=(
        Field(name="_id", kind="id", description="Id of the alert.", required=True),
        string("kind", "What it is about, in one word.", required=True),
        string(
            "severity",
            "How much it matters.",
            required=True,
            choices=("info", "warning", "error"),
        ),
        string("site", "Key of the site, if it is about one."),
        string("schedule", "`_id` of the schedule, if it is about one."),
        string("job", "`_id` of the job that showed it."),
        string("message", "What happened and what to do.", required=True),
        date("created_at", "When it was first raised.", required=True),
        date("last_raised_at", "When it was last raised.", required=True),
        string("open", "kind/site/schedule while it is not over; missing afterwards."),
        date("sent_at", "When it was last sent to the channels."),
        string("sent", "What was sent then: raised or recovered."),
        integer("count", "How often it was raised.", required=True, minimum=1),
        date("acknowledged_at", "When an operator took note."),
        string("acknowledged_by", "Who did."),
        date("resolved_at", "When it was over."),
    ),
    indexes=(
        Index(name="created", keys=(("created_at", -1),), purpose="The latest alerts."),
        Index(
            name="open",
            keys=(("open", 1),),
            purpose="What goes on now, each thing once.",
            unique=True,
            sparse=True,
        ),
        Index(
            name="kind_site",
            keys=(("kind", 1), ("site", 1), ("resolved_at", 1)),
            purpose="Whether it has been raised already.",
        ),
    ),
)

SILENCES = Collection(
    name="silences",
    purpose="What operators do not want to be told for a while.",
    fields=(
        string("_id", 'What is silent: "kind/site", `*` for any.', required=True, pattern="/"),
        date("until", "It ends by itself then.", required=True),
        string("note", "Why, by the operator."),
        date("created_at", "When this was decided.", required=True),
        string("created_by", "Who decided it."),
    ),
)

CHANNELS = Collection(
    name="channels",
    purpose="Where alerts are sent, and whether they arrive.",
    fields=(
        string("_id", "The channel's address without its secrets.", required=True, pattern="."),
        date("last_ok_at", "When a message last arrived."),
        date("last_failed_at", "When one last did not."),
        integer("failures", "Messages in a row that did not arrive."),
        string("error", "Why the last one did not."),
    ),
)

CHANGES = Collection(
    name="changes",
    purpose="Who changed what, and when: what people did through the terminal, console or API.",
    fields=(
        Field(name="_id", kind="id", description="Id of the change.", required=True),
        date("at", "When.", required=True),
        string("by", "Who: an account or token of the console, else a user of the machine."),
        string("via", "Where: terminal, console, or token (the API).", required=True),
        string("action", "What was done, as in schedule.pause.", required=True),
        string("subject", "To what: the name of an alert, a job, a schedule, ...", required=True),
        Field(
            name="details",
            kind="object",
            description="What was given with it.",
            values="any",
        ),
    ),
    indexes=(
        Index(name="at", keys=(("at", -1),), purpose="The latest changes."),
        Index(
            name="subject_at",
            keys=(("subject", 1), ("at", -1)),
            purpose="What was done to one thing.",
        ),
    ),
)

LEASES = Collection(
    name="leases",
    purpose="Who holds what only one may hold; times are those of MongoDB's own clock.",
    fields=(
        string(
            "_id",
            "What is held: leader, site/KEY and job/JOB (by a job), service/RUNNER, worker/RUNNER, "
            "digest/DAY.",
            required=True,
            pattern=".",
        ),
        string("owner", "Who holds it: a job, or machine:pid:start of a process.", required=True),
        date("since", "Since when.", required=True),
        date("until", "Until when, unless it is renewed.", required=True),
        date("taken_at", "When it was taken or last renewed."),
        string("note", "For a person: where it is."),
        string("trouble", "What is wrong with the service or worker that holds it."),
        record(
            "offers",
            "What a worker can do.",
            integer("places", "Jobs that it runs at the same time."),
            strings("queues", "Queues that it takes from."),
        ),
    ),
)

META = Collection(
    name="meta",
    purpose="Which version of the schema the database has, who is changing it, and what was "
    "rolled up.",
    fields=(
        string(
            "_id", 'What the document is: "schema", "schema_lock" or "rolled_up".', required=True
        ),
        integer("version", "Version of the schema."),
        string("digest", "Digest of the declarations that were applied."),
        date("applied_at", "When they were applied."),
        string("owner", "Machine and process that is changing the schema."),
        date("until", "Until when it holds the lock; until when sightings are rolled up."),
    ),
)
