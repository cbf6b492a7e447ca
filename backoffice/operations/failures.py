"""What goes wrong while an order is carried out, as errors that pages can show, and as events."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, IntegrityError
from django.utils.translation import gettext as _
from psycopg import errors as postgres

from audit import events
from backoffice.operations.exceptions import AlreadyApplied, Conflict, Failed, OperationError
from backoffice.operations.order import Order

logger = logging.getLogger(__name__)


@contextmanager
def failures_noted(order: Order) -> Iterator[None]:
    """After a rollback, write the event that says how it ended, then let the error go on."""
    try:
        with failures_known(order):
            yield
    except OperationError as error:
        _note(order, error)
        raise


@contextmanager
def failures_known(order: Order) -> Iterator[None]:
    """Whatever goes wrong inside comes out as an OperationError that a page can show."""
    try:
        yield
    except (AlreadyApplied, OperationError):
        raise
    except IntegrityError as error:
        raise Conflict(
            _("Another record stands in the way: %(why)s. Nothing was done.")
            % {"why": _constraint(error)},
            keys=order.keys,
        ) from error
    except DatabaseError as error:
        raise _contention(error, order.keys) from error
    except Exception as error:
        logger.exception("Operation %s failed", order.operation.name)
        message = _("The operation failed inside. Nothing was changed.")
        raise Failed(message, keys=order.keys) from error


def _constraint(error: IntegrityError) -> str:
    """The name of the violated constraint, without the values that were refused."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) or "constraint"


def _contention(error: DatabaseError, keys: list[int]) -> OperationError:
    busy = (postgres.LockNotAvailable, postgres.DeadlockDetected, postgres.SerializationFailure)
    if isinstance(error.__cause__, busy):
        return Conflict(
            _("Someone else is changing these records right now. Try again in a moment."),
            keys=keys,
        )
    logger.error("Operation failed in the database", exc_info=error)
    return Failed(_("The database refused or did not answer. Nothing was changed."))


def _note(order: Order, error: OperationError) -> None:
    """Write the event of what did not happen; when even that fails, the log says so."""
    try:
        events.record(
            order.operation.event,
            actor=order.performer.actor,
            outcome=error.outcome,
            params=order.event_params(),
            **{**order.details(), "detail": str(error.message)[:1000]},
        )
    except DatabaseError:
        logger.exception("No event could be written for a refused %s", order.operation.name)
