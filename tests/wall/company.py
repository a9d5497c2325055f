"""Three clients in whose content every field is filled, and everything else that must stay is somewhere, with a word each.

`everything.Everything` fills what the schema knows; the rest is written out here: what stands in blocks, comments,
links and names of files, in an internal project, in drafts, in settings, in git and in the machine.
"""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from everything import Everything
from picture_files import png
from sites import write_tree

SLUGS = ("acme", "birch-and-sons", "cedar")
_WORD = re.compile(r"(?:canary|shown)[a-z]*\d+")


@dataclass(frozen=True, slots=True)
class Company:
    """A portal repository, and the words in it."""

    root: Path
    own: dict[str, set[str]] = field(default_factory=dict)
    """Slug → words that the client's own site says, and no other may."""
    internal: set[str] = field(default_factory=set)
    """Words that no site may say."""

    def foreign(self, slug: str) -> set[str]:
        """Return all words that the site of `slug` may not say."""
        return self.internal | {word for other, words in self.own.items() if other != slug for word in words}


def write_company(root: Path, slugs: tuple[str, ...] = SLUGS) -> Company:
    """Write a company of the clients `slugs` into `root`, which is made."""
    company = Company(root)
    write_tree(
        root,
        {
            "portalgen.yaml": SETTINGS,
            "content/_shared/people.yaml": SHARED,
            "content/_drafts/note.md": "canaryfolder1\n",
        },
    )
    company.internal.update(_WORD.findall(SETTINGS + SHARED), ["canaryfolder1"])
    for slug in slugs:
        letter = slug[0]
        everything = Everything()
        files = {
            name: _marked(text, letter).replace("acme.example", f"{slug}.example")
            for name, text in everything.files.items()
        } | more_files(letter)
        client = "content/acme/client.yaml"
        files[client] = files[client].replace(
            '"colour": "#0b5670"', '"colour": "#0b5670", "logo": "/brand.svg"'
        )
        has_folders = slug == "cedar"
        if has_folders:
            files = {_in_folder(name, "webshop"): text for name, text in files.items()} | hidden_project(
                letter
            )
        write_tree(
            root, {name.replace("content/acme/", f"content/{slug}/"): text for name, text in files.items()}
        )
        for name, data in pictures(letter).items():
            is_inside = has_folders and name != "brand.svg"
            path = root / "content" / slug / "webshop" / name if is_inside else root / "content" / slug / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        everywhere = {word for name, text in files.items() for word in _WORD.findall(name + text)}
        company.own[slug] = {word for word in everywhere if word.startswith("shown")}
        company.internal.update(everywhere - company.own[slug])
    return company


def put_into_git(root: Path) -> set[str]:
    """Commit `root` under names that must stay; return those names and the commit's id."""
    environment = os.environ | {
        "GIT_AUTHOR_NAME": "canaryauthor1", "GIT_AUTHOR_EMAIL": "canaryauthor2@example.org", "GIT_AUTHOR_DATE": "2026-05-01T10:00:00Z",
        "GIT_COMMITTER_NAME": "canarycommitter1", "GIT_COMMITTER_EMAIL": "canarycommitter2@example.org",
        "GIT_COMMITTER_DATE": "2026-05-01T10:00:00Z", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1",
    }  # fmt: skip

    def git(*arguments: str) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=root, env=environment, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    git("init", "-q", "-b", "canarybranch1")
    git("remote", "add", "origin", "https://canaryuser1:canarytoken1@git.example.org/canaryremote1.git")
    git("add", "-A")
    git("commit", "-q", "-m", "canarymessage1\n\ncanarymessage2")
    git("tag", "canarytag1")
    words = {
        f"canary{word}"
        for word in (
            "author1",
            "author2",
            "committer1",
            "committer2",
            "branch1",
            "user1",
            "token1",
            "remote1",
            "message1",
            "message2",
            "tag1",
        )
    }
    return words | {git("rev-parse", "HEAD")[:12], git("rev-parse", "HEAD:content")[:12]}


SETTINGS = """\
# canarysettings1
risk: {medium: 3, high: 20}
"""
SHARED = """\
ours-named: {name: Our Named One, email: named@ours.example, phone: "1", internal: canaryshared1, attitude: canaryshared2}
ours-unnamed: {name: canaryshared3, email: canaryshared4@ours.example}
ours-hidden: {name: canaryshared5, visibility: internal}
"""
_BODY = """\
# canary@title1

shown@body1 and [shown@body2](secret/hidden.md "canary@link1"), ![shown@body3](secret/canary@file1.png "canary@link2"),
[shown@body4][ref], [shown@body5](../hidden/../hidden/canary@path1.pdf), <a href="/secret/canary@path2.pdf" title="canary@link3">shown@body6</a>.
<!-- canary@comment1 --> <!-- canary@comment2
over lines --> shown@body7

[ref]: ../risks/canary@path3.md "canary@link4"
[unused]: https://example.org/canary@path4 "canary@link5"

- shown@list1
  ::: internal
  canary@block1
  - canary@block2
  :::
- shown@list2 <!-- canary@comment3 -->

> shown@quote1
> ::: internal
> canary@block3
>
> > canary@block4
> :::

:::: note
shown@note1

::: internal
canary@block5

```python
canary@block6 = ":::"
```

[^hidden]: canary@block7
:::
::::

| a | b |
|---|---|
| shown@cell1 | <!-- canary@comment4 --> |

::: internal
## canary@heading1

[[REQ-1]] canary@block8 ![canary@block9](canary@path5.png)
:::

See [shown@body8](#canary@heading1) and [the other](../requirements/with-blocks.md#canary@heading1) and [[with-blocks]].

[^unused]: canary@footnote1
"""


def more_files(letter: str) -> dict[str, str]:
    """Return what the schema does not think of, by path in the client's folder."""
    body = _BODY.replace("@", letter)
    files = {
        "requirements/with-blocks.md": f"---\nid: with-blocks\ntitle: canary{letter}title1\nclient_title: shown{letter}more2\n---\n" + body,
        "requirements/summary.md": "---\nid: REQ-77\ntitle: canary@title2\nclient_title: shown@more3\nclient_summary: shown@more4\nstatement: canary@prose1\nrationale: canary@prose2\nacceptance: [canary@prose3, {criterion: canary@prose4, note: canary@prose5}]\nverification: canary@prose6 [[REQ-1]]\n---\ncanary@prose7 ![canary@prose8](canary@prose9.png)\n",
        "requirements/heading.md": "---\nid: REQ-78\nclient_title: shown@more5\n---\n# canary@title3 of [canary@title4](../risks.yaml) [[REQ-1]]\n\nshown@more6 [x](#canarytitle3-of-canarytitle4-req-1)\n",
        "requirements/rows.yaml": "id: REQ-79\ntitle: shown@row1\nacceptance:\n- {criterion: shown@row2, internal: canary@row1}\n- {criterion: canary@row2, note: canary@row3, visibility: internal}\nlinks: {depends_on: [canary@id1, REQ-78], canary: }\n".replace(", canary: }", "}"),
        "requirements/hidden.yaml": "id: canary@id1\ntitle: canary@record1\nvisibility: internal\nlinks: {affects: REQ-79}\nowner: ines\n",
        "requirements/canary@id2.md": "---\nvisibility: internal\n---\n# canary@record2\n\ncanary@record3 ![x](secret/canary@file1.png)\n",
        "documents/draft.yaml": "id: DOC-77\ntitle: canary@draft1\nstatus: draft\nfile: canary@file2.txt\nsupersedes: DOC-1\n",
        "documents/canary@file2.txt": "canary@file3",
        "documents/canary@file4.txt": "canary@file5, named by nobody",
        "documents/shared-with-draft.txt": "canary@file6",
        "documents/both.yaml": "id: DOC-78\ntitle: shown@doc1\nfile: shared-with-draft.txt\n",
        "documents/both-too.yaml": "id: DOC-79\ntitle: canary@draft2\nstatus: draft\nfile: shared-with-draft.txt\n",
        "deliverables/early.md": "---\nid: DEL-77\ntitle: shown@early1\nstatus: in_progress\ndue: 2026-12-01\nversion: canary@early1\nfiles: [canary@early2.txt]\ncriteria: [canary@early3]\nreviewer: canary@early4 Smith\nconditions: canary@early5\n---\ncanary@early6 [[REQ-1]]\n",
        "deliverables/canary@early2.txt": "canary@early7",
        "meetings/steering.yaml": (
            "id: M-77\ntitle: shown@meeting1\ndate: 2026-06-01\nattendees: [ines, ours-hidden, CanaryShared5]\nagenda: [shown@meeting2]\n"
            "decisions:\n- {title: canary@nested1, visibility: internal}\n- shown@nested1\n- {title: shown@nested2, internal: canary@nested2}\n- {title: canary@nested3, visibility: internal}\n- shown@nested3\n"
            "actions:\n- {title: canary@nested4, visibility: internal, owner: ines}\n- {title: shown@nested4, owner: ours-named, due: 2026-12-01}\n"
        ),
        "meetings/canary@id3.yaml": "title: canary@meeting1\ndate: 2026-06-02\nvisibility: internal\ndecisions: [canary@nested5, {title: canary@nested6, visibility: client}]\nactions: [canary@nested7]\n",
        "approvals/hidden-person.yaml": "id: APR-77\ntitle: canary@approval1\nsubject: REQ-1\nstatus: approved\ndecided_by: ours-hidden\ndecided_on: 2026-05-05\n",
        "approvals/hidden-subject.yaml": "id: APR-78\ntitle: canary@approval2\nsubject: [canary@id1, DOC-77]\nrequested_on: 2026-05-05\n",
        "lessons/shown.yaml": "id: LL-77\ntitle: shown@lesson1\nvisibility: client\napplied_in: [canary@id1, shown@lesson2]\nsource: canary@id1\n",
        "lessons/default.yaml": "id: LL-78\ntitle: canary@lesson1\nrecommendation: canary@lesson2\n",
        "communications/default.yaml": "id: COM-77\ntitle: canary@call1\nfrom: canary@call2 Smith\nbody: canary@call3\n",
        "risks/source.yaml": "id: RSK-77\ntitle: shown@risk1\nsource: canary@source1\ntags: [canary@tag1]\nlikelihood: 2\nimpact: 2\n",
        "surveys/few.yaml": "id: SVY-77\ntitle: shown@survey1\nquestion: shown@survey2\nopened_on: 2026-01-01\nclosed_on: 2026-02-01\nresponses:\n- {from: canary@answer1 Smith, score: 4, comment: canary@answer2, date: 2026-01-02}\n- {score: 1, visibility: internal, comment: canary@answer3}\n",
        "pages/with-code.md": "---\ntitle: shown@page1\n---\n```text\nshown@code1\n```\n\n<details><summary>shown@page2</summary>shown@page3</details>\n\n<script>canary@html1</script><style>canary@html2</style><span onclick=\"canary@html4\" style=\"x: canary@html5\" data-x=\"canary@html6\" class=\"canary@html7\" id=\"shown@html8\">shown@page4</span>\n",
        "notes.txt": "canary@file7",
        "README.md": "# canary@readme1\n",
    }  # fmt: skip
    return {
        f"content/acme/{name}".replace("@", letter): re.sub(r"(canary|shown)@", rf"\g<1>{letter}", text)
        for name, text in files.items()
    }


def hidden_project(letter: str) -> dict[str, str]:
    """Return an internal project beside the others, by path."""
    project = f"content/acme/canary{letter}folder1"
    files = {
        "project.yaml": "name: canary@project1\nvisibility: internal\nmanager: ours-unnamed\ncurrency: CHF\n",
        "requirements.yaml": "- {id: REQ-88, title: canary@project2, status: validated, links: {affects: REQ-1}}\n",
        "milestones.yaml": "- {id: MS-88, title: canary@project3, baseline: 2026-01-01, depends_on: MS-1}\n",
        "actions.yaml": "- {id: ACT-88, title: canary@project4, side: client, visibility: client}\n",
        "reports/2026-11-20.md": "---\nid: REP-88\ntitle: canary@project5\nhealth: off_track\n---\ncanary@project6\n",
    }
    return {f"{project}/{name}": re.sub(r"canary@", f"canary{letter}", text) for name, text in files.items()}


def _in_folder(name: str, folder: str) -> str:
    """Return where a file of a client stands once the client has project folders."""
    kept = ("client", "people", "contract", "responsibilities", "communication-plan")
    path = name.removeprefix("content/acme/")
    return name if path.removesuffix(".yaml") in kept else f"content/acme/{folder}/{path}"


def pictures(letter: str) -> dict[str, bytes]:
    """Return files that are pictures, with words in what a viewer does not show."""
    return {
        f"requirements/secret/canary{letter}file1.png": png(),
        "brand.svg": f'<svg xmlns="http://www.w3.org/2000/svg" width="2" height="2"><metadata>canary{letter}svg1</metadata><!-- canary{letter}svg2 --><rect width="2" height="2"/></svg>'.encode(),
    }


def _marked(text: str, letter: str) -> str:
    return re.sub(r"(canary|shown)(\d+)", rf"\g<1>{letter}\2", text)
