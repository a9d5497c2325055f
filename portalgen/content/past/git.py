"""Ask git for the past of content/: commits with the files that each changed, and those files' bytes.

The only module that runs git. One `git log` and one `git cat-file` serve all files; nothing of who committed, of
messages, branches and addresses is ever asked for.
"""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Literal

from msgspec import Struct

_MACHINE = (errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOSPC, errno.EAGAIN)
"""What git ends with where the machine failed it."""

Reason = Literal["none", "shallow", "unreadable"]
"""Why there is no history: there is no git here, the clone was cut off, or git has it and cannot be asked."""

LARGEST_BLOB_BYTES = 8 * 1024 * 1024
"""What is larger is no text that was ever read: it is passed over."""
_AT_ONCE = 400
"""So many names of blobs fit into a pipe: git is never waited for by one that it waits for."""

# What a hook sets for the git that runs it would lead elsewhere, and words are compared below.
_FOREIGN = (
    "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR", "GIT_NAMESPACE", "GIT_PREFIX", "GIT_GRAFT_FILE", "GIT_SHALLOW_FILE", "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS", "GIT_EXTERNAL_DIFF",
    "GIT_DIFF_OPTS",
)  # fmt: skip
_SETTINGS = (
    "log.showSignature=false", "core.quotePath=false", "color.ui=false", "diff.renames=false", "core.pager=cat",
    "core.fsmonitor=false", "log.diffMerges=first-parent", "diff.ignoreSubmodules=none",
)  # fmt: skip
_REGULAR = (b"100644", b"100755", b"100664")
_LINK_TO_REPOSITORY = b"160000"


class NoHistory(Struct, frozen=True):
    """Why there is no past to tell, in words for the team; a client learns the reason's one word at most."""

    reason: Reason
    message: str
    """One sentence without a full stop."""
    hint: str = ""


class Repository(Struct, frozen=True):
    """The repository in which content/ stands."""

    folder: Path
    """content/ itself: git is run there."""
    prefix: str
    """What leads from the repository's root to the source folder: empty or `portals/`."""
    head: str
    """The commit whose past is told."""


class Change(Struct, frozen=True):
    """One file that a commit changed."""

    path: str
    """From the source folder: `content/acme/risks.yaml`."""
    blob: str
    """The name of its new content; empty where it went, or where it is no regular file any more."""
    is_repository: bool = False
    """Whether another repository stands at this path from here on (a submodule)."""


class Commit(Struct, frozen=True):
    """A commit on the way from parent to first parent; of a merge, what it brought to the branch."""

    id: str
    at: int
    """When it was committed, in seconds since 1970."""
    changes: tuple[Change, ...]


def open_repository(source: Path, *, branch: str = "") -> Repository | NoHistory:
    """Return the repository in which `source`'s content stands, at the tip of `branch` or of what is checked out."""
    folder = source / "content"
    questions = (
        "--is-inside-work-tree", "--is-shallow-repository", "--is-bare-repository", "--show-prefix",
    )  # fmt: skip
    try:
        asked = _run(folder, "rev-parse", *questions)
    except FileNotFoundError:
        return NoHistory("none", "git is not installed")
    except PermissionError:
        return NoHistory("unreadable", "git may not be run here")
    if asked.returncode:
        return _refusal(asked.stderr.decode(errors="replace"), folder)
    with _understood():
        is_inside, is_shallow, _is_bare, prefix = asked.stdout.decode(errors="surrogateescape").split("\n")[
            :4
        ]
    if is_inside != "true":
        return NoHistory("none", "content/ stands in no working tree of git")
    if is_shallow == "true":
        return NoHistory(
            "shallow",
            "this is a shallow clone: the commits of the past are not here",
            "in a GitHub workflow write 'fetch-depth: 0' below actions/checkout, "
            "in GitLab's 'GIT_DEPTH: 0'; elsewhere run 'git fetch --unshallow'",
        )
    if _run(folder, "config", "--get-regexp", r"^remote\..*\.(promisor|partialclonefilter)$").returncode == 0:
        return NoHistory(
            "unreadable",
            "this is a partial clone: older versions of files are not here",
            "clone it without --filter",
        )
    head = _commit(folder, branch)
    if isinstance(head, NoHistory):
        return head
    outer = prefix.removesuffix("content/")
    if prefix and outer == prefix:
        raise AssertionError(f"git says that content/ is {prefix}")
    # content/ is a repository of its own: its paths begin below it.
    return Repository(folder, outer if prefix else "\0", head)


def _commit(folder: Path, branch: str) -> str | NoHistory:
    names = [f"refs/heads/{branch}", f"refs/remotes/origin/{branch}"] if branch else ["HEAD"]
    for name in names:
        found = _run(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        if found.returncode == 0:
            return found.stdout.decode(errors="replace").strip()
        if found.returncode != 1:
            return _refusal(found.stderr.decode(errors="replace"), folder)
    if branch:
        return NoHistory(
            "unreadable",
            f"there is no branch '{branch}' here",
            "mend 'history: {branch: …}' in portalgen.yaml",
        )
    return NoHistory("none", "nothing has been committed yet")


def _refusal(said: str, folder: Path) -> NoHistory:
    """Return why git would not answer, by what it said."""
    if "not a git repository" in said:
        if not (root := _root(folder)):
            return NoHistory("none", "content/ is not kept in git")
        return NoHistory(
            "unreadable",
            "there is a .git here that git takes for no repository",
            f"if it is none, remove it; else see what 'git -C {root} fsck' says",
        )
    if "dubious ownership" in said or "unsafe repository" in said:
        return NoHistory(
            "unreadable",
            "git does not read this repository, since its folder belongs to another user",
            f"if you trust it, run: git config --global --add safe.directory {_root(folder) or folder}",
        )
    line = next((line for line in said.splitlines() if line.startswith("fatal:")), said.strip())
    return NoHistory("unreadable", f"git does not answer ({line.removeprefix('fatal: ').strip()[:120]})")


def _root(folder: Path) -> Path | None:
    return next((each for each in (folder, *folder.parents) if (each / ".git").exists()), None)


def read_commits(
    repository: Repository, *, since: str = "", only: Sequence[str] = ("content", "portalgen.yaml")
) -> list[Commit] | NoHistory:
    """Return the commits that changed one of the files or folders `only`, oldest first, in the order of first parents.

    `since` is a commit on that way (see `is_on_the_way`): only what follows it is returned.
    """
    up_to = f"{since}..{repository.head}" if since else repository.head
    # %x01 begins a commit; a path cannot be taken for one, since it follows its own line of --raw.
    told = _run(
        repository.folder, "log", "--first-parent", "-m", "--raw", "-z", "--no-abbrev", "--no-renames",
        "--no-ext-diff", "--no-textconv", "--no-decorate", "--no-notes", "--format=tformat:%x01%H %ct",
        "--end-of-options", up_to, "--", *_below(repository, only),
    )  # fmt: skip
    if told.returncode:
        return _refusal(told.stderr.decode(errors="replace"), repository.folder)
    with _understood():
        return list(reversed(list(_commits(told.stdout, repository.prefix))))


def first_parents(repository: Repository, since: str) -> list[str] | NoHistory:
    """Return the commits from `since` (a name that git knows) on, newest first, itself the last."""
    name = f"{since}^{{commit}}"
    first = _run(repository.folder, "rev-parse", "--verify", "--quiet", "--end-of-options", name)
    missing = NoHistory(
        "unreadable", f"there is no commit '{since}' here", "mend 'history: {from: …}' in portalgen.yaml"
    )
    if first.returncode:
        return missing
    start = first.stdout.decode().strip()
    way = _run(repository.folder, "rev-list", "--first-parent", "--end-of-options", repository.head)
    ids = way.stdout.decode().split()
    if way.returncode or start not in ids:
        return missing
    return ids[: ids.index(start) + 1]


def is_on_the_way(repository: Repository, commit: str) -> bool:
    """Return whether going from first parent to first parent leads to `commit`: not so where history was rewritten."""
    if commit == repository.head:
        return True
    way = _run(
        repository.folder,
        "rev-list",
        "--first-parent",
        "--parents",
        "--end-of-options",
        f"{commit}..{repository.head}",
    )
    lines = way.stdout.decode().split("\n") if way.returncode == 0 else []
    oldest = lines[-2].split() if len(lines) > 1 else []
    return len(oldest) > 1 and oldest[1] == commit


def _below(repository: Repository, names: Sequence[str]) -> tuple[str, ...]:
    if repository.prefix == "\0":
        inner = [
            name.removeprefix("content").removeprefix("/") for name in names if name.startswith("content")
        ]
        return tuple(f":(top,literal){name}" if name else ":(top)" for name in inner)
    return tuple(f":(top,literal){repository.prefix}{name}" for name in names)


def _commits(told: bytes, prefix: str) -> Iterator[Commit]:
    id_, at, changes = "", 0, list[Change]()
    meta = b""
    for part in told.split(b"\0"):
        if meta:
            modes = meta.split(b" ")
            is_regular = modes[1] in _REGULAR
            changes.append(
                Change(
                    path_from(part, prefix),
                    modes[3].decode() if is_regular else "",
                    modes[1] == _LINK_TO_REPOSITORY,
                )
            )
            meta = b""
        elif part.startswith((b":", b"\n:")):
            meta = part
        elif (start := part.find(b"\x01")) >= 0:
            if id_:
                yield Commit(id_, at, tuple(changes))
            name, _, seconds = part[start + 1 :].partition(b" ")
            id_, at, changes = name.decode(), int(seconds), []
    if id_:
        yield Commit(id_, at, tuple(changes))


def path_from(name: bytes, prefix: str) -> str:
    """Return the path from the source folder of what git names from the repository's root."""
    path = os.fsdecode(name)
    return f"content/{path}" if prefix == "\0" else path.removeprefix(prefix)


class TreeFile(Struct, frozen=True):
    """A file or link of a commit."""

    path: str
    """From the source folder."""
    blob: str
    is_link: bool


def list_tree(repository: Repository, commit: str, *, below: Sequence[str]) -> list[TreeFile]:
    """Return every file of a commit in one of the folders or files `below` the source."""
    if repository.prefix == "\0":
        names = [name.removeprefix("content/") for name in below if name.startswith("content")]
        names = ["." if name == "content" else name for name in names]
    else:
        names = [repository.prefix + name for name in below]
    # ls-tree takes paths, no patterns; --full-tree makes them begin at the repository's root.
    told = _run(repository.folder, "ls-tree", "-r", "-z", "--full-tree", commit, "--", *names)
    if told.returncode:
        raise failed(told.stderr.decode(errors="replace").strip())
    files = []
    for line in told.stdout.split(b"\0"):
        meta, _, name = line.partition(b"\t")
        mode, _, rest = meta.partition(b" ")
        if mode in (*_REGULAR, b"120000"):
            with _understood():
                blob = rest.split(b" ")[1].decode()
            files.append(TreeFile(path_from(name, repository.prefix), blob, mode == b"120000"))
    return files


def resolve_commit(repository: Repository, name: str) -> str | None:
    """Return the commit that a name means to git; None where it means none."""
    found = _run(
        repository.folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}"
    )
    return found.stdout.decode().strip() if found.returncode == 0 else None


class GitFailed(OSError):
    """git broke off while it was read: it was ended from outside, or the repository is damaged."""


def failed(message: str) -> GitFailed:
    """Return what to raise where git broke off."""
    return GitFailed(errno.EIO, message, "git")


@contextmanager
def _understood() -> Iterator[None]:
    """Raise GitFailed where what git said is not what it says, as where a disk gives back other bytes."""
    try:
        yield
    except (ValueError, IndexError):
        raise failed("said what cannot be understood: is the repository damaged?") from None


@contextmanager
def open_blobs(repository: Repository) -> Iterator[Blobs]:
    """Give what reads the contents of files; git is started when the first is asked for, and once."""
    blobs = Blobs(repository.folder)
    try:
        yield blobs
    finally:
        blobs.close()


class Blobs:
    """The contents of files, by their names in git."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, names: Iterable[str]) -> Iterator[tuple[str, bytes | None]]:
        """Yield each name with its content, in the order given; None where git has none, or one that is too large."""
        waiting = list(names)
        for start in range(0, len(waiting), _AT_ONCE):
            some = waiting[start : start + _AT_ONCE]
            asked, told = self._streams()
            try:
                asked.write("".join(f"{name}\n" for name in some).encode())
                asked.flush()
            except BrokenPipeError:
                raise failed("broke off: was it ended from outside, or is the repository damaged?") from None
            for name in some:
                yield name, _content(told, name)

    def close(self) -> None:
        """Let git end."""
        if self._process is not None:
            asked, told = self._streams()
            with suppress(BrokenPipeError):
                asked.close()
            told.close()
            self._process.wait()
            self._process = None

    def _streams(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._process is None:
            self._process = subprocess.Popen(
                [*_command(self._folder), "cat-file", "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, env=_environment(), bufsize=1 << 16,
            )  # fmt: skip
        asked, told = self._process.stdin, self._process.stdout
        assert asked is not None
        assert told is not None
        return asked, told


def _content(told: IO[bytes], name: str) -> bytes | None:
    head = told.readline().split()
    if len(head) == 2 and head[1] == b"missing":
        return None
    if len(head) != 3:
        raise failed(f"broke off before {name}: was it ended from outside, or is the repository damaged?")
    with _understood():
        size = int(head[2])
    if size > LARGEST_BLOB_BYTES:
        left = size + 1
        while left:
            left -= len(told.read(min(left, 1 << 20))) or left
        return None
    content = told.read(size + 1)
    if len(content) != size + 1:
        raise failed(f"broke off within {name}: was it ended from outside, or is the repository damaged?")
    return content[:-1]


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Return what git said; raise OSError where the machine failed it, which is no word about the past."""
    done = subprocess.run(
        [*_command(folder), *arguments], capture_output=True, check=False, env=_environment()
    )
    if done.returncode < 0:
        raise OSError(errno.EINTR, f"stopped by signal {-done.returncode}", "git")
    if done.returncode > 1:
        said = done.stderr.decode(errors="replace")
        for number in _MACHINE:
            if os.strerror(number) in said:
                raise OSError(number, os.strerror(number), "git")
    return done


def _command(folder: Path) -> list[str]:
    options = [part for setting in _SETTINGS for part in ("-c", setting)]
    return ["git", "-C", str(folder), "--no-pager", "--no-replace-objects", *options]


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in _FOREIGN}
    return kept | {
        "LC_ALL": "C",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_LAZY_FETCH": "1",
    }
