"""A client of the YAML language server, over its standard input and output; every wait has a limit.

The server is installed with npm, once, into the user's cache folder.
"""

from __future__ import annotations

import itertools
import json
import os
import re
import select
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, Self

VERSION = "1.25.0"
INSTALL_SECONDS = 180
WAIT_SECONDS = 60
SETTINGS = {
    "yaml": {
        "validate": True,
        "hover": True,
        "completion": True,
        "hoverSchemaSource": False,
        "schemaStore": {"enable": False},
    }
}


class UnavailableError(Exception):
    """There is no language server here, and none could be installed."""


def command() -> list[str]:
    """How the server is started; installs it where this has not been done."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise UnavailableError("there is no node with npm")
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(home) / "specgraph-tests" / f"yaml-language-server-{VERSION}"
    if not folder.exists():
        _install(npm, folder)
    script = folder / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"
    return [node, str(script), "--stdio"]


def _install(npm: str, folder: Path) -> None:
    """Installs beside the folder, then renames: another test run may do the same."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=folder.parent))
    except OSError as error:
        raise UnavailableError(f"no cache folder: {error}") from None
    options = ["--prefix", str(fresh), "--no-audit", "--no-fund", "--ignore-scripts", "--fetch-retries=0"]
    try:
        done = subprocess.run(
            [npm, "install", *options, f"yaml-language-server@{VERSION}"],
            cwd=fresh, capture_output=True, text=True, timeout=INSTALL_SECONDS,
        )  # fmt: skip
        if done.returncode:
            raise UnavailableError(f"npm could not install the language server: {done.stderr[-300:]}")
        os.rename(fresh, folder)
    except subprocess.TimeoutExpired:
        raise UnavailableError(f"npm took more than {INSTALL_SECONDS} s") from None
    except OSError:
        if not folder.exists():
            raise
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


class LanguageServer:
    """A running server; use it with `with`."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self.buffer = b""
        self.ids = itertools.count(1)
        self.documents = itertools.count(1)

    def __enter__(self) -> Self:
        formats = {"contentFormat": ["markdown"]}
        snippets = {"completionItem": {"snippetSupport": True}}
        capabilities = {
            "textDocument": {"completion": snippets, "hover": formats, "publishDiagnostics": {}},
            "workspace": {"configuration": True},
        }
        self.request("initialize", {"processId": os.getpid(), "rootUri": None, "capabilities": capabilities})
        self.notify("initialized", {})
        self.notify("workspace/didChangeConfiguration", {"settings": SETTINGS})
        return self

    def __exit__(self, *error: object) -> None:
        self.process.kill()
        self.process.communicate(timeout=WAIT_SECONDS)

    def notify(self, method: str, params: dict[str, Any]) -> None:
        self._send({"method": method, "params": params})

    def request(self, method: str, params: dict[str, Any]) -> Any:
        """The result of a request."""
        id = next(self.ids)
        self._send({"id": id, "method": method, "params": params})
        answer = self._wait(lambda message: message.get("id") == id and "method" not in message)
        assert "error" not in answer, answer
        return answer["result"]

    def open(self, text: str, uri: str | None = None) -> Document:
        """A document that the server has checked."""
        [document] = self.open_all({uri or f"file:///specs/{next(self.documents)}.yaml": text})
        return document

    def open_all(self, texts: Mapping[str, str]) -> list[Document]:
        """Several, by their URIs; the server waits a moment before it checks what was opened."""
        for uri, text in texts.items():
            item = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
            self.notify("textDocument/didOpen", {"textDocument": item})
        said: dict[str, list[dict[str, Any]]] = {}
        while said.keys() < texts.keys():
            message = self._wait(lambda one: one.get("method") == "textDocument/publishDiagnostics")
            said[message["params"]["uri"]] = message["params"]["diagnostics"]
        return [Document(self, uri, text, said[uri]) for uri, text in texts.items()]

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def _wait(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first message that is wanted; the server's own requests are answered meanwhile."""
        limit = time.monotonic() + WAIT_SECONDS
        while True:
            message = self._receive(limit)
            if wanted(message):
                return message
            if "id" in message and "method" in message:
                items = message["params"].get("items", []) if message.get("params") else []
                self._send({"id": message["id"], "result": [SETTINGS.get(one["section"]) for one in items]})

    def _receive(self, limit: float) -> dict[str, Any]:
        while True:
            head, end, rest = self.buffer.partition(b"\r\n\r\n")
            if end:
                size = int(re.findall(rb"Content-Length: (\d+)", head)[0])
                if len(rest) >= size:
                    self.buffer = rest[size:]
                    message: dict[str, Any] = json.loads(rest[:size])
                    return message
            assert self.process.stdout is not None
            ready, _, _ = select.select([self.process.stdout], [], [], max(limit - time.monotonic(), 0))
            assert ready, f"the language server said nothing for {WAIT_SECONDS} s"
            data = os.read(self.process.stdout.fileno(), 1 << 16)
            assert data, "the language server ended"
            self.buffer += data


class Document(NamedTuple):
    """An open document, and what the server said of it at first."""

    server: LanguageServer
    uri: str
    text: str
    diagnostics: list[dict[str, Any]]

    def faults(self) -> list[tuple[str, str]]:
        """The text at fault and the message, for each."""
        found = []
        for one in self.diagnostics:
            start, end = (self._offset(one["range"][key]) for key in ("start", "end"))
            found.append((self.text[start:end], one["message"]))
        return found

    def hover(self, words: str) -> str:
        """What is shown over the first place of these words; Markdown's escapes are taken away."""
        found = self._ask("hover", self.text.index(words) + 1)
        return re.sub(r"\\(\W|_)", r"\1", found["contents"]["value"]).strip() if found else ""

    def complete(self) -> dict[str, str]:
        """What is offered at the end, each with what it inserts."""
        found = self._ask("completion", len(self.text))
        items = found["items"] if isinstance(found, dict) else found
        return {item["label"]: item["insertText"] for item in items}

    def _ask(self, what: str, offset: int) -> Any:
        before = self.text[:offset]
        position = {"line": before.count("\n"), "character": offset - before.rfind("\n") - 1}
        params = {"textDocument": {"uri": self.uri}, "position": position}
        return self.server.request(f"textDocument/{what}", params)

    def _offset(self, position: dict[str, int]) -> int:
        lines = self.text.splitlines(keepends=True)
        return len("".join(lines[: position["line"]])) + position["character"]
