"""The import itself: survey, site, tree, then line by line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import psycopg

from articles.importing import site as sites
from articles.importing import storage
from articles.importing.lines import BadLine, Line, parse
from articles.importing.planning import apply, plan
from articles.importing.report import Report
from articles.importing.source import read_lines
from articles.importing.tree import Tree


@dataclass(frozen=True)
class Options:
    """What to load and where.

    Args:
        path: the file.
        channel: name of the channel, made when there is none.
        space: name or slug of the site in it, made when there is none.
        dry_run: say everything, write nothing.
        limit: stop after so many lines were loaded; 0 is no limit.
    """

    path: Path
    channel: str
    space: str
    dry_run: bool = False
    limit: int = 0


@dataclass
class Survey:
    """What a first reading of the whole file tells: how many lines, and from when to when.

    The times are those of good lines; `years` is empty when there is none.
    """

    lines: int = 0
    first: datetime = datetime.max
    last: datetime = datetime.min
    years: dict[int, tuple[date, date]] = field(default_factory=dict)

    def add(self, line: Line) -> None:
        day = line.at.date()
        self.first, self.last = (self.first if self.years else line.at), line.at
        self.years[day.year] = (self.years.get(day.year, (day, day))[0], day)


def load(options: Options, say: Callable[[str], None], stop: Callable[[], bool]) -> Report:
    """Loads a history; `say` hears the report as it grows, `stop` ends it between two lines.

    Raises SourceError, SiteError or Conflict; whatever was committed before stays, and the next
    run goes on from there.
    """
    with closing(sites.connect()) as connection:
        until = sites.clock(connection)
        survey = _survey(options.path, until)
        report = Report(say, total=survey.lines)
        if survey.years:
            site = sites.find(connection, options.channel, options.space)
            if not options.dry_run:
                site = _prepare(connection, options, site, survey)
            done = sites.loaded_lines(site, survey.first, survey.last) if site.space else {}
            tree = storage.read_tree(connection, site, options.dry_run)
            import_ = _Import(connection, options, site, tree, done, report)
            import_.run(_good_lines(options.path, until, report), stop)
        else:
            for _ in _good_lines(options.path, until, report):
                pass
        return report


def _prepare(
    connection: psycopg.Connection[Any], options: Options, site: sites.Site, survey: Survey
) -> sites.Site:
    """Partitions for the years that the file brings, the site itself, and nobody else in it."""
    for first, last in survey.years.values():
        connection.execute("SELECT public.audit_make_partitions(%s, %s)", [first, last])
    site = sites.make(connection, site, options.channel, options.space, survey.first)
    sites.hold(connection, site)
    return site


def _survey(path: Path, until: datetime) -> Survey:
    survey = Survey()
    for line in _parsed(path, until, lambda number, why: None):
        survey.lines += 1
        if line is not None:
            survey.add(line)
    return survey


def _good_lines(path: Path, until: datetime, report: Report) -> Iterator[Line]:
    for line in _parsed(path, until, report.refuse):
        report.read += 1
        if line is not None:
            yield line


def _parsed(
    path: Path, until: datetime, refuse: Callable[[int, str], None]
) -> Iterator[Line | None]:
    """Every line of the file; None for one that was refused."""
    after = None
    for raw in read_lines(path):
        try:
            line = parse(raw, after, until)
        except BadLine as error:
            refuse(raw.number, str(error))
            yield None
        else:
            after = line.at
            yield line


@dataclass
class _Import:
    """A run over the lines, with all that it needs at hand."""

    connection: psycopg.Connection[Any]
    options: Options
    site: sites.Site
    tree: Tree
    done: dict[str, datetime]
    report: Report

    def run(self, lines: Iterator[Line], stop: Callable[[], bool]) -> None:
        limit = self.options.limit
        resume_after = max(self.done.values(), default=None)
        for line in lines:
            if stop():
                self.report.stopped = "Stopped. Run the same command again to go on from here."
                return
            if resume_after is not None and line.at <= resume_after:
                self._pass_over(line)
                continue
            self._take(line)
            self.report.progress()
            if limit and self.report.loaded >= limit:
                self.report.stopped = f"Stopped after {limit:,} lines, as --limit says."
                return

    def _pass_over(self, line: Line) -> None:
        if self.site.key(line) in self.done:
            self.report.already += 1
        else:
            self.report.passed += 1

    def _take(self, line: Line) -> None:
        try:
            made = plan(line, self.tree)
            if not made.empty and not self.options.dry_run:
                storage.write(self.connection, made, self.tree, self.site)
        except (BadLine, psycopg.DataError, psycopg.errors.CheckViolation) as error:
            self.report.refuse(line.number, str(error).strip().splitlines()[0])
            return
        except psycopg.errors.UniqueViolation as error:
            raise storage.Conflict(storage.Conflict.__doc__) from error
        self.report.note(made)
        if made.empty:
            self.report.unchanged += 1
        else:
            apply(made, self.tree)
            self.report.count(made)
