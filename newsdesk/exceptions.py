"""What the command line itself refuses."""

from __future__ import annotations


class NewsdeskError(Exception):
    """Base of this package's errors; the message says what to do next."""


class UsageProblem(NewsdeskError):
    """Base: raised when a command was given something that it cannot use."""


class UnknownSite(UsageProblem):
    """Raised when a site was named that there is no spider for."""


class BadMoment(UsageProblem):
    """Raised when what was typed for a time is none."""


class BadTopic(UsageProblem):
    """Raised when what an operator wants in place of a topic is none."""


class NoSuchTopic(UsageProblem):
    """Raised when a topic was named that there is none of."""


class NotInCheckout(NewsdeskError):
    """Raised when something needs files that only a source checkout holds."""


class NoSuchArticle(NewsdeskError):
    """Raised when an article was asked for that is not stored."""


class NotAnArticle(NewsdeskError):
    """Raised when a page that was to be read gives no article."""


class NothingToImport(UsageProblem):
    """Raised when what was to be imported holds no files."""


class BadChange(UsageProblem):
    """Raised when a schedule cannot be changed as asked."""


class UnknownState(UsageProblem):
    """Raised when a job state was named that there is not."""
