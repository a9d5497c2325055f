"""What readers call the words of the content format; each set is a context of the catalogue."""

from __future__ import annotations

LABELS: dict[str, dict[str, str]] = {
    # ---- a project's health
    "health.word": {
        "on_track": "On track", "at_risk": "At risk", "off_track": "Off track", "on_hold": "On hold",
        "complete": "Complete", "stale": "Stale", "unknown": "Not known",
    },
    "health.within": {
        "on_track": "on track", "at_risk": "at risk", "off_track": "off track", "on_hold": "on hold",
        "complete": "complete", "stale": "stale", "unknown": "not known",
    },
    "health.part": {
        "schedule": "Dates", "scope": "Scope", "cost": "Price", "quality": "Quality", "risk": "Risks",
    },
    "project.phase": {
        "initiating": "Initiating", "planning": "Planning", "executing": "Executing", "closing": "Closing",
    },
    "project.status": {
        "proposed": "Proposed", "active": "Active", "on_hold": "On hold", "closing": "Closing", "closed": "Closed",
        "cancelled": "Cancelled",
    },
    # ---- pages
    "section.name": {
        "index": "Overview", "projects": "Projects", "needs-you": "Needs you", "whats-new": "What’s new",
        "timeline": "Timeline", "scope": "Scope", "changes": "Changes", "deliverables": "Deliverables",
        "documents": "Documents", "reports": "Reports", "meetings": "Meetings", "decisions": "Decisions",
        "actions": "Actions", "risks": "Risks", "issues": "Issues", "people": "People", "contract": "Contract",
        "feedback": "Feedback", "lessons": "Lessons", "search": "Search",
    },
    "section.question": {
        "track": "Is it on track?", "needs": "What do you need from me?", "changed": "What changed?",
        "where": "Where is it?", "who": "Who, and on what terms?", "projects": "Projects", "client": "For all projects",
        "pages": "More from us",
    },
    "kind.one": {
        "requirements": "Requirement", "changes": "Change", "milestones": "Milestone", "deliverables": "Deliverable",
        "meetings": "Meeting", "decisions": "Decision", "actions": "Action", "risks": "Risk", "issues": "Issue",
        "reports": "Status report", "documents": "Document", "feedback": "Feedback", "surveys": "Survey",
        "approvals": "Approval", "communications": "Message", "lessons": "Lesson", "pages": "Page",
    },
    "kind.many": {
        "requirements": "Requirements", "changes": "Changes", "milestones": "Milestones",
        "deliverables": "Deliverables", "meetings": "Meetings", "decisions": "Decisions", "actions": "Actions",
        "risks": "Risks", "issues": "Issues", "reports": "Status reports", "documents": "Documents",
        "feedback": "Feedback", "surveys": "Surveys", "approvals": "Approvals", "communications": "Messages",
        "lessons": "Lessons", "pages": "Pages",
    },
    # ---- states, kind by kind
    "requirements.status": {
        "proposed": "Proposed", "approved": "Agreed", "in_progress": "In progress", "implemented": "Delivered",
        "validated": "Accepted", "rejected": "Declined", "deferred": "Put off", "withdrawn": "Withdrawn",
    },
    "requirements.within": {
        "proposed": "proposed", "approved": "agreed", "in_progress": "in progress", "implemented": "delivered",
        "validated": "accepted", "rejected": "declined", "deferred": "put off", "withdrawn": "withdrawn",
        "wont": "not this time",
    },
    "requirements.type": {
        "functional": "Function", "quality": "Quality", "constraint": "Constraint", "business": "Business",
    },
    "requirements.priority": {"must": "Must", "should": "Should", "could": "Could", "wont": "Won’t this time"},
    "changes.status": {
        "submitted": "Submitted", "assessing": "Being assessed", "waiting_for_approval": "Waits for approval",
        "approved": "Approved", "rejected": "Declined", "postponed": "Put off", "merged": "Merged into another",
        "implemented": "Carried out",
    },
    "milestones.state": {
        "cancelled": "Cancelled", "met": "Met", "undated": "No date yet", "late": "Late",
        "slipping": "Later than agreed", "scheduled": "Scheduled",
    },
    "milestones.type": {
        "approval": "Approval", "delivery": "Delivery", "reporting": "Reporting", "payment": "Payment",
        "other": "Other",
    },
    "deliverables.status": {
        "planned": "Planned", "in_progress": "In progress", "submitted": "Submitted", "in_review": "In review",
        "accepted": "Accepted", "conditionally_accepted": "Accepted with conditions", "not_accepted": "Not accepted",
    },
    "meetings.status": {"planned": "Planned", "held": "Held", "agreed": "Minutes agreed", "cancelled": "Cancelled"},
    "meetings.type": {
        "kickoff": "Kick-off", "steering": "Steering meeting", "status": "Status meeting", "workshop": "Workshop",
        "interview": "Interview", "review": "Review", "event": "Event", "other": "Meeting",
    },
    "decisions.status": {
        "decided": "Decided", "superseded": "Replaced", "revoked": "Revoked", "proposed": "Proposed",
    },
    "actions.status": {
        "open": "Open", "in_progress": "In progress", "done": "Done", "blocked": "Blocked", "cancelled": "Cancelled",
    },
    "actions.side": {"client": "You", "provider": "We"},
    "actions.type": {
        "feedback": "Feedback", "information": "Information", "resource": "Resource", "material": "Material",
        "approval": "Approval", "other": "Other",
    },
    "risks.status": {
        "proposed": "Proposed", "assessing": "Being assessed", "approved": "Watched", "closed": "Closed",
        "rejected": "Not a risk", "occurred": "Has happened",
    },
    "risks.level": {"low": "Low", "medium": "Medium", "high": "High", "unrated": "Not rated"},
    "risks.response": {
        "avoid": "Avoid", "reduce": "Reduce", "accept": "Accept", "share": "Share", "exploit": "Exploit",
        "enhance": "Enhance",
    },
    "issues.status": {"open": "Open", "postponed": "Put off", "resolved": "Resolved", "closed": "Closed"},
    "reports.status": {"published": "Published"},
    "documents.status": {"issued": "Current", "superseded": "Replaced"},
    "feedback.status": {"new": "New", "acknowledged": "Seen", "answered": "Answered", "closed": "Closed"},
    "feedback.channel": {
        "meeting": "in a meeting", "mail": "by mail", "form": "by form", "call": "by phone", "survey": "in a survey",
    },
    "feedback.type": {"praise": "Praise", "complaint": "Complaint", "idea": "Idea", "question": "Question"},
    "surveys.status": {"open": "Open", "closed": "Closed"},
    "surveys.type": {"csat": "Satisfaction", "nps": "Recommendation", "ces": "Effort", "custom": "Survey"},
    "approvals.status": {
        "requested": "Requested", "approved": "Approved", "changes_requested": "Changes asked for",
        "declined": "Declined", "expired": "Expired", "revoked": "Revoked",
    },
    "approvals.channel": {
        "mail": "by mail", "meeting": "in a meeting", "signature": "by signature", "form": "by form",
        "pull_request": "in a pull request",
    },
    "communications.direction": {"in": "from you", "out": "to you"},
    "lessons.status": {
        "captured": "Noted", "reviewed": "Reviewed", "adopted": "Adopted", "rejected": "Not taken up",
    },
    "obligations.status": {"open": "Open", "done": "Done", "waived": "Waived"},
    "contract.status": {"active": "In force", "terminated": "Terminated", "cancelled": "Cancelled"},
    "side.name": {"client": "Your side", "provider": "Our side"},
    # ---- our own words in Markdown texts
    "body.word": {
        "note": "Note", "tip": "Tip", "info": "Info", "important": "Important", "success": "Success",
        "warning": "Warning", "caution": "Caution", "danger": "Danger", "details": "Details",
        "footnotes": "Footnotes", "back": "Back to the text",
    },
    # ---- links: what this record is to the other one
    "links.out": {
        "related": "Related to", "depends_on": "Depends on", "blocks": "Blocks", "raised_in": "Raised in",
        "resulted_in": "Led to", "affects": "Affects", "supersedes": "Replaces", "duplicates": "Same as",
        "mitigates": "Lessens", "evidenced_by": "Proved by", "source": "Comes from", "mentions": "Speaks of",
        "milestone": "Due with", "deliverable": "Delivered with", "parent": "Part of", "deliverables": "Delivers",
        "subject": "Approves", "adds": "Adds", "changes": "Changes", "removes": "Takes out", "schedule": "Moves",
        "next_meeting": "Next meeting", "decisions": "Decided there", "actions": "Agreed there",
    },
    # ---- links: what the other record is to this one
    "links.in": {
        "related": "Related to it", "depends_on": "Waits for it", "blocks": "Blocks it", "raised_in": "Raised in it",
        "resulted_in": "Led to it", "affects": "Affects it", "supersedes": "Replaces it", "duplicates": "Same as it",
        "mitigates": "Lessens it", "evidenced_by": "Proved by it", "source": "Comes from it",
        "mentions": "Speaks of it", "milestone": "Due with it", "deliverable": "Delivered with it",
        "parent": "Parts of it", "deliverables": "Delivers it", "subject": "Approves it", "adds": "Adds it",
        "changes": "Changes it", "removes": "Takes it out", "schedule": "Moves it", "next_meeting": "Meeting before",
        "decisions": "Decided in", "actions": "Agreed in",
    },
    # ---- what happened
    "news.what": {
        "raised": "Raised", "agreed": "Agreed", "accepted": "Accepted", "asked": "Asked", "approved": "Approved",
        "rejected": "Declined", "postponed": "Put off", "merged": "Merged", "implemented": "Carried out", "met": "Met",
        "cancelled": "Cancelled", "handed_over": "Handed over", "conditionally_accepted": "Accepted with conditions",
        "not_accepted": "Not accepted", "held": "Held", "decided": "Decided", "done": "Done", "identified": "Risk seen",
        "resolved": "Resolved", "reported": "Reported", "issued": "Filed", "said": "Said", "answered": "Answered",
        "changes_requested": "Changes asked for", "declined": "Declined", "noted": "Noted", "moved": "Moved",
        "delivered": "Delivered", "added": "New", "closed": "Closed", "opened": "Opened", "signed": "Signed",
        "withdrawn": "Left out", "changed": "Changed", "rated": "Rated anew",
    },
    "news.group": {
        "dates": "Dates", "scope": "Scope", "decided": "Decided", "delivered": "Delivered", "risks": "Risks and issues",
        "other": "Other",
    },
    "answers.what": {
        "feedback": "What you told us", "changes": "Changes asked for", "approvals": "Approvals asked for",
        "actions_client": "What we asked of you", "actions_provider": "What you asked of us",
    },
    # ---- what history calls the fields of a record
    "history.field": {
        "title": "Title", "status": "State", "type": "Type", "category": "Category", "priority": "Importance",
        "weight": "Weight", "owner": "Owner", "version": "Version", "language": "Language", "phase": "Phase",
        "forecast": "Expected day", "baseline": "Agreed day", "due": "Due day", "date": "Day", "met_on": "Met",
        "cancelled_on": "Cancelled", "target_date": "To be done by", "review_on": "Looked at again",
        "raised_on": "Raised", "approved_on": "Agreed", "validated_on": "Accepted", "submitted_on": "Handed in",
        "decided_on": "Decided", "implemented_on": "Carried out", "identified_on": "Seen", "resolved_on": "Resolved",
        "requested_on": "Asked for", "received_on": "Received", "answered_on": "Answered", "opened_on": "Opened",
        "closed_on": "Closed", "applies_from": "Applies from", "next_meeting": "Next meeting",
        "next_meeting_on": "Next meeting", "period.from": "Period from", "period.to": "Period to",
        "milestone": "Due with", "deliverable": "Delivered with", "parent": "Part of", "deliverables": "Delivers",
        "depends_on": "Depends on", "blocks": "Blocks", "subject": "Approves", "supersedes": "Replaces",
        "resulted_in": "Led to", "decisions": "Decided there", "actions": "Agreed there", "value": "Worth",
        "impact.cost": "Effect on the price", "impact.schedule.days": "Effect on dates, in days",
        "impact.schedule.milestones": "Effect on milestones", "impact.scope.adds": "Adds",
        "impact.scope.changes": "Changes", "impact.scope.removes": "Takes out",
        "impact.quality": "Effect on quality", "impact.risk": "Effect on risks", "likelihood": "Likelihood",
        "impact": "Impact", "residual.likelihood": "Likelihood that is left", "residual.impact": "Impact that is left",
        "response": "Response", "escalated": "Escalated", "urgency": "Urgency", "size": "Size",
        "decided_by": "Decided by", "requested_by": "Asked for by", "raised_by": "Raised by", "reviewer": "Read by",
        "acceptor": "Accepted by", "attendees": "Attendees", "apologies": "Apologies", "author": "Author",
        "from": "From", "to": "To", "side": "Side", "channel": "Way", "place": "Place", "time": "Time", "role": "Role",
        "health.overall": "Health", "health.schedule": "Dates", "health.scope": "Scope", "health.cost": "Price",
        "health.quality": "Quality", "health.risk": "Risks", "content_hash": "Hash of what was approved",
        "body": "Text", "statement": "Statement", "rationale": "Reason", "acceptance": "Acceptance criteria",
        "acceptance.met": "What is met of the criteria", "verification": "Verification", "criteria": "Criteria",
        "conditions": "Conditions", "decision_note": "Note on the decision", "if_not_done": "If it is not done",
        "cause": "Cause", "event": "Event", "effect": "Effect", "action": "What is done about it",
        "resolution": "Resolution", "answer": "Answer", "question": "Question", "options": "Options",
        "consequences": "Consequences", "agenda": "Agenda", "achieved": "Done", "next": "Comes next",
        "decisions_needed": "Needed from you", "context": "Context", "recommendation": "Recommendation",
        "applied_in": "Applied in", "other": "Other details",
    },
    # ---- who does what
    "rasci.word": {
        "R": "Responsible", "A": "Accountable", "S": "Supports", "C": "Consulted", "I": "Informed",
    },
    "rasci.meaning": {
        "R": "responsible, does it", "A": "accountable, answers for it", "S": "supports, helps to do it",
        "C": "consulted, is asked before", "I": "informed, is told after",
    },
    # ---- small numbers in sentences
    "number.first": {
        "1": "One", "2": "Two", "3": "Three", "4": "Four", "5": "Five", "6": "Six", "7": "Seven", "8": "Eight",
        "9": "Nine",
    },
    "number.within": {
        "1": "one", "2": "two", "3": "three", "4": "four", "5": "five", "6": "six", "7": "seven", "8": "eight",
        "9": "nine",
    },
}  # fmt: skip

ICONS: dict[str, str] = {
    "on_track": "on-track", "at_risk": "at-risk", "off_track": "off-track", "on_hold": "on-hold",
    "complete": "complete", "stale": "stale", "unknown": "unknown",
    "overdue": "late", "late": "late", "slipping": "slip", "scheduled": "clock",
    "met": "validated", "undated": "unknown",
    "proposed": "proposed", "approved": "validated", "requirements.approved": "approved", "in_progress": "in-progress",
    "implemented": "validated", "requirements.implemented": "implemented", "validated": "validated",
    "rejected": "rejected", "deferred": "deferred", "postponed": "deferred", "withdrawn": "rejected",
    "cancelled": "rejected", "declined": "rejected", "revoked": "rejected", "superseded": "rejected",
    "accepted": "validated", "conditionally_accepted": "validated", "not_accepted": "rejected",
    "submitted": "open", "assessing": "open", "in_review": "open", "waiting_for_approval": "open", "merged": "rejected",
    "planned": "clock", "held": "chat", "agreed": "validated", "decided": "decided", "open": "open",
    "blocked": "blocked", "done": "validated", "closed": "validated", "resolved": "validated", "occurred": "late",
    "risks.approved": "open", "issued": "doc", "published": "doc", "new": "chat", "acknowledged": "open",
    "answered": "validated", "requested": "open", "changes_requested": "deferred", "expired": "deferred",
    "captured": "open", "reviewed": "open", "adopted": "validated", "waived": "rejected", "active": "validated",
    "news.raised": "proposed", "news.agreed": "approved", "news.asked": "open", "news.met": "validated",
    "news.handed_over": "implemented", "news.held": "chat", "news.decided": "decided", "news.identified": "unknown",
    "news.reported": "doc", "news.issued": "doc", "news.said": "chat", "news.answered": "chat", "news.noted": "chat",
    "news.moved": "clock", "news.delivered": "implemented", "news.added": "proposed", "news.opened": "open",
    "news.signed": "validated", "news.merged": "rejected", "news.withdrawn": "rejected", "news.changed": "doc",
    "news.rated": "unknown",
}  # fmt: skip
"""The icon of a word, or of a word of one kind; `open` where neither is named."""
