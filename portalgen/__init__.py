"""Content in git becomes a separate static site for each client. The data goes through the folders in their order:

content/   one client's folder: text → records → linked facts      (knows everything, writes nothing)
portal/    linked facts → what the client may see → pages          (pure: no files, clock, network, templates)
site/      pages → HTML, JSON, feeds, calendar → files             (never sees a record, only what was published)
pipeline   the way in one function a job: check(job) runs all but the last step, build(job) writes too
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from portalgen.pipeline import Job, Outcome, build, check
    from portalgen.problems import Problem

__all__ = ["Job", "Outcome", "Problem", "build", "check"]


def __getattr__(name: str) -> Any:
    # Imported only when asked for: `portalgen --help` starts without pydantic, Jinja2 and the rest.
    if name == "Problem":
        from portalgen.problems import Problem

        return Problem
    if name in __all__:
        from portalgen import pipeline

        return getattr(pipeline, name)
    raise AttributeError(f"module 'portalgen' has no attribute '{name}'")
