"""Says what is wrong with a YAML text, from what libyaml reports and from the text around it."""

from __future__ import annotations

import re

from yaml.error import MarkedYAMLError

from .errors import SourceError
from .text import Source, Span

_CLOSERS = {"[": "]", "{": "}"}
_QUOTE_IT = "quote the value if it is meant as text"


def explain(error: Exception, source: Source, shift: int, offset: int, bracket: int | None) -> SourceError:
    """A SourceError for whatever the parser raised.

    `offset` is where the last event ended, for errors without a place; `shift` is added to libyaml's;
    `bracket` is the place of the innermost bracket that is still open.
    """
    if not isinstance(error, MarkedYAMLError) or error.problem_mark is None:
        span = Span(source, offset, min(offset + 1, len(source.text)))
        return SourceError("syntax", "this cannot be read as YAML", span)
    at = min(error.problem_mark.index + shift, len(source.text))
    opened = error.context_mark.index + shift if error.context_mark is not None else None
    case = _Case(source, error.problem or "", error.context or "", at, opened)
    if case.at >= len(case.text) and bracket is not None and "quoted" not in case.context:
        return _unclosed(case, bracket)
    for explanation in _EXPLANATIONS:
        found = explanation(case)
        if found is not None:
            return found
    words = case.problem.removeprefix("found ").removeprefix("did not find ")
    message = words if words.startswith("expected") else f"not well-formed YAML: {words}"
    return case.error(message)


class _Case:
    """An error of libyaml: what, in which context, where, and where the context began."""

    def __init__(self, source: Source, problem: str, context: str, at: int, opened: int | None) -> None:
        self.source = source
        self.text = source.text
        self.problem = problem
        self.context = context
        self.at = at
        self.opened = opened
        self.char = self.text[at : at + 1]

    def error(
        self,
        message: str,
        help: str | None = None,
        start: int | None = None,
        end: int | None = None,
        related: tuple[int, str] | None = None,
        rule: str = "syntax",
    ) -> SourceError:
        """A SourceError at [start, end), which is by default the character where libyaml stopped."""
        start = self.at if start is None else start
        end = min(start + 1, len(self.text)) if end is None else end
        places: tuple[tuple[Span, str], ...] = ()
        if related is not None:
            places = ((Span(self.source, related[0], related[0] + 1), related[1]),)
        return SourceError(rule, message, Span(self.source, start, end), help=help, related=places)

    def line_of(self, offset: int) -> int:
        """The number of the line that an offset is on, from 1."""
        return self.source.position(offset)[0]

    def before(self) -> str:
        """The text of the line up to where libyaml stopped."""
        return self.source.line(self.line_of(self.at))[: self.source.position(self.at)[1] - 1]

    def word_end(self, start: int) -> int:
        """Where the line, or its part up to a comment, ends."""
        match = re.compile(r"[^\r\n#]*").match(self.text, start)
        return start + len(match.group().rstrip()) if match else start


def _nesting(case: _Case) -> SourceError | None:
    """libyaml, from 0.2.6 on, gives up at a thousand levels, before it gives out the events of the first."""
    if "nesting depth" not in case.problem:
        return None
    message = "lists and mappings are nested too deep to be read"
    return case.error(message, "no limit can be raised so far", rule="limit")


def _feature(case: _Case) -> SourceError | None:
    if "YAML document" in case.problem or "YAML directive" in case.problem or "directive" in case.context:
        help = "remove it, or write `%YAML 1.2`"
        start = case.at if case.opened is None else case.opened
        message = "this directive is unknown here"
        return case.error(message, help, start, case.word_end(start), rule="yaml-feature")
    if "tag" in case.context or "tag handle" in case.problem:
        help = "leave it out; quote the value if it is meant as text"
        return case.error("specs have no tags", help, start=case.opened, rule="yaml-feature")
    return None


def _tab(case: _Case) -> SourceError | None:
    line = case.before()
    if case.char == "\t" and not line.strip(" \t-?:"):
        return case.error(
            "a tab is used for indentation", "YAML is indented with spaces only; use two of them"
        )
    return None


def _dollar(case: _Case) -> SourceError | None:
    """`{units: ${width}}`: the brace after the dollar begins a mapping."""
    if "flow" not in case.context or case.text[case.at - 1 : case.at] != "$" or case.char != "{":
        return None
    match = re.compile(r"\{[^{}\r\n]{0,200}\}?").match(case.text, case.at)
    end = match.end() if match else case.at + 1
    expression = case.text[case.at - 1 : end]
    inner = expression[2:-1].strip()
    help = f'quote it: "{expression}"' if expression.endswith("}") else 'quote it: "${…}"'
    if inner.isidentifier():
        help += f", or write ${inner}"
    return case.error("an unquoted `${` cannot stand inside `{…}` or `[…]`", help, case.at - 1, end)


def _unclosed(case: _Case, bracket: int) -> SourceError:
    opener = case.text[bracket : bracket + 1]
    help = f"close it with `{_CLOSERS[opener]}`" if opener in _CLOSERS else None
    return case.error(f"this `{opener}` is never closed", help, bracket)


def _bracket(case: _Case) -> SourceError | None:
    if case.opened is None or "flow" not in case.context or "expected ','" not in case.problem:
        return None
    opener = case.text[case.opened : case.opened + 1]
    closer = _CLOSERS.get(opener)
    if closer is None:
        return case.error(
            "expected `,` or a closing bracket", related=(case.opened, "the list or mapping begins here")
        )
    place = (case.opened, f"`{opener}` is opened here")
    if case.at >= len(case.text):
        return _unclosed(case, case.opened)
    if case.char in ("]", "}"):
        return case.error(f"expected `{closer}` here, found `{case.char}`", related=place)
    line = case.line_of(case.opened)
    help = None
    if case.line_of(case.at) > line:
        help = f"close the `{opener}` of line {line} with `{closer}`, or put a `,` after its last item"
    elif case.char == ":":
        help = _QUOTE_IT
    return case.error(f"expected `,` or `{closer}`", help, related=place)


def _quote(case: _Case) -> SourceError | None:
    if "quoted scalar" not in case.context or case.opened is None:
        return None
    if "end of stream" in case.problem or "document indicator" in case.problem:
        mark = case.text[case.opened : case.opened + 1]
        return case.error(
            f"the quote {mark} is opened here and never closed", None, case.opened, case.opened + 1
        )
    if "escape" in case.problem or "hexdecimal" in case.problem:
        start = max(case.text.rfind("\\", case.opened, case.at + 1), case.opened)
        match = re.compile(r"\\[0-9A-Za-z]?[0-9A-Fa-f]*|.").match(case.text, start)
        end = match.end() if match else start + 1
        if "unknown" in case.problem:
            help = "write a backslash as `\\\\`, or use single quotes"
            return case.error("this escape is unknown to YAML", help, start, min(end, start + 2))
        return case.error("this escape stands for no character", None, start, end)
    return None


def _colon(case: _Case) -> SourceError | None:
    """A colon where no key can be, or a key without one."""
    if "could not find expected ':'" in case.problem and case.opened is not None:
        help = "write `key: value`, with a space after the colon"
        return case.error("a `:` is missing after this key", help, case.opened, case.word_end(case.opened))
    if "mapping values are not allowed" not in case.problem:
        return None
    before = case.before()
    if re.search(r":\s", before):
        help = "quote the value if it is text; an inner mapping goes on its own lines, or into `{…}`"
        return case.error("a second `:` on this line", help)
    if not before.strip(" -"):
        return case.error("a key is missing before this `:`")
    return _after_value(case, before)


def _after_value(case: _Case, before: str) -> SourceError:
    """A key on its own line, behind a line after which none can come."""
    line_start = case.at - len(before)
    number = case.line_of(case.at) - 1
    while number and not case.source.line(number).split("#")[0].strip():
        number -= 1
    if not number:
        return case.error("a `:` cannot stand here", _QUOTE_IT)
    above = case.source.line(number)
    if ":" in above:
        help = f"indent it like line {number}, or end line {number} with its `:`"
        message = "this line is indented deeper than the one above, which has a value already"
        return case.error(message, help, line_start + len(before) - len(before.lstrip()))
    first = line_start
    while case.line_of(first) > number:
        first -= case.source.position(first)[1]
    first += 1 - case.source.position(first)[1] + len(above) - len(above.lstrip(" -"))
    help = f"does line {number} lack a `:`?"
    return case.error(
        "this line cannot be a mapping after the one above", help, related=(first, "no `:` here")
    )


def _block(case: _Case) -> SourceError | None:
    """A line that belongs to no open list or mapping, or text after a finished value."""
    if "block" not in case.context or case.opened is None or "scalar" in case.context:
        return None
    if case.char == ":":
        return case.error("a key is missing before this `:`")
    kind = "list" if "'-'" in case.problem else "mapping"
    if case.before().strip():
        message = "a value has ended before this; what follows cannot belong to it"
        return case.error(message, "quote the whole value, or remove the rest", end=case.word_end(case.at))
    place = (case.opened, f"the {kind} begins here")
    if kind == "list" and case.source.position(case.at)[1] == case.source.position(case.opened)[1]:
        return case.error(
            "expected another `- ` item of the list", "indent it, or begin it with `- `", related=place
        )
    spaces = case.source.position(case.opened)[1] - 1
    first = case.line_of(case.opened)
    help = f"the lines of the {kind} that begins on line {first} have {spaces} spaces before them"
    return case.error("this line's indentation fits nothing above it", help, related=place)


def _rest(case: _Case) -> SourceError | None:
    problem = case.problem
    if "cannot start any token" in problem:
        what = "a tab" if case.char == "\t" else f"`{case.char}`"
        help = "use a space" if case.char == "\t" else _QUOTE_IT
        return case.error(f"a value cannot begin with {what}", help)
    if "sequence entries are not allowed" in problem:
        return case.error(
            "a list item (`- `) cannot begin here", "begin the list on the next line, or use `[…]`"
        )
    if "mapping keys are not allowed" in problem:
        return case.error("a key (`? `) cannot begin here", _QUOTE_IT)
    if "expected <document start>" in problem:
        closing = case.char in ("]", "}")
        message = f"`{case.char}` closes nothing" if closing else "the document has ended before this"
        return case.error(message, None if closing else "check the indentation, and the lines above")
    if "node content" in problem:
        return case.error(
            "a value is missing here" if case.char in (",", "]", "}", "") else "a value cannot be here"
        )
    if "alphabetic or numeric" in problem:
        help = _QUOTE_IT if "alias" in case.context else "quote the value if it is meant as text"
        return case.error("a name is missing after `&` or `*`", help, start=case.opened)
    if "violates indentation" in problem or "indentation space" in problem:
        return case.error(
            "a tab is used for indentation", "YAML is indented with spaces only; use two of them"
        )
    return None


_EXPLANATIONS = (_nesting, _feature, _tab, _dollar, _bracket, _quote, _colon, _block, _rest)
