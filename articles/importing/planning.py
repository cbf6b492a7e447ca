"""From a line to the writes that it amounts to: each record once, whatever the line says twice.

Steps: walk the changes in order over a sheet laid on the tree (`_Sheet`), so that contradictions
show; then compare what came out with what stood there (`plan`), because a record written twice in
one transaction would have two versions, of which only the second is the state after the line.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from articles.importing.exchange import unlock
from articles.importing.lines import Author, Change, Line
from articles.importing.tree import Page, Text, Tree, digest_of, folder_of


@dataclass(eq=False)
class Draft:
    """A page as a line leaves it: `page` is what stood before, `path` is empty once deleted."""

    page: Page | None
    path: str
    text: tuple[str, str] | None = None

    @property
    def moves(self) -> bool:
        return bool(self.page and self.path and self.path != self.page.path)

    def has(self, language: str) -> bool:
        return self.text is not None or (self.page is not None and language in self.page.texts)


@dataclass(frozen=True)
class NewText:
    """A translation to insert."""

    id: int
    page_id: int
    title: str
    body: str


@dataclass
class Plan:
    """What one transaction writes, in the order of the fields; and what was odd about the line."""

    line: Line
    notes: list[str] = field(default_factory=list)
    member_id: int = 0
    new_member: bool = False
    changed_member: bool = False
    folders: list[tuple[int, str]] = field(default_factory=list)
    deleted: list[Page] = field(default_factory=list)
    moved: list[tuple[str, Page]] = field(default_factory=list)
    created: list[Page] = field(default_factory=list)
    new_texts: list[NewText] = field(default_factory=list)
    changed_texts: list[NewText] = field(default_factory=list)
    touched: list[int] = field(default_factory=list)
    after: dict[str, Page] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        return not (self.deleted or self.moved or self.created or self.touched)


def plan(line: Line, tree: Tree) -> Plan:
    """The writes of a line; the tree stays as it is until `apply`."""
    sheet = _Sheet(tree.pages, line.language)
    for change in line.changes:
        sheet.take(change)
    made = Plan(line, sheet.notes)
    movers = [draft for draft in sheet.drafts if draft.moves]
    made.notes += unlock(movers, line.language)
    for draft in [*(d for d in sheet.drafts if d not in movers), *movers]:
        _compare(draft, made, tree)
    if not made.empty:
        _add_folders(made, tree)
        _add_member(made, line.author, tree)
    return made


def apply(made: Plan, tree: Tree) -> None:
    """The tree after the plan's transaction."""
    for page in made.deleted:
        tree.pages.pop(page.path, None)
    for left, _ in made.moved:
        tree.pages.pop(left, None)
    tree.pages.update(made.after)
    tree.folders.update({path: folder_id for folder_id, path in made.folders})
    tree.members[made.line.author.key] = (made.member_id, made.line.author)


class _Sheet:
    """The pages as the line has left them so far, over those of the tree."""

    def __init__(self, pages: dict[str, Page], language: str) -> None:
        self.pages, self.language = pages, language
        self.overlay: dict[str, Draft | None] = {}
        self.drafts: list[Draft] = []
        self.notes: list[str] = []

    def take(self, change: Change) -> None:
        getattr(self, change.op)(change)

    def at(self, path: str) -> Draft | None:
        if path not in self.overlay:
            page = self.pages.get(path)
            self.overlay[path] = Draft(page, path) if page else None
            if page:
                self.drafts.append(self.overlay[path])
        return self.overlay[path]

    def create(self, change: Change) -> None:
        stands = self.at(change.path)
        if stands and stands.has(self.language):
            self.note(f"create of {change.path}, which stands there: its text was updated")
        self.write(change)

    def update(self, change: Change) -> None:
        stands = self.at(change.path)
        if not stands:
            self.note(f"update of {change.path}, which is not there: it was created")
        elif not stands.has(self.language):
            self.note(f"update of {change.path}, which has no {self.language} text: it was added")
        self.write(change)

    def move(self, change: Change) -> None:
        source, stands = self.at(change.origin), self.at(change.path)
        route = f"move of {change.origin} to {change.path}"
        if source is stands and source:
            self.note(f"{route}, the same place: its text was updated")
        elif source is None:
            done = "the page there was updated" if stands else "it was created there"
            self.note(f"{route}, but the first is not there: {done}")
        else:
            if stands:
                self.note(f"{route}, where a page stands: that page was deleted")
                stands.path = ""
            source.path = change.path
            self.overlay[change.origin], self.overlay[change.path] = None, source
        self.write(change)

    def delete(self, change: Change) -> None:
        stands = self.at(change.path)
        if stands is None:
            self.note(f"delete of {change.path}, which is not there: nothing was done")
            return
        stands.path = ""
        self.overlay[change.path] = None

    def write(self, change: Change) -> None:
        draft = self.at(change.path)
        if draft is None:
            draft = self.overlay[change.path] = Draft(None, change.path)
            self.drafts.append(draft)
        draft.text = (change.title, change.body)

    def note(self, text: str) -> None:
        self.notes.append(text)


def _compare(draft: Draft, made: Plan, tree: Tree) -> None:
    """Adds the writes of one page: what stood before against what stands now."""
    if not draft.path:
        if draft.page:
            made.deleted.append(draft.page)
        return
    page = draft.page.at(draft.path) if draft.page else Page(tree.new_id("article"), draft.path)
    after = _compare_text(page, draft, made, tree)
    if draft.page is None:
        made.created.append(page)
    elif draft.page.path != page.path:
        made.moved.append((draft.page.path, page))
    elif after is not page:
        made.touched.append(page.id)
    else:
        return
    made.after[page.path] = after


def _compare_text(page: Page, draft: Draft, made: Plan, tree: Tree) -> Page:
    if draft.text is None:
        return page
    language, digest = made.line.language, digest_of(*draft.text)
    before = page.texts.get(language)
    if before and before.digest == digest:
        return page
    text = NewText(before.id if before else tree.new_id("translation"), page.id, *draft.text)
    (made.changed_texts if before else made.new_texts).append(text)
    return page.with_text(language, Text(text.id, digest))


def _add_folders(made: Plan, tree: Tree) -> None:
    known = set(tree.folders)
    for page in [*(page for _, page in made.moved), *made.created]:
        parts = folder_of(page.path).split("/")
        for end in range(1, len(parts) + 1):
            path = "/".join(parts[:end])
            if path and path not in known:
                known.add(path)
                made.folders.append((tree.new_id("category"), path))


def _add_member(made: Plan, author: Author, tree: Tree) -> None:
    member_id, known = tree.members.get(author.key, (0, None))
    made.new_member = known is None
    made.changed_member = known is not None and known != author
    made.member_id = member_id or tree.new_id("member")
