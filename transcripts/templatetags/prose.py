"""Markdown that people write, as HTML of ours: no HTML of theirs passes, and nothing is fetched from elsewhere."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

register = template.Library()

#: Headings of a text stand below those of the page that shows it.
_BELOW = 2
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).disable("image")


@register.filter
def prose(text: str) -> SafeString:
    """`# Money` becomes `<h3>Money</h3>`; links are followed without saying from where."""
    tokens = _MARKDOWN.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + _BELOW)}"
        for inner in token.children or ():
            if inner.type == "link_open":
                inner.attrSet("rel", "noopener noreferrer nofollow")
    html: str = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    return SafeString(html)  # the renderer escapes all text, and takes no HTML
