import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcripts.engines.translation.pieces import joined, pieces


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("", []),
        ("  \n ", []),
        ("Good day.", ["Good day."]),
        ("One two. Three four. Five.", ["One two.", "Three four.", "Five."]),
        ("One. Two. Three.", ["One. Two.", "Three."]),
        ("a long run of words without an end", ["a long run", "of words", "without an", "end"]),
        ("extraordinarily", ["extraordina", "rily"]),
    ],
)
def test_text_is_cut_between_sentences_then_between_words(text: str, cut: list[str]) -> None:
    assert pieces(text, 11) == cut


def test_scripts_without_spaces_are_joined_without_them() -> None:
    assert joined(["こんにちは。", "元気ですか。"]) == "こんにちは。元気ですか。"
    assert joined(["Bonjour.", "", "Ça va ?"]) == "Bonjour. Ça va ?"


@given(st.text(alphabet=st.sampled_from("ab .?é中")), st.integers(2, 30))
def test_nothing_is_lost_and_no_piece_is_too_long(text: str, longest: int) -> None:
    cut = pieces(text, longest)
    assert all(0 < len(piece) <= longest for piece in cut)
    assert "".join("".join(cut).split()) == "".join(text.split())
