"""Tell what took how long, if that is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping


class Stages:
    """The stages of one client's way, each with the seconds it took; nothing without a timer."""

    def __init__(self, timer: Callable[[], float] | None) -> None:
        self.taken: dict[str, float] = {}
        self._timer = timer
        self._last = timer() if timer else 0.0

    def done(self, stage: str) -> None:
        """Count what went by since the last stage ended."""
        if self._timer:
            now = self._timer()
            self.taken[stage] = self.taken.get(stage, 0.0) + now - self._last
            self._last = now


def table_of(taken: Mapping[str, Mapping[str, float]], *, most: int = 10) -> str:
    """Return a line a stage, for all clients together, then a line for each of the slowest clients."""
    total_by_stage: dict[str, float] = {}
    for stages in taken.values():
        for stage, seconds in stages.items():
            total_by_stage[stage] = total_by_stage.get(stage, 0.0) + seconds
    total = sum(total_by_stage.values())
    lines = [
        f"{stage:10} {seconds:9.3f} s {seconds / (total or 1):6.1%}"
        for stage, seconds in total_by_stage.items()
    ]
    slowest = sorted(taken, key=lambda slug: (-sum(taken[slug].values()), slug))
    for slug in slowest[:most]:
        stages = taken[slug]
        longest = max(stages, key=lambda stage: stages[stage])
        lines.append(
            f"{sum(stages.values()):9.3f} s  {slug}, of which {longest} took {stages[longest]:.3f} s"
        )
    if len(slowest) > most:
        lines.append(f"and {len(slowest) - most} more clients, each faster than these")
    return "\n".join(lines)
