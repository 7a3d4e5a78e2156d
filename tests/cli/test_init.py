"""`specgraph init`: what is shipped, and where it is put."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from specgraph.analysis import analyze
from specgraph.cli import main
from specgraph.cli.init import shipped, with_modeline

ROOT = Path(__file__).parents[2]
FOLDERS = (("specs", ""), ("specs/blocks/examples", "examples/"), ("specs/blocks", "blocks/"))
NAMES = [prefix + file.stem for folder, prefix in FOLDERS for file in sorted((ROOT / folder).glob("*.yaml"))]


def test_the_list_says_what_each_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == NAMES == list(shipped())
    assert all(len(line.split()) > 4 for line in lines)


@pytest.mark.parametrize("name", NAMES)
def test_each_is_written_and_valid(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["init", name]) == 0
    [file] = tmp_path.iterdir()
    assert file.name == f"{name.rpartition('/')[2]}.yaml"
    assert analyze(file).ok


def test_nothing_is_overwritten_unasked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "cnn.yaml"
    target.write_text("mine")
    assert main(["init", "cnn", "-o", str(tmp_path)]) == 2
    assert "--force replaces it" in capsys.readouterr().err
    assert target.read_text() == "mine"
    assert main(["init", "cnn", "-o", str(target), "--force"]) == 0
    assert "Conv2D" in target.read_text()
    assert list(tmp_path.iterdir()) == [target]


def test_a_link_that_leads_nowhere_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "cnn.yaml").symlink_to(tmp_path / "elsewhere")
    assert main(["init", "cnn", "-o", str(tmp_path)]) == 2
    assert main(["init", "cnn", "-o", str(tmp_path), "--force"]) == 0
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["init", "cmn"], "did you mean `cnn`?"),
        (["init", "zebra"], "there are cnn, "),
        (["init", "../specs/cnn"], "is shipped"),
        (["init", "cnn", "-o", "no/such/folder.yaml"], "there is no folder 'no/such'"),
        (["init", "cnn", "-o", "cnn.txt"], "ends in .yaml"),
        (["init", "cnn", "-o", "/dev/full"], "ends in .yaml"),
    ],
)
def test_what_cannot_be(argv: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(argv) == 2
    said = capsys.readouterr().err
    assert words in said and said.count("\n") == 1


@pytest.mark.parametrize(
    ("schema", "line"),
    [
        ("specgraph.schema.json", "specgraph.schema.json"),
        ("schemas/specgraph.schema.json", "schemas/specgraph.schema.json"),
        ("../schemas/specgraph.schema.json", "../schemas/specgraph.schema.json"),
        (None, None),
    ],
)
def test_editors_are_pointed_to_a_schema_that_is_there(
    schema: str | None, line: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    if schema is not None:
        (folder / schema).parent.mkdir(exist_ok=True)
        (folder / schema).write_text("{}")
    assert main(["init", "cnn", "-o", str(folder)]) == 0
    first = (folder / "cnn.yaml").read_text().splitlines()[0]
    if line is None:
        assert "$schema" not in first
        assert "specgraph schema > specgraph.schema.json" in capsys.readouterr().err
    else:
        assert first == f"# yaml-language-server: $schema={line}"


def test_the_modeline_comes_first_and_once() -> None:
    text = "# yaml-language-server: $schema=../a.json\n# words\nspecgraph: 1\n"
    assert with_modeline(text, "b.json") == "# yaml-language-server: $schema=b.json\n# words\nspecgraph: 1\n"
    assert with_modeline("specgraph: 1\n", None) == "specgraph: 1\n"


def test_an_installed_package_has_them_inside(tmp_path: Path) -> None:
    """The layout of a wheel: `specs/` in the package, as pyproject.toml puts it there."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    inside = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]["specs"]
    shutil.copytree(
        ROOT / "specgraph", tmp_path / "site" / "specgraph", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copytree(ROOT / "specs", tmp_path / "site" / inside)
    (tmp_path / "site" / "specs").mkdir()
    (tmp_path / "site" / "specs" / "stranger.yaml").write_text("doc: not ours")
    code = f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r}); from specgraph.cli import main; main(['init'])"
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert [line.split()[0] for line in done.stdout.splitlines()] == NAMES
