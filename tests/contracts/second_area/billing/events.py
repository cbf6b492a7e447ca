"""The one line that an operation's event needs."""

from audit.events import declare

declare("invoice.settled", "settled invoices")
