"""A YAML spec in the usual style.

    layers:                              layers:
    -   Conv2D: { filters: 8,  # few       - Conv2D: { filters: 8,  # few
                kernel_size: 3 }                       kernel_size: 3 }
    -   Dense : { units : 10 }   # ten     - Dense: {units: 10}  # ten

                                           #  then
    #  then                                - Flatten
    -   Flatten

Blocks are indented by two. `{…}` and `[…]` stand on one line if they fit there, and are written as blocks
if they do not; those with comments, anchors or keys of several lines in them keep their own lines. At most
one empty line stands between entries. Keys, quotes and numbers are never touched.
"""

from __future__ import annotations

from typing import TypeGuard

from specgraph.source.nodes import ListNode, MapNode, Node, Scalar

from . import text
from .tokens import BREAK, Token, closing, tokens

WIDTH = 110
_END = Token("end", "", -1, -1, -1, True, False)


def layout(root: Node) -> str:
    """The formatted text; the same text where the whole is a scalar, or has an anchor."""
    page = _Page(root)
    page.head()
    if page.is_block(root):
        page.block(root, 0, -1)
    elif not isinstance(root, Scalar) and page.token.kind != "anchor":
        page.flat(root, 0, -2)
    else:
        return root.source.text
    page.foot()
    found = BREAK.search(root.source.text)
    newline = found.group() if found else "\n"
    return newline.join(page.lines) + ("" if page.open_end() else newline)


class _Page:
    """`lines` are done; `lead` is the beginning of one that is not: a dash, or a key and its colon.

    `at` is the index of the next token. In what follows, `indent` is where something goes, and `column` where
    its dash or key was.
    """

    def __init__(self, root: Node) -> None:
        self.text = root.source.text
        self.tokens = tokens(root)
        self.closing = closing(self.tokens)
        self.at = 0
        self.lines: list[str] = []
        self.lead: str | None = None
        self.fresh = True
        """Whether a block has just begun, where no empty line belongs."""
        self.quiet = 0
        """Up to this token, empty lines do not count: it was written in braces."""
        self.seen: set[int] = set()
        """Nodes that have an anchor, or one in them; where one comes again, an alias stands."""

    @property
    def token(self) -> Token:
        return self.tokens[self.at] if self.at < len(self.tokens) else _END

    def is_alias(self, node: Node) -> bool:
        """Whether an alias stands where a node is due. The node's own text lies before it."""
        return id(node) in self.seen or (self.at > 0 and node.start < self.tokens[self.at - 1].end)

    def put(self, indent: int, lines: list[str], *, spaced: bool = False) -> None:
        """Write lines, the first behind the lead or indented, with an empty one before them or not."""
        self.open(indent, "", spaced=spaced)
        self.lines += [f"{self.lead}{lines[0]}", *lines[1:]]
        self.lead = None
        self.fresh = False

    def open(self, indent: int, words: str, *, spaced: bool) -> None:
        """Begin a line, or go on with it."""
        if self.lead is None:
            if spaced and not self.fresh and self.at >= self.quiet:
                self.lines.append("")
            self.lead = " " * indent
        self.lead += words
        self.fresh = False

    def end_lead(self) -> None:
        """Leave a dash or key alone on its line, with the comment behind it."""
        if self.lead is not None:
            self.lines.append(self.lead.rstrip() + self.trailing())
            self.lead = None

    def trailing(self) -> str:
        """The comment behind what was written, if there is one."""
        token = self.token
        if token.kind != "comment" or token.leads:
            return ""
        self.at += 1
        return f"  {token.text.rstrip()}"

    def comments(self, indent: int, above: int = -1) -> None:
        """Write the comments that come next and stand right of the column `above`, each on its line."""
        while self.token.kind == "comment" and self.token.column > above:
            if self.lead is not None:
                self.end_lead()
                self.fresh = True
                continue
            self.put(indent, [self.token.text.rstrip()], spaced=self.token.spaced)
            self.at += 1

    def head(self) -> None:
        """Write what stands before the mark `---`."""
        behind = 0
        for index, token in enumerate(self.tokens):
            if token.kind not in ("comment", "directive", "marker"):
                break
            behind = index + 1 if token.kind == "marker" else behind
        while self.at < behind:
            token = self.token
            self.at += 1
            self.put(0, [token.text.rstrip() + self.trailing()], spaced=token.spaced)

    def foot(self) -> None:
        """Write the comments and marks behind the document."""
        while self.token is not _END:
            token = self.token
            self.at += 1
            self.put(0, [token.text.rstrip() + self.trailing()], spaced=token.spaced)

    def open_end(self) -> bool:
        """Whether the last line has no break that its block scalar could do with."""
        last = self.tokens[-1]
        return text.is_block(last) and not BREAK.search(self.text, last.end)

    def block(self, node: MapNode | ListNode, indent: int, outer: int) -> None:
        """Write a block's entries, each with the comments above it, and those that close the block.

        Comments behind the last entry belong to the innermost block that they are not left of; `outer` is the
        column of the block around.
        """
        self.fresh = True
        column = -1
        for one in node if isinstance(node, MapNode) else node.items:
            self.comments(indent)
            column = self.token.column if column < 0 else column
            if isinstance(one, tuple):
                self.entry(*one, indent)
            else:
                self.item(one, indent)
        self.comments(indent, max(column - 1, outer))

    def entry(self, key: Scalar, value: Node, indent: int) -> None:
        """Write `key: value`."""
        token = self.token
        if token.kind in ("?", "anchor"):
            start = self.at
            self.skip(key)
            self.skip(value)
            self.verbatim(start, indent, token.column, indent - token.column)
            return
        self.at += 1
        if self.token.kind == ":":
            self.at += 1
        colon = " :" if token.kind == "alias" else ":"
        self.open(indent, token.text + colon, spaced=token.spaced)
        if self.is_block(value):
            self.end_lead()
            self.block(value, indent + 2, token.column)
        else:
            self.open(indent, " ", spaced=False)
            self.flat(value, indent + 2, token.column)

    def item(self, node: Node, indent: int) -> None:
        """Write `- item`; in brackets, the item has no dash so far."""
        token = self.token
        if token.kind == "-":
            self.at += 1
        self.open(indent, "- ", spaced=token.spaced)
        if isinstance(node, MapNode) and node.flow and self.token.kind not in ("{", "anchor", "alias"):
            [(key, value)] = node
            self.entry(key, value, indent + 2)
        elif self.is_block(node):
            self.block(node, indent + 2, token.column)
        else:
            self.flat(node, indent + 2, token.column)

    def is_block(self, node: Node) -> TypeGuard[MapNode | ListNode]:
        """Whether a node goes on lines of its own, and is not named by an anchor or alias."""
        if isinstance(node, Scalar) or node.flow or self.is_alias(node):
            return False
        at = self.at
        while self.tokens[at].kind == "comment":
            at += 1
        # An anchor at the block's very beginning is that of its first key.
        return self.tokens[at].kind != "anchor" or self.tokens[at].start == node.start

    def flat(self, node: Node, indent: int, column: int) -> None:
        """Write a value behind its key or dash: a scalar, an alias, `{…}` or `[…]`, or what has an anchor."""
        empty = isinstance(node, Scalar) and not node.span.text.strip(" \t\r\n") and not self.is_alias(node)
        if empty and self.token.kind != "anchor":
            self.end_lead()
            self.comments(indent, column)
            return
        self.comments(indent)
        token, start = self.token, self.at
        if token.kind == "anchor":
            self.skip(node)
            self.verbatim(start, indent, column, indent - 2 - column)
        elif token.kind == "alias":
            self.at += 1
            self.put(indent, [token.text + self.trailing()])
        elif isinstance(node, Scalar):
            self.scalar(indent, column)
        else:
            self.flow(node, indent, column)

    def scalar(self, indent: int, column: int) -> None:
        token = self.token
        self.at += 1
        if text.is_block(token):
            self.put(indent, text.block_scalar(self.text, token, column, indent))
            self.close_text(token, column)
        else:
            *lines, last = text.scalar(token, indent)
            self.put(indent, [*lines, last + self.trailing()])

    def flow(self, node: MapNode | ListNode, indent: int, column: int) -> None:
        """Write `{…}` or `[…]`: on one line, as it was if it has comments or anchors, or else as a block."""
        start, end = self.at, self.closing[self.at]
        plain = start < self.quiet  # the braces around it have been looked through
        marks = ("comment", "anchor", "?")
        if not plain and (any(one.kind in marks for one in self.tokens[start:end]) or text.broken_key(node)):
            self.skip(node)
            self.verbatim(start, indent, column, indent - 2 - column)
            return
        line = text.one_line(self.tokens[start:end]) if end - start <= WIDTH else None
        left = indent if self.lead is None else len(self.lead)
        self.at = end
        if line is not None and (left + len(line) <= WIDTH or end - start == 2):
            self.put(indent, [line + self.trailing()])
            return
        self.unfold(node, start, indent)

    def unfold(self, node: MapNode | ListNode, start: int, indent: int) -> None:
        """Write as a block what was in braces from token `start` to here, the comment behind it before it."""
        end, note = self.at, self.trailing()
        after = self.at
        if self.lead is not None and not self.lead.endswith("- "):
            self.lines.append(self.lead.rstrip() + note)
            self.lead = None
        elif note:
            left = indent if self.lead is None else len(self.lead) - len(self.lead.lstrip())
            self.lines.append(" " * left + note.strip())
        self.at, self.quiet = start + 1, max(self.quiet, end)
        self.fresh = True
        for one in node if isinstance(node, MapNode) else node.items:
            if isinstance(one, tuple):
                self.entry(*one, indent)
            else:
                self.item(one, indent)
            if self.token.kind == ",":
                self.at += 1
        self.at = after

    def skip(self, node: Node) -> None:
        """Go past a node that is to stay as it is, and the colon that may follow a key."""
        if self.is_alias(node):
            self.go_past("alias")
            return
        self.seen.add(id(node))
        if isinstance(node, Scalar):
            if node.span.text.strip(" \t\r\n"):
                self.go_past("alias" if node.span.text.startswith("*") else "scalar")
            elif self.token.kind == "anchor":
                self.at += 1
        else:
            end = None
            if node.flow and self.text[node.start] in "{[":
                while self.token.start < node.start:
                    self.at += 1
                end = self.closing[self.at]
            for one in node if isinstance(node, MapNode) else node.items:
                for part in one if isinstance(one, tuple) else (one,):
                    self.skip(part)
            self.at = self.at if end is None else end
        if self.token.kind == ":":
            self.at += 1

    def go_past(self, kind: str) -> None:
        while self.token.kind != kind:
            self.at += 1
        self.at += 1

    def verbatim(self, start: int, indent: int, column: int, by: int) -> None:
        """Write the tokens from `start` to here as they were, moved `by` columns with their key or dash."""
        taken = self.tokens[start : self.at]
        last = taken[-1]
        end = text.block_end(self.text, last, column) if text.is_block(last) else last.end
        *lines, final = text.moved(self.text, taken, end, by)
        self.put(indent, [*lines, final + self.trailing()], spaced=taken[0].spaced)
        self.close_text(last, column)

    def close_text(self, token: Token, column: int) -> None:
        """See to it that no line of a block scalar counts as an empty line behind it."""
        if text.is_block(token):
            end = text.block_end(self.text, token, column)
            behind = self.text[end : self.token.start if self.token is not _END else None]
            self.fresh = len(BREAK.findall(behind)) < 2
