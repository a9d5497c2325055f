"""A client's status report → a PDF, for the team to send or to print."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from portalgen.content.files.attachments import open_attachment
from portalgen.pipeline import Job, NoContent, in_language, prepare, theme_of
from portalgen.portal.published import Portal, Report
from portalgen.problems import Problem, did_you_mean, has_errors
from portalgen.site.pdf import report_pdf
from portalgen.source import open_source


class Paper(Struct, frozen=True, kw_only=True):
    """What came of a report."""

    report: Report | None = None
    """None where errors in the content keep it from being made."""
    data: bytes = b""
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()


def print_report(job: Job, slug: str, report_id: str = "") -> Paper:
    """Return a client's report as PDF, by its id or else the newest one, as its site shows it on the job's day.

    Raises NoContent where there is no such client or report, and site.pdf.NoPdf.
    """
    source, _, _ = open_source(replace(job, clients=(slug,)))
    prepared, problems = prepare(source, slug, job)
    found = tuple(sorted(set(problems)))
    if prepared is None or has_errors(found) or (job.strict and found):
        return Paper(problems=found)
    theme = theme_of(prepared, source, job)
    portal, notes = in_language(prepared.portal, theme)
    report = find_report(portal, report_id)

    def read_file(address: str) -> bytes | None:
        attachment = prepared.files.get(address)
        if attachment is None:
            return None
        with open_attachment(source.root, attachment) as file:
            return file.read()

    data = report_pdf(portal, theme, report, read_file)
    return Paper(report=report, data=data, problems=found, notes=tuple(notes))


def find_report(portal: Portal, report_id: str = "") -> Report:
    """Return the report of an id, in any case, or the newest one of all projects; raises NoContent."""
    reports = [report for area in portal.areas for report in area.lists.reports]
    if not reports:
        raise NoContent(f"{portal.client.id} has no status report that the client may see")
    if not report_id:
        dated = [report for report in reports if report.date]
        return max(dated, key=lambda report: str(report.date)) if dated else reports[0]
    by_id = {report.id.casefold(): report for report in reports}
    if found := by_id.get(report_id.casefold()):
        return found
    hint = did_you_mean(report_id, [report.id for report in reports])
    raise NoContent(
        f"{portal.client.id} has no report '{report_id}' that the client may see"
        + (f": {hint}" if hint else "")
    )
