"""Talk to the real yaml-language-server as an editor does: open a file, hear what is wrong, ask what could stand there."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import threading
from pathlib import Path
from types import TracebackType
from typing import Any

SECONDS = 30
"""A server that is silent for longer is a fault, so that a test ends."""


class LanguageServer:
    """A server at work in a folder: `with LanguageServer(program, folder) as server: …`."""

    def __init__(self, program: Path, folder: Path, settings: dict[str, Any] | None = None) -> None:
        self.folder = folder
        self._settings = {
            "yaml": {
                "completion": True,
                "hover": True,
                "validate": True,
                "schemaStore": {"enable": False},
                **(settings or {}),
            }
        }
        self._process = subprocess.Popen(
            ["node", str(program), "--stdio"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env={**os.environ, "NODE_OPTIONS": ""},
        )
        self._heard: queue.Queue[dict[str, Any]] = queue.Queue()
        self._aside: list[dict[str, Any]] = []
        self._number = 0
        threading.Thread(target=self._listen, daemon=True).start()

    def __enter__(self) -> LanguageServer:
        capabilities = {
            "workspace": {"configuration": True},
            "textDocument": {
                "hover": {"contentFormat": ["markdown"]},
                "completion": {
                    "completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}
                },
                "publishDiagnostics": {"relatedInformation": True},
            },
        }
        self._ask(
            "initialize",
            {"processId": os.getpid(), "rootUri": self.folder.as_uri(), "capabilities": capabilities,
             "workspaceFolders": [{"uri": self.folder.as_uri(), "name": "portals"}]},
        )  # fmt: skip
        self._tell("initialized", {})
        self._tell("workspace/didChangeConfiguration", {"settings": self._settings})
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream:
                stream.close()

    def open(self, path: str, text: str) -> list[tuple[int, int, str]]:
        """Return what is wrong with `text` as the file `path`: line and column from 1, and the message."""
        uri = (self.folder / path).as_uri()
        self._number += 1
        document = {"uri": uri, "languageId": "yaml", "version": self._number, "text": text}
        self._tell("textDocument/didOpen", {"textDocument": document})
        while True:
            said = self._hear(lambda each: each.get("method") == "textDocument/publishDiagnostics")["params"]
            # A newly opened file is told to be well first, and judged then.
            if said["uri"] == uri and (
                said["diagnostics"] or said.get("version", self._number) == self._number
            ):
                return sorted(
                    (
                        each["range"]["start"]["line"] + 1,
                        each["range"]["start"]["character"] + 1,
                        each["message"],
                    )
                    for each in said["diagnostics"]
                )

    def complete(self, path: str, line: int, column: int) -> dict[str, dict[str, Any]]:
        """Return what could stand at a place, counted from 1, by its label."""
        found = self._ask("textDocument/completion", self._place(path, line, column))
        items = found["items"] if isinstance(found, dict) else found or []
        return {item["label"]: item for item in items}

    def hover(self, path: str, line: int, column: int) -> str:
        """Return what is told of what stands at a place, counted from 1; empty for nothing."""
        found = self._ask("textDocument/hover", self._place(path, line, column))
        return str(found["contents"]["value"]) if found else ""

    def _place(self, path: str, line: int, column: int) -> dict[str, Any]:
        return {
            "textDocument": {"uri": (self.folder / path).as_uri()},
            "position": {"line": line - 1, "character": column - 1},
        }

    def _ask(self, method: str, parameters: dict[str, Any]) -> Any:
        self._number += 1
        number = self._number
        self._write({"id": number, "method": method, "params": parameters})
        answer = self._hear(lambda each: each.get("id") == number and "method" not in each)
        assert "error" not in answer, answer
        return answer["result"]

    def _tell(self, method: str, parameters: dict[str, Any]) -> None:
        self._write({"method": method, "params": parameters})

    def _write(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin
        self._process.stdin.write(f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
        self._process.stdin.flush()

    def _hear(self, is_it: Any) -> dict[str, Any]:
        for said in self._aside:
            if is_it(said):
                self._aside.remove(said)
                return said
        while True:
            said = self._heard.get(timeout=SECONDS)
            if is_it(said):
                return said
            self._aside.append(said)

    def _listen(self) -> None:
        stream = self._process.stdout
        assert stream
        while head := stream.readline():
            length = int(head.split(b":")[1])
            while stream.readline().strip():
                pass
            said = json.loads(stream.read(length))
            if "method" in said and "id" in said:
                self._answer(said)
            else:
                self._heard.put(said)

    def _answer(self, asked: dict[str, Any]) -> None:
        result: Any = None
        if asked["method"] == "workspace/configuration":
            result = [self._settings.get(item.get("section", ""), {}) for item in asked["params"]["items"]]
        self._write({"id": asked["id"], "result": result})
