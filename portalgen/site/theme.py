"""A theme's folder → templates, one stylesheet, one script, icons and the languages it speaks."""

from __future__ import annotations

import os
import re
import sys
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

import yaml
from jinja2 import BaseLoader, BytecodeCache, ChoiceLoader, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from msgspec import Struct

from portalgen.site.compiler import QuickEnvironment

_SYMBOL = re.compile(r'<svg[^>]*viewBox="([^"]+)"[^>]*>(.*)</svg>', re.DOTALL)
_CSS_COMMENT = re.compile(r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|/\*(?!!).*?\*/""", re.DOTALL)


class ThemeNotFound(Exception):
    """No theme of that name; the message says where it was looked for."""


class ThemeOutside(ThemeNotFound):
    """A theme that is named, or what it extends, stands outside themes/; the message says what to write."""


class Theme(Struct, frozen=True):
    name: str
    folders: tuple[Path, ...]
    """Its own folder first, then those of the themes that it extends."""
    languages: tuple[str, ...]
    """English first; the others have a catalogue in messages/."""
    styles: bytes
    paper: bytes
    """Styles for PDF alone, of the folder paper/; they come after `styles`."""
    scripts: dict[str, bytes]
    """By name: `portal` is on every page; `search`, of the folder scripts/search, is read when it is wanted."""
    icon: bytes
    """icon.svg: the site's mark in a browser's tab, where the client has no logo."""
    icons: dict[str, str]
    """`<symbol>` elements by name."""
    loader: BaseLoader
    code: BytecodeCache
    """Compiled templates, shared by the languages."""

    def environment(self) -> QuickEnvironment:
        """Return a new environment for this theme's templates, without a language."""
        environment = QuickEnvironment(
            loader=self.loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
            keep_trailing_newline=False, auto_reload=False, cache_size=-1, bytecode_cache=self.code,
            extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        )  # fmt: skip
        environment.newstyle_gettext = True  # type: ignore[attr-defined]
        return environment

    def catalogue(self, language: str) -> Path | None:
        """Return the .po file of a language, or None for English."""
        name = f"{language.replace('-', '_')}.po"
        return next((path for folder in self.folders if (path := folder / "messages" / name).is_file()), None)


class _Code(BytecodeCache):
    """Compiled templates: compiling them takes longer than a small build.

    Those of every theme are kept in this process, for all its languages. Those that come with portalgen are kept in
    `__pycache__` beside them too, as Python keeps its own modules', and under the same two switches; nothing that a
    build or a repository brings along is ever run from there.
    """

    def __init__(self) -> None:
        self._codes: dict[str, bytes] = {}
        folder = built_in_themes()
        self._own = str(folder) + os.sep
        self._folder = None if sys.dont_write_bytecode or sys.pycache_prefix else folder / "__pycache__"
        # What a template becomes depends on the program too: on the filters and the options that it is compiled with.
        about = [(path.name, path.stat()) for path in sorted(Path(__file__).parent.glob("*.py"))]
        self._program = repr([(name, stat.st_size, stat.st_mtime_ns) for name, stat in about])

    def get_source_checksum(self, source: str) -> str:
        return super().get_source_checksum(source + self._program)

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """Return the key, which begins with the name of a file in `__pycache__` for a template of ours."""
        key = super().get_cache_key(name, filename)
        is_own = self._folder is not None and filename is not None and filename.startswith(self._own)
        return f"{sys.implementation.cache_tag}-{key}" if is_own else key

    def load_bytecode(self, bucket: Bucket) -> None:
        code = self._codes.get(bucket.key)
        if code is None and (path := self._path(bucket.key)):
            try:
                code = path.read_bytes()
            except OSError:
                return
        if code is not None:
            try:
                bucket.bytecode_from_string(code)
            except (EOFError, TypeError, ValueError):
                bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        code = self._codes[bucket.key] = bucket.bytecode_to_string()
        if path := self._path(bucket.key):
            beside = path.with_name(f"{path.name}.{os.getpid()}")
            # Where portalgen is installed for reading only, templates are compiled once a run.
            with suppress(OSError):
                path.parent.mkdir(exist_ok=True)
                beside.write_bytes(code)
                beside.replace(path)

    def _path(self, key: str) -> Path | None:
        return self._folder / key if self._folder and "-" in key else None


def load_theme(name_or_path: str = "", *, near: Path | None = None) -> Theme:
    """Return the theme of a name ("default"), of a folder's path, or of a folder in `near`/themes.

    A theme that is named stands in themes/, and so does what it extends: nothing else is looked at to see whether a
    site is as it was. One that is given by its path may extend others by theirs.
    Raises ThemeNotFound with a sentence that says where it was looked for.
    """
    return _load(_find(name_or_path or "default", near), near, _is_path(name_or_path))


def forget_folders() -> None:
    """Read every theme's folder anew when it is asked for next."""
    _load.cache_clear()


def built_in_themes() -> Path:
    """Return the folder of the themes that come with portalgen."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "_themes"
    # An editable install has no _themes: the repository's own folder stands in.
    return installed if installed.is_dir() else package.parent / "themes"


@lru_cache(maxsize=8)
def _load(folder: Path, near: Path | None, may_be_elsewhere: bool) -> Theme:
    folders: list[Path] = []
    languages: list[str] = ["en"]
    following: Path | None = folder
    while following is not None and following not in folders:
        folders.append(following)
        facts = _facts(following)
        spoken = facts.get("languages")
        languages += (
            [str(word) for word in spoken if word not in languages] if isinstance(spoken, list) else []
        )
        parent = facts.get("extends")
        if parent and _is_path(str(parent)) and not may_be_elsewhere:
            raise ThemeOutside(
                f"theme '{following.name}' extends '{parent}', which is a path: write the name of a folder in themes/, "
                "or of a theme that comes with portalgen"
            )
        following = _find(str(parent), near) if parent else None
    return Theme(
        name=folder.name, folders=tuple(folders), languages=tuple(languages), styles=_styles(tuple(folders)),
        paper=_join(_by_name(tuple(folders), "paper", "*.css")),
        scripts=_scripts(tuple(folders)), icons=_icons(tuple(folders)),
        icon=next(path for each in folders if (path := each / "icon.svg").is_file()).read_bytes(),
        loader=ChoiceLoader([FileSystemLoader(each / "templates") for each in folders]), code=_Code(),
    )  # fmt: skip


def _is_path(name_or_path: str) -> bool:
    return "/" in name_or_path or "\\" in name_or_path


def _find(name_or_path: str, near: Path | None) -> Path:
    is_path = _is_path(name_or_path)
    places = [Path(name_or_path)]
    if not is_path:
        places = [*([near / "themes" / name_or_path] if near else []), built_in_themes() / name_or_path]
    elif near is not None:
        places = [near / name_or_path]
    for place in places:
        if (place / "theme.yaml").is_file():
            found = place.resolve()
            if not is_path and found.parent != place.parent.resolve():
                raise ThemeOutside(
                    f"theme '{name_or_path}' is a link out of themes/: copy the folder to where it is"
                )
            return found
    looked = " and ".join(str(place) for place in places)
    raise ThemeNotFound(
        f"no theme '{name_or_path}': a theme is a folder with a theme.yaml, looked for at {looked}"
    )


def _facts(folder: Path) -> dict[str, object]:
    facts = yaml.safe_load((folder / "theme.yaml").read_text("utf-8"))
    return facts if isinstance(facts, dict) else {}


def _by_name(folders: tuple[Path, ...], under: str, pattern: str) -> dict[str, Path]:
    """Return the files below `under` by their path in it, sorted; a theme's own file hides the one it extends."""
    found: dict[str, Path] = {}
    for folder in reversed(folders):
        found |= {
            path.relative_to(folder / under).as_posix(): path for path in (folder / under).rglob(pattern)
        }
    return dict(sorted(found.items()))


def _styles(folders: tuple[Path, ...]) -> bytes:
    # Paper comes last, so that it wins over components on equal terms.
    styles = _by_name(folders, "styles", "*.css")
    late = {name: path for name, path in styles.items() if name >= "5"}
    early = {name: path for name, path in styles.items() if name not in late}
    return _without_comments(_join(early | _by_name(folders, "templates/components", "*.css") | late))


def _without_comments(css: bytes) -> bytes:
    """Return styles without comments and empty lines: designers read the theme's folder, and phones fetch this.

    Comments that begin with `/*!` stay, as licences do.
    """
    bare = _CSS_COMMENT.sub(lambda found: found[1] or "", css.decode())
    return "".join(f"{line.rstrip()}\n" for line in bare.split("\n") if line.strip()).encode()


def _scripts(folders: tuple[Path, ...]) -> dict[str, bytes]:
    """Return the scripts in scripts/ joined as `portal`, and those of each folder in it by the folder's name."""
    found: dict[str, dict[str, Path]] = {"portal": {}}
    for name, path in _by_name(folders, "scripts", "*.js").items():
        folder, _, _ = name.rpartition("/")
        found.setdefault(folder or "portal", {})[name] = path
    return {name: _join(files) for name, files in found.items()}


def _join(files: dict[str, Path]) -> bytes:
    return "\n".join(path.read_text("utf-8").strip() for path in files.values()).encode() + b"\n"


def _icons(folders: tuple[Path, ...]) -> dict[str, str]:
    icons: dict[str, str] = {}
    for path in _by_name(folders, "icons", "*.svg").values():
        drawing = _SYMBOL.search(path.read_text("utf-8"))
        if drawing is None:
            raise AssertionError(f"{path} is no icon: an <svg> with a viewBox is needed")
        icons[path.stem] = f'<symbol id="i-{path.stem}" viewBox="{drawing[1]}">{drawing[2].strip()}</symbol>'
    return icons
