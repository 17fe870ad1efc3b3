"""Templates ask only for what their contexts have, and hold neither code nor style that the policy would forbid."""

from __future__ import annotations

import re

import pytest
from jinja2 import DictLoader, nodes

from pillarbox import resources
from pillarbox.web.contexts import Page, Rail, TextPreview
from pillarbox.web.docs import DocsPage
from pillarbox.web.templating import environment
from pillarbox.web.urls import Urls
from tests.pages.reading import Reader, parsed

NO_PAGE = {"preview_text.html"}
"""Documents of a frame: they carry a policy of their own, under which style may stand in them."""


MARKED = {("message.html", "name")}
"""What else a template has translated: constants of ours, marked with `noop` where they are written."""


def contexts() -> list[type]:
    found: list[type] = [TextPreview]
    waiting = [Page]
    while waiting:
        subclasses = waiting.pop().__subclasses__()
        waiting += subclasses
        # A dataclass with slots is made twice, and the first of the two is nobody's.
        found += [one for one in subclasses if "__slots__" in vars(one) and hasattr(one, "template")]
    return sorted(found, key=lambda one: one.__name__)


def test_each_template_of_a_page_has_a_context() -> None:
    assert DocsPage in contexts()
    templates = set(environment().list_templates())
    pages = {name for name in templates if not re.search(r"(^|/)_|^base\.html$", name)}
    assert pages <= {one.template for one in contexts()} <= templates  # type: ignore[attr-defined]


@pytest.mark.parametrize("context", contexts(), ids=lambda one: one.__name__)
def test_a_template_asks_only_for_what_its_context_has(context: type) -> None:
    reader = Reader(environment())
    reader.read(context.template, {"page": (context,), "url": (Urls,)})  # type: ignore[attr-defined]
    assert reader.wrong == []


def test_what_no_context_has_is_found_wherever_it_is_asked_for() -> None:
    templates = {
        "page.html": """
            {% extends "base.html" %}{% from "_macro.html" import rows with context %}
            {% block content %}
            {{ page.titel }}{{ rows(page.rail.inboxes) }}{{ url.message(id=1) }}{% include "_more.html" %}
            {% endblock %}""",
        "base.html": "{% block content %}{% endblock %}{{ page.nothing }}",
        "_macro.html": """
            {% macro rows(list) %}
            {% for inbox in list %}{{ inbox.names }}{{ page.wrong }}{% endfor %}
            {% endmacro %}""",
        "_more.html": """
            {% set rail = page.rail %}
            {% if rail.current.upper() == 1 %}{{ rail.unread|number }}{{ rail.read }}{% endif %}""",
    }
    reader = Reader(environment().overlay(loader=DictLoader(templates)))
    reader.read("page.html", {"page": (Page,), "url": (Urls,)})
    assert Rail.__name__ in str(reader.wrong)
    assert [one.split(": ", 1)[1] for one in reader.wrong] == [
        "Page has no nothing",
        "Page has no titel",
        "RailInbox has no names",
        "Page has no wrong",
        "Urls.message: missing a required argument: 'message_id'",
        "Rail has no read",
    ]


def test_what_a_template_has_translated_are_its_own_words() -> None:
    """A text for the catalogue is markup, so none may come from a message; its values are escaped."""
    for name in environment().list_templates():
        template = parsed(environment(), name)
        arguments = {one.name for macro in template.find_all(nodes.Macro) for one in macro.args}
        for call in template.find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name in ("_", "gettext", "ngettext"):
                texts = call.args[: 2 if call.node.name == "ngettext" else 1]
                for text in texts:
                    said = text.name if isinstance(text, nodes.Name) else ""
                    own = isinstance(text, nodes.Const) or said in arguments or (name, said) in MARKED
                    assert own, f"{name}:{call.lineno}: {text}"


def test_no_template_has_code_or_style_in_it() -> None:
    for template in resources.folder("templates").rglob("*.html"):
        source = re.sub(r"\{[#%].*?[#%]\}", "", template.read_text("utf-8"), flags=re.DOTALL)
        assert not re.search(r"<script(?![^>]*\bsrc=)", source, re.IGNORECASE), template.name
        assert not re.search(r"\son[a-z]+\s*=|\shx-on|javascript:", source, re.IGNORECASE), template.name
        if template.name not in NO_PAGE:
            assert not re.search(r"<style|\sstyle\s*=", source, re.IGNORECASE), template.name
