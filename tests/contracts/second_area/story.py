"""What staff see of the second area, told by a process that has it; prints JSON.

Run by test_second_area.py with the address of a fresh database in its environment.
"""

from __future__ import annotations

import json
import sys
from io import StringIO
from typing import Any

import django
from django.core.management import call_command
from django.test import Client


def main() -> None:
    django.setup()
    call_command("migrate", "billing", "0001", database="owner", verbosity=0)
    from backoffice.entities import registry
    from tests.content import make_help_center
    from tests.people import make_people

    people = make_people()
    with connection_of("owner") as owner:
        site = make_help_center(owner)
        owner.execute(
            "INSERT INTO billing_invoice (scope_id, number, note) VALUES (%s, %s, %s)",
            [site.channel, "INV-2026-001", "11월 이용 요금"],
        )
        owner.execute("INSERT INTO billing_shelf DEFAULT VALUES")
        owner.execute("UPDATE billing_invoice SET currency = 'usd', shelf_id = 1")
        call_command("migrate", "billing", database="owner", verbosity=0)
        owner.execute("UPDATE billing_invoice SET note = '12월 이용 요금'")
    call_command("check", databases=["default"], stdout=StringIO())
    call_command("makemigrations", "billing", check=True, dry_run=True, stdout=StringIO())
    vera = browser(people["vera"])
    told = {
        "entities": [entity.name for entity in registry.all()],
        "list": page(vera, "/invoices/"),
        "filtered": page(vera, "/invoices/?paid=no&scope=%EC%95%84%ED%81%AC%EB%AF%B8"),
        "record": page(vera, "/invoices/1/"),
        "timeline": page(vera, "/invoices/1/timeline/"),
        "search": page(vera, "/search?q=%EC%9D%B4%EC%9A%A9+INV"),
        "home": page(vera, "/"),
    }
    told |= retired(vera)
    told |= settled(browser(people["otis"]), vera)
    sys.stdout.write(json.dumps(told))


def retired(vera: Client) -> dict[str, Any]:
    """What the history of the two columns that are gone looks like."""
    from audit.models import Event
    from tests.contracts.second_area.billing.models import Invoice

    made, priced, noted = Invoice.history.order_by("history_date")
    return {
        "written": [noted.currency, noted.shelf, noted.changed_fields],
        "small history": page(vera, "/invoices/1/history/currency/"),
        "of a gone table": page(vera, "/invoices/1/history/shelf/"),
        "compared": page(
            vera, f"/invoices/1/compare/?from={made.history_id}&to={priced.history_id}"
        ),
        "as of then": page(
            vera, f"/invoices/1/as-of/?at={priced.history_date:%Y-%m-%dT%H:%M:%S.%fZ}"
        ),
        "event": page(vera, f"/events/{Event.objects.get(pk=priced.event_id).pk}/"),
        "filtered by it": page(vera, "/invoices/1/timeline/?field=invoice.currency"),
    }


def settled(otis: Client, vera: Client) -> dict[str, Any]:
    """Its operation, from the button to the receipt, and what a viewer is told."""
    address = "/operations/invoice.settle/"
    form = {"step": "preview", "target": ["1"], "reason": "입금 확인"}
    shown = otis.post(address, form)["location"]
    return {
        "refused": page(vera, f"{address}?target=1"),
        "preview": page(otis, shown),
        "applied": otis.post(shown).status_code,
        "receipt": page(otis, f"{shown}done/"),
        "after": page(otis, "/invoices/1/timeline/"),
    }


def connection_of(role: str) -> Any:
    """A raw connection to the alias's database."""
    import psycopg
    from django.db import connections

    params = connections[role].get_connection_params()
    names = ("dbname", "user", "password", "host", "port")
    return psycopg.connect(**{k: params[k] for k in names if k in params}, autocommit=True)


def browser(person: Any) -> Client:
    """A signed-in browser that reads English."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(person, backend="backoffice.accounts.google.GoogleSignIn")
    return client


def page(client: Client, address: str) -> dict[str, Any]:
    """What a page answers."""
    answer = client.get(address)
    return {"status": answer.status_code, "text": answer.content.decode()}


if __name__ == "__main__":
    main()
