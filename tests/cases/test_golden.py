"""Every spec below this folder against the text that `validate` prints for it.

The golden text stands beside the spec, `NAME.txt`. SPECGRAPH_UPDATE=1 writes it anew. `NAME.mended.yaml`
is the same model as it should be, of which there is nothing to say.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import yaml

from specgraph.analysis import Analysis, analyze_source
from specgraph.diagnostics.edits import apply
from specgraph.diagnostics.text import render
from specgraph.source import Source

HERE = Path(__file__).parent
MENDED = sorted(HERE.glob("*/*.mended.yaml"))
CASES = sorted(set(HERE.glob("*/*.yaml")) - set(MENDED))
BROKEN = [case for case in CASES if case.parent.name != "article"]
names = [f"{case.parent.name}/{case.stem}" for case in CASES]


def analyzed(text: str, name: str) -> Analysis:
    return analyze_source(Source(text, name))


@pytest.mark.parametrize("case", CASES, ids=names)
def test_the_text_is_the_golden_one(case: Path) -> None:
    analysis = analyzed(case.read_text(encoding="utf-8"), case.name)
    found = render(analysis.diagnostics, limit=20) if analysis.diagnostics else "clean\n"
    golden = case.with_suffix(".txt")
    if os.environ.get("SPECGRAPH_UPDATE"):
        golden.write_text(found, encoding="utf-8")
    assert found == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("case", BROKEN, ids=[f"{case.parent.name}/{case.stem}" for case in BROKEN])
def test_the_mended_twin_is_clean(case: Path) -> None:
    twin = case.with_name(f"{case.stem}.mended.yaml")
    assert analyzed(twin.read_text(encoding="utf-8"), twin.name).diagnostics == []


def _json(text: str) -> str:
    return json.dumps(yaml.safe_load(text), indent=2, ensure_ascii=False) + "\n"


def _block(text: str) -> str:
    return str(yaml.safe_dump(yaml.safe_load(text), default_flow_style=False, sort_keys=False))


def _explicit(text: str) -> str:
    """With a name for every layer, a `from` in each, and the outputs; as it is where that cannot be said."""
    spec, models = yaml.safe_load(text), analyzed(text, "spec.yaml").models
    if len(models) != 1 or "layers" not in spec or "blocks" in spec:
        return text
    [model] = models.values()
    nodes = sorted(
        (one for one in model.graph.nodes.values() if one.kind != "input"), key=lambda one: one.item.start
    )
    if [one.key.data() for one in nodes] != [
        item if isinstance(item, str) else next(iter(item)) for item in spec["layers"]
    ]:
        return text
    items = []
    for item, node in zip(spec["layers"], nodes, strict=True):
        body = dict((None if isinstance(item, str) else item[node.key.data()]) or {})
        refs = [f"{ref.node}.{ref.output}" if ref.explicit else ref.node for ref in node.inputs]
        if "from" not in body and refs:
            body["from"] = refs[0] if len(refs) == 1 else refs
        items.append({node.key.data(): {"name": node.name, **body}})
    outputs = spec.get("outputs", [nodes[-1].name])
    return str(
        yaml.safe_dump(
            {**spec, "layers": items, "outputs": outputs}, default_flow_style=None, sort_keys=False
        )
    )


STYLES = {
    "as-it-is": ("spec.yaml", str),
    "json": ("spec.json", _json),
    "block": ("spec.yaml", _block),
    "explicit": ("spec.yaml", _explicit),
}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("case", CASES, ids=names)
def test_each_fix_takes_its_finding_away(case: Path, style: str) -> None:
    name, rewritten = STYLES[style]
    text = rewritten(case.read_text(encoding="utf-8"))
    before = analyzed(text, name).diagnostics
    for found in before:
        if found.fix is None:
            continue
        after = analyzed(apply(text, [found.fix]), name).diagnostics
        kinds = [(one.code.rule, one.layer, one.message) for one in after]
        assert not {"syntax", "malformed-item", "yaml-feature"} & {rule for rule, _, _ in kinds}
        assert (found.code.rule, found.layer, found.message) not in kinds
        assert not found.fix.safe or len(after) < len(before)
