"""Run a function for each client on the workers of a Dask cluster, which see the same folders as this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

Result = TypeVar("Result")

_RETRIES = 2
_WAIT_SECONDS = 30


class NoScheduler(Exception):
    """Dask is not installed, or nobody answers at the address; the message says so, for people."""


def run_on_dask(
    function_for: Callable[[str], Callable[[str], Result]], size_by_name: Mapping[str, int], address: str
) -> Iterator[tuple[str, Result]]:
    """Yield (name, result) as they are ready, the largest begun first; what a function raises is raised here.

    `function_for(name)` is all that a worker is sent for a name. What a lost worker was doing, another one does again.
    Raises NoScheduler.
    """
    from concurrent.futures import as_completed

    try:
        import distributed
    except ImportError:
        raise NoScheduler("Dask is not installed: pip install 'portalgen[dask]'") from None
    if not size_by_name:
        return
    # Untyped: what is used of it is what concurrent.futures has too.
    dask: Any = distributed
    try:
        client = dask.Client(address, timeout=_WAIT_SECONDS)
    except (OSError, ValueError) as error:
        raise NoScheduler(f"there is no Dask scheduler at '{address}': {error}") from None
    with client, client.get_executor(pure=False, retries=_RETRIES) as executor:
        names = sorted(size_by_name, key=lambda name: (-size_by_name[name], name))
        name_by_future = {executor.submit(function_for(name), name): name for name in names}
        for future in as_completed(name_by_future):
            yield name_by_future[future], future.result()
