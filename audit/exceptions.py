"""What can go wrong in the audit. Each docstring is the default message."""


class AuditError(Exception):
    """The audit refused. Read the message, mend the declaration or the call, and try again."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message or (self.__doc__ or ""))


class UnknownEvent(AuditError):
    """No event of that name is declared. Declare it with audit.events.declare at start-up."""


class DuplicateEvent(AuditError):
    """Two declarations carry one event name. Rename one of them."""


class IncompleteEvent(AuditError):
    """An event lacks a key that its declaration requires. Pass it."""
