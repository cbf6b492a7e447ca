"""What procrastinate does not keep: why a job failed."""

from __future__ import annotations

from django.db import models

PROBLEM_LENGTH = 300


class Failure(models.Model):
    """Why a job failed the last time that it was tried; forgotten with the job."""

    job = models.BigIntegerField(primary_key=True)
    problem = models.CharField(max_length=PROBLEM_LENGTH)

    def __str__(self) -> str:
        return f"#{self.job}: {self.problem}"
