from __future__ import annotations

import re

from findings import GAN, RESHAPE, finding, span
from hypothesis import given
from hypothesis import strategies as st

from specgraph.diagnostics.github import render
from specgraph.source.text import Source, Span


def test_a_command() -> None:
    assert render([RESHAPE], limit=1) == (
        "::error file=gan.yaml,line=7,col=29,endLine=7,endColumn=38,title=E09 reshape-count"
        "::Reshape needs 49 values, its input has 128"
        "%0Ahelp: set `units: 49` on line 5, or choose a target of 128 values, such as [8, 16, 1]\n"
    )


def test_severities_ranges_and_the_rest() -> None:
    several = Span(GAN, 0, GAN.text.index("noise"))
    found = [
        finding(several, "100%", severity="warning"),
        finding(span(GAN, "noise"), severity="info"),
        RESHAPE,
    ]
    lines = render(found, limit=2).splitlines()
    assert lines == [
        "::warning file=gan.yaml,line=1,endLine=3,title=E19 bad-param::100%25",
        "::notice file=gan.yaml,line=3,col=3,endLine=3,endColumn=8,title=E19 bad-param::it is wrong",
        "::notice title=specgraph::… and 1 more",
    ]


def test_a_name_forges_no_command() -> None:
    source = Source("x", "a,line=9:\n::error::b.yaml")
    [line] = render([finding(span(source, "x"), "m\r\n::error file=b::%0A\x1b[0m")], limit=1).splitlines()
    assert line == (
        "::error file=a%2Cline=9%3A\\u000a%3A%3Aerror%3A%3Ab.yaml,line=1,col=1,endLine=1,endColumn=2,"
        "title=E19 bad-param::m\\u000d\\u000a::error file=b::%250A\\u001b[0m"
    )


@given(st.text(), st.text())
def test_always_one_line(name: str, message: str) -> None:
    text = render([finding(Span(Source("x", name), 0, 1), message, help=message)], limit=1)
    assert len(text.splitlines()) == 1
    properties = text.split("::")[1].split(" ", 1)[1]
    assert re.fullmatch(r"file=[^,:]*,line=1,col=1,endLine=1,endColumn=2,title=[^,:]*", properties)
