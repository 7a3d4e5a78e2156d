"""`specgraph upgrade`, with steps made up here: before version 1 of the language there was none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from specgraph import versions
from specgraph.cli import main
from specgraph.diagnostics.diagnostic import Edit, rename
from specgraph.diagnostics.edits import add_entry
from specgraph.source import ListNode, MapNode, Node, load, read
from specgraph.versions import Step

NAMES = {"layer_list": "layers", "nb_filter": "filters"}

OLDEST = """\
# A classifier of version -1.
specgraph: -1  # its version
inputs: {x: [8, 8, 3]}

# Its layers:
layer_list:   # from first to last
  - Conv2D: {nb_filter: &n 4, # how many
             kernel_size: 3}
  - Conv2D:
      nb_filter: *n  # as many
      # and as large
      kernel_size: 3
  - Flatten
"""
OLD = OLDEST.replace("specgraph: -1 ", "specgraph: 0 ") + "name: net\n"
NEW = (
    OLD.replace("specgraph: 0 ", "specgraph: 1 ")
    .replace("layer_list", "layers")
    .replace("nb_filter", "filters")
)


def named(node: Node) -> Iterator[Edit]:
    """From 0 to 1: names of today."""
    if isinstance(node, MapNode):
        for key, value in node:
            if key.value in NAMES:
                yield rename(key.span, NAMES[str(key.value)])
            yield from named(value)
    elif isinstance(node, ListNode):
        for item in node.items:
            yield from named(item)


def titled(root: MapNode) -> Iterator[Edit]:
    """From -1 to 0: a spec has a name."""
    yield add_entry(root, "name", "net")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(versions, "STEPS", (Step(-1, titled), Step(0, named)))
    for name, text in (("oldest", OLDEST), ("old", OLD), ("new", NEW)):
        (tmp_path / f"{name}.yaml").write_text(text)
    return tmp_path


@pytest.mark.parametrize("name", ["oldest", "old"])
def test_an_old_spec_becomes_a_new_one(name: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", f"{name}.yaml"]) == 1
    said = capsys.readouterr().err
    assert f"help: `specgraph upgrade {name}.yaml` brings it to this one" in said
    assert said.count("error[") == 1  # what it says otherwise is of another version
    assert main(["upgrade", f"{name}.yaml"]) == 0
    assert (here / f"{name}.yaml").read_text() == NEW
    assert main(["validate", f"{name}.yaml"]) == 0


def test_json(here: Path) -> None:
    spec = {"specgraph": 0, "inputs": {"x": [4]}, "layer_list": [{"Dense": {"units": 3}}]}
    (here / "s.json").write_text(json.dumps(spec))
    assert main(["upgrade", "s.json"]) == 0
    assert json.loads((here / "s.json").read_text()) == {
        "specgraph": 1,
        "inputs": {"x": [4]},
        "layers": [{"Dense": {"units": 3}}],
    }
    assert main(["validate", "s.json"]) == 0


def test_check_and_diff_write_nothing(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["upgrade", "--check", "new.yaml", "old.yaml"]) == 1
    assert capsys.readouterr() == ("old.yaml\n", "specgraph: new.yaml is of the newest version already, 1\n")
    assert main(["upgrade", "--diff", "old.yaml"]) == 0
    said = capsys.readouterr().out
    assert "-layer_list:   # from first to last\n" in said and "+layers:   # from first to last\n" in said
    assert (here / "old.yaml").read_text() == OLD


def test_the_newest_stays(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["upgrade", "new.yaml"]) == 0
    assert "new.yaml is of the newest version already, 1" in capsys.readouterr().err
    assert (here / "new.yaml").read_text() == NEW


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("specgraph: 2", "install a newer release of specgraph"),
        ("specgraph: -2", "there is no language version -2"),
        ("specgraph: '1'", "a language version is a number"),
        ("specgraph: true", "a language version is a number"),
        ("doc: x", "add `specgraph: 1` on top"),
    ],
)
@pytest.mark.parametrize("command", ["upgrade", "validate"])
def test_there_is_no_way(
    line: str, words: str, command: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = NEW.replace("specgraph: 1", line)
    (here / "s.yaml").write_text(text)
    assert main([command, "s.yaml"]) == 1
    assert "[S07 spec-version]" in (said := capsys.readouterr().err) and words in said
    assert (here / "s.yaml").read_text() == text


def test_one_file_does_not_stop_another(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "s.yaml").write_text("specgraph: 9\n")
    assert main(["upgrade", "s.yaml", "old.yaml"]) == 1
    assert " --> s.yaml:1:12" in capsys.readouterr().err
    assert (here / "old.yaml").read_text() == NEW


def test_a_version_that_stands_elsewhere(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "s.yaml").write_text("inputs: {x: [&v 0]}\nspecgraph: *v\n")
    assert main(["upgrade", "s.yaml"]) == 1
    assert "write the version itself" in capsys.readouterr().err


def test_what_is_no_spec(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "s.yaml").write_text("- 1\n")
    assert main(["upgrade", "s.yaml"]) == 1
    assert "a spec is a mapping of keys" in capsys.readouterr().err


def test_a_fault_of_a_step_leaves_the_file(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(versions, "STEPS", (Step(0, lambda root: [add_entry(root, "layer_list", "[")]),))
    assert main(["upgrade", "old.yaml"]) == 2
    assert "report it: old.yaml cannot be upgraded" in capsys.readouterr().err
    assert (here / "old.yaml").read_text() == OLD


def test_the_steps_of_this_release_lead_to_its_version() -> None:
    assert [step.before for step in versions.STEPS] == list(
        range(versions.VERSION - len(versions.STEPS), versions.VERSION)
    )
    shipped = Path(__file__).parents[2] / "specs" / "cnn.yaml"
    root = read(load(shipped))
    assert isinstance(root, MapNode) and root.entries["specgraph"][1].data() == versions.VERSION
