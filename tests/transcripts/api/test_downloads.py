"""GET /v1/transcripts/{id}/download: each kind of file, read back by a library that knows it."""

from __future__ import annotations

import io
import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdf
import pysubs2
import pytest
import webvtt
from django.conf import LazySettings
from docx import Document
from docx.oxml.ns import qn
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from consent import vault
from consent.models import AudioKind
from transcripts.documents import press
from transcripts.documents.content import Chapter, Minutes, Said
from transcripts.domain.downloads import DOWNLOADS, LONGEST_NAME, file_name
from transcripts.models import Participant, Topic, Transcript, Translation

Say = Callable[..., Topic]
Named = Callable[..., Participant]

KINDS = [download.extension for download in DOWNLOADS]
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
NAMED = "attachment; filename*=utf-8''Budget%20f%C3%BCr%20%C5%81%C3%B3d%C5%BA"
HOSTILE = 'Ann\n--> <v Bob> "x"\t\\* 👍🏽 #let {\\an8} & [a](b)'


def fetched(client: APIClient, transcript: Transcript, kind: str) -> Any:
    answer = client.get(f"/v1/transcripts/{transcript.pk}/download", {"format": kind})
    assert answer.status_code == 200, answer.content
    return answer


def pdf_of(client: APIClient, transcript: Transcript) -> tuple[pypdf.PdfReader, str]:
    reader = pypdf.PdfReader(io.BytesIO(fetched(client, transcript, "pdf").content))
    text = " ".join(page.extract_text() for page in reader.pages)
    return reader, " ".join(text.split())


def word_of(client: APIClient, transcript: Transcript) -> Any:
    return Document(io.BytesIO(fetched(client, transcript, "docx").content))


@pytest.fixture
def meeting(new_transcript: Callable[..., Transcript], say: Say, named: Named) -> Transcript:
    """With everything that files show."""
    weak = {"grounding": "weak", "reason": "Nobody said so."}
    transcript = new_transcript(
        title="Budget für Łódź",
        detected_language="de",
        duration=3_661_000,
        short_summary="They met.",
        long_summary="# Quick recap\n\nThey met.\n\n# Summary\n\n**Money**\n\nIt is enough.",
        summary_citations={
            "short": [{"text": "They met.", "seconds": [0.0]}],
            "sections": [{"heading": "Money", "sentences": [{"text": "It is enough.", "seconds": [1.0], **weak}]}],
        },
        action_items={
            "decisions": [{"decision": "Launch in May", "decided_by": "Ann", "rationale": "It is time", "seconds": []}],
            "next_steps": [
                {
                    "task": "Write it down",
                    "assigned_to": "Bob",
                    "deadline": "Friday",
                    "context": None,
                    "seconds": [],
                    **weak,
                }
            ],
        },
        quality={"score": 71, "reasons": [{"code": "x", "sentence": "29 % were *not* said.", "points": 29}]},
        engines={"transcription": {"engine": "pocketsphinx", "model": "x", "version": "5", "draft": True}},
    )
    say(transcript, (0, "Größe naïve Ελλάδα"), (1, "проект Thanks"), suspect=("Thanks",), title="Money")
    named(transcript, 0, "Ann")
    return transcript


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [
        ("pdf", "application/pdf"),
        ("docx", WORD),
        ("md", "text/markdown; charset=utf-8"),
        ("txt", "text/plain; charset=utf-8"),
        ("srt", "application/x-subrip; charset=utf-8"),
        ("vtt", "text/vtt; charset=utf-8"),
        ("json", "application/json"),
    ],
)
def test_a_file_has_its_media_type_and_the_name_of_its_transcript(
    owners: APIClient, meeting: Transcript, kind: str, media_type: str
) -> None:
    answer = fetched(owners, meeting, kind)
    assert answer["Content-Type"] == media_type
    assert (
        answer["Content-Disposition"] == f"attachment; filename*=utf-8''Budget%20f%C3%BCr%20%C5%81%C3%B3d%C5%BA.{kind}"
    )
    assert answer["Cache-Control"] == "private, no-cache"
    assert int(answer["Content-Length"] if answer.has_header("Content-Length") else len(answer.content)) > 50


def test_a_kind_that_there_is_not(owners: APIClient, meeting: Transcript) -> None:
    for query in ({"format": "exe"}, {}):
        answer = owners.get(f"/v1/transcripts/{meeting.pk}/download", query)
        assert (answer.status_code, answer.json()["detail"][0]["loc"]) == (422, ["query", "format"])


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_costs_few_queries(
    owners: APIClient, meeting: Transcript, say: Say, kind: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(3):
        say(meeting, (0, "One."), (1, "Two."))
    with django_assert_max_num_queries(6):
        fetched(owners, meeting, kind)


# --- text and subtitles


def test_text(owners: APIClient, meeting: Transcript) -> None:
    assert fetched(owners, meeting, "txt").content.decode() == (
        "[00:00] Ann: Größe naïve Ελλάδα\n[00:03] Speaker 1: проект [Thanks?]\n"
    )


def test_subtitles_are_read_back_by_players(owners: APIClient, meeting: Transcript) -> None:
    srt = pysubs2.SSAFile.from_string(fetched(owners, meeting, "srt").content.decode(), format_="srt")
    assert [(line.start, line.end, line.plaintext) for line in srt] == [
        (0, 3000, "Ann: Größe naïve Ελλάδα"),
        (3000, 5000, "Speaker 1: проект [Thanks?]"),
    ]
    vtt = webvtt.from_string(fetched(owners, meeting, "vtt").content.decode())
    assert [(cue.start, cue.end, cue.voice, cue.text) for cue in vtt] == [
        ("00:00:00.000", "00:00:03.000", "Ann", "Größe naïve Ελλάδα"),
        ("00:00:03.000", "00:00:05.000", "Speaker 1", "проект [Thanks?]"),
    ]


def test_data(owners: APIClient, meeting: Transcript) -> None:
    found = json.loads(fetched(owners, meeting, "json").content)
    topic = meeting.topics.get()
    assert (found["format"], found["version"]) == ("reflector-transcript", 1)
    assert found["transcript"]["title"] == "Budget für Łódź"
    assert (found["transcript"]["duration"], found["transcript"]["language"]) == (3661.0, "de")
    assert found["participants"] == [{"id": str(meeting.participants.get().pk), "speaker": 0, "name": "Ann"}]
    assert found["topics"] == [
        {"id": str(topic.pk), "title": "Money", "summary": "About money.", "start": 0.0, "duration": 5.0}
    ]
    assert found["segments"][1] == {
        "speaker": 1,
        "speaker_name": "Speaker 1",
        "topic": str(topic.pk),
        "start": 3.0,
        "end": 5.0,
        "text": "проект [Thanks?]",
        "words": [
            {"text": " проект", "start": 3.0, "end": 4.0},
            {"text": " Thanks", "start": 4.0, "end": 5.0, "suspect": "silence"},
        ],
    }
    assert found["action_items"] == meeting.action_items
    assert found["summary_sentences"] == meeting.summary_citations


# --- Word


def test_a_word_file_has_headings_tables_and_properties(owners: APIClient, meeting: Transcript) -> None:
    document = word_of(owners, meeting)
    headings = [(p.style.name, p.text) for p in document.paragraphs if p.style.name.startswith(("Title", "Heading"))]
    assert headings == [
        ("Title", "Budget für Łódź"),
        ("Heading 1", "Quick recap"),
        ("Heading 1", "Decisions"),
        ("Heading 1", "Next steps"),
        ("Heading 1", "Summary"),
        ("Heading 2", "Money"),
        ("Heading 1", "Transcript"),
        ("Heading 2", "Money  00:00"),
    ]
    decisions, steps = document.tables
    assert [[cell.text for cell in row.cells] for row in decisions.rows] == [
        ["Decision", "By"],
        ["Launch in May\nIt is time", "Ann"],
    ]
    assert [[cell.text for cell in row.cells] for row in steps.rows] == [
        ["Task", "Who", "By when"],
        ["Write it down (not clearly said in the recording)", "Bob", "Friday"],
    ]
    about = document.core_properties
    assert (about.title, about.language, about.author) == ("Budget für Łódź", "de", "Reflector")
    assert about.created == meeting.created_at.replace(microsecond=0)
    said = [p.text for p in document.paragraphs if p.style.name == "Said"]
    assert said == ["00:00\tAnn  Größe naïve Ελλάδα", "00:03\tSpeaker 1  проект [Thanks?]"]


def test_a_word_file_is_a4_with_page_numbers_in_its_language(owners: APIClient, meeting: Transcript) -> None:
    document = word_of(owners, meeting)
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    fields = [field.get(qn("w:instr")) for field in section.footer._element.iter(qn("w:fldSimple"))]
    assert fields == ["PAGE", "NUMPAGES"]
    assert {one.get(qn("w:val")) for one in document.styles.element.iter(qn("w:lang"))} == {"de"}


def test_what_is_written_from_the_right_is_set_so_in_word(
    owners: APIClient, new_transcript: Callable[..., Transcript], say: Say
) -> None:
    transcript = new_transcript()
    say(transcript, (0, "שלום לכולם"), (1, "Hello all"))
    first, second = (p for p in word_of(owners, transcript).paragraphs if p.style.name == "Said")
    assert first._p.pPr.find(qn("w:bidi")) is not None
    assert (first.runs[2].font.rtl, second.runs[2].font.rtl) == (True, None)
    assert second._p.pPr.find(qn("w:bidi")) is None


# --- PDF


def test_a_pdf_says_it_all(owners: APIClient, meeting: Transcript) -> None:
    reader, text = pdf_of(owners, meeting)
    for expected in (
        "Budget für Łódź",
        "Length 61:01",
        "Language German",
        "Draft. Made by built-in engines that know little: pocketsphinx (transcription).",
        "Quality: Fair (71 of 100). 29 % were *not* said.",
        "Quick recap They met.",
        "Launch in May It is time",
        "Write it down (not clearly said in the recording) Bob Friday",
        "It is enough. (not clearly said in the recording)",
        "Ann Größe naïve Ελλάδα",
        "Speaker 1 проект [Thanks?]",
    ):
        assert expected in text
    assert reader.metadata is not None
    assert reader.metadata.title == "Budget für Łódź"
    box = reader.pages[0].mediabox
    assert (round(float(box.width)), round(float(box.height))) == (595, 842)  # A4 in points


def test_a_pdf_can_be_read_by_those_who_do_not_see(owners: APIClient, meeting: Transcript) -> None:
    reader, _ = pdf_of(owners, meeting)
    assert reader.root_object["/Lang"] == "de"
    assert reader.root_object["/MarkInfo"]["/Marked"]
    titles = [entry.title for entry in _flat(reader.outline)]
    assert titles[:2] == ["Budget für Łódź", "Quick recap"]


def _flat(outline: Any) -> list[Any]:
    return [one for entry in outline for one in (_flat(entry) if isinstance(entry, list) else [entry])]


def _fonts(reader: pypdf.PdfReader) -> list[Any]:
    return [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]


def test_the_fonts_are_inside(owners: APIClient, meeting: Transcript) -> None:
    reader, _ = pdf_of(owners, meeting)
    assert _fonts(reader)
    for font in _fonts(reader):
        inner = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert "/FontFile2" in inner or "/FontFile3" in inner


def test_what_the_fonts_cannot_print_is_marked_and_named(
    owners: APIClient, new_transcript: Callable[..., Transcript], say: Say
) -> None:
    transcript = new_transcript(title="你好 👍")
    say(transcript, (0, "안녕 Hello שלום"))
    _, text = pdf_of(owners, transcript)
    assert "▯▯ ▯" in text
    assert "The fonts of this server cannot print" in text
    for kind in ("Chinese and Japanese", "Korean", "emoji"):
        assert kind in text
    assert "שלום" in text or "םולש" in text  # as a reader of PDF gives it back
    assert word_of(owners, transcript).paragraphs[0].text == "你好 👍"


def test_further_fonts_print_more(
    owners: APIClient, new_transcript: Callable[..., Transcript], settings: LazySettings, tmp_path: Path
) -> None:
    transcript = new_transcript(title="ኢትዮጵያ")
    assert "▯" in pdf_of(owners, transcript)[1]
    settings.FONTS_DIR = _font_with(tmp_path, "ኢትዮጵያ")
    reader, text = pdf_of(owners, transcript)
    assert "▯" not in text
    assert any("Boxes" in font["/BaseFont"] for font in _fonts(reader))


def test_a_broken_font_breaks_no_file(
    owners: APIClient, meeting: Transcript, settings: LazySettings, tmp_path: Path
) -> None:
    settings.FONTS_DIR = tmp_path
    for name in ("broken.ttf", "empty.otf", "not.ttc"):
        (tmp_path / name).write_bytes(b"" if name == "empty.otf" else b"no font at all")
    assert "Budget für Łódź" in pdf_of(owners, meeting)[1]


def _font_with(directory: Path, letters: str) -> Path:
    """A font of boxes for these letters."""
    from fontTools.fontBuilder import FontBuilder  # noqa: PLC0415 -- for this test alone
    from fontTools.pens.ttGlyphPen import TTGlyphPen  # noqa: PLC0415

    names = [".notdef", *(f"u{ord(letter):x}" for letter in letters)]
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    for point in ((500, 0), (500, 700), (0, 700)):
        pen.lineTo(point)
    pen.closePath()
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord(letter): f"u{ord(letter):x}" for letter in letters})
    builder.setupGlyf(dict.fromkeys(names, pen.glyph()))
    builder.setupHorizontalMetrics(dict.fromkeys(names, (600, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Boxes", "styleName": "Regular", "psName": "Boxes"})
    builder.setupOS2(sTypoAscender=800, usWinAscent=800, usWinDescent=200)
    builder.setupPost()
    builder.save(directory / "boxes.ttf")
    return directory


# --- all kinds, whatever it holds

EMPTY = {"txt": "", "srt": "", "vtt": "WEBVTT\n"}


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_one(owners: APIClient, transcript: Transcript, kind: str) -> None:
    content = fetched(owners, transcript, kind).content
    assert (
        content.decode() == {"txt": "", "srt": "", "vtt": "WEBVTT\n"}[kind]
        if kind in ("txt", "srt", "vtt")
        else content
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_single_word(owners: APIClient, transcript: Transcript, say: Say, kind: str) -> None:
    say(transcript, (0, "Yes"))
    content = fetched(owners, transcript, kind).content
    if kind == "pdf":
        assert "Yes" in pdf_of(owners, transcript)[1]
    elif kind == "docx":
        assert word_of(owners, transcript).paragraphs[-1].text == "00:00\tSpeaker 0  Yes"
    else:
        assert "Yes" in content.decode()


def test_hostile_names_and_titles(
    owners: APIClient, new_transcript: Callable[..., Transcript], say: Say, named: Named
) -> None:
    transcript = new_transcript(title=f"{HOSTILE}\x01\x1f" + "é" * 400)
    say(transcript, (0, '--> <v X> & "quoted" {\\an8} `code` *bold* #set 👍🏽'), title=HOSTILE)
    named(transcript, 0, HOSTILE)
    name = " ".join(HOSTILE.split())
    srt = pysubs2.SSAFile.from_string(fetched(owners, transcript, "srt").content.decode(), format_="srt")
    assert [line.start for line in srt] == [0, 7000]
    vtt = fetched(owners, transcript, "vtt").content.decode()
    assert [cue.start for cue in webvtt.from_string(vtt)] == ["00:00:00.000", "00:00:07.000"]
    assert vtt.count("-->") == 2
    assert len(vtt.strip().split("\n")) == 7
    assert json.loads(fetched(owners, transcript, "json").content)["segments"][0]["speaker_name"] == name
    markdown = fetched(owners, transcript, "md").content.decode()
    assert markdown.startswith("# Ann --> \\<v Bob>")
    word = word_of(owners, transcript)
    assert name in word.paragraphs[-1].text
    _, text = pdf_of(owners, transcript)
    assert "--> <v X>" in text
    assert "`code` *bold* #set" in text


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Budget and launch", "Budget and launch.txt"),
        ('../"evil"\r\nX: y/zß', "evil X y zß.txt"),
        ("Cafe\u0301", "Café.txt"),
        ("नमस्ते", "नमस्ते.txt"),
        ("  ..hidden.. ", "hidden.txt"),
    ],
)
def test_names_of_files(new_transcript: Callable[..., Transcript], title: str, expected: str) -> None:
    assert file_name(new_transcript(title=title), "txt") == expected


@pytest.mark.parametrize("title", ["👍👍", "///", "CON", "nul"])
def test_a_title_that_makes_no_name(new_transcript: Callable[..., Transcript], title: str) -> None:
    transcript = new_transcript(title=title)
    assert file_name(transcript, "pdf") == f"transcript {transcript.pk}.pdf"


def test_a_long_title_is_cut_between_characters(new_transcript: Callable[..., Transcript]) -> None:
    name = file_name(new_transcript(title="語" * 500), "pdf")
    assert len(name.encode()) <= LONGEST_NAME + 4
    assert re.fullmatch("語+\\.pdf", name)


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_a_file_that_takes_too_long_is_a_sentence(
    owners: APIClient, meeting: Transcript, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(press, "TIME_LIMIT", 0.01)
    answer = owners.get(f"/v1/transcripts/{meeting.pk}/download", {"format": kind})
    expected = "The file took too long to make. Try a smaller kind of file, such as txt."
    assert (answer.status_code, answer.json()) == (503, {"detail": expected})


def test_too_many_files_at_once_are_a_sentence(
    owners: APIClient, meeting: Transcript, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(press, "PATIENCE", 0.01)
    with press.PRESSES, press.PRESSES:
        answer = owners.get(f"/v1/transcripts/{meeting.pk}/download", {"format": "pdf"})
    assert (answer.status_code, answer.json()["detail"][:19]) == (503, "Too many files are ")
    assert fetched(owners, meeting, "pdf").content[:5] == b"%PDF-"


def test_a_meeting_of_hours_is_printed_in_seconds(tmp_path: Path) -> None:
    said = [Said(f"{n:02}:00", "Ann", "We agreed on the budget of the second quarter. " * 3) for n in range(2000)]
    minutes = Minutes("Long", "en", "2026-03-01T10:00:00+00:00", chapters=[Chapter("All", "00:00", "", said)])
    for kind in ("pdf", "docx"):
        began = time.monotonic()
        assert len(press.printed(kind, minutes, fonts=tmp_path)) > 40_000
        assert time.monotonic() - began < 60  # 2 s on a machine that does nothing else


# --- in another language


def test_words_in_another_language_as_far_as_they_are_there(owners: APIClient, meeting: Transcript) -> None:
    first = meeting.utterances.first()
    assert first is not None
    Translation.objects.create(utterance=first, language="fr", text="Taille naïve", source=first.text)
    address = f"/v1/transcripts/{meeting.pk}/download"
    found = owners.get(address, {"format": "txt", "language": "fr"})
    assert found.content.decode() == "[00:00] Ann: Taille naïve\n[00:03] Speaker 1: проект [Thanks?]\n"
    document = Document(io.BytesIO(owners.get(address, {"format": "docx", "language": "fr"}).content))
    assert "00:00\tAnn  Taille naïve" in [paragraph.text for paragraph in document.paragraphs]
    subtitles = webvtt.from_string(owners.get(address, {"format": "vtt", "language": "fr"}).content.decode())
    assert (subtitles[0].end, subtitles[0].text) == ("00:00:03.000", "Taille naïve")
    assert owners.get(address, {"format": "txt", "language": "it"}).status_code == 404


# --- audio


def test_the_audio_under_the_name_of_the_transcript(owners: APIClient, meeting: Transcript) -> None:
    audio = vault.store(
        io.BytesIO(b"0123456789"),
        kind=AudioKind.PLAYBACK,
        transcript_id=meeting.pk,
        extension="mp3",
        media_type="audio/mpeg",
        origin="test",
    )
    vault.adopt(audio)
    address = f"/v1/transcripts/{meeting.pk}/download?format=mp3"
    answer = owners.get(address, headers={"Range": "bytes=2-4"})
    assert (answer.status_code, b"".join(answer), answer["Content-Type"]) == (206, b"234", "audio/mpeg")
    assert answer["Content-Disposition"] == f"{NAMED}.mp3"
    Transcript.objects.filter(pk=meeting.pk).update(audio_deleted=True)
    assert owners.get(address).json() == {"detail": "Audio unavailable due to privacy settings"}
