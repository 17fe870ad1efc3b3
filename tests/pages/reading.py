"""Reads a template as a type checker reads a program: each attribute that it asks for must be one of its context.

Rules of this module:

* the template's own values (`page`, `url`) have types, and so has what is reached from them: fields, properties,
  results of methods, elements of tuples, arguments of macros. What a filter or an operator makes may be anything;
* of a union (a panel is one of several) one that has the attribute is enough;
* a call must be one that the signature takes.
"""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from jinja2 import Environment, nodes

Types = tuple[Any, ...]
"""What a value may be: the members of a union without None. Empty: anything."""
_SEQUENCES: tuple[Any, ...] = (tuple, list, Sequence, Iterable)


@dataclass(slots=True)
class Reader:
    """`wrong` are the sentences about what templates ask for and is not there."""

    environment: Environment
    wrong: list[str] = field(default_factory=list)
    seen: set[Any] = field(default_factory=set)

    def read(self, name: str, scope: Mapping[str, Types]) -> None:
        """A template with what it includes, extends and calls."""
        self._body(self._parse(name).body, dict(scope), name)

    def _parse(self, name: str) -> nodes.Template:
        return parsed(self.environment, name)

    def _body(self, body: Iterable[nodes.Node], scope: dict[str, Any], where: str) -> None:
        # A macro may be called above the place where it is written, in a block.
        for node in body:
            if isinstance(node, nodes.Macro):
                scope[node.name] = Macro(node, scope, where)
        for node in body:
            self._node(node, scope, where)

    def _node(self, node: nodes.Node, scope: dict[str, Any], where: str) -> None:
        match node:
            case nodes.Macro():
                return
            case nodes.Extends() | nodes.Include():
                self._type(node.template, scope, where)
                for name in self._included(node.template):
                    self.read(name, scope)
            case nodes.FromImport(template=nodes.Const(value=name)):
                inner: dict[str, Any] = dict(scope) if node.with_context else {}
                self._body(self._parse(name).body, inner, name)
                for imported in node.names:
                    one, as_name = imported if isinstance(imported, tuple) else (imported, imported)
                    scope[as_name] = inner[one]
            case nodes.For():
                inside = dict(scope) | {"loop": ()}
                self._bind(node.target, self._element(self._type(node.iter, scope, where)), inside)
                if node.test is not None:
                    self._type(node.test, inside, where)
                self._body(node.body, inside, where)
                self._body(node.else_, dict(scope), where)
            case nodes.Assign():
                self._bind(node.target, self._type(node.node, scope, where), scope)
            case nodes.If():
                self._type(node.test, scope, where)
                for branch in node.elif_:
                    self._node(branch, scope, where)
                for body in (node.body, node.else_):
                    self._body(body, scope, where)
            case nodes.Block():
                self._body(node.body, dict(scope), where)
            case nodes.Expr():
                self._type(node, scope, where)
            case _:
                for child in node.iter_child_nodes():
                    self._node(child, scope, where)

    def _included(self, name: nodes.Expr) -> list[str]:
        """The templates that an include may mean: its own name, either of a choice, all that begin so."""
        match name:
            case nodes.Const(value=str() as value):
                return [value]
            case nodes.CondExpr(expr1=one, expr2=nodes.Expr() as other):
                return [*self._included(one), *self._included(other)]
            case nodes.Add(left=nodes.Add(left=nodes.Const(value=str() as start))):
                return [one for one in self.environment.list_templates() if one.startswith(start)]
        raise AssertionError(f"an include of {name} cannot be followed")

    def _bind(self, target: nodes.Node, found: Types, scope: dict[str, Any]) -> None:
        if isinstance(target, nodes.Name):
            scope[target.name] = found
        elif isinstance(target, nodes.Tuple):
            of_each = [typing.get_args(one) for one in found if _origin(one) is tuple]
            for place, item in enumerate(target.items):
                self._bind(item, _members(of_each[0][place]) if of_each and place < len(of_each[0]) else (), scope)

    def _element(self, found: Types) -> Types:
        return tuple(
            member
            for one in found
            if _origin(one) in _SEQUENCES and typing.get_args(one)
            for member in _members(typing.get_args(one)[0])
        )

    def _type(self, node: nodes.Node, scope: dict[str, Any], where: str) -> Any:
        match node:
            case nodes.Name(name=name):
                return scope.get(name, ())
            case nodes.Const(value=value):
                return _members(type(value))
            case nodes.Getattr(node=owner, attr=attr):
                return self._attribute(self._type(owner, scope, where), attr, f"{where}:{node.lineno}")
            case nodes.Getitem(node=owner, arg=place):
                found = self._type(owner, scope, where)
                self._type(place, scope, where)
                return found if isinstance(place, nodes.Slice) else self._element(found)
            case nodes.Call():
                return self._call(node, scope, where)
            case nodes.Filter(name="trim", node=nodes.Expr() as inner):
                return self._type(inner, scope, where)
            case nodes.CondExpr():
                self._type(node.test, scope, where)
                return (
                    self._type(node.expr1, scope, where) or (node.expr2 and self._type(node.expr2, scope, where)) or ()
                )
        for child in node.iter_child_nodes():
            self._type(child, scope, where)
        return ()

    def _attribute(self, found: Any, name: str, where: str) -> Any:
        if found == () or isinstance(found, Macro):
            return ()
        owners = [one for one in found if _has(one, name)]
        if not owners:
            names = " or ".join(getattr(one, "__name__", str(one)) for one in found)
            self.wrong.append(f"{where}: {names} has no {name}")
        return tuple(member for one in owners for member in _of(one, name))

    def _call(self, node: nodes.Call, scope: dict[str, Any], where: str) -> Types:
        called = self._type(node.node, scope, where)
        positional = [self._type(one, scope, where) for one in node.args]
        named = {one.key: self._type(one.value, scope, where) for one in node.kwargs}
        if isinstance(called, Macro):
            self._macro(called, positional, named)
            return (str,)
        if not (len(called) == 1 and inspect.isfunction(called[0])):
            return ()
        signature = inspect.signature(called[0])
        try:
            signature.bind(None, *positional, **named)
        except TypeError as error:
            self.wrong.append(f"{where}:{node.lineno}: {called[0].__qualname__}: {error}")
        return _members(typing.get_type_hints(called[0]).get("return", Any))

    def _macro(self, macro: Macro, positional: Sequence[Types], named: Mapping[str, Types]) -> None:
        names = [one.name for one in macro.node.args]
        given = dict(zip(names, positional, strict=False)) | dict(named)
        key = (macro.where, macro.node.name, tuple(sorted((name, str(one)) for name, one in given.items())))
        if unknown := sorted(set(named) - set(names)):
            self.wrong.append(f"{macro.where}: the macro {macro.node.name} takes no {', '.join(unknown)}")
        if key in self.seen:
            return
        self.seen.add(key)
        self._body(macro.node.body, dict(macro.scope) | dict.fromkeys(names, ()) | given, macro.where)


@dataclass(frozen=True, slots=True, eq=False)
class Macro:
    node: nodes.Macro
    scope: dict[str, Any]
    where: str


@cache
def parsed(environment: Environment, name: str) -> nodes.Template:
    assert environment.loader is not None
    return environment.parse(environment.loader.get_source(environment, name)[0], name)


def _origin(hint: Any) -> Any:
    return typing.get_origin(hint)


def _members(hint: Any) -> Types:
    """A type as the members of its union; nothing for Any."""
    if hint is Any or hint is object:
        return ()
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return tuple(member for one in typing.get_args(hint) for member in _members(one))
    if typing.get_origin(hint) is typing.Literal:
        return (str,)
    return () if hint is type(None) else (hint,)


@cache
def _hints(owner: Any) -> dict[str, Any]:
    return typing.get_type_hints(owner) if isinstance(owner, type) else {}


def _has(owner: Any, name: str) -> bool:
    owner = typing.get_origin(owner) or owner
    return name in _hints(owner) or hasattr(owner, name)


def _of(owner: Any, name: str) -> Types:
    owner = typing.get_origin(owner) or owner
    if name in _hints(owner):
        return _members(_hints(owner)[name])
    found = getattr(owner, name)
    if isinstance(found, property):
        return _members(typing.get_type_hints(found.fget).get("return", Any))
    return (found,) if inspect.isfunction(found) else ()
