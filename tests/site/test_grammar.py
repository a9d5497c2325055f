"""Sentences with a number in them are right for none, one, two and many, in each language."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from functools import cache

import html5lib
import pytest
from msgspec.structs import replace

from portalgen.portal import published as p
from portalgen.portal.derive import Rules, derive
from portalgen.site.render import plan_site
from portalgen.site.theme import load_theme
from tests.site import sample

XHTML = "{http://www.w3.org/1999/xhtml}"
LOCALES = {"en": "en", "de": "de-DE", "zh-Hans": "zh-CN", "zh-Hant": "zh-TW"}
YESTERDAY, NEXT_MONTH = sample.AS_OF - timedelta(days=1), sample.AS_OF + timedelta(days=30)


def milestones(*, met: int = 0, late: int = 0, moved: int = 0, due: int = 0, undated: int = 0) -> p.Lists:
    """Return so many of each: met, past their day, ahead and moved, ahead as agreed, without a date."""
    facts = [
        *[{"baseline": YESTERDAY, "met_on": YESTERDAY}] * met,
        *[{"baseline": YESTERDAY, "forecast": YESTERDAY}] * late,
        *[{"baseline": NEXT_MONTH, "forecast": NEXT_MONTH + timedelta(days=1)}] * moved,
        *[{"baseline": NEXT_MONTH, "forecast": NEXT_MONTH}] * due,
        *[{}] * undated,
    ]
    return p.Lists(
        milestones=tuple(
            p.Milestone(id=f"MS-{i}", title=f"Stop {i}", url=f"milestones/MS-{i}.html", **each)  # type: ignore[arg-type]
            for i, each in enumerate(facts)
        )
    )


def requirements(*statuses: str) -> p.Lists:
    return p.Lists(
        requirements=tuple(
            p.Requirement(id=f"REQ-{i}", title=f"Need {i}", url=f"requirements/REQ-{i}.html", status=each)
            for i, each in enumerate(statuses)
        )
    )


def deliverables(*statuses: str) -> p.Lists:
    return p.Lists(
        deliverables=tuple(
            p.Deliverable(id=f"DEL-{i}", title=f"Thing {i}", url=f"deliverables/DEL-{i}.html", status=each)
            for i, each in enumerate(statuses)
        )
    )


def documents(count: int) -> p.Lists:
    return p.Lists(
        documents=tuple(
            p.Document(id=f"DOC-{i}", title=f"Sheet {i}", url=f"documents/DOC-{i}.html", status="issued", date=YESTERDAY)
            for i in range(count)
        )
    )  # fmt: skip


def decisions(*statuses: str) -> p.Lists:
    return p.Lists(
        decisions=tuple(
            p.Decision(id=f"DEC-{i}", title=f"Choice {i}", url=f"decisions/DEC-{i}.html", status=each, date=YESTERDAY)
            for i, each in enumerate(statuses)
        )
    )  # fmt: skip


def feedback(*, answered: int = 0, new: int = 0) -> p.Lists:
    return p.Lists(
        feedback=tuple(
            p.Feedback(id=f"FB-{i}", title=f"Word {i}", url=f"feedback/FB-{i}.html", status=status)
            for i, status in enumerate(["answered"] * answered + ["new"] * new)
        )
    )


def waiting(*, actions: int = 0, changes: int = 0) -> p.Lists:
    return p.Lists(
        actions=tuple(
            p.Action(id=f"ACT-{i}", title=f"Ask {i}", url=f"actions/ACT-{i}.html", status="open", side="client")
            for i in range(actions)
        ),
        changes=tuple(
            p.Change(id=f"CR-{i}", title=f"Wish {i}", url=f"changes/CR-{i}.html", status="waiting_for_approval")
            for i in range(changes)
        ),
    )  # fmt: skip


def risks(*ratings: tuple[int, int] | None) -> p.Lists:
    return p.Lists(
        risks=tuple(
            p.Risk(
                id=f"RSK-{i}", title=f"Fear {i}", url=f"risks/RSK-{i}.html", status="approved",
                likelihood=each[0] if each else None, impact=each[1] if each else None,
            )
            for i, each in enumerate(ratings)
        )
    )  # fmt: skip


def said(lists: p.Lists, page: str, language: str) -> str:
    """Return the heading of a page and the sentences below it."""
    return heading(a_portal((lists,), language), page)


def a_portal(each_lists: Iterable[p.Lists], language: str) -> p.Portal:
    projects = tuple(
        p.Project(id=f"p{i}", name=f"P{i}", lists=lists) for i, lists in enumerate(each_lists, start=1)
    )
    client = p.Client(id="c", name="Client", locale=LOCALES[language], language=language)
    return derive(p.Portal(client=client, as_of=sample.AS_OF, projects=projects), {}, Rules())


def heading(portal: p.Portal, page: str) -> str:
    html = html5lib.parse(plan_site(portal, load_theme())[page]().decode())
    title = next(html.iter(f"{XHTML}h1"))
    deck = next((each for each in html.iter(f"{XHTML}p") if each.get("class") == "lead__deck"), None)
    parts = [" ".join("".join(each.itertext()).split()) for each in (title, deck) if each is not None]
    return " | ".join(parts)


MILESTONES = [
    (milestones(met=1), "The milestone is met", "Der Meilenstein ist erreicht", "一个里程碑已全部完成"),
    (milestones(met=2), "Both milestones are met", "Beide Meilensteine sind erreicht", "两个里程碑均已完成"),
    (milestones(met=3), "All three milestones are met", "Alle drei Meilensteine sind erreicht", "三个里程碑已全部完成"),
    (
        milestones(due=1),
        "Stop 0: on the agreed day | The one milestone is not met yet. It has not moved.",
        "Stop 0: am vereinbarten Tag | Der eine Meilenstein ist noch nicht erreicht. Er hat sich nicht verschoben.",
        "Stop 0：按原定日期 | 唯一的里程碑尚未完成。日期没有变动。",
    ),
    (
        milestones(met=1, moved=1),
        "Stop 1: 1 day later than agreed | One of two milestones is met. The one ahead has moved.",
        "Stop 1: 1 Tag später als vereinbart | Einer von zwei Meilensteinen ist erreicht. Der eine, der noch kommt, hat sich verschoben.",
        "Stop 1：比原定日期晚 1 天 | 两个里程碑中已完成一个。尚未到期的一个已改期。",
    ),
    (
        milestones(late=1, moved=2),
        "Stop 1: 1 day later than agreed | No milestone is met yet. One is late: its day has passed. Every one that is ahead has moved.",
        "Stop 1: 1 Tag später als vereinbart | Noch kein Meilenstein ist erreicht. Einer ist zu spät: Der Tag ist vorbei. Jeder, der noch kommt, hat sich verschoben.",
        "Stop 1：比原定日期晚 1 天 | 里程碑均未完成。一个已过期，尚未完成。尚未到期的都已改期。",
    ),
    (
        milestones(met=2, late=2, moved=1, due=12, undated=1),
        "Stop 4: 1 day later than agreed | Two of 18 milestones are met. Two are late: their days have passed. Of the 14 ahead, one has moved. One has no date yet.",
        "Stop 4: 1 Tag später als vereinbart | Zwei von 18 Meilensteinen sind erreicht. Zwei sind zu spät: Die Tage sind vorbei. "
        "Von den 14, die noch kommen, hat sich einer verschoben. Einer hat noch keinen Termin.",
        "Stop 4：比原定日期晚 1 天 | 18个里程碑中已完成两个。两个已过期，尚未完成。尚未到期的14个中有一个改了日期。一个尚未定日期。",
    ),
    (
        milestones(undated=2),
        "Timeline | No date is set yet for the two milestones.",
        "Zeitplan | Für die zwei Meilensteine steht noch kein Termin fest.",
        "进度 | 两个里程碑均未定日期。",
    ),
]  # fmt: skip
SCOPE = [
    (
        requirements("approved"), "The one requirement is not delivered yet",
        "Die eine Anforderung ist noch nicht geliefert", "唯一的需求尚未交付",
    ),
    (
        requirements("validated"), "The one requirement is delivered | It is accepted.",
        "Die eine Anforderung ist geliefert | Sie ist abgenommen.", "唯一的需求已交付 | 已验收。",
    ),
    (
        requirements("implemented", "approved"), "1 of 2 requirements is delivered | It is not accepted yet.",
        "1 von 2 Anforderungen ist geliefert | Sie ist noch nicht abgenommen.", "2 项需求中已交付 1 项 | 尚未验收。",
    ),
    (
        requirements("implemented", "validated"), "Both requirements are delivered | One is accepted.",
        "Beide Anforderungen sind geliefert | Eine ist abgenommen.", "两项需求均已交付 | 一项已验收。",
    ),
    (
        requirements("approved", "approved"), "0 of 2 requirements are delivered",
        "0 von 2 Anforderungen sind geliefert", "2 项需求中已交付 0 项",
    ),
    (
        requirements("validated", "validated", "validated"), "All 3 requirements are delivered | Every one is accepted.",
        "Alle 3 Anforderungen sind geliefert | Jede ist abgenommen.", "3 项需求已全部交付 | 均已验收。",
    ),
    (
        requirements("implemented", "implemented", "approved", "proposed"),
        "2 of 3 requirements are delivered | None is accepted yet. One more is proposed and not agreed.",
        "2 von 3 Anforderungen sind geliefert | Noch keine ist abgenommen. Eine weitere ist vorgeschlagen und nicht vereinbart.",
        "3 项需求中已交付 2 项 | 均未验收。另有一项已提出，尚未商定。",
    ),
]  # fmt: skip
DELIVERABLES = [
    (deliverables("accepted"), "The one deliverable is accepted.", "Das eine Lieferergebnis ist abgenommen.", "唯一的交付物已验收。"),
    (deliverables("planned"), "The one deliverable is not accepted yet.", "Das eine Lieferergebnis ist noch nicht abgenommen.", "唯一的交付物尚未验收。"),
    (deliverables("accepted", "accepted"), "Both deliverables are accepted.", "Beide Lieferergebnisse sind abgenommen.", "两项交付物均已验收。"),
    (deliverables("planned", "planned"), "Neither of the two deliverables is accepted yet.", "Keines der beiden Lieferergebnisse ist abgenommen.", "两项交付物均未验收。"),
    (deliverables("accepted", "in_review"), "One of two deliverables is accepted. One waits for your review.", "Eines von zwei Lieferergebnissen ist abgenommen. Eines wartet auf Ihre Prüfung.", "两项交付物中有一项已验收。一项等待您审阅。"),
    (deliverables(*["accepted"] * 11, "in_review", "in_review"), "11 of 13 deliverables are accepted. Two wait for your review.", "11 von 13 Lieferergebnissen sind abgenommen. Zwei warten auf Ihre Prüfung.", "13项交付物中有11项已验收。两项等待您审阅。"),
]  # fmt: skip
DOCUMENTS = [
    (documents(1), "There is one document. It is from 22 November 2026.", "Es gibt ein Dokument. Datum: 22. November 2026.", "共有一份文件。日期为2026年11月22日。"),
    (documents(2), "There are two documents. The newest is from 22 November 2026.", "Es gibt zwei Dokumente. Neuestes Datum: 22. November 2026.", "共有两份文件。最新一项的日期为2026年11月22日。"),
]  # fmt: skip
DECISIONS = [
    (decisions("decided"), "One decision stands. It is from 22 November 2026.", "Eine Entscheidung gilt. Datum: 22. November 2026.", "一项决定有效。日期为2026年11月22日。"),
    (
        decisions("decided", "decided", "superseded"),
        "Two decisions stand. The newest is from 22 November 2026. One earlier decision was replaced or revoked.",
        "Zwei Entscheidungen gelten. Neuestes Datum: 22. November 2026. Eine frühere Entscheidung wurde ersetzt oder widerrufen.",
        "两项决定有效。最新一项的日期为2026年11月22日。一项早先的决定已被取代或撤销。",
    ),
]  # fmt: skip
FEEDBACK = [
    (feedback(answered=1), "You told us one thing, and it is answered.", "Sie haben uns eine Sache gesagt, und sie ist beantwortet.", "您提出了一条意见，均已答复。"),
    (feedback(answered=2), "You told us two things, and each is answered.", "Sie haben uns zwei Sachen gesagt, und jede ist beantwortet.", "您提出了两条意见，均已答复。"),
    (feedback(new=1), "You told us one thing, which is not answered yet.", "Sie haben uns eine Sache gesagt, die noch nicht beantwortet ist.", "您提出了一条意见，均未答复。"),
    (feedback(new=2), "You told us two things, which are not answered yet.", "Sie haben uns zwei Sachen gesagt, die noch nicht beantwortet sind.", "您提出了两条意见，均未答复。"),
    (feedback(new=1, answered=1), "You told us two things. One is answered.", "Sie haben uns zwei Sachen gesagt. Eine ist beantwortet.", "您提出了两条意见。一条已答复。"),
]  # fmt: skip
RISKS = [
    (risks((1, 1)), "One risk is open. It is not high.", "Ein Risiko ist offen. Es ist nicht hoch.", "一项风险未关闭。不属高风险。"),
    (risks((1, 1), (1, 2)), "Two risks are open. None is high.", "Zwei Risiken sind offen. Keines ist hoch.", "两项风险未关闭。均不属高风险。"),
    (risks(None, None), "Two risks are open. None is rated.", "Zwei Risiken sind offen. Keines ist bewertet.", "两项风险未关闭。均未评级。"),
    (
        risks((5, 5), (1, 1)), "Two risks are open. One of them is high. It has no owner. It has no date.",
        "Zwei Risiken sind offen. Davon ist eines hoch. Es hat keine Zuständigen. Es hat keinen Termin.",
        "两项风险未关闭。其中一项为高风险。没有负责人。没有期限。",
    ),
]  # fmt: skip
NEEDS = [
    (waiting(actions=1), "We need one thing from you", "Wir brauchen eine Sache von Ihnen", "需要您处理一件事"),
    (waiting(actions=2), "We need two things from you | The oldest stand first.", "Wir brauchen zwei Sachen von Ihnen | Die ältesten stehen zuerst.", "需要您处理两件事 | 最早提出的在前。"),
    (waiting(changes=1), "One decision waits for you", "Eine Entscheidung wartet auf Sie", "一项等待您决定"),
    (waiting(changes=12), "12 decisions wait for you | The oldest stand first.", "12 Entscheidungen warten auf Sie | Die ältesten stehen zuerst.", "12项等待您决定 | 最早提出的在前。"),
    (
        waiting(actions=1, changes=2), "We need one thing and two decisions from you | The oldest stand first.",
        "Wir brauchen eine Sache und zwei Entscheidungen von Ihnen | Die ältesten stehen zuerst.", "需要您处理一件事，作出两项决定 | 最早提出的在前。",
    ),
]  # fmt: skip
PAGES = {
    "timeline.html": MILESTONES, "scope.html": SCOPE, "deliverables.html": DELIVERABLES, "documents.html": DOCUMENTS,
    "decisions.html": DECISIONS, "feedback.html": FEEDBACK, "risks.html": RISKS, "needs-you.html": NEEDS,
}  # fmt: skip
CASES = [
    pytest.param(page, lists, dict(zip(("en", "de", "zh-Hans"), texts, strict=True)), id=f"{page}: {texts[0]}")
    for page, cases in PAGES.items()
    for lists, *texts in cases
]  # fmt: skip


@pytest.mark.parametrize(("page", "lists", "expected"), CASES)
@pytest.mark.parametrize("language", ["en", "de", "zh-Hans"])
def test_what_a_page_says_first_is_right_for_every_number(
    page: str, lists: p.Lists, expected: dict[str, str], language: str
) -> None:
    found = said(lists, page, language)
    # Most pages have a heading of their own that never changes: only what is said below it is compared.
    assert found == expected[language] or found.endswith(f" | {expected[language]}")


@pytest.mark.parametrize(
    ("words", "english", "german"),
    [
        (["on_track"] * 2, "Both projects are on track.", "Beide Projekte sind im Plan."),
        (["on_track"] * 3, "All three projects are on track.", "Alle drei Projekte sind im Plan."),
        (["at_risk", "on_track"], "One of two projects is at risk: P1.", "Eines von zwei Projekten ist gefährdet: P1."),
        (
            ["at_risk", "at_risk", "on_track"], "Two of three projects are at risk: P1 and P2.",
            "Zwei von drei Projekten sind gefährdet: P1 und P2.",
        ),
    ],
)  # fmt: skip
def test_the_sentence_on_several_projects_is_right_for_every_number(
    words: list[str], english: str, german: str
) -> None:
    for language, expected in (("en", english), ("de", german)):
        lists = [
            p.Lists(
                reports=(
                    p.Report(id="R", title="R", url=f"p{i}/reports/R.html", status="published", date=YESTERDAY, health=p.ReportHealth(overall=word)),
                )
            )
            for i, word in enumerate(words, start=1)
        ]  # fmt: skip
        portal = a_portal(lists, language)
        portal = replace(
            portal, projects=tuple(replace(each, prefix=f"{each.id}/") for each in portal.projects)
        )
        assert heading(portal, "index.html") == expected


@pytest.mark.parametrize(
    ("answers", "good", "expected"),
    [
        (1, "1", "1 of 1 answer gave a 4 or a 5: satisfaction (CSAT) 100%."),
        (3, "1", "1 of 3 answers gave a 4 or a 5: satisfaction (CSAT) 33%."),
        (3, "2", "2 of 3 answers gave a 4 or a 5: satisfaction (CSAT) 67%."),
    ],
)
def test_what_a_survey_found_is_right_for_every_number(answers: int, good: str, expected: str) -> None:
    derived = p.SurveyDerived(answers=answers, mean=4.0, csat=float(Decimal(good) / answers))
    survey = p.Survey(id="S", title="S", url="surveys/S.html", status="closed", type="csat", derived=derived)
    portal = p.Portal(
        client=p.Client(id="c", name="Client"), as_of=sample.AS_OF,
        projects=(p.Project(id="c", name="Client", lists=p.Lists(surveys=(survey,))),),
    )  # fmt: skip
    html = plan_site(portal, load_theme())["surveys/S.html"]().decode()
    assert expected in re.sub(r"\s+", " ", html)


@cache
def texts_of(language: str) -> str:
    """Return all that is said on every page of a small portal with one of everything, and two, and none."""
    portals = [a_portal((lists,), language) for cases in PAGES.values() for lists, *_ in cases]
    pages = (plan_site(portal, load_theme()) for portal in portals)
    made = (render().decode() for site in pages for url, render in site.items() if url.endswith(".html"))
    return "\n".join(re.sub(r"<[^>]*>|\s+", " ", html) for html in made)


@pytest.mark.parametrize("language", ["en", "de"])
def test_no_sentence_mixes_one_and_many(language: str) -> None:
    wrong = {
        "en": r"\b(?:one|1) [a-z ]*\b(?:are|have|wait|stand)\b(?! first)|\b(?:two|three|[2-9]) (?:is|has|waits|stands)\b|\b1 (?:days|things|milestones|requirements)\b",
        "de": r"\b(?:ein|eine|einer|eines) (?:sind|haben|warten|liegen)\b|\b(?:zwei|drei) (?:ist|hat|wartet|liegt)\b|\b1 (?:Tage|Sachen|Anforderungen)\b",
    }[language]
    found = [each[0] for each in re.finditer(wrong, texts_of(language), re.IGNORECASE)]
    assert found == []


@pytest.mark.parametrize("language", ["en", "de", "zh-Hans"])
def test_no_sentence_ends_twice(language: str) -> None:
    """A day such as "13. Okt." brings a full stop of its own: a sentence may not end with it."""
    rich = sample.rich()
    rich = replace(rich, client=replace(rich.client, language=language, locale=LOCALES[language]))
    text = texts_of(language) + "\n".join(
        re.sub(r"<[^>]*>|\s+", " ", render().decode())
        for url, render in plan_site(rich, load_theme()).items()
        if url.endswith(".html")
    )
    assert re.findall(r".{30}[.。!?！？]\s*[.。](?!\.)", text) == []
