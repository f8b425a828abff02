"""The settings of this command. pydantic is loaded when they are first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.config import Settings


def settings_in_use() -> Settings:
    """Returns the operator's settings from files and environment. Raises: ValidationError."""
    from pipelines.config import load_settings

    return load_settings()
