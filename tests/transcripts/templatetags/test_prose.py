from __future__ import annotations

import pytest

from transcripts.templatetags.prose import prose


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# Money\n\n**All** is *paid*.", "<h3>Money</h3>\n<p><strong>All</strong> is <em>paid</em>.</p>\n"),
        ("- one\n- two", "<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
        ("<b onclick=x>hi</b>", "<p>&lt;b onclick=x&gt;hi&lt;/b&gt;</p>\n"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n"),
        (
            "[x](https://example.org)",
            '<p><a href="https://example.org" rel="noopener noreferrer nofollow">x</a></p>\n',
        ),
        (
            "![x](https://example.org/a.png)",
            '<p>!<a href="https://example.org/a.png" rel="noopener noreferrer nofollow">x</a></p>\n',
        ),
        ("###### Deep", "<h6>Deep</h6>\n"),
        ("", ""),
    ],
)
def test_markdown_of_people(text: str, html: str) -> None:
    assert prose(text) == html
