"""Databases that tests use in turn: to make one takes a second, to empty it a moment."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Mapping
from typing import Any

from attrs import define, field
from pymongo.database import Database

from pipelines.config import Settings
from pipelines.storage.schema.ensure import ensure_schema

Form = Mapping[str, tuple[Any, ...]]
"""By collection its options and indexes; nameless what stands in `meta`."""


@define
class Databases:
    """Of one server. free: emptied, with the schema in them. forms: as they were made, by name."""

    free: list[str] = field(factory=list)
    forms: dict[str, Form] = field(factory=dict)

    def take(self) -> str:
        """The name of one that is empty; it has the schema or is not there yet."""
        return self.free.pop() if self.free else f"test_{uuid.uuid4().hex[:12]}"

    def prepare(self, database: Database[dict[str, Any]]) -> None:
        """Make the schema, where it is not there yet."""
        if database.name not in self.forms:
            ensure_schema(database)
            self.forms[database.name] = form_of(database)

    def give_back(self, database: Database[dict[str, Any]], settings: Settings) -> None:
        """Empty it for the next test; one whose schema was changed is dropped."""
        shutil.rmtree(settings.spool_dir, ignore_errors=True)
        form = self.forms[database.name]
        if form_of(database) != form:
            database.client.drop_database(database.name)
            return
        for name in form.keys() - {"", "meta"}:
            database[name].delete_many({})
        self.free.append(database.name)


def form_of(database: Database[dict[str, Any]]) -> Form:
    """How a database differs from others that hold other articles."""
    found = database.client.admin.aggregate(
        [{"$listCatalog": {}}, {"$match": {"db": database.name}}]
    )
    form = {
        each["name"]: (each["md"]["options"], [index["spec"] for index in each["md"]["indexes"]])
        for each in found
    }
    return form | {"": (*database["meta"].find(),)}
