"""Mutated specs: whatever becomes of a text, the reader raises nothing but its own errors.

2,000 mutants by default; 20,000 with `SPECGRAPH_FUZZ=long`.
"""

from __future__ import annotations

import os
import random

import pytest

from specgraph.source import Source, SourceError, decode, read

SPEC = """\
specgraph: 1
name: a
params:
  width: 64
inputs:
  x: [H, W, 3]
layers:
  - Conv2D: {name: stem, filters: $width, kernel_size: [3, 3], padding: "same"}
  - repeat:
      times: 3
      layers:
        - Dense: {units: "${width * 2}"}
  - Flatten
"""
BASES = (
    SPEC,
    "a: &x {b: [1, 2.5e-3, .inf], 'c': ~}\nd: *x\ne: |\n  text\n  more\nf: >-\n  g\n\n# comment\n? h\n: i\n",
    '{"name": "a\\u00e9\\n", "layers": [{"Dense": {"units": 10, "x": [true, false, null, -1.5e3]}}], "b": {}}',
    "%YAML 1.2\n---\n- [a, {b: c}, \"d\\te\"]\n- - &n 1\n  - *n\n- 'it''s'\n...\n",
)
TOKENS = (
    "[", "]", "{", "}", ":", ": ", "- ", "? ", ",", "\n", "\n  ", "\t", "#", " #", "&a ", "*a", "*x", "!!int ", "! ",
    "<<: ", "---\n", "...\n", "%YAML 1.1\n", "%TAG ! a\n", "|", ">", "|2-\n", "'", '"', "\\", "\\u", "\\ud800", "\\x00",
    "\0", "\x85", "\u2028", "\ufeff", "\ud800", "\x1b", "\r", "\r\n", "1e999", "9" * 30, "0x", ".nan", "NaN", "null",
    "@", "`", "%", "${x}", "$x", "😀", "é", "key: ", "&", "*", "!", "!<",
)  # fmt: skip
ROUNDS = 20_000 if os.environ.get("SPECGRAPH_FUZZ") == "long" else 2_000


def mutate(text: str, rng: random.Random) -> str:
    for _ in range(rng.choice((1, 1, 2, 3, 8))):
        start = rng.randrange(len(text) + 1)
        end = min(len(text), start + rng.choice((1, 1, 2, 5, 20)))
        kind = rng.randrange(4)
        if kind == 0:
            text = text[:start] + text[end:]
        elif kind == 1:
            text = text[:end] + text[start:end] * rng.choice((1, 2, 70)) + text[end:]
        elif kind == 2:
            text = text[:start] + rng.choice(TOKENS) + text[start:]
        else:
            data = bytearray(text.encode("utf-8", "surrogatepass"))
            if data:
                data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
            text = data.decode("utf-8", "surrogateescape")
    return text


@pytest.mark.parametrize("base", range(len(BASES)))
def test_mutants(base: int) -> None:
    rng = random.Random(base)
    for _ in range(ROUNDS // len(BASES)):
        text = mutate(BASES[base], rng)
        name = "a.json" if rng.random() < (0.5 if BASES[base].startswith("{") else 0.05) else "a.yaml"
        try:
            if rng.random() < 0.3:
                source = decode(
                    text.encode("utf-8", "surrogateescape" if rng.random() < 0.5 else "replace"), name
                )
            else:
                source = Source(text, name)
            root = read(source)
        except SourceError as error:
            assert error.rule in ("syntax", "encoding", "limit", "duplicate-key", "yaml-feature"), text
            assert "cannot be read as YAML" not in error.message, text
            for span in (error.span, *(span for span, _ in error.related)):
                assert 0 <= span.start <= span.end <= len(span.source.text), text
                assert span.source.position(span.start)[0] <= span.source.line_count
        except UnicodeEncodeError:
            assert any(0xD800 <= ord(char) < 0xE000 for char in text)
        else:
            assert 0 <= root.start <= root.end <= len(source.text)
            root.data()
