"""Portals made by hand, as the pipeline would make them: every kind, long words, Chinese, and text from right to left.

`rich()` has one project, `several()` three in different health, `chinese()` speaks Chinese, `empty()` is a name.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from portalgen.money import Money
from portalgen.portal import published as p
from portalgen.portal.published import Backlink, Criterion, File, Html, PersonRef, Ref

# fmt: off
AS_OF = date(2026, 11, 23)

INES = PersonRef("Ines Okafor", "ines")
PRIYA = PersonRef("Priya Nair", "priya")
LENA = PersonRef("Dr Lena Brandt", "lena")
MAARTEN = PersonRef("Maarten de Wit", "maarten")
SAMI = PersonRef("سامي حداد")

LONG = (
    "Every visitor who borrows a handset at the cloakroom, with or without a ticket for the special exhibition, "
    "hears within two seconds which of the forty-eight Donaudampfschifffahrtsgesellschaftskapitänskajüten-stops comes next"
)


def day(month: int, number: int, year: int = 2026) -> date:
    return date(year, month, number)


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def ref(kind: str, id: str, title: str, prefix: str = "") -> Ref:
    return Ref(kind, id, title, f"{prefix}{kind}/{id}.html")


def file(record_id: str, name: str, size: int) -> File:
    return File(name, f"files/{record_id}/{name}", name.rsplit(".", 1)[1], size, (f"{size:x}" * 64)[:64])


def body(html: str) -> Html:
    """Return HTML whose links, written ROOT, lead from the site's root."""
    return Html(tuple(html.split("ROOT")))


REQ_1 = ref("requirements", "REQ-1", "A stop starts when its number is typed")
REQ_7 = ref("requirements", "REQ-7", "A quiz for children")
REQ_21 = ref(
    "requirements", "REQ-21", "The eight ship-hall stops play without reception, in the order of the walk"
)
REQ_25 = ref("requirements", "REQ-25", "Ukrainian as a fifth language")
CR_5 = ref("changes", "CR-5", "No quiz for children")
CR_7 = ref("changes", "CR-7", "Eight stops in the ship hall")
CR_9 = ref("changes", "CR-9", "Ukrainian as a fifth language")
MS_2 = ref("milestones", "MS-2", "Scripts of 40 stops approved")
MS_4 = ref("milestones", "MS-4", "All voices recorded")
MS_5 = ref("milestones", "MS-5", "Guide on all 60 handsets")
MS_7 = ref("milestones", "MS-7", "Opening")
DEL_1 = ref("deliverables", "DEL-1", "Concept of the guide")
DEL_5 = ref("deliverables", "DEL-5", "Scripts for the ship hall")
STEERING = ref("meetings", "2026-11-17-steering", "Steering meeting")
DEC_11 = ref("decisions", "DEC-11", "Handsets are handed out at the cloakroom, not the till")
ACT_14 = ref("actions", "ACT-14", "Tell us which two narrators you prefer for French")
RSK_4 = ref("risks", "RSK-4", "Cold handsets run out early")
ISS_3 = ref("issues", "ISS-3", "The curator was ill for a week")
REPORT = ref("reports", "2026-W47", "Recordings end on 4 December")
DOC_19 = ref("documents", "DOC-19", "Walk-through of the ship hall")
FB_2 = ref("feedback", "FB-2", "Can the volume be set louder?")

BODY = (
    '<h2 id="b-what-was-tried">What was tried</h2>\n<p>Ten visitors walked the hall, see <a href="ROOTrequirements/REQ-21.html">REQ-21</a>.</p>\n'
    "<ul>\n<li>flight mode</li>\n<li>two handsets<ul><li>one of them old</li></ul></li>\n</ul>\n"
    "<table>\n<thead><tr><th>Stop</th><th>Seconds</th></tr></thead>\n<tbody><tr><td>41</td><td>2.6</td></tr></tbody>\n</table>\n"
    "<blockquote><p>“I did not miss the map.”</p></blockquote>\n<pre><code>play(41)\n</code></pre>"
)

REQUIREMENTS = (
    p.Requirement(
        id="REQ-1", title=REQ_1.title, url=REQ_1.url, status="validated", priority="must", type="functional",
        owner=PRIYA, acceptance=(Criterion(criterion="Within two seconds", met=True, note="Seen on 2 October."),),
        raised_on=day(6, 1), approved_on=day(6, 12), validated_on=day(10, 2), milestone=MS_4,
        derived=p.Derived(links_in=(Backlink("depends_on", REQ_21),)),
    ),
    p.Requirement(
        id="REQ-21", title=REQ_21.title, url=REQ_21.url, status="in_progress", priority="must", type="quality",
        statement="A visitor who enters the ship hall hears the eight stops in the order in which the hall is walked, and at no point needs mobile reception.",
        rationale="The hall has steel walls and no reception. It came with CR-7.\n\nOn the trial in October four of ten visitors gave up after the second stop.",
        owner=PRIYA, requested_by=MAARTEN, raised_on=day(10, 8), approved_on=day(10, 19), verification="A walk with ten visitors.",
        acceptance=(
            Criterion(criterion="All eight stops play in flight mode.", met=True, note="Seen by Lena Brandt on 12 November."),
            Criterion(criterion="A stop starts within 2 seconds of typing its number.", met=False, note="Measured at 2.6 seconds, see DOC-19."),
            Criterion(criterion="Six of eight trial visitors walk the hall without asking the way."),
        ),
        weight=Decimal(3), milestone=MS_5, deliverable=DEL_5, links={"depends_on": (REQ_1,), "evidenced_by": (DOC_19,)},
        source=STEERING, mentions=(CR_7, DOC_19), body=body(BODY),
        derived=p.Derived(links_in=(Backlink("adds", CR_7), Backlink("blocks", ACT_14), Backlink("body", STEERING), Backlink("affects", RSK_4))),
    ),
    p.Requirement(id="REQ-3", title="Every stop has a transcript", url="requirements/REQ-3.html", status="implemented", priority="must", milestone=MS_2),
    p.Requirement(id="REQ-99", title=LONG, url="requirements/REQ-99.html", status="approved", priority="must", statement=LONG + ".", milestone=MS_5),
    p.Requirement(id="REQ-10", title="Quiet hours: a mode without sound", url="requirements/REQ-10.html", status="validated", priority="should", validated_on=day(10, 2)),
    p.Requirement(id="REQ-15", title="الزوار يصححون النص بأنفسهم (نسخة 2)", url="requirements/REQ-15.html", status="in_progress", priority="should", statement="يصحح أمناء المتحف النصوص بأنفسهم.", requested_by=SAMI),
    p.Requirement(id="REQ-17", title="The screen shows how long the route still takes", url="requirements/REQ-17.html", status="implemented", priority="could"),
    p.Requirement(id="REQ-25", title=REQ_25.title, url=REQ_25.url, status="proposed", priority="could", derived=p.Derived(links_in=(Backlink("adds", CR_9),))),
    p.Requirement(id="REQ-30", title="讲解员可以在馆内更正文字", url="requirements/REQ-30.html", status="approved"),
    p.Requirement(id="REQ-7", title=REQ_7.title, url=REQ_7.url, status="withdrawn", priority="wont", rationale="The school programme already has one.", derived=p.Derived(links_in=(Backlink("removes", CR_5),))),
    p.Requirement(id="REQ-16", title="Favourite stops by mail after the visit", url="requirements/REQ-16.html", status="deferred", priority="could", rationale="Put off until the privacy officer has answered."),
)  # fmt: skip

CHANGES = (
    p.Change(
        id="CR-9", title=CR_9.title, url=CR_9.url, status="waiting_for_approval", category="scope", requested_by=LENA, submitted_on=day(11, 9),
        reason="Every ninth visitor last summer came from Ukraine.", if_not_done="The printed sheets stay.",
        impact=p.Impact(
            scope=p.ScopeImpact(adds=(REQ_25,)), schedule=p.ScheduleImpact(days=0), cost=eur("4150"),
            risk="After 27 November the studio is taken.",
        ),
        derived=p.ChangeDerived(pending=True),
    ),
    p.Change(
        id="CR-10", title="Stops on visitors’ own phones", url="changes/CR-10.html", status="assessing", submitted_on=day(11, 16),
        reason="Asked for by the friends of the museum.", derived=p.ChangeDerived(pending=True),
    ),
    p.Change(
        id="CR-8", title="Rental of headphones at the desk", url="changes/CR-8.html", status="rejected", submitted_on=day(10, 20),
        decided_by=MAARTEN, decided_on=day(11, 2), decision_note="Not worth two weeks.",
        impact=p.Impact(scope=p.ScopeImpact(), schedule=p.ScheduleImpact(days=15), cost=eur("9000")),
        derived=p.ChangeDerived(days_to_decide=13),
    ),
    p.Change(
        id="CR-7", title=CR_7.title, url=CR_7.url, status="approved", submitted_on=day(10, 9), decided_by=MAARTEN, decided_on=day(10, 19),
        reason="The hall opens in February, earlier than the museum had planned.", owner=INES,
        impact=p.Impact(
            scope=p.ScopeImpact(adds=(REQ_21,)), schedule=p.ScheduleImpact(milestones=((MS_5, 10), (MS_7, 7))), cost=eur("6400.50"),
            quality="None.",
        ),
        derived=p.ChangeDerived(days_to_decide=10, links_in=(Backlink("body", REQ_21), Backlink("evidenced_by", STEERING))),
    ),
    p.Change(
        id="CR-5", title=CR_5.title, url=CR_5.url, status="implemented", submitted_on=day(9, 1), decided_by=LENA, decided_on=day(9, 14), implemented_on=day(9, 20),
        reason="The school programme already has one.",
        impact=p.Impact(scope=p.ScopeImpact(removes=(REQ_7,)), schedule=p.ScheduleImpact(days=0), cost=eur("-2200")),
        derived=p.ChangeDerived(days_to_decide=13),
    ),
)  # fmt: skip

MILESTONES = (
    p.Milestone(id="MS-1", title="Concept approved", url="milestones/MS-1.html", type="approval", baseline=day(6, 12), forecast=day(6, 12), met_on=day(6, 12), derived=p.MilestoneDerived(state="met", slip_days=0)),
    p.Milestone(id="MS-2", title=MS_2.title, url=MS_2.url, type="approval", baseline=day(9, 4), forecast=day(9, 4), met_on=day(9, 11), links={"affects": (ISS_3,)}, derived=p.MilestoneDerived(state="met", slip_days=7)),
    p.Milestone(id="MS-3", title="Prototype tried by visitors", url="milestones/MS-3.html", baseline=day(10, 9), forecast=day(10, 9), met_on=day(10, 8), derived=p.MilestoneDerived(state="met", slip_days=-1)),
    p.Milestone(id="MS-9", title="Sound of the ships recorded on board", url="milestones/MS-9.html", baseline=day(11, 20), forecast=day(11, 20), derived=p.MilestoneDerived(state="late", slip_days=0)),
    p.Milestone(
        id="MS-4", title=MS_4.title, url=MS_4.url, type="delivery", baseline=day(11, 27), forecast=day(12, 4), value=eur("24000"), owner=PRIYA,
        acceptance=(Criterion(criterion="48 stops in four languages", met=False),), body=body("<p>Two voices are recorded side by side.</p>"),
        deliverables=(DEL_5,), derived=p.MilestoneDerived(state="slipping", slip_days=7, links_in=(Backlink("milestone", REQ_1), Backlink("affects", ISS_3))),
    ),
    p.Milestone(id="MS-5", title=MS_5.title, url=MS_5.url, type="delivery", baseline=day(1, 15, 2027), forecast=day(1, 25, 2027), depends_on=(MS_4,), derived=p.MilestoneDerived(state="slipping", slip_days=10)),
    p.Milestone(id="MS-6", title="Trial week in the museum", url="milestones/MS-6.html", baseline=day(2, 15, 2027), forecast=day(2, 15, 2027), derived=p.MilestoneDerived(state="scheduled", slip_days=0)),
    p.Milestone(id="MS-7", title=MS_7.title, url=MS_7.url, baseline=day(3, 12, 2027), forecast=day(3, 19, 2027), derived=p.MilestoneDerived(state="slipping", slip_days=7)),
    p.Milestone(id="MS-10", title="A second season", url="milestones/MS-10.html", cancelled_on=day(10, 1), baseline=day(6, 1, 2027), forecast=day(6, 1, 2027), derived=p.MilestoneDerived(state="cancelled", slip_days=0)),
    p.Milestone(id="MS-8", title="Handover and final acceptance", url="milestones/MS-8.html", derived=p.MilestoneDerived()),
)  # fmt: skip

DELIVERABLES = (
    p.Deliverable(id="DEL-1", title=DEL_1.title, url=DEL_1.url, status="accepted", version="3", milestone=ref("milestones", "MS-1", "Concept approved"), due=day(6, 8), submitted_on=day(6, 5), decided_on=day(6, 12), acceptor=MAARTEN, files=(file("DEL-1", "concept.pdf", 1_240_000),)),
    p.Deliverable(
        id="DEL-5", title=DEL_5.title, url=DEL_5.url, status="in_review", version="2", milestone=MS_4, due=day(11, 20), submitted_on=day(11, 18),
        criteria=("Eight stops", "3,900 words at most"), reviewer=LENA, acceptor=MAARTEN, owner=PRIYA, body=body("<p>With Dr Brandt’s corrections.</p>"),
        files=(file("DEL-5", "ship-hall-scripts.pdf", 412_000), file("DEL-5", "ship-hall-scripts.docx", 96_300)),
        derived=p.DueDerived(age_days=5, links_in=(Backlink("deliverable", REQ_21),)),
    ),
    p.Deliverable(id="DEL-6", title="Recordings in four languages", url="deliverables/DEL-6.html", status="in_progress", due=day(11, 20), derived=p.DueDerived(overdue=True)),
    p.Deliverable(id="DEL-7", title="Guide for the staff", url="deliverables/DEL-7.html", status="conditionally_accepted", due=day(10, 1), submitted_on=day(9, 28), decided_on=day(10, 6), conditions="With a page on charging the handsets."),
)  # fmt: skip

MEETINGS = (
    p.Meeting(id="2026-12-01-scripts", title="Reading of the Dutch scripts", url="meetings/2026-12-01-scripts.html", status="planned", date=day(12, 1), time="10:00–11:30", type="workshop", place="Room 2 at the museum", attendees=(LENA, PRIYA), agenda=("Stops 41 to 48", "Names of ships")),
    p.Meeting(
        id=STEERING.id, title=STEERING.title, url=STEERING.url, status="agreed", date=day(11, 17), time="10:00", type="steering", place="By video",
        attendees=(MAARTEN, LENA, INES, SAMI), apologies=(PRIYA,), agenda=("Where we stand", "CR-9", "Handsets"), next_meeting_on=day(12, 15),
        decisions=(DEC_11,), actions=(ACT_14,), body=body(BODY), mentions=(CR_9,),
        derived=p.Derived(links_in=(Backlink("raised_in", DEC_11), Backlink("raised_in", ACT_14), Backlink("source", REQ_21))),
    ),
    p.Meeting(id="2026-06-02-kickoff", title="Kick-off", url="meetings/2026-06-02-kickoff.html", status="held", date=day(6, 2), type="kickoff", attendees=(MAARTEN, INES)),
)  # fmt: skip

DECISIONS = (
    p.Decision(id="DEC-11", title=DEC_11.title, url=DEC_11.url, status="decided", date=day(11, 17), decided_by=(MAARTEN, INES), options=("At the till", "At the cloakroom"), consequences="The cloakroom needs a charging rack.", applies_from=day(2, 15, 2027), links={"raised_in": (STEERING,)}, body=body("<p>The till has no room.</p>")),
    p.Decision(id="DEC-2", title="Handsets are bought, not rented", url="decisions/DEC-2.html", status="superseded", date=day(7, 1), derived=p.Derived(links_in=(Backlink("supersedes", ref("decisions", "DEC-4", "Handsets are rented")),))),
    p.Decision(id="DEC-4", title="Handsets are rented", url="decisions/DEC-4.html", status="decided", date=day(8, 3), decided_by=(MAARTEN,), links={"supersedes": (ref("decisions", "DEC-2", "Handsets are bought, not rented"),)}),
)  # fmt: skip

ACTIONS = (
    p.Action(id="ACT-14", title=ACT_14.title, url=ACT_14.url, status="open", side="client", owner=LENA, due=day(11, 18), requested_on=day(11, 4), type="information", blocks=(MS_4,), links={"raised_in": (STEERING,)}, body=body("<p>Six voices are in the shortlist; a reply with two names is enough.</p>"), derived=p.DueDerived(overdue=True, age_days=19)),
    p.Action(id="ACT-16", title="Let Tomás into the ship hall on a Monday", url="actions/ACT-16.html", status="in_progress", side="client", owner=MAARTEN, due=day(11, 30), requested_on=day(11, 13), derived=p.DueDerived(age_days=10)),
    p.Action(id="ACT-17", title="Send the Dutch scripts", url="actions/ACT-17.html", status="open", side="provider", owner=PRIYA, due=day(11, 27), derived=p.DueDerived()),
    p.Action(id="ACT-9", title="Photographs of the handsets", url="actions/ACT-9.html", status="done", side="client", owner=LENA, due=day(10, 1), requested_on=day(9, 20), received_on=day(9, 28), derived=p.DueDerived(age_days=8)),
)  # fmt: skip

RISKS = (
    p.Risk(id="RSK-4", title=RSK_4.title, url=RSK_4.url, status="approved", category="technical", cause="The cloakroom is not heated.", event="Batteries lose a third of their charge.", effect="Guides end before the visit does.", identified_on=day(10, 5), likelihood=3, impact=4, residual=p.Rating(likelihood=2, impact=2), response="reduce", action="Ten spare batteries in the offer.", owner=PRIYA, review_on=day(12, 1), target_date=day(1, 15, 2027), links={"affects": (REQ_21,)}, derived=p.RiskDerived(score=12, level="medium")),
    p.Risk(id="RSK-5", title="The studio is taken", url="risks/RSK-5.html", status="approved", likelihood=5, impact=4, escalated=True, owner=INES, response="avoid", derived=p.RiskDerived(score=20, level="high")),
    p.Risk(id="RSK-6", title="A grant comes sooner", url="risks/RSK-6.html", status="proposed", response="exploit"),
    p.Risk(id="RSK-1", title="Scripts come late", url="risks/RSK-1.html", status="occurred", likelihood=2, impact=3, derived=p.RiskDerived(score=6, level="medium", links_in=(Backlink("resulted_in", ISS_3),))),
)  # fmt: skip

ISSUES = (
    p.Issue(id="ISS-5", title="The Dutch voice has a cold", url="issues/ISS-5.html", status="open", raised_by=PRIYA, raised_on=day(11, 10), urgency=4, impact=3, size=2, target_date=day(11, 20), escalated=True, derived=p.DueDerived(overdue=True, age_days=13)),
    p.Issue(id="ISS-3", title=ISS_3.title, url=ISS_3.url, status="closed", category="people", raised_on=day(8, 28), resolution="A colleague read the last ten scripts.", resolved_on=day(9, 11), links={"affects": (MS_2, MS_4)}, derived=p.DueDerived(age_days=14)),
)  # fmt: skip

REPORTS = (
    p.Report(
        id="2026-W47", title=REPORT.title, url=REPORT.url, status="published", date=day(11, 20), period=p.Period(from_=day(11, 14), to=day(11, 20)),
        health=p.ReportHealth(overall="on_track", schedule="at_risk", scope="on_track", cost="on_track", quality="on_track", risk="on_track"),
        reason="We have won back a week: from Monday two voices are recorded side by side. The opening on 19 March is safe as long as the French narrators are named by Wednesday (ACT-14).",
        achieved=("A tour can be picked up where it was left.", "German and English voices recorded for 31 of 48 stops (REQ-1)."),
        next=("Dutch recordings, Monday to Thursday.", "Battery test over a full opening day."), decisions_needed=("A decision on Ukrainian as a fifth language by 27 November: CR-9.",),
        author=INES, body=body("<p>We have won back a week: from Monday two voices are recorded side by side. The opening on 19 March is safe as long as the French narrators are named by Wednesday (<a href=\"ROOTactions/ACT-14.html\">ACT-14</a>).</p>\n<p>The cold handsets are tested on Tuesday.</p>"),
        mentions=(ACT_14, REQ_1, CR_9),
    ),
    p.Report(id="2026-W46", title="Report of 13 November", url="reports/2026-W46.html", status="published", date=day(11, 13), health=p.ReportHealth(overall="at_risk"), reason="Scripts come late.", author=INES),
    p.Report(id="2026-W45", title="Report of 6 November", url="reports/2026-W45.html", status="published", date=day(11, 6), health=p.ReportHealth(overall="on_track"), author=INES),
)  # fmt: skip

DOCUMENTS = (
    p.Document(id="DOC-19", title=DOC_19.title, url=DOC_19.url, status="issued", type="test report", version="1", date=day(11, 18), language="en", file=file("DOC-19", "walk-through.pdf", 380_000), files=(file("DOC-19", "walk-through.pdf", 380_000), file("DOC-19", "plan.png", 84_000)), owner=PRIYA, derived=p.Derived(links_in=(Backlink("evidenced_by", REQ_21),))),
    p.Document(id="DOC-21", title="Narrator shortlist", url="documents/DOC-21.html", status="issued", version="2", date=day(11, 6), external_url="https://files.example.org/shortlist", supersedes=ref("documents", "DOC-20", "Narrator shortlist"), body=body("<p>With samples.</p>")),
    p.Document(id="DOC-20", title="Narrator shortlist", url="documents/DOC-20.html", status="superseded", version="1", date=day(10, 30), file=file("DOC-20", "shortlist.zip", 18_000_000), files=(file("DOC-20", "shortlist.zip", 18_000_000),), derived=p.Derived(links_in=(Backlink("supersedes", ref("documents", "DOC-21", "Narrator shortlist")),))),
)  # fmt: skip

FEEDBACK = (
    p.Feedback(id="FB-3", title="The staff like the new handsets", url="feedback/FB-3.html", status="new", date=day(11, 21), type="praise", channel="mail"),
    p.Feedback(id="FB-2", title=FB_2.title, url=FB_2.url, status="answered", date=day(10, 12), type="question", channel="form", answer="Yes, from the next version on.\n\nUntil then a staff member can do it.", answered_on=day(10, 20), resulted_in=(REQ_1,), body=body("<p>Two visitors asked.</p>"), derived=p.FeedbackDerived(days_to_answer=8)),
)  # fmt: skip

SURVEYS = (
    p.Survey(id="SVY-2", title="How was the trial?", url="surveys/SVY-2.html", status="open", type="nps", question="Would you recommend us?", opened_on=day(11, 16), derived=p.SurveyDerived(answers=4)),
    p.Survey(id="SVY-1", title="How did the concept phase go?", url="surveys/SVY-1.html", status="closed", type="csat", question="How content are you?", scale="1 to 5", opened_on=day(6, 15), closed_on=day(6, 30), derived=p.SurveyDerived(answers=7, mean=4.3, csat=0.857)),
)  # fmt: skip

APPROVALS = (
    p.Approval(id="APR-3", title="Scripts for the ship hall", url="approvals/APR-3.html", status="requested", subject=(DEL_5,), requested_on=day(11, 18), role="Steering"),
    p.Approval(id="APR-1", title="Concept", url="approvals/APR-1.html", status="approved", subject=(DEL_1, MS_2), requested_on=day(6, 8), decided_by=MAARTEN, decided_on=day(6, 12), channel="signature", evidence_sha256="ab" * 32, conditions="Within the budget."),
)  # fmt: skip

COMMUNICATIONS = (
    p.Communication(id="COM-1", title="Call about the narrators", url="communications/COM-1.html", date=day(11, 12), channel="call", from_=(LENA,), to=(INES,), direction="in", body=body("<p>Two names by Wednesday.</p>")),
)  # fmt: skip
LESSONS = (
    p.Lesson(id="LL-1", title="Ask a second reader early", url="lessons/LL-1.html", status="adopted", category="people", phase="executing", context="One curator read all scripts.", effect="A week lost.", recommendation="Name a second reader at kick-off.", applied_in=("Dutch scripts",)),
)  # fmt: skip
PAGES = (
    p.TeamPage(id="how-we-work", title="How we work", url="pages/how-we-work.html", order=1, body=body("<p>Every Friday a report.</p>\n" + BODY)),
    p.TeamPage(id="hidden", title="Not in the menu", url="pages/hidden.html", menu=False, body=body("<p>Linked from elsewhere.</p>")),
)  # fmt: skip

LISTS = p.Lists(
    requirements=REQUIREMENTS, changes=CHANGES, milestones=MILESTONES, deliverables=DELIVERABLES, meetings=MEETINGS,
    decisions=DECISIONS, actions=ACTIONS, risks=RISKS, issues=ISSUES, reports=REPORTS, documents=DOCUMENTS,
    feedback=FEEDBACK, surveys=SURVEYS, approvals=APPROVALS, communications=COMMUNICATIONS, lessons=LESSONS, pages=PAGES,
)  # fmt: skip

PEOPLE = (
    p.Person(key="lena", name="Dr Lena Brandt", organisation="Harbour Museum", side="client", role="Curator", responsibilities=("Scripts", "Narrators"), email="lena@museum.example"),
    p.Person(key="maarten", name="Maarten de Wit", organisation="Harbour Museum", side="client", role="Director", phone="+31 20 555 01 00"),
    p.Person(key="ines", name="Ines Okafor", organisation="Northlight", side="provider", role="Project manager", responsibilities=("Dates", "Price", "Everything that has no other owner"), email="ines@northlight.example", phone="+31 20 555 01 34", availability="Mondays to Thursdays, 9:00 to 17:00"),
    p.Person(key="priya", name="Priya Nair", organisation="Northlight", side="provider", role="Sound engineer", email="priya@northlight.example", left_on=None),
    p.Person(key="old", name="Jonas Lind", organisation="Northlight", side="provider", role="Writer", left_on=day(9, 30)),
)  # fmt: skip

DERIVED = p.ProjectDerived(
    health=p.Health(overall="on_track", reason=REPORTS[0].reason, on=day(11, 20), report=REPORT, author=INES, before="at_risk"),
    progress=p.Progress(scope=Decimal(9), delivered=Decimal(4), accepted=Decimal(2), ratio=4 / 9),
    next_milestone=MILESTONES[4],
    needs_you=(
        p.Waiting(record=ACTIONS[0], since=day(11, 4), due=day(11, 18), overdue_days=5, holds_up=(MS_4,)),
        p.Waiting(record=ACTIONS[1], since=day(11, 13), due=day(11, 30)),
    ),
    waiting_for_approval=(
        p.Waiting(record=CHANGES[0], since=day(11, 9)),
        p.Waiting(record=DELIVERABLES[1], since=day(11, 18), due=day(11, 20), overdue_days=3),
        p.Waiting(record=APPROVALS[0], since=day(11, 18), holds_up=(DEL_5,)),
    ),
    moved=(
        p.Moved(milestone=MILESTONES[1], causes=(ISS_3,)), p.Moved(milestone=MILESTONES[2]), p.Moved(milestone=MILESTONES[4], causes=(ISS_3,)),
        p.Moved(milestone=MILESTONES[5], causes=(CR_7,)), p.Moved(milestone=MILESTONES[7], causes=(CR_7, ISS_3)),
    ),
    news=(
        p.News(on=day(11, 21), what="said", group="other", ref=ref("feedback", "FB-3", "The staff like the new handsets")),
        p.News(on=day(11, 20), what="reported", group="other", ref=REPORT),
        p.News(on=day(11, 18), what="issued", group="other", ref=DOC_19),
        p.News(on=day(11, 18), what="handed_over", group="delivered", ref=DEL_5),
        p.News(on=day(11, 17), what="decided", group="decided", ref=DEC_11),
        p.News(on=day(11, 17), what="held", group="other", ref=STEERING),
        p.News(on=day(11, 10), what="raised", group="risks", ref=ref("issues", "ISS-5", "The Dutch voice has a cold")),
        p.News(on=day(10, 19), what="approved", group="scope", ref=CR_7),
        p.News(on=day(10, 8), what="met", group="dates", ref=ref("milestones", "MS-3", "Prototype tried by visitors")),
    ),
    change_totals=p.ChangeTotals(cost=(eur("4200.50"),), pending_cost=(eur("4150"),), days=7, pending_days=0, added=1, removed=1, unknown=1),
    last_report=REPORTS[0],
)  # fmt: skip

CLIENT = p.Client(
    id="harbour-museum", name="Harbour Museum", legal_name="Stichting Harbour Museum", timezone="Europe/Amsterdam", currency="EUR",
    lead=INES, feedback_email="portal@northlight.example", feedback_form="https://forms.example.org/harbour",
)  # fmt: skip

CONTRACT = p.Contract(
    title="Audio guide for the Harbour Museum", number="2026-041", signed_on=day(5, 28), period=p.Period(from_=day(6, 1), to=day(6, 30, 2027)),
    notice_by=day(3, 31, 2027), value=eur("96000"), terms="Payment within thirty days. Changes only in writing, see CR-7.",
    obligations=(
        p.Obligation(party="client", text="Names a curator who reads the scripts", status="done"), p.Obligation(party="client", text="Gives us the ship hall on two Mondays", due=day(11, 30)),
        p.Obligation(party="provider", text="Hands over all recordings", due=day(4, 9, 2027)),
    ),
    payments=(
        p.Payment(title="At the start", amount=eur("24000"), due=day(6, 15), paid_on=day(6, 14)), p.Payment(title="With the recordings", milestone=MS_4, amount=eur("48000"), due=day(12, 18)),
        p.Payment(title="At the end", milestone=ref("milestones", "MS-8", "Handover and final acceptance"), amount=eur("24000")),
    ),
    documents=(DOC_19,), amendments=(p.Amendment(id="A-1", date=day(10, 19), description="Eight stops in the ship hall", rationale="CR-7 was approved.", changes=(CR_7,), signed_on=day(10, 21)),),
)  # fmt: skip

PROJECT = p.Project(
    id="harbour-museum", name="Audio guide", code="HM-AG", phase="executing", manager=INES, steering=(MAARTEN, INES), escalation=(INES, MAARTEN),
    objectives=("Visitors find their way without a map", "Every stop can be read as well as heard"), scope_in=("48 stops in four languages",), scope_out=("The handsets themselves",),
    success_criteria=("Eight of ten visitors would use it again",), start=day(6, 1), target=p.Target(baseline=day(3, 12, 2027), forecast=day(3, 19, 2027)), currency="EUR",
    budget=p.Budget(baseline=eur("96000"), spent=eur("61400")), lists=LISTS, derived=DERIVED,
)  # fmt: skip

RESPONSIBILITIES = (
    p.Responsibility(activity="Write the scripts", responsible=PRIYA, accountable=INES, supports=(LENA,), consulted=(MAARTEN,), informed=(SAMI,)),
    p.Responsibility(activity="Accept deliverables", responsible=LENA, accountable=MAARTEN, informed=(INES, PRIYA)),
)  # fmt: skip
PLAN = (
    p.CommunicationRow(audience="Steering", content="Status report", format="This site", frequency="Every Friday", medium="Mail with a link", responsible=INES),
    p.CommunicationRow(audience="Curators", content="Scripts to read", frequency="Every second week"),
)  # fmt: skip


def rich() -> p.Portal:
    """Return a portal with one project and records of every kind."""
    return p.Portal(
        client=CLIENT, as_of=AS_OF, revision="8c1f3e2a77d0b1c4", people=PEOPLE, contract=CONTRACT, responsibilities=RESPONSIBILITIES,
        communication_plan=PLAN, projects=(PROJECT,),
    )  # fmt: skip


def several() -> p.Portal:
    """Return a portal with projects off track, at risk, stale and unknown, records beside them, and a brand."""

    def report(prefix: str, on: date, word: str, reason: str) -> p.Report:
        return p.Report(
            id=on.isoformat(),
            title=f"Report of {on:%d %B}",
            url=f"{prefix}reports/{on}.html",
            status="published",
            date=on,
            health=p.ReportHealth(overall=word),
            reason=reason,
            author=INES,
        )

    def project(id: str, name: str, on: date | None, word: str, reason: str, **facts: Any) -> p.Project:
        prefix = f"{id}/"
        reports = (report(prefix, on, word, reason),) if on else ()
        milestone = p.Milestone(
            id=f"{id}-MS-1",
            title="Opening",
            url=f"{prefix}milestones/{id}-MS-1.html",
            baseline=day(12, 7),
            forecast=day(1, 18, 2027),
            derived=p.MilestoneDerived(state="slipping", slip_days=42),
        )
        action = p.Action(
            id=f"{id}-ACT-1",
            title="Dates of three tills",
            url=f"{prefix}actions/{id}-ACT-1.html",
            status="open",
            side="client",
            due=day(11, 27),
            requested_on=day(11, 7),
        )
        change = p.Change(
            id=f"{id}-CR-1",
            title="Another payment provider",
            url=f"{prefix}changes/{id}-CR-1.html",
            status="approved",
            submitted_on=day(11, 1),
            decided_on=day(11, 9),
            impact=p.Impact(scope=p.ScopeImpact(), schedule=p.ScheduleImpact(days=42), cost=eur("0")),
        )
        derived = p.ProjectDerived(
            health=p.Health(
                overall=word,
                reason=reason,
                on=on,
                report=reports[0].ref if reports else None,
                author=INES if on else None,
                before="at_risk" if on else "",
                **facts,
            ),
            progress=p.Progress(scope=Decimal(44), delivered=Decimal(31), ratio=31 / 44)
            if on
            else p.Progress(),
            next_milestone=milestone if on else None,
            moved=(p.Moved(milestone=milestone, causes=(change.ref,)),) if on else (),
            last_report=reports[0] if reports else None,
            needs_you=(p.Waiting(record=action, since=day(11, 7), due=day(11, 27)),)
            if word == "off_track"
            else (),
            news=(p.News(on=day(11, 21), what="moved", group="dates", ref=milestone.ref),) if on else (),
        )
        return p.Project(
            id=id,
            name=name,
            prefix=prefix,
            manager=INES,
            lists=p.Lists(milestones=(milestone,), actions=(action,), changes=(change,), reports=reports),
            derived=derived,
        )

    own = p.Project(
        id="",
        name="Orchard Foods",
        lists=p.Lists(surveys=(SURVEYS[1],), meetings=(replace(MEETINGS[2], attendees=(INES,)),)),
    )
    return p.Portal(
        client=replace(CLIENT, id="orchard-foods", name="Orchard Foods", legal_name="", brand_colour="#e0578f", feedback_form=""), as_of=AS_OF, revision="11aa22bb33cc44dd", people=PEOPLE[2:], own=own,
        projects=(
            project("webshop", "Webshop", day(11, 19), "off_track", "The payment provider has refused our test account twice. Opening on 7 December is no longer possible."),
            project("loyalty-app", "Loyalty app", day(11, 20), "at_risk", "The pilot starts on time, but only two of the five shops have the new tills."),
            project("recipes", "Recipe archive", day(10, 1), "on_track", "All 1,200 recipes are scanned; the tagging begins next week.", stale=True),
            project("intranet", "Intranet", None, "unknown", ""),
        ),
    )  # fmt: skip


def chinese() -> p.Portal:
    """Return the rich portal as a Chinese client would have it: its own words in the sentences that count."""
    lan = PersonRef("欧阳岚", "lan")
    reason = "录音已追回一周：从星期一起两位讲解员同时录制。只要法语讲解员在星期三前确定，3月19日开放不受影响（ACT-14）。"
    report = replace(
        REPORTS[0], title="录音将于12月4日完成", reason=reason, author=lan, body=body(f"<p>{reason}</p>")
    )
    health = replace(DERIVED.health, reason=reason, author=lan, report=report.ref)
    titles = {
        "MS-4": "全部录音完成",
        "ACT-14": "请选定两位法语讲解员",
        "ACT-16": "请安排一个星期一开放船舶厅",
        "CR-9": "增加第五种语言：乌克兰语",
        "CR-7": "船舶厅增加八个讲解点",
    }

    def said(waiting: p.Waiting) -> p.Waiting:
        return replace(
            waiting, record=replace(waiting.record, title=titles.get(waiting.record.id, waiting.record.title))
        )

    def named(records: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(replace(record, title=titles.get(record.id, record.title)) for record in records)

    lists = replace(
        LISTS,
        reports=(report, *REPORTS[1:]),
        milestones=named(MILESTONES),
        changes=named(CHANGES),
        actions=named(ACTIONS),
    )
    derived = replace(
        DERIVED, health=health, last_report=report, next_milestone=lists.milestones[4], needs_you=tuple(said(each) for each in DERIVED.needs_you),
        waiting_for_approval=tuple(said(each) for each in DERIVED.waiting_for_approval),
        moved=tuple(replace(each, milestone=replace(each.milestone, title=titles.get(each.milestone.id, each.milestone.title))) for each in DERIVED.moved),
    )  # fmt: skip
    return replace(
        rich(), client=replace(CLIENT, name="海港博物馆", locale="zh-CN", language="zh-Hans", lead=lan, currency="CNY"),
        people=(*PEOPLE, p.Person(key="lan", name="欧阳岚", role="项目经理", email="lan@northlight.example")),
        projects=(replace(PROJECT, name="语音导览", lists=lists, derived=derived),),
    )  # fmt: skip


def arabic() -> p.Portal:
    """Return the rich portal as a client would have it who writes Arabic, which the theme does not speak."""
    reason = "استعدنا الأسبوع الذي فقدناه: ابتداءً من يوم الاثنين يُسجَّل صوتان معًا (ACT-14)."
    report = replace(REPORTS[0], title="تنتهي التسجيلات في 4 ديسمبر", reason=reason, body=body(f"<p>{reason}</p>"))
    titles = {
        "MS-4": "اكتمال جميع التسجيلات", "MS-5": "الدليل على الأجهزة الستين", "MS-7": "الافتتاح",
        "ACT-14": "أخبرونا أي راوٍ فرنسي تفضلون", "CR-7": "ثماني محطات في قاعة السفن", "CR-9": "الأوكرانية لغةً خامسة",
    }

    def named(records: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(replace(record, title=titles.get(record.id, record.title)) for record in records)

    lists = replace(
        LISTS, reports=(report, *REPORTS[1:]), milestones=named(MILESTONES), changes=named(CHANGES), actions=named(ACTIONS),
    )
    derived = replace(
        DERIVED, health=replace(DERIVED.health, reason=reason, report=report.ref, author=SAMI), last_report=report,
        next_milestone=lists.milestones[4],
        needs_you=tuple(replace(each, record=named((each.record,))[0]) for each in DERIVED.needs_you),
    )
    return replace(
        rich(), client=replace(CLIENT, name="متحف الميناء", locale="ar", language="en"),
        projects=(replace(PROJECT, name="الدليل الصوتي", lists=lists, derived=derived),),
    )  # fmt: skip


def empty() -> p.Portal:
    """Return the portal of a client of whom nothing but the name is known."""
    client = p.Client(id="lantern-press", name="Lantern Press")
    return p.Portal(
        client=client, as_of=AS_OF, projects=(p.Project(id="lantern-press", name="Lantern Press"),)
    )


ALL = (rich, several, chinese, arabic, empty)
