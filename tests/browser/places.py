"""Sites to look at in a real browser, a server for them, and a page that notes whatever goes wrong on it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Request
from sites import REPOSITORY, build_at, write_tree

NODE_MODULES = Path(__file__).parent.parent / "node_modules"
WIDTHS = (320, 360, 768, 1280)
SCHEMES = ("light", "dark")

ENGLISH, SEVERAL, CHINESE, ARABIC = "harbour-museum", "orchard-foods", "qinghe-library", "dar-al-kutub"

RIGHT_TO_LEFT = {
    "themes/from-the-right/theme.yaml": "name: from-the-right\nextends: default\nlanguages: [ar]\n",
    "themes/from-the-right/messages/ar.po": (
        'msgid ""\nmsgstr ""\n"Language: ar\\n"\n'
        '"Plural-Forms: nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n\nmsgctxt "section.name"\nmsgid "Overview"\nmsgstr "نظرة عامة"\n'
    ),
    "content/dar-al-kutub/client.yaml": (
        "name: دار الكتب\nlocale: ar\ntheme: from-the-right\ntimezone: Africa/Cairo\nlead: sami\nurl: https://kutub.example/\n"
        "feedback: {email: salam@kutub.example}\n"
    ),
    "content/dar-al-kutub/people.yaml": (
        "sami: {name: سامي حداد, role: مدير المشروع, email: sami@kutub.example, phone: '+20 2 5550100'}\n"
        "laila: {name: ليلى منصور, side: client, role: أمينة المكتبة, email: laila@kutub.example}\n"
    ),
    "content/dar-al-kutub/project.yaml": "name: الفهرس الرقمي\nmanager: sami\nobjectives: [يجد القارئ كل كتاب في أقل من دقيقة]\n",
    "content/dar-al-kutub/requirements.yaml": "".join(
        f"- {{id: REQ-{number}, title: {title}, status: {status}, priority: {priority}, owner: sami, milestone: MS-2, acceptance: [النتائج تظهر خلال ثانيتين (REQ-{number})]}}\n"
        for number, (title, status, priority) in enumerate(
            (
                ("البحث باسم المؤلف", "validated", "must"),
                ("البحث بالعنوان ABC-7 و العنوان الفرعي", "implemented", "must"),
                ("حجز كتاب من البيت", "in_progress", "should"),
                ("إشعار عند عودة الكتاب", "approved", "should"),
                ("قراءة الصفحات الأولى", "proposed", "could"),
                ("تطبيق على الهاتف", "approved", "wont"),
            ),
            start=1,
        )
    ),
    "content/dar-al-kutub/milestones.yaml": (
        "- {id: MS-1, title: اعتماد المتطلبات, baseline: 2026-09-01, met_on: 2026-09-03}\n"
        "- {id: MS-2, title: افتتاح الفهرس, baseline: 2026-12-10, forecast: 2026-12-20}\n"
    ),
    "content/dar-al-kutub/changes.yaml": (
        "- {id: CR-1, title: إضافة المخطوطات, status: approved, submitted_on: 2026-10-01, decided_on: 2026-10-10, decided_by: laila, "
        "reason: طلبت المكتبة ذلك, impact: {scope: {adds: [REQ-3]}, schedule: {MS-2: 10d}, cost: 1200 EUR}}\n"
        "- {id: CR-2, title: لغة ثانية, status: waiting_for_approval, submitted_on: 2026-11-10, reason: لغة الزوار}\n"
    ),
    "content/dar-al-kutub/actions.yaml": (
        "- {id: ACT-1, title: إرسال الشعار, side: client, owner: laila, due: 2026-11-20, blocks: MS-2}\n"
        "- {id: ACT-2, title: تجهيز الخادم, side: provider, owner: sami, due: 2026-12-01}\n"
    ),
    "content/dar-al-kutub/risks.yaml": "- {id: RSK-1, title: تأخر الأجهزة, likelihood: 4, impact: 5, owner: sami, response: reduce, action: طلب مبكر}\n",
    "content/dar-al-kutub/decisions.yaml": "- {id: DEC-1, title: الخادم في المكتبة, date: 2026-10-05, decided_by: laila}\n",
    "content/dar-al-kutub/meetings.yaml": "- {id: 2026-10-05-steering, title: اجتماع التسيير, date: 2026-10-05, time: '10:00', attendees: [sami, laila]}\n",
    "content/dar-al-kutub/reports/2026-W47.md": (
        "---\ndate: 2026-11-20\nhealth: {overall: at_risk, schedule: at_risk}\nauthor: sami\nnext: [تركيب الأجهزة]\n---\n"
        "# الأجهزة متأخرة أسبوعا\n\nتأخرت الأجهزة أسبوعا بسبب الميناء، انظر [[MS-2]].\n"
    ),
}  # fmt: skip
"""A client whose words run from right to left, in a theme that speaks (a little) Arabic."""


def build_sites(folder: Path) -> Path:
    """Return the folder of the demonstration company's sites, and of a client's from right to left."""
    output = folder / "public"
    outcome = build_at(REPOSITORY, output, history=False)
    assert [str(problem) for problem in outcome.problems if problem.severity == "error"] == []
    source = write_tree(folder / "arabic", RIGHT_TO_LEFT)
    outcome = build_at(source, folder / "arabic-public", history=False)
    assert [str(problem) for problem in outcome.problems if problem.severity == "error"] == []
    (folder / "arabic-public" / ARABIC).rename(output / ARABIC)
    return output


def pages_by_kind(site: Path) -> dict[str, str]:
    """Return the address of one page of each kind: every list page, and of each kind of record its longest page."""
    lists = {path.stem: path.name for path in sorted(site.glob("*.html")) if path.name != "404.html"}
    for folder in sorted(path for path in site.glob("*/") if (path / "index.html").exists()):
        lists |= {
            f"project-{path.stem}": f"{folder.name}/{path.name}" for path in sorted(folder.glob("*.html"))
        }
    records: dict[str, Path] = {}
    for path in sorted(site.glob("**/*/*.html")):
        kind = path.parent.name
        if (path.parent / "index.html").exists():
            continue
        if kind not in records or path.stat().st_size > records[kind].stat().st_size:
            records[kind] = path
    return lists | {f"a-{kind}": path.relative_to(site).as_posix() for kind, path in records.items()}


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Yield the address of a server of `folder` on this machine, which sends each site's own headers."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


class _Handler(SimpleHTTPRequestHandler):
    def end_headers(self) -> None:
        headers = Path(str(self.directory), self.path.lstrip("/").partition("/")[0], "_headers")
        if headers.is_file():
            for line in headers.read_text(encoding="utf-8").splitlines()[1:]:
                name, _, value = line.strip().partition(": ")
                self.send_header(name, value)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the tests look at the browser's side."""


@dataclass
class Watched:
    """A page of which everything that goes wrong is noted."""

    page: Page
    base: str
    faults: list[str] = field(default_factory=list)

    def note_failure(self, request: Request) -> None:
        # What the next page cut short, such as an icon still on its way, is no fault.
        if request.failure != "net::ERR_ABORTED":
            self.faults.append(f"failed: {request.url}")

    def open(self, address: str) -> None:
        response = self.page.goto(self.base + address)
        assert response is None or response.ok, address


@contextmanager
def watched(browser: Browser, base: str, **options: Any) -> Iterator[Watched]:
    """Yield a page in a context of its own; console errors, policy reports, faults and requests elsewhere are noted."""
    context: BrowserContext = browser.new_context(**options)
    page = context.new_page()
    # Chromium reads whole pages again and again here: nothing may wait for long.
    page.set_default_timeout(15_000)
    seen = Watched(page, base)
    page.on(
        "console", lambda said: seen.faults.append(said.text) if said.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: seen.faults.append(str(error)))
    page.on("requestfailed", seen.note_failure)
    own = (base, "data:", "blob:") if base.startswith("http") else (base, "data:")
    context.on(
        "request",
        lambda request: (
            None if request.url.startswith(own) else seen.faults.append(f"outside: {request.url}")
        ),
    )
    try:
        yield seen
    finally:
        context.close()
