"""Content that must stop its client's build, by the number of the line in the catalogue of hostile input that it stands for."""

from __future__ import annotations

GOOD = "- {id: RSK-1, title: Flood, likelihood: 1, impact: 1}\n"
BAD: dict[str, dict[str, str]] = {
    "01-alias-bomb": {
        "risks.yaml": "a: &a [x]\n"
        + "".join(f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(9))
    },
    "02-merge-bomb": {
        "risks.yaml": "a0: &a0 {x: 1}\n"
        + "".join(f"a{i}: &a{i} {{<<: [*a{i - 1}, *a{i - 1}]}}\n" for i in range(1, 31))
    },
    "03-depth": {"risks.yaml": "[" * 30_000},
    "03-depth-of-mappings": {"risks.yaml": "{a: " * 100_000},
    "04-itself": {"risks.yaml": "- &a {id: RSK-1, title: *a}\n"},
    "05-duplicate-key": {"risks.yaml": "- {id: RSK-1, title: a, title: b}\n"},
    "08-impossible-date": {"risks.yaml": "- {id: RSK-1, title: a, identified_on: 2026-02-30}\n"},
    "09-long-number": {"risks.yaml": f"- {{id: RSK-1, title: a, likelihood: {'9' * 5000}}}\n"},
    "09-odd-tag": {"risks.yaml": "- {id: RSK-1, title: !!bool maybe}\n"},
    "10-word-for-a-date": {"risks.yaml": "- {id: RSK-1, title: a, identified_on: soon}\n"},
    "10-day-with-an-hour": {
        "risks.yaml": "- {id: RSK-1, title: a, identified_on: 2026-02-03T23:59:00-11:00}\n"
    },
    "11-python-tag": {
        "risks.yaml": "- {id: RSK-1, title: !!python/object/apply:os.system ['touch PWNED_YAML']}\n"
    },
    "11-environment": {"risks.yaml": "- {id: RSK-1, title: !ENV '${HOME}'}\n"},
    "12-second-document": {"risks.yaml": GOOD + "---\n- {id: RSK-2, title: b}\n"},
    "12-text-at-the-top": {"risks.yaml": "just a text\n"},
    "13-unknown-key": {"risks.yaml": "- {id: RSK-1, title: a, visiblity: internal}\n"},
    "14-odd-visibility": {"risks.yaml": "- {id: RSK-1, title: a, visibility: Internal}\n"},
    "14-visibility-in-braces": {"risks.yaml": "- {id: RSK-1, title: a, visibility: {internal}}\n"},
    "15-tab": {"risks.yaml": "- id: RSK-1\n\ttitle: a\n"},
    "15-unclosed-quote": {"risks.yaml": "- id: RSK-1\n  title: 'a\n"},
    "15-colon": {"risks.yaml": "- id: RSK-1\n  title: Risk: late: x\n"},
    "16-escape": {"risks.yaml": "- {id: RSK-1, title: 'a\x1b[31mb'}\n"},
    "16-nul": {"pages/p.md": "# a\n\x00\n"},
    "21-id-with-a-path": {"risks.yaml": "- {id: ../../x, title: a}\n"},
    "21-reserved-id": {"risks.yaml": "- {id: CON, title: a}\n"},
    "23-javascript": {"documents.yaml": "- {id: DOC-1, title: a, url: 'javascript:alert(1)'}\n"},
    "26-depth-of-lists": {"pages/p.md": "# a\n\n" + "".join("  " * i + "- x\n" for i in range(60))},
    "26-depth-of-quotes": {"pages/p.md": "# a\n\n" + ">" * 200 + " x\n"},
    "34-front-matter-unclosed": {"risks/r.md": "---\ntitle: a\nvisibility: internal\n\nbody\n"},
    "34-front-matter-twice": {"risks/r.md": "---\ntitle: a\n---\n---\nvisibility: internal\n---\nbody\n"},
    "34-front-matter-behind-a-space": {"risks/r.md": " ---\ntitle: a\nvisibility: internal\n---\nbody\n"},
    "35-block-unclosed": {"pages/p.md": "# a\n\n::: internal\nx\n"},
    "35-block-misspelt": {"pages/p.md": "# a\n\n::: internl\nx\n:::\n"},
    "35-block-in-a-table": {"pages/p.md": "# a\n\n| a |\n|---|\n| ::: internal x ::: |\n"},
    "36-internal-id": {
        "risks.yaml": GOOD.replace("}", ", visibility: internal}"),
        "pages/p.md": "# a\n\nsee RSK-1\n",
    },
    "54-odd-name": {"risks/a\nb.yaml": "title: a\n"},
    "55-host-steering-name": {"_headers": "/*\n  X: y\n"},
    "57-outside": {"documents.yaml": "- {id: DOC-1, title: a, file: ../other/plan.txt}\n"},
    "57-absolute": {"documents.yaml": "- {id: DOC-1, title: a, file: /etc/passwd}\n"},
    "58-merge-conflict": {"risks.yaml": "<<<<<<< HEAD\n" + GOOD + "=======\n>>>>>>> x\n"},
    "58-lfs-pointer": {
        "documents.yaml": "- {id: DOC-1, title: a, file: plan.pdf}\n",
        "plan.pdf": "version https://git-lfs.github.com/spec/v1\noid sha256:x\nsize 1\n",
    },
    "theme-as-a-path": {"client.yaml": "name: a\ntheme: ../../content/evil\n"},
    "timezone": {"client.yaml": "name: a\ntimezone: ../../etc/passwd\n"},
}
"""The client's folder → files in it. The folder's name begins with the line's number."""
