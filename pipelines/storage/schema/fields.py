"""How a collection is declared: its fields, its indexes, and the validator that follows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import define

# What a kind is in a `$jsonSchema`. The driver writes small integers as int and others as long.
_BSON_TYPES: dict[str, list[str]] = {
    "string": ["string"],
    "int": ["int", "long"],
    "number": ["int", "long", "double"],
    "bool": ["bool"],
    "date": ["date"],
    "binData": ["binData"],
    "object": ["object"],
    "array": ["array"],
    "id": ["string", "objectId"],
}


@define(frozen=True, kw_only=True)
class Field:
    """One field. It may be missing or null unless it is required.

    items: kind of an array's elements. fields: of the object, or of an array's elements. values:
    kind of all values of an object with free keys; "any" for anything.
    """

    name: str
    kind: str
    description: str
    required: bool = False
    items: str | None = None
    fields: tuple[Field, ...] = ()
    values: str | None = None
    choices: tuple[str, ...] = ()
    pattern: str | None = None
    minimum: int | None = None

    def schema(self) -> dict[str, Any]:
        """Returns this field's part of the `$jsonSchema`."""
        types = list(_BSON_TYPES[self.kind])
        if not self.required:
            types.append("null")
        schema: dict[str, Any] = {"bsonType": types, "description": self.description}
        if self.choices:
            schema["enum"] = [*self.choices, *([] if self.required else [None])]
        if self.pattern is not None:
            schema["pattern"] = self.pattern
        if self.minimum is not None:
            schema["minimum"] = self.minimum
        if self.items == "object":
            schema["items"] = {"bsonType": "object", **object_schema(self.fields)}
        elif self.items is not None:
            schema["items"] = {"bsonType": _BSON_TYPES[self.items]}
        elif self.kind == "object":
            schema |= self._object_schema()
        return schema

    def _object_schema(self) -> dict[str, Any]:
        if self.values is None:
            return object_schema(self.fields)
        if self.values == "any":
            return {}
        return {"additionalProperties": {"bsonType": _BSON_TYPES[self.values]}}


def object_schema(fields: Sequence[Field]) -> dict[str, Any]:
    """Returns the schema of an object that has these fields and no others."""
    schema: dict[str, Any] = {
        "properties": {field.name: field.schema() for field in fields},
        "additionalProperties": False,
    }
    required = [field.name for field in fields if field.required]
    if required:
        schema["required"] = required
    return schema


def string(
    name: str,
    description: str,
    *,
    required: bool = False,
    choices: tuple[str, ...] = (),
    pattern: str | None = None,
) -> Field:
    """A text; `pattern` must match somewhere in it."""
    return Field(
        name=name,
        kind="string",
        description=description,
        required=required,
        choices=choices,
        pattern=pattern,
    )


def integer(
    name: str, description: str, *, required: bool = False, minimum: int | None = 0
) -> Field:
    """A whole number; by default none below zero."""
    return Field(name=name, kind="int", description=description, required=required, minimum=minimum)


def binary(name: str, description: str) -> Field:
    """Packed data that is always there."""
    return Field(name=name, kind="binData", description=description, required=True)


def date(name: str, description: str, *, required: bool = False) -> Field:
    """A time in UTC, to the millisecond."""
    return Field(name=name, kind="date", description=description, required=required)


def record(name: str, description: str, *fields: Field, required: bool = False) -> Field:
    """An object with these fields and no others."""
    return Field(
        name=name, kind="object", description=description, required=required, fields=fields
    )


def records(name: str, description: str, *fields: Field, required: bool = False) -> Field:
    """An array of objects."""
    return Field(
        name=name,
        kind="array",
        description=description,
        required=required,
        items="object",
        fields=fields,
    )


def strings(name: str, description: str, *, required: bool = False) -> Field:
    """An array of texts."""
    return Field(
        name=name, kind="array", description=description, required=required, items="string"
    )


@define(frozen=True, kw_only=True)
class Index:
    """An index and its purpose. ttl: documents are deleted when the indexed time has come. only: a
    filter for what stands in it, which the questions that it serves must name, too."""

    name: str
    keys: tuple[tuple[str, int], ...]
    purpose: str
    unique: bool = False
    sparse: bool = False
    ttl: bool = False
    only: dict[str, Any] | None = None

    def specification(self) -> dict[str, Any]:
        """Returns the document that `createIndexes` takes and `listIndexes` returns."""
        found: dict[str, Any] = {"key": dict(self.keys), "name": self.name}
        if self.unique:
            found["unique"] = True
        if self.sparse:
            found["sparse"] = True
        if self.ttl:
            found["expireAfterSeconds"] = 0
        if self.only is not None:
            found["partialFilterExpression"] = self.only
        return found


@define(frozen=True, kw_only=True)
class Collection:
    """A collection: its purpose, its fields, its indexes besides that on `_id`."""

    name: str
    purpose: str
    fields: tuple[Field, ...]
    indexes: tuple[Index, ...] = ()

    def validator(self) -> dict[str, Any]:
        """Returns what MongoDB checks on every insert and update."""
        return {
            "$jsonSchema": {
                "bsonType": "object",
                "title": self.name,
                "description": self.purpose,
                **object_schema(self.fields),
            }
        }
