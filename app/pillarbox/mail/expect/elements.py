"""The elements of a message's HTML held against what a selector and its conditions want of them."""

from __future__ import annotations

from pillarbox.mail.expect import difference
from pillarbox.mail.expect.assertion import ElementCheck
from pillarbox.mail.expect.matcher import Failure, Matcher, failure, holds
from pillarbox.mail.expect.pattern import Allowance
from pillarbox.mail.selector import Tree, choice


def element_failures(where: str, check: ElementCheck, tree: Tree, allowance: Allowance) -> tuple[Failure, ...]:
    """What fails of one check, none or one. Raises TooSlow and Unreadable."""
    chosen = choice.chosen(check.selectors, tree)
    holding = [number for number in chosen if _holds(check, number, tree, allowance)]
    if check.count is None and holding:
        return ()
    if check.count is not None:
        return () if len(holding) == check.count else (_count(where, check, chosen, holding, tree),)
    if not chosen:
        return (_none(where, check, tree),)
    return (_unlike(where, check, chosen, tree, allowance),)


def _holds(check: ElementCheck, number: int, tree: Tree, allowance: Allowance) -> bool:
    if any(not holds(one, _attribute(name, number, tree), allowance) for name, one in check.attributes):
        return False
    return check.text is None or holds(check.text, [tree.text(number)], allowance)


def _attribute(name: str, number: int, tree: Tree) -> list[str]:
    value = tree.elements[number].attributes.get(name)
    return [] if value is None else [value]


def _none(where: str, check: ElementCheck, tree: Tree) -> Failure:
    """Nothing is chosen: how far the selector leads."""
    reason = f"{where} finds no element: nothing in the HTML is like {check.css}"
    if tree.empty:
        reason = f"{where} finds no element: the message has no HTML"
    elif len(check.selectors) == 1 and check.selectors[0].rest:
        counts = choice.along(check.selectors[0], tree)
        failing = next(step for step, count in enumerate(counts) if not count)
        if failing:
            steps = f"step {failing}" if failing == 1 else f"steps 1 to {failing}"
            reason += (
                f"; its {steps} of {len(counts)} lead to {_elements(counts[failing - 1])}, step {failing + 1} to none"
            )
        else:
            reason += f"; already the first of its {len(counts)} steps leads to none"
    return Failure(where, f"{reason}.", check.css, None)


def _unlike(where: str, check: ElementCheck, chosen: list[int], tree: Tree, allowance: Allowance) -> Failure:
    """Elements are chosen and none holds: the first condition that none meets, or that none meets all."""
    conditions: list[tuple[str, Matcher, list[str]]] = []
    for name, one in check.attributes:
        found = [value for number in chosen for value in _attribute(name, number, tree)]
        conditions.append((f"{where}.attr.{name}", one, found))
    if check.text is not None:
        conditions.append((f"{where}.text", check.text, [tree.text(number) for number in chosen]))
    for place, one, found in conditions:
        if not holds(one, found, allowance):
            none = f"is not there, in {_elements(len(chosen))} like {check.css}."
            return failure(place, one, found, none=none)
    reason = f"{where} finds {_elements(len(chosen))} like {check.css}, and none of them meets all conditions at once."
    return Failure(where, reason, check.css, None)


def _count(where: str, check: ElementCheck, chosen: list[int], holding: list[int], tree: Tree) -> Failure:
    wanted = _elements(check.count or 0)
    reason = f"{where} finds {_elements(len(holding))} like {check.css}"
    if check.text is not None or check.attributes:
        reason += " that meets all conditions" if len(holding) == 1 else " that meet all conditions"
    reason += f", wanted {wanted}."
    for number in holding[:5] or chosen[:5]:
        reason += f"\n  <{tree.elements[number].name}> {difference.beginning(tree.text(number))}"
    return Failure(where, reason, wanted, _elements(len(holding)))


def _elements(count: int) -> str:
    return "1 element" if count == 1 else f"{count or 'no'} elements"
