"""The pure parts behind the pages: what the first sentence says, what is new, where milestones stand, what folds."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import replace

from portalgen.money import Money
from portalgen.portal import answer, digest, folding, links, outline, pages, routes, scope
from portalgen.portal.drawn import impacts, track
from portalgen.portal.published import (
    Change,
    Health,
    Html,
    Impact,
    Lists,
    Milestone,
    MilestoneDerived,
    Project,
    ScheduleImpact,
    ScopeImpact,
)
from portalgen.site.render import render_site
from portalgen.site.theme import load_theme
from tests.site import sample


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("We won back a week. The opening is safe.", "We won back a week."),
        ("Done by Dr. Brandt on 3 May. More follows.", "Done by Dr. Brandt on 3 May."),
        ("It costs 1.5 days, e.g. on Monday. Yes.", "It costs 1.5 days, e.g. on Monday."),
        ("Is it safe? It is.", "Is it safe?"),
        ("录音已追回一周。开放不受影响。", "录音已追回一周。"),
        ("No full stop here", "No full stop here"),
        ("Two\nlines of text. End.", "Two lines of text."),
        ("", ""),
    ],
)
def test_the_first_sentence_ends_where_a_reader_would_end_it(text: str, first: str) -> None:
    assert answer.first_sentence(text) == first


def test_a_stale_report_gives_no_reason_in_the_sentence() -> None:
    project = replace(
        sample.PROJECT,
        derived=replace(
            sample.DERIVED,
            health=Health(overall="on_track", reason="All is well.", on=date(2026, 9, 1), stale=True),
        ),
    )
    facts = answer.answer(project, sample.AS_OF)
    assert (facts.word, facts.said, facts.is_in_sentence, facts.age_days) == ("stale", "on_track", False, 83)


def test_a_complete_project_speaks_of_no_next_date() -> None:
    project = replace(
        sample.PROJECT, derived=replace(sample.DERIVED, health=Health(overall="complete", reason="Done."))
    )
    assert answer.answer(project, sample.AS_OF).next is None


@pytest.mark.parametrize(
    ("baseline", "forecast", "state", "slip", "how", "days"),
    [
        (date(2026, 12, 4), date(2026, 12, 4), "scheduled", 0, "scheduled", 0),
        (date(2026, 11, 27), date(2026, 12, 4), "slipping", 7, "later", 7),
        (date(2026, 12, 14), date(2026, 12, 4), "scheduled", -10, "earlier", 10),
        (date(2026, 11, 20), date(2026, 11, 20), "late", 0, "late", 3),
        (None, date(2026, 12, 4), "scheduled", None, "unagreed", 0),
        (None, None, "undated", None, "undated", 0),
    ],
)
def test_a_next_date_is_told_against_what_was_agreed(
    baseline: date | None, forecast: date | None, state: str, slip: int | None, how: str, days: int
) -> None:
    milestone = Milestone(
        id="MS-1",
        title="Opening",
        url="milestones/MS-1.html",
        baseline=baseline,
        forecast=forecast,
        derived=MilestoneDerived(state=state, slip_days=slip),
    )
    told = answer.against_plan(milestone, (), sample.AS_OF)
    assert (told.how, told.days) == (how, days)


def test_news_counts_from_the_last_report_and_where_nothing_is_new_from_the_one_before() -> None:
    portal = sample.rich()
    assert digest.since_report(portal, portal.areas).on == date(2026, 11, 20)
    quiet = replace(
        portal,
        projects=(replace(sample.PROJECT, derived=replace(sample.DERIVED, news=sample.DERIVED.news[1:])),),
    )
    since = digest.since_report(quiet, quiet.areas)
    assert since.on == date(2026, 11, 13)
    assert [each.what for each in since.news] == ["reported", "issued", "handed_over", "decided", "held"]


def test_without_a_report_the_last_thirty_days_are_new() -> None:
    portal = replace(
        sample.rich(), projects=(replace(sample.PROJECT, lists=replace(sample.LISTS, reports=())),)
    )
    since = digest.since_report(portal, portal.areas)
    assert (since.on, since.is_report) == (date(2026, 10, 24), False)


@pytest.mark.parametrize(
    ("groups", "counted", "uncounted"),
    [
        ("scope scope dates", {"scope": 2, "dates": 1}, 0),
        ("scope scope scope dates dates decided", {"scope": 3, "dates": 2, "decided": 1}, 0),
        ("scope scope dates decided delivered", {"scope": 2, "dates": 1}, 2),
        ("other other scope dates decided", {"scope": 1, "dates": 1}, 3),
        ("other other", {}, 2),
    ],
)
def test_what_is_not_counted_by_its_group_is_counted_all_the_same(
    groups: str, counted: dict[str, int], uncounted: int
) -> None:
    news = tuple(replace(sample.DERIVED.news[0], group=group) for group in groups.split())
    portal = replace(
        sample.rich(), projects=(replace(sample.PROJECT, derived=replace(sample.DERIVED, news=news)),)
    )
    since = digest.since_report(portal, portal.areas)
    assert (dict(since.counted), since.uncounted) == (counted, uncounted)
    page = render_site(portal, load_theme())["index.html"].decode()
    assert (f"{uncounted} more</span>" in page) == bool(uncounted and counted)


def test_an_undecided_change_says_that_its_milestone_moved_before_it_was_decided() -> None:
    moves = ScheduleImpact(milestones=((sample.MS_4, 14), (sample.MS_7, 0)))
    waiting = replace(sample.CHANGES[0], impact=replace(sample.CHANGES[0].impact, schedule=moves))
    late = next(each for each in sample.MILESTONES if each.url == sample.MS_4.url)
    assert (impacts.moved_before(waiting, late), late.derived.slip_days) == (7, 7)
    decided = replace(waiting, status="approved", derived=replace(waiting.derived, pending=False))
    assert impacts.moved_before(decided, late) == 0
    for change, says_so in ((waiting, True), (decided, False)):
        lists = replace(sample.LISTS, changes=(change, *sample.CHANGES[1:]))
        portal = replace(sample.rich(), projects=(replace(sample.PROJECT, lists=lists),))
        page = render_site(portal, load_theme())[change.url].decode()
        assert ("It is already 7 days later than agreed, before this change is decided." in page) == says_so


def test_a_record_that_is_named_by_its_id_alone_has_its_title_too() -> None:
    home = render_site(sample.rich(), load_theme())["index.html"].decode()
    (issue,) = (each for each in sample.LISTS.issues if each.id == "ISS-3")
    name = f"ISS-3: {issue.title}"
    assert f'<a class="ref" href="issues/ISS-3.html" title="{name}" aria-label="{name}">ISS-3</a>' in home
    assert f'Because of <a href="issues/ISS-3.html">{issue.title}</a>' in home


def test_weeks_begin_on_monday() -> None:
    assert [week.begins for week in digest.by_week(sample.DERIVED.news)] == [
        date(2026, 11, 16),
        date(2026, 11, 9),
        date(2026, 10, 19),
        date(2026, 10, 5),
    ]


def test_a_list_of_five_hundred_is_whole_and_a_longer_one_is_folded_by_hundreds_or_years() -> None:
    assert [part.is_open for part in folding.folded(range(500))] == [True]
    assert [(part.first, part.last) for part in folding.folded(range(1001))][-1] == (1001, 1001)
    reports = [replace(sample.REPORTS[0], date=date(2027 - number // 300, 1, 1)) for number in range(600)]
    assert [(part.year, len(part.rows)) for part in folding.folded(reports, "date")] == [
        (2027, 300),
        (2026, 300),
    ]
    assert folding.folded(()) == ()


def test_a_group_of_a_long_page_is_folded_as_the_page_is_long_but_no_handful_is_hidden() -> None:
    assert [len(part.rows) for part in folding.folded(range(240), whole=501)] == [100, 100, 40]
    assert [len(part.rows) for part in folding.folded(range(150), whole=501)] == [150]


def test_a_list_of_more_than_a_thousand_has_sheets() -> None:
    assert folding.sheets(1000) == ()
    assert folding.sheets(1001) == ((1, 500), (501, 1000), (1001, 1001))
    many = tuple(
        replace(sample.RISKS[0], id=f"RSK-{number}", url=f"risks/RSK-{number}.html") for number in range(1001)
    )
    portal = replace(sample.rich(), projects=(Project(id="p", name="P", lists=Lists(risks=many)),), own=None)
    sheets = [page for page in pages.plan_pages(portal) if page.sheet]
    assert [page.url for page in sheets] == [f"risks-sheet-{number}.html" for number in (1, 2, 3)]
    assert [row.id for page in sheets for row in pages.rows_of_sheet(page)] == [each.id for each in many]


def test_only_a_long_text_with_several_headings_has_an_outline() -> None:
    text = "".join(
        f'<h3 id="part-{number}">Part <a href="x">{number}</a> &amp; more</h3><h4 id="a">A</h4>'
        for number in range(4)
    )
    assert outline.outline(Html((text,))) == ()
    assert outline.has_headings(Html((text,)))
    assert not outline.has_headings(Html(("<p>Plain</p>",)))
    found = outline.outline(Html((text, "<p>" + "long " * 3000 + "</p>")))
    assert found[0] == outline.Heading("part-0", "Part 0 & more")
    assert len(found) == 4


def test_milestones_stand_on_the_calendar_in_per_cent() -> None:
    drawn = track.track(sample.MILESTONES, sample.AS_OF)
    assert drawn is not None
    met = drawn.by_url["milestones/MS-1.html"]
    assert met.agreed is None
    assert met.at == pytest.approx(11 / 304 * 100, abs=0.01)
    slipping = drawn.by_url["milestones/MS-4.html"]
    assert slipping.agreed is not None
    assert slipping.at is not None
    assert slipping.at > slipping.agreed
    assert drawn.by_url["milestones/MS-8.html"].at is None
    assert drawn.today is not None
    assert 0 < drawn.today < 100


def test_a_project_of_many_years_names_few_months() -> None:
    ends = [
        Milestone(id=f"MS-{year}", title="x", url=f"m/{year}.html", baseline=date(year, 3, 1))
        for year in (2015, 2026)
    ]
    drawn = track.track(ends, sample.AS_OF)
    assert drawn is not None
    assert drawn.is_by_year
    assert len(drawn.months) <= 12


def test_today_stands_before_the_first_milestone_to_come() -> None:
    assert sample.MILESTONES[track.today_at(sample.MILESTONES, sample.AS_OF)].id == "MS-4"


def test_a_change_is_figures_and_what_nobody_said_is_none() -> None:
    assert impacts.figures(sample.CHANGES[1]) == impacts.Figures(None, None, None, None, None)
    cr_7 = impacts.figures(sample.CHANGES[3])
    assert (cr_7.added, cr_7.removed, cr_7.days, cr_7.cost) == (1, 0, 10, Money(Decimal("6400.50"), "EUR"))
    none = Change(
        id="CR-1",
        title="x",
        url="x",
        status="submitted",
        impact=Impact(scope=ScopeImpact(), schedule=ScheduleImpact(), cost=Money(Decimal(0), "EUR")),
    )
    assert impacts.figures(none).is_known


def test_totals_run_in_the_order_of_decisions_and_a_declined_change_has_none() -> None:
    after = impacts.totals_after(sample.rich(), sample.PROJECT)
    assert after["changes/CR-5.html"].price == Money(Decimal("93800"), "EUR")
    assert after["changes/CR-7.html"].price == Money(Decimal("100200.50"), "EUR")
    assert after["changes/CR-7.html"].days == 10
    assert after["changes/CR-9.html"].price == Money(Decimal("104350.50"), "EUR")
    assert after["changes/CR-9.html"].is_open
    assert "changes/CR-8.html" not in after


def test_two_currencies_are_never_added_up() -> None:
    dollars = replace(
        sample.CHANGES[3], id="CR-77", url="changes/CR-77.html", impact=Impact(cost=Money(Decimal(10), "USD"))
    )
    project = replace(sample.PROJECT, lists=replace(sample.LISTS, changes=(*sample.CHANGES, dollars)))
    assert impacts.totals_after(sample.rich(), project)["changes/CR-77.html"].price == Money(
        Decimal(10), "USD"
    )


def test_requirements_are_grouped_by_importance_and_what_is_left_out_stands_apart() -> None:
    found = scope.scope_of(sample.REQUIREMENTS)
    assert [group.priority for group in found.by_importance] == ["must", "should", "could", ""]
    assert [each.id for each in found.left_out] == ["REQ-7", "REQ-16"]
    assert (found.agreed, found.delivered, found.accepted, found.proposed) == (8, 4, 2, 1)


def test_links_out_are_fields_then_links_then_what_the_text_names() -> None:
    out = dict(links.links_out(sample.REQUIREMENTS[1]))
    assert list(out) == ["milestone", "deliverable", "depends_on", "evidenced_by", "source", "mentions"]
    assert out["mentions"] == (sample.CR_7,)
    assert "deliverable" not in dict(links.links_out(sample.REQUIREMENTS[1], without=("deliverable",)))


def test_links_in_say_by_what_and_a_record_stands_once() -> None:
    found = dict(links.links_in(sample.REQUIREMENTS[1]))
    assert list(found) == ["adds", "blocks", "affects", "mentions"]
    assert "changes" not in {
        ref.kind
        for refs in dict(links.links_in(sample.REQUIREMENTS[1], without=("changes",))).values()
        for ref in refs
    }


def test_a_route_shows_where_a_record_is_and_ends_where_it_was_left() -> None:
    steps = routes.route_of(sample.REQUIREMENTS[1], sample.MILESTONES[5])
    assert [(step.status, step.is_here, step.is_ahead) for step in steps][2:4] == [
        ("in_progress", True, False),
        ("implemented", False, True),
    ]
    assert steps[3].expected == date(2027, 1, 25)
    assert [step.status for step in routes.route_of(sample.CHANGES[2])] == [
        "submitted",
        "assessing",
        "waiting_for_approval",
        "rejected",
    ]
    assert routes.route_of(sample.MEETINGS[0]) == ()


def test_a_menu_holds_nine_entries_and_names_no_page_that_is_not_made() -> None:
    for make in sample.ALL:
        portal = make()
        made = {page.url for page in pages.plan_pages(portal)}
        for area in (None, *portal.areas):
            entries = pages.menu(portal, area)
            assert len(entries) <= pages.MENU_SIZE
            assert {entry.url for entry in entries} <= made
            assert {entry.url for _, group in pages.index(portal, area) for entry in group} <= made


def test_every_section_page_is_reached_from_the_index_of_its_area() -> None:
    for make in sample.ALL:
        portal = make()
        for page in pages.plan_pages(portal):
            if page.record is None:
                assert page.url in {
                    entry.url for _, group in pages.index(portal, page.area) for entry in group
                }, page.url


def test_the_only_project_in_a_folder_has_its_home_at_the_root() -> None:
    portal = sample.several()
    one = replace(portal, projects=portal.projects[:1])
    urls = {page.url for page in pages.plan_pages(one)}
    assert "index.html" in urls
    assert "webshop/index.html" not in urls
    assert "webshop/timeline.html" in urls
