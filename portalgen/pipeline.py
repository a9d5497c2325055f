"""The way of a client's content to its site: a step a line, and a client at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct, field
from msgspec.structs import replace

from portalgen.build.boxes import read_box, write_box
from portalgen.build.cache import Cache, FolderDigests, Kept, Seen, state_of
from portalgen.build.checked import Checked
from portalgen.build.dask import NoScheduler, run_on_dask
from portalgen.build.executors import run_each, usable_cores
from portalgen.build.files import digest_of_site, files_of
from portalgen.build.kept import KeptBodies, KeptPublished, KeptRecords
from portalgen.build.remember import KeptOnDisk, keep_logs, remember
from portalgen.build.stages import Stages
from portalgen.build.stamps import Walk
from portalgen.build.unchanged import cache_folder
from portalgen.content.characters import quoted
from portalgen.content.files.attachments import Attachment, attach, digest
from portalgen.content.markdown.body import Body, parse_body
from portalgen.content.read import read_client, size_of
from portalgen.content.records import ClientContent
from portalgen.content.resolve import Facts, resolve
from portalgen.content.validate import Known, KnownParts, validate
from portalgen.job import Job, NoContent, NoPast, Outcome, SettingsError
from portalgen.portal.derive import Rules, derive
from portalgen.portal.past.overtaken import warn_of_overtaken
from portalgen.portal.past.retell import retell
from portalgen.portal.practice import practice
from portalgen.portal.publish import publish
from portalgen.portal.publish.known import Known as Published
from portalgen.portal.published import Portal
from portalgen.portal.visible import select
from portalgen.problems import Problem, has_errors
from portalgen.site.messages import body_words, language_of, nearest_language
from portalgen.site.theme import Theme, ThemeNotFound, ThemeOutside, built_in_themes, load_theme
from portalgen.site.write import Output, Staged, open_output
from portalgen.source import Source, open_source

__all__ = ["Job", "NoContent", "NoPast", "NoScheduler", "Outcome", "SettingsError", "build", "check"]

_LARGE_BYTES = 1_000_000  # of about a thousand records
_THEME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


class Prepared(Struct, frozen=True, kw_only=True):
    """A client's portal and the files that go with it, ready to be rendered."""

    portal: Portal
    files: Mapping[str, Attachment]
    theme: str
    """As client.yaml names it; empty: as the settings say."""


def check(job: Job) -> Outcome:
    """Return all problems of the content; nothing is written. Raises what `build` raises before it writes."""
    source, slugs, problems = open_source(job)
    _theme("", source, job)
    for slug in slugs:
        problems += prepare(source, slug, job)[1]
    return Outcome(problems=_sorted(problems), strict=job.strict)


def build(job: Job) -> Outcome:
    """Write the site of every client that has no errors; a client that has keeps its old one.

    Raises NoContent, SettingsError, OutputRefused, OutputBusy, and OSError where the machine fails.
    """
    caches = Path(cache_folder(str(job.output)))
    digests_box = str(caches / "digests"), "digests"
    digests_before = read_box(*digests_box) if job.cache else None
    digests = FolderDigests(job.walk, digests_before)
    program = state_of(digests, ())
    keep = KeptOnDisk(caches, program) if job.cache and not job.past else None
    shared_box = str(caches / "shared"), f"shared {program}"
    shared_before = read_box(*shared_box) if job.cache else None
    checked = Checked(shared_before)
    source, slugs, problems = open_source(job, keep, checked)
    made: dict[str, _Made] = {}
    with open_output(job.output, source=job.source) as output:
        cache = _cache(job, source, digests) if job.cache else None
        for slug in slugs:
            if cache and (kept := cache.find(slug, source.past_of(slug))):
                made[slug] = _Made(kept=kept)
        size_by_slug = {slug: size_of(job.source, slug) for slug in slugs if slug not in made}
        jobs = min(job.jobs or usable_cores(), len(size_by_slug))
        large = frozenset(slug for slug, size in size_by_slug.items() if size > _LARGE_BYTES)
        make = _Maker(
            source=source, job=replace(job, progress=None, walk=Walk()), output=output,
            cache=cache and replace(cache, walk=Walk()), large=large,
        )  # fmt: skip
        results = (
            run_on_dask(make.only, size_by_slug, job.scheduler)
            if job.scheduler
            else run_each(make, size_by_slug, jobs=jobs)
        )
        for slug, result in results:
            made[slug] = result
            if job.progress:
                job.progress(slug, len(made), len(slugs))
        output.switch_sites(site for each in made.values() if (site := each.staged))
        removed = () if job.clients else tuple(slug for slug in output.sites() if slug not in source.slugs)
        for slug in removed:
            output.remove_site(slug)
            if keep:
                keep.forget(slug)
            if cache:
                cache.forget(slug)
        for slug, each in made.items():
            if cache and each.staged and each.seen:
                cache.keep(slug, each.seen, each.kept, source.past_of(slug), each.digest)
        if keep:
            keep_logs(source.logs, keep)
        if job.cache and checked.parts != shared_before:
            write_box(*shared_box, checked.parts)
        if job.cache and digests.now != digests_before:
            write_box(*digests_box, digests.now)
    each_kept = [made[slug].kept for slug in slugs]
    return Outcome(
        problems=_sorted([*problems, *(problem for kept in each_kept for problem in kept.problems)]),
        sites=sum(each.is_there for each in made.values()),
        pages=sum(kept.pages for kept in each_kept),
        changed=sum(each.staged.written.changed_pages for each in made.values() if each.staged),
        removed=removed,
        kept=tuple(slug for slug in slugs if not made[slug].is_there),
        notes=tuple(note for kept in each_kept for note in kept.notes),
        strict=job.strict,
        slugs=tuple(slug for slug in slugs if made[slug].is_there),
        taken={slug: each.taken for slug, each in made.items() if each.taken},
        until=min((end_of_day(kept.timezone, job) for kept in each_kept), default=0.0),
    )


def end_of_day(timezone: str, job: Job) -> float:
    """Return the seconds since 1970 at which the day of a client's site ends; it never does where it was asked for."""
    if job.as_of:
        return float(2**53)
    zone = ZoneInfo(timezone) if is_zone(timezone) else UTC
    tomorrow = job.now.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time.min, zone).timestamp()


class _Made(Struct, frozen=True, kw_only=True):
    """What came of one client; small, since it may come from another process."""

    kept: Kept
    """What is said of it, now and when the next build finds it unchanged."""
    staged: Staged | None = None
    """None where nothing was built: the cache says that nothing changed, or errors say that the old site stands."""
    seen: Seen | None = None
    """How the folder stood before it was read; None without a cache."""
    digest: str = ""
    """Of the site's files, where it was staged."""
    taken: Mapping[str, float] = field(default_factory=dict)
    """Stage → seconds."""
    is_there: bool = True
    """False where errors kept the site from being built."""


class _Maker(Struct, frozen=True, kw_only=True):
    """Makes the sites of clients, here or in another process."""

    source: Source
    job: Job
    output: Output
    cache: Cache | None
    large: frozenset[str]
    """Clients of which a first build notes at once how their sites are made, for the next one."""

    def only(self, slug: str) -> _Maker:
        """Return what makes one client's site and knows nothing of the others."""
        large = self.large & {slug}
        return replace(
            self, source=self.source.only(slug), job=replace(self.job, clients=(slug,)), large=large
        )

    def __call__(self, slug: str) -> _Made:
        """Return a client's new site, staged, or its problems alone where it has errors."""
        stages = Stages(self.job.timer)
        seen = self.cache.look(slug) if self.cache else None
        was = self.cache.read_site(slug) if self.cache else None
        # A first build of all clients is waited for; of a small one all is made once more in a tenth of a second.
        is_noted = self.cache is not None and (was is not None or slug in self.large)
        was = was or {}
        bodies, records = (
            KeptBodies(was.get("bodies"), was.get("code")),
            KeptRecords(was.get("records"), was.get("checked")),
        )
        published = KeptPublished(was.get("published"), records)
        means = Means(done=stages.done)
        if is_noted:
            then = Checked(was["checked"]) if was else None
            means = Means(
                parse=bodies.parse, known=records, known_then=then, published=published, done=stages.done
            )
        prepared, problems = prepare(self.source, slug, self.job, means)
        if prepared is None or has_errors(problems) or (self.job.strict and problems):
            return _Made(kept=Kept(problems=tuple(problems)), taken=stages.taken, is_there=False)
        theme = theme_of(prepared, self.source, self.job)
        portal, notes = in_language(prepared.portal, theme)
        files, is_now = files_of(
            portal,
            prepared.files,
            theme,
            self.source.root,
            was.get("files"),
            is_noted=is_noted,
            old=partial(self.output.read, slug),
        )
        stages.done("render")
        staged = self.output.stage_site(slug, files)
        if self.cache:
            read = {
                "bodies": bodies.now,
                "code": bodies.code,
                "records": records.now,
                "checked": records.parts,
            }
            self.cache.keep_site(slug, {**read, "published": published.now, "files": is_now})
        stages.done("write")
        pages = sum(address.endswith(".html") for address in files)
        kept = Kept(
            problems=tuple(problems), pages=pages, notes=tuple(notes), timezone=portal.client.timezone
        )
        return _Made(
            kept=kept, staged=staged, seen=seen, digest=digest_of_site(files, is_now), taken=stages.taken
        )


def _cache(job: Job, source: Source, digests: FolderDigests) -> Cache:
    """Return the caches beside the output; what all clients depend on is part of their key."""
    # A theme that is named by its path may stand anywhere, and so may those that it extends.
    elsewhere = load_theme(job.theme, near=job.source).folders if "/" in job.theme else ()
    state = state_of(
        digests,
        (built_in_themes(), job.source / "themes", *elsewhere),
        repr(sorted(source.texts.items())),
        job.theme,
        repr(job.strict),
    )
    folder = Path(cache_folder(str(job.output)))
    return Cache(
        folder=folder, source=job.source, output=job.output, state=state, as_of=job.as_of, now=job.now, walk=job.walk
    )  # fmt: skip


def _unmeasured(_stage: str) -> None:
    """Nobody asks what took how long."""


class Means(Struct, frozen=True, kw_only=True):
    """How texts and files are read. Whoever prepares a client again and again may remember what was read before."""

    parse: Callable[[str, str], tuple[Body, list[Problem]]] = parse_body
    attach: Callable[[Path, Iterable[str]], tuple[dict[str, Attachment], list[Problem]]] = attach
    digest: Callable[[Path, str], str] = digest
    known: Known | None = None
    published: Published | None = None
    known_then: KnownParts | None = None
    """The same for versions of the past, of which nothing is kept."""
    done: Callable[[str], None] = _unmeasured
    """Called with the name of each stage when it has ended."""


MEANS = Means()


def prepare(
    source: Source, slug: str, job: Job, means: Means = MEANS
) -> tuple[Prepared | None, list[Problem]]:
    """Return what a client may see and every problem of its content: the way of the data."""
    folder, problems = read_client(source.root, slug)
    means.done("read")
    content, found = validate(
        folder, source.people, source.people_unread, parse=means.parse, known=means.known
    )
    problems += found
    means.done("validate")
    if content is None:
        return None, problems
    today, found = day_of(content, job)
    found += _faults_of_theme(content, source.root)
    facts, found_names = resolve(content, source.settings)
    visible, found_visible = select(facts)
    attachments, found_files = means.attach(source.root, visible.files)
    digests = {path: means.digest(source.root, path) for path in visible.evidence}
    means.done("resolve")
    words = words_of(content, source, job)
    publication, found_words = publish(facts, visible, attachments, digests, today, words, means.published)
    means.done("publish")
    texts = {**source.texts, **folder.texts}
    portal, found_past = remember(
        publication.portal, source.logs, texts, facts, visible, zone_of(content), source.keep,
        None if has_errors(problems) else source.today(content, texts, means.known_then),
    )  # fmt: skip
    means.done("history")
    portal = retell(derive(portal, publication.responses, rules_of(facts)), rules_of(facts))
    problems += [*found, *found_names, *found_visible, *found_files, *found_words, *found_past]
    problems += [*practice(facts, today), *warn_of_overtaken(facts, portal)]
    # A fault in _shared fails every client that names someone of it.
    if source.people_problems and names_shared(facts, source.people_unread):
        problems += source.people_problems
    means.done("derive")
    return Prepared(portal=portal, files=publication.files, theme=content.client.fields.theme or ""), problems


def words_of(content: ClientContent, source: Source, job: Job) -> dict[str, str]:
    """Return our own words in bodies, in the language that the client's site will have."""
    client = content.client.fields
    try:
        theme = _theme(client.theme or "", source, job)
    except ThemeNotFound:
        # Said where the theme is named; in which language it would have spoken nobody knows.
        return {}
    spoken = nearest_language(client.locale or "en", theme.languages) or "en"
    return body_words(language_of(spoken, client.locale or "en", theme.catalogue(spoken)))


def _faults_of_theme(content: ClientContent, root: Path) -> list[Problem]:
    """Return a problem where client.yaml names no theme: a path is none, since a theme's templates are programs."""
    name = content.client.fields.theme
    try:
        if not name or (_THEME.fullmatch(name) and load_theme(name, near=root)):
            return []
    except ThemeOutside as error:
        return [Problem(content.client.place("theme"), "unknown-value", str(error))]
    except ThemeNotFound:
        pass
    place = content.client.place("theme")
    return [Problem(place, "unknown-value", f"'{name}' is no theme", "write the name of a folder in themes/")]


def names_shared(facts: Facts, unread: str) -> bool:
    """Return whether the client names a person of content/_shared, or one who may stand in what of it is not read."""
    people = facts.content.people
    return any(key in unread or (key in people and people[key].is_shared) for key in facts.named_people())


def rules_of(facts: Facts) -> Rules:
    """Return what the team has settled for a client: its own word, else portalgen.yaml's."""
    settings, cadence = facts.settings, facts.content.client.fields.cadence
    own_days = cadence.report if cadence else None
    return Rules(
        risk_medium=settings.risk_medium,
        risk_high=settings.risk_high,
        report_days=own_days if own_days is not None else settings.cadence.report_days,
        survey_min=settings.survey_min,
    )


def day_of(content: ClientContent, job: Job) -> tuple[date, list[Problem]]:
    """Return the day that the client's site speaks of: as asked for, else today in the client's time zone."""
    problems = []
    if not is_zone(name := content.client.fields.timezone):
        place = content.client.place("timezone")
        message = f"'{name}' is no time zone"
        problems.append(Problem(place, "unknown-value", message, "write it as in Europe/Amsterdam"))
    return job.as_of or job.now.astimezone(zone_of(content)).date(), problems


def is_zone(name: str) -> bool:
    """Return whether a time zone has this name."""
    try:
        return bool(ZoneInfo(name).key)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False


def zone_of(content: ClientContent) -> tzinfo:
    """Return the client's time zone; UTC where it names none that there is."""
    name = content.client.fields.timezone
    return ZoneInfo(name) if is_zone(name) else UTC


def theme_of(prepared: Prepared, source: Source, job: Job) -> Theme:
    return _theme(prepared.theme, source, job)


def _theme(name: str, source: Source, job: Job) -> Theme:
    return load_theme(job.theme or name or source.settings.theme, near=source.root)


def in_language(portal: Portal, theme: Theme) -> tuple[Portal, list[str]]:
    """Return the portal in the theme's language nearest to the client's locale, else English, and what to say of it."""
    client = portal.client
    found = nearest_language(client.locale, theme.languages)
    notes = (
        []
        if found
        else [f"{client.id}: the theme does not speak {quoted(client.locale)}; the site is in English"]
    )
    return replace(portal, client=replace(client, language=found or "en")), notes


def _sorted(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(set(problems)))
