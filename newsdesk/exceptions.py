"""What Newsdesk refuses people, whatever the medium. Messages say what to do next."""

from __future__ import annotations


class NewsdeskError(Exception):
    """Base of this package's errors."""


class UsageProblem(NewsdeskError):
    """Base: raised when a command was given something that it cannot use."""


class UnknownSite(UsageProblem):
    """Raised when a site was named that there is no spider for."""


class BadMoment(UsageProblem):
    """Raised when a time was typed that cannot be read."""


class NotAnAddress(UsageProblem):
    """Raised when an address was typed that is none."""


class BadCursor(UsageProblem):
    """Raised when a cursor was typed that cannot be read."""


class BadTopic(UsageProblem):
    """Raised when a change of a topic cannot be used."""


class NoSuchTopic(UsageProblem):
    """Raised when a topic was named that does not exist."""


class NotInCheckout(NewsdeskError):
    """Raised when something needs files that only a source checkout holds."""


class NotAmong(UsageProblem):
    """Raised when a filter names a value that no stored article has."""


class NoSuchArticle(NewsdeskError):
    """Raised when an article was asked for that is not stored."""


class NoSuchStory(NewsdeskError):
    """Raised when a story was asked for that is not known."""


class NotArchived(NewsdeskError):
    """Raised when a page was asked for that the archive does not hold, or not so that it can be
    read."""


class BadReparse(UsageProblem):
    """Raised when the archive was to be read again in a way that there is not."""


class NotAnArticle(NewsdeskError):
    """Raised when a page that was to be read gives no article."""


class NoRecordings(NewsdeskError):
    """Raised when the demo's recorded sites were not installed with Newsdesk."""


class NotTheDemos(NewsdeskError):
    """Raised when the database that the demo would empty holds nights."""


class NothingToImport(UsageProblem):
    """Raised when what was to be imported holds no files."""


class BadChange(UsageProblem):
    """Raised when a schedule cannot be changed as asked."""


class UnknownState(UsageProblem):
    """Raised when a job state was named that does not exist."""


class NoSuchSlot(UsageProblem):
    """Raised when a due time was named at which the schedule was not due."""


class NotNow(NewsdeskError):
    """Raised when the state that something is in does not allow what was asked."""


class NoLog(NewsdeskError):
    """Raised when a job's log is not on this machine."""


class NoSuchEvidence(NewsdeskError):
    """Raised when a page kept as evidence was asked for that is not there."""


class NoSuchAlert(NewsdeskError):
    """Raised when an alert was named that is not open."""


class NothingToHear(NewsdeskError):
    """Raised when a worker was started where no service sends jobs."""


class NoChannel(NewsdeskError):
    """Raised when a message was to be sent and no channel is named in the settings."""


class BadExport(UsageProblem):
    """Raised when what was asked for cannot be exported like that."""


class MissingExtra(NewsdeskError):
    """Raised when something needs packages that only an extra installs."""


class NotSeen(NewsdeskError):
    """Raised when a site was to be looked at and no page of it came."""


class NoProposal(NewsdeskError):
    """Raised when the pages of a site do not say how it is to be read."""


class SiteIsThere(UsageProblem):
    """Raised when a file of a site would be overwritten, or its key is taken."""


class BadSite(UsageProblem):
    """Raised when what a site is to be called, or where it begins, cannot be used."""


class BadAccount(UsageProblem):
    """Raised when an account or token cannot be made or found as asked."""


class BadAccountsFile(NewsdeskError):
    """Raised when the console's accounts cannot be read."""


class NotSafe(NewsdeskError):
    """Raised when the console would answer others than this machine and knows nobody."""


class CannotServe(NewsdeskError):
    """Raised when the console's address cannot be had."""


class BadParameter(UsageProblem):
    """Raised when what an address of the console says cannot be."""


class NoSuchSearch(UsageProblem):
    """Raised when a saved search was named that there is none of."""


class NotYours(NewsdeskError):
    """Raised when a reader would change what somebody else has saved."""


class BadBackup(UsageProblem):
    """Raised when a backup cannot be taken or put back as asked."""
