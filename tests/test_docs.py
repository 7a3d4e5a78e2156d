"""What the documents say is so: their specs compile, their commands and files are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from specgraph.analysis import analyze
from specgraph.cli.run import COMMANDS

ROOT = Path(__file__).parents[1]
DOCS = (
    "README.md", "docs/language.md", "docs/blocks.md", "docs/training.md", "CONTRIBUTING.md", "ARCHITECTURE.md",
)  # fmt: skip
SPECS = [
    (doc, block)
    for doc in DOCS
    for block in re.findall(r"```yaml\n(.*?)```", (ROOT / doc).read_text(), flags=re.DOTALL)
]


@pytest.mark.parametrize(("doc", "spec"), SPECS, ids=[f"{doc}-{i}" for i, (doc, _) in enumerate(SPECS)])
def test_a_spec_in_a_document_is_sound(doc: str, spec: str) -> None:
    found = analyze(spec)
    assert not found.diagnostics, [one.message for one in found.diagnostics]
    assert found.models


def test_the_readme_lists_every_command() -> None:
    listed = set(re.findall(r"^\| `([a-z]+)", (ROOT / "README.md").read_text(), flags=re.MULTILINE))
    assert listed == set(COMMANDS)


@pytest.mark.parametrize("doc", DOCS)
def test_the_files_that_a_document_names_are_there(doc: str) -> None:
    text = (ROOT / doc).read_text()
    for name in re.findall(r"\]\(([^)#]+)\)", text):
        assert ((ROOT / doc).parent / name).exists() or name.startswith("http"), name
    for name in re.findall(r"`([a-z_]+/[a-z_/]*(?:\.[a-z]+)?)`", text):
        assert (ROOT / name).exists() or (ROOT / "specgraph" / name).exists(), name


def test_the_frame_in_the_readme_is_what_is_printed() -> None:
    text = (ROOT / "README.md").read_text()
    golden = (ROOT / "tests/cases/article/generator.txt").read_text().strip().splitlines()
    assert golden[-1] in text and golden[0] in text
