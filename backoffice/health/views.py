"""Liveness and readiness, asked by machines and read by people."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from backoffice.health.checks import ALL
from backoffice.health.probe import Finding, Probe

PROBES = [Probe(name, check) for name, check in ALL.items()]


@login_not_required
@never_cache
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The process answers; it says nothing of what it depends on."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 when people can be served, 503 when not, with what is wrong and how to mend it."""
    questions = [(probe, probe.ask()) for probe in PROBES]
    findings = {probe.name: question.finding() for probe, question in questions}
    status = _status(findings)
    body = {"status": status, "checks": {name: _shown(f) for name, f in findings.items()}}
    return JsonResponse(body, status=503 if status == "unready" else 200)


def _status(findings: dict[str, Finding]) -> str:
    failed = [probe for probe in PROBES if not findings[probe.name].ok]
    if any(probe.check.required for probe in failed):
        return "unready"
    return "degraded" if failed else "ready"


def _shown(finding: Finding) -> dict[str, Any]:
    shown: dict[str, Any] = {"ok": finding.ok, "text": finding.text}
    return {**shown, "mend": finding.mend} if finding.mend else shown
