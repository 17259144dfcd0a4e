"""The prefix tree: sequences of events that begin alike share their common beginning."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from harness.engine.plan import Row
from harness.stimuli import Frame


@dataclass(eq=False)
class Node:
    """A frame shown for some steps, the same for every row below.

    Attributes:
        frame, steps: what is shown, and for how many of the model's steps.
        children: what can follow, by the digest of the frame.
        row: the row that ends here.
    """

    frame: Frame
    steps: int
    children: dict[str, "Node"] = field(default_factory=dict)
    row: Row | None = None

    def cut(self, steps: int) -> None:
        """Split into the first `steps` and a child with the rest."""
        rest = Node(self.frame, self.steps - steps, self.children, self.row)
        self.steps, self.children, self.row = steps, {self.frame.digest: rest}, None


def grow(rows: Iterable[Row], share: bool = True) -> list[Node]:
    """The roots of the tree (a radix tree over steps) of sequences that all last equally long.

    Args:
        share: whether sequences that begin alike run together; if not, each is a branch of its own.
    """
    if not share:
        return [_branch(row, 0, 0) for row in rows]
    roots: dict[str, Node] = {}
    for row in rows:
        _insert(roots, row)
    return list(roots.values())


def steps_below(nodes: Iterable[Node]) -> int:
    """Steps that a tree takes when every node runs once."""
    return sum(node.steps + steps_below(node.children.values()) for node in nodes)


def _insert(siblings: dict[str, Node], row: Row) -> None:
    run, shown = 0, 0  # which event of the row, and how many of its steps are in the tree already
    while run < len(row.events):
        frame, steps = row.events[run]
        node = siblings.get(frame.digest)
        if node is None:
            siblings[frame.digest] = _branch(row, run, shown)
            return
        left = steps - shown
        if left < node.steps:
            node.cut(left)
        run, shown = (run + 1, 0) if left <= node.steps else (run, shown + node.steps)
        if run == len(row.events):
            node.row = row
        siblings = node.children


def _branch(row: Row, run: int, shown: int) -> Node:
    """The rest of a sequence as a chain of nodes, from a run on of which some steps were shown."""
    frame, steps = row.events[run]
    node = Node(frame, steps - shown)
    if run + 1 == len(row.events):
        node.row = row
    else:
        child = _branch(row, run + 1, 0)
        node.children[child.frame.digest] = child
    return node
