"""Every code that a problem may have: how grave it is, what it means and how it is mended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Code:
    """What is said of a code in docs/problems.md and by `portalgen explain`."""

    severity: Literal["error", "warning"]
    title: str
    meaning: str
    mend: str


CODES: dict[str, Code] = {
    "bad-colour": Code(
        "error",
        "Not a colour",
        "A brand's colour is six or three hexadecimal digits behind a #.",
        "Write it in quotes, as in colour: '#0b5670', since # begins a comment.",
    ),
    "bad-date": Code(
        "error",
        "Not a date",
        "A date is expected and what stands there is none, or is a day that no calendar has.",
        "Write it as YYYY-MM-DD, for example 2026-03-12.",
    ),
    "bad-encoding": Code(
        "error",
        "Not UTF-8",
        "The file is written in another encoding than UTF-8, or is damaged. Guessing would put wrong letters before a client.",
        "Save it again as UTF-8; every editor offers this under “Save as” or “Encoding”.",
    ),
    "bad-file": Code(
        "error",
        "Not a file of this client",
        "A file is named by its path in the client's folder; an address, a drive or a backslash is none.",
        "Copy the file into the client's folder and name it from there. For something that stands elsewhere, use url.",
    ),
    "bad-file-name": Code(
        "error",
        "A name that some machine cannot keep",
        "The name of a file or folder holds characters that break addresses, terminals or other systems, is too long, or is kept for something else by Windows.",
        "Rename it: letters and digits of any script, spaces, dots, hyphens and underscores serve everywhere.",
    ),
    "bad-flag": Code(
        "error",
        "Neither yes nor no",
        "The value is a choice between true and false.",
        "Write true, false, yes or no.",
    ),
    "bad-id": Code(
        "error",
        "Not an id",
        "An id is letters and digits of any script, '.', '_' and '-', at most 100 of them, without '..', without a dot at the end, and no name that Windows keeps, such as con or nul.",
        "Choose another id, or rename the file where its name is the id.",
    ),
    "bad-key": Code(
        "error",
        "Not a key",
        "A list, a mapping or nothing at all stands where a key is expected, or the key begins with a space that is none to YAML.",
        "Write a word before the colon. A text that begins with { or [ needs quotes.",
    ),
    "bad-length": Code(
        "error",
        "Not a length of time",
        "A length of time is expected, and what stands there is none.",
        "Write a number and d, w or m, without a space: 3d, 2w, 1m. A month is 30 days. A sign is allowed in the impact of a change.",
    ),
    "bad-money": Code(
        "error",
        "Not an amount of money",
        "Money is an exact number with a point, and a currency of ISO 4217. A number alone takes the project's, the client's or portalgen.yaml's currency.",
        "Write it as 1200.50 EUR, without separators between thousands.",
    ),
    "bad-name": Code(
        "error",
        "Not a name for a project's folder",
        "A project's folder is lower-case letters, digits and single hyphens, and not the name of a page that the site has anyway.",
        "Rename the folder.",
    ),
    "bad-number": Code(
        "error",
        "Not a number that fits",
        "A number is expected, and what stands there is none, or is too small or too large.",
        "The hint names the smallest and the largest number.",
    ),
    "bad-person-key": Code(
        "error",
        "Not a key for a person",
        "Records name a person by a key of people.yaml: lower-case letters, digits and hyphens.",
        "Write the key as in ines or ines-okafor.",
    ),
    "bad-slug": Code(
        "error",
        "A folder's name is no client's",
        "The name of a client's folder is part of its site's address: small letters, digits and single hyphens.",
        "Rename the folder, for example to harbour-museum. A folder that is no client begins with _ or a dot.",
    ),
    "bad-time": Code(
        "error",
        "Not a time",
        "A meeting's time is a clock time of 24 hours, or two with a dash between them.",
        "Write it as 10:00 or 10:00–11:30.",
    ),
    "bad-url": Code(
        "error",
        "Not an address that a client can open",
        "Only http, https, mailto and tel addresses are published; a mail address needs its @.",
        "Begin the address with https://.",
    ),
    "bare-must": Code(
        "warning",
        "A Must that nobody can check",
        "A Must has acceptance criteria and a milestone, so that the client knows how and when it will be there.",
        "Add acceptance and milestone, or give it a lower priority.",
    ),
    "bare-risk": Code(
        "warning",
        "A high risk that nobody watches",
        "A high risk has an owner, and a day on which it is looked at again.",
        "Add owner, and review_on or target_date.",
    ),
    "change-without-decision": Code(
        "warning",
        "An approved change without its decision",
        "An approved change says who decided, and when.",
        "Add decided_by and decided_on.",
    ),
    "change-without-impact": Code(
        "warning",
        "An approved change without its three impacts",
        "What a change does to scope, schedule and cost is known before it is approved; none is an answer too.",
        "Add impact: with scope, schedule and cost; write 'scope: none', 'schedule: 0d' or 'cost: 0' where there is none.",
    ),
    "clashing-names": Code(
        "error",
        "Two names that are one elsewhere",
        "Two files differ only in capitals or in how an accent is stored. On Windows and macOS one of them would replace the other.",
        "Rename one of them.",
    ),
    "control-character": Code(
        "error",
        "A control character",
        "The text holds a character that is no text: it steers terminals and can hide what stands beside it.",
        "Delete it. The place named is the first one; the character is written as an escape.",
    ),
    "duplicate-id": Code(
        "error",
        "An id twice",
        "Ids are unique in a client, whatever their case: REQ-1 and req-1 are the same. The keys of people are unique too, the shared ones included.",
        "Give one of the two another id.",
    ),
    "duplicate-key": Code(
        "error",
        "A key twice",
        "A key stands twice in one mapping, so one of its values would be lost.",
        "Delete one of the two, or join what they say.",
    ),
    "file-clash": Code(
        "error",
        "Two files of one name",
        "Two files that one record names would stand at the same address.",
        "Rename one of them.",
    ),
    "file-outside": Code(
        "error",
        "A file outside the client's folder",
        "A client's site holds files of that client's folder and no others.",
        "Copy the file into the client's folder.",
    ),
    "front-matter": Code(
        "error",
        "Front matter that does not begin or end as it must",
        "Front matter stands between a line '---' that is the file's first, and the next '---'. Where that is not so, what was meant to stay internal could be published as text.",
        "Put both lines of dashes into the first column, alone on their lines, and write all keys between them.",
    ),
    "gap": Code(
        "warning",
        "Longer than was promised",
        "More days lie between two reports or meetings than the cadence in client.yaml or portalgen.yaml promises.",
        "Write the report, hold the meeting, or promise less.",
    ),
    "held-back": Code(
        "warning",
        "Stays with the team because of what it needs",
        "A published record, row or file needs something that is internal, so it stays with the team too.",
        "Publish what it needs, or mark it internal so that nobody wonders.",
    ),
    "hidden-line-break": Code(
        "error",
        "A line end that editors do not show",
        "U+0085, U+2028 and U+2029 end a line for YAML and in no editor, so a key could stand where nobody sees it.",
        "Replace it by a space or a new line. It often comes with text pasted from a word processor.",
    ),
    "hidden-text": Code(
        "warning",
        "Text behind a #",
        "A # behind a space begins a comment, so what follows is no part of the value.",
        "Put the whole value in quotes, or write a space after the # if it is a comment.",
    ),
    "hidden-value": Code(
        "error",
        "A value that vanished behind a #",
        "A # behind a space begins a comment, and nothing else stands there: the value is empty.",
        "Put the value in quotes, or move the comment to a line of its own.",
    ),
    "internal-id": Code(
        "error",
        "The id of an internal record in what the client reads",
        "A text that the client reads names a record that stays with the team.",
        "Say it in words, publish the record, or put the sentence into an internal block.",
    ),
    "lfs-pointer": Code(
        "error",
        "A pointer of git LFS",
        "In place of the file stands the note that git LFS leaves where it did not fetch the content.",
        "Run `git lfs pull`, or take text files out of LFS.",
    ),
    "list-in-text": Code(
        "warning",
        "A list read as text",
        "Lines that begin with a dash stand below a key or an entry that already has a value, so YAML joins them to that text.",
        "Take the value away if a list is meant; put the text in quotes if it is one.",
    ),
    "merge-conflict": Code(
        "error",
        "An unresolved merge conflict",
        "Lines that git put in while merging are still there, so two versions stand in one file.",
        "Keep what is right and delete the lines that begin with <<<<<<<, ======= and >>>>>>>. In an example, put a space before them.",
    ),
    "missing-expected": Code(
        "warning",
        "An expected field is missing",
        "The site shows what there is, and says less than it could.",
        "Add the field.",
    ),
    "missing-field": Code(
        "error",
        "A field is missing",
        "The record cannot be understood without it.",
        "Add the field that is named.",
    ),
    "missing-file": Code(
        "error",
        "No such file",
        "A file that is named is not in the client's folder, or the folder lacks its client.yaml.",
        "Look at the spelling: a file is named from the folder of the file that names it, or from the client's folder with a / in front.",
    ),
    "nested-repository": Code(
        "warning",
        "A git repository inside the content",
        "The folder is a repository of its own, a submodule for example. Its files are read; its history is not.",
        "Nothing, if that is meant; else delete the .git inside it.",
    ),
    "not-a-file": Code(
        "error",
        "Neither a file nor a folder",
        "Only regular files and folders inside the client's folder are read. A link could lead to another client or out of the content, and a pipe or device never ends.",
        "Put the file itself in place of the link.",
    ),
    "odd-character": Code(
        "warning",
        "A character that cannot be seen",
        "The text holds a character without width, or one that turns the reading order, so it can read as something else than what it is.",
        "Delete it, unless the text needs it. It often comes with text that was pasted.",
    ),
    "one-person": Code(
        "error",
        "Not exactly one person",
        "PM² asks for exactly one person who is responsible for an activity, and exactly one who is accountable.",
        "Name one person; the others support, are consulted or informed.",
    ),
    "report-without-next": Code(
        "warning",
        "Bad news without what comes next",
        "A report that says at_risk or off_track says what is done about it.",
        "Add next.",
    ),
    "several-documents": Code(
        "error",
        "A second document in a YAML file",
        "A line '---' or '...' ends the first document. What follows would be read by nobody.",
        "Put it into a file of its own, or delete the line.",
    ),
    "steering-name": Code(
        "error",
        "A name that steers a web host",
        "Hosts obey files of this name: they redirect, hide or open pages.",
        "Rename it.",
    ),
    "too-deep": Code(
        "error",
        "Nested too deep",
        "Lists, mappings or folders stand inside each other deeper than any content needs.",
        "Make it flatter. A text that begins with [ or { needs quotes.",
    ),
    "too-large": Code(
        "error",
        "Too large",
        "A file, a text or a client's folder is larger than its limit, which keeps every build quick.",
        "Divide it, or add it to the documents as a file.",
    ),
    "too-many-musts": Code(
        "warning",
        "Too many Musts",
        "DSDM asks that Musts are no more than 60 % of the weight, so that there is something to give when time runs short.",
        "Ask the client which Musts the project could open without.",
    ),
    "two-bodies": Code(
        "error",
        "Two bodies",
        "A Markdown file's body is the text below its front matter; the front matter holds one too.",
        "Keep one of the two.",
    ),
    "two-projects": Code(
        "error",
        "A project in the client's folder and one below",
        "A client has one project whose records stand in the client's folder, or several in folders of their own.",
        "Give each project a folder of its own.",
    ),
    "unknown-file": Code(
        "error",
        "A file that is for nothing",
        "Every .yaml, .yml and .md file of a client's folder is read; this one's name or place says no kind of record.",
        "Rename it or move it; README.md may stand anywhere.",
    ),
    "unknown-id": Code(
        "error",
        "An id that names nothing",
        "No record of this client has that id.",
        "Look at the spelling, or write the record.",
    ),
    "unknown-key": Code(
        "error",
        "A name that is not known here",
        "The file uses a name that this place does not have. Nothing is read past: a misspelt 'visibility' would publish what was meant to stay.",
        "Use the name in the hint, or look up the names in the reference.",
    ),
    "unknown-person": Code(
        "error",
        "A person whom nobody knows",
        "A word of lower-case letters, digits and hyphens is a key of people.yaml, and this one is not there.",
        "Look at the spelling, add the person, or write the name with its capitals.",
    ),
    "unknown-value": Code(
        "error",
        "A word that is not known here",
        "Only certain words are allowed here, and this is none of them.",
        "Use the word in the hint, or one of those that the reference lists.",
    ),
    "unpublished-link": Code(
        "warning",
        "A link to nothing that the client sees",
        "The target is internal, missing or outside the client's folder: the site shows the label alone.",
        "Mend the path, publish the target, or write the sentence without a link.",
    ),
    "wrong-kind": Code(
        "error",
        "An id of another kind",
        "The field takes ids of one kind of record, and this id is of another.",
        "Name a record of the kind that the field asks for, or use links.",
    ),
    "wrong-type": Code(
        "error",
        "Another form is expected",
        "A text stands where a list or named values are expected, or the other way round.",
        "The message says which form is right.",
    ),
    "yaml-anchor": Code(
        "error",
        "An anchor, an alias or a merge key",
        "&name, *name and << repeat what is written elsewhere. What a client sees is written where it stands, and a few of them can stand for gigabytes.",
        "Write it out. A text that begins with & or * needs quotes.",
    ),
    "yaml-syntax": Code(
        "error",
        "Not YAML",
        "The text cannot be read as YAML. Nothing of the file is used, so nothing else is said about it.",
        "Look at the line named and at the one before it: a missing quote, a tab, or a colon inside a text are the usual causes.",
    ),
    "yaml-tag": Code(
        "error",
        "A YAML tag or directive",
        "!tag and %DIRECTIVE change what a text means. Content is text, and portalgen knows which field is a date or a number.",
        "Delete it. A text that begins with ! needs quotes.",
    ),
}
