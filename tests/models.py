"""Tiny speech models, made on the spot: real files for the real libraries, with weights that say a fixed script.

Neither hears anything. Their weights are chosen so that the position in the sentence decides the next word, whatever
the sound: words come out of faster-whisper and onnx-asr with times and confidences, the same ones each time.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import onnx
from ctranslate2.specs import WhisperSpec
from faster_whisper.tokenizer import _LANGUAGE_CODES
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

Floats = NDArray[np.float32]

WHISPER_SAYS = "We ship the release on Monday. Anna sends the report tomorrow."
PARAKEET_SAYS = "The budget is fine. Bob will call the supplier."

# --- Whisper, as CTranslate2 stores it

WIDTH = 64  # of the network; also the number of positions that differ
UNUSED = "<unused>"  # CTranslate2 knows a model for many languages by an empty token
PROMPT = 4  # start, language, task, no timestamps
TEXT_POSITIONS = 448
AUDIO_POSITIONS = 1500
MELS = 80
SPECIAL = ["<|endoftext|>", "<|startoftranscript|>", *(f"<|{code}|>" for code in _LANGUAGE_CODES), "<|translate|>"]
SPECIAL += ["<|transcribe|>", "<|startoflm|>", "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>"]
TIMES = [f"<|{step * 0.02:.2f}|>" for step in range(1501)]


def tiny_whisper(directory: Path, *, language: str = "en") -> Path:
    """A directory that faster-whisper loads. It detects `language` and says `WHISPER_SAYS`, a word each half second."""
    directory.mkdir(parents=True, exist_ok=True)
    tokenizer = _byte_tokenizer(f" {WHISPER_SAYS}")
    tokenizer.save(str(directory / "tokenizer.json"))
    script = tokenizer.encode(f" {WHISPER_SAYS}", add_special_tokens=False).ids
    id_of = tokenizer.token_to_id
    size = tokenizer.get_vocab_size()

    says = np.full(WIDTH, id_of("<|endoftext|>"))
    says[0] = id_of(f"<|{language}|>")
    says[PROMPT - 1 : PROMPT - 1 + len(script)] = script

    spec = WhisperSpec(num_encoder_layers=1, num_encoder_heads=1, num_decoder_layers=1, num_decoder_heads=1)
    _fill_encoder(spec)
    _fill_decoder(spec, size, says)
    tokens = [tokenizer.id_to_token(i) for i in range(size)]
    spec.register_vocabulary(["" if token == UNUSED else token for token in tokens])
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = []
    spec.config.lang_ids = [id_of(f"<|{code}|>") for code in _LANGUAGE_CODES]
    spec.config.alignment_heads = [(0, 0)]
    spec.validate()
    spec.save(str(directory))
    (directory / "preprocessor_config.json").write_text(json.dumps({"feature_size": MELS}))
    return directory


def _byte_tokenizer(text: str) -> Tokenizer:
    """Bytes, as in GPT-2, and each word of the text as one token: the merges that build it letter by letter."""
    spelt = pre_tokenizers.ByteLevel(add_prefix_space=False).pre_tokenize_str(text)
    vocabulary: dict[str, None] = dict.fromkeys(sorted(pre_tokenizers.ByteLevel.alphabet()))
    merges: dict[tuple[str, str], None] = {}
    for word, _ in spelt:
        for end in range(2, len(word) + 1):
            merges[word[: end - 1], word[end - 1]] = None
            vocabulary[word[:end]] = None
    vocabulary[UNUSED] = None
    tokenizer = Tokenizer(models.BPE({token: i for i, token in enumerate(vocabulary)}, list(merges)))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in [*SPECIAL, *TIMES]])
    return tokenizer


def _fill_encoder(spec: WhisperSpec) -> None:
    """Only the place in time comes out: one of WIDTH buckets of half a second each."""
    encoder = spec.encoder
    encoder.conv1.weight, encoder.conv1.bias = _zeros(WIDTH, MELS, 3), _zeros(WIDTH)
    encoder.conv2.weight, encoder.conv2.bias = _zeros(WIDTH, WIDTH, 3), _zeros(WIDTH)
    encoder.position_encodings.encodings = _one_hot((np.arange(AUDIO_POSITIONS) // 25).clip(max=WIDTH - 1))
    _fill_norm(encoder.layer_norm)
    _fill_self_attention(encoder.layer[0].self_attention)
    _fill_feed_forward(encoder.layer[0].ffn)


def _fill_decoder(spec: WhisperSpec, size: int, says: NDArray[np.int64]) -> None:
    """Only the position goes through; the projection turns it into the word to say there."""
    decoder = spec.decoder
    decoder.embeddings.weight = np.full((size, WIDTH), 1e-4, np.float32)
    decoder.position_encodings.encodings = _one_hot(np.arange(TEXT_POSITIONS).clip(max=WIDTH - 1))
    _fill_norm(decoder.layer_norm)
    _fill_self_attention(decoder.layer[0].self_attention)
    _fill_cross_attention(decoder.layer[0].attention)
    _fill_feed_forward(decoder.layer[0].ffn)
    projection = _zeros(size, WIDTH)
    projection[says, np.arange(WIDTH)] = 4.0
    decoder.projection.weight = projection


def _fill_self_attention(attention: object) -> None:
    _fill_norm(attention.layer_norm)  # type: ignore[attr-defined]  # the specs make their attributes as they go
    attention.linear[0].weight, attention.linear[0].bias = _zeros(3 * WIDTH, WIDTH), _zeros(3 * WIDTH)  # type: ignore[attr-defined]
    attention.linear[1].weight, attention.linear[1].bias = _zeros(WIDTH, WIDTH), _zeros(WIDTH)  # type: ignore[attr-defined]


def _fill_cross_attention(attention: object) -> None:
    """The n-th token looks at the n-th half second: that is what word times are read from. Nothing is passed on."""
    _fill_norm(attention.layer_norm)  # type: ignore[attr-defined]
    places = (np.arange(WIDTH) - PROMPT + 1).clip(0)
    attention.linear[0].weight = _one_hot(places).T.copy()  # type: ignore[attr-defined]
    attention.linear[0].bias = _zeros(WIDTH)  # type: ignore[attr-defined]
    attention.linear[1].weight = np.concatenate([np.eye(WIDTH, dtype=np.float32), _zeros(WIDTH, WIDTH)])  # type: ignore[attr-defined]
    attention.linear[1].bias = _zeros(2 * WIDTH)  # type: ignore[attr-defined]
    attention.linear[2].weight, attention.linear[2].bias = _zeros(WIDTH, WIDTH), _zeros(WIDTH)  # type: ignore[attr-defined]


def _fill_feed_forward(block: object) -> None:
    _fill_norm(block.layer_norm)  # type: ignore[attr-defined]
    for linear in (block.linear_0, block.linear_1):  # type: ignore[attr-defined]
        linear.weight, linear.bias = _zeros(WIDTH, WIDTH), _zeros(WIDTH)


def _fill_norm(norm: object) -> None:
    norm.gamma, norm.beta = np.ones(WIDTH, np.float32), _zeros(WIDTH)  # type: ignore[attr-defined]


def _zeros(*shape: int) -> Floats:
    return np.zeros(shape, np.float32)


def _one_hot(places: NDArray[np.int64]) -> Floats:
    return np.eye(WIDTH, dtype=np.float32)[places]


# --- Parakeet, as onnx-asr reads it

FEATURES = 128
SUBSAMPLING = 8
DURATIONS = 5  # the transducer chooses how many encoder frames to skip: 0 to 4


def tiny_parakeet(directory: Path, *, quantization: str = "int8") -> Path:
    """A directory that onnx-asr loads. It says `PARAKEET_SAYS` over and over, a syllable each 0.32 s."""
    directory.mkdir(parents=True, exist_ok=True)
    suffix = f".{quantization}" if quantization else ""
    pieces = _pieces(PARAKEET_SAYS)
    vocabulary = [*dict.fromkeys(pieces), "<blk>"]
    (directory / "vocab.txt").write_text("".join(f"{token} {i}\n" for i, token in enumerate(vocabulary)))
    config = {"model_type": "nemo-conformer-tdt", "features_size": FEATURES, "subsampling_factor": SUBSAMPLING}
    (directory / "config.json").write_text(json.dumps(config))
    onnx.save(_encoder(), str(directory / f"encoder-model{suffix}.onnx"))
    script = [vocabulary.index(piece) for piece in pieces]
    onnx.save(_decoder(script, len(vocabulary)), str(directory / f"decoder_joint-model{suffix}.onnx"))
    return directory


def _pieces(text: str) -> list[str]:
    """Words in pieces of three letters, the first of each with the mark of a word's beginning."""
    words = [f"\u2581{word}" for word in text.split()]
    return [word[i : i + 4] if i == 0 else word[i : i + 3] for word in words for i in _starts(word)]


def _starts(word: str) -> Iterable[int]:
    return [0, *range(4, len(word), 3)]


def _encoder() -> onnx.ModelProto:
    """Every eighth frame of the features, as they are."""
    nodes = [
        helper.make_node(
            "AveragePool", ["audio_signal"], ["outputs"], kernel_shape=[1], strides=[SUBSAMPLING], ceil_mode=0
        ),
        helper.make_node("Sub", ["length", "one"], ["last"]),
        helper.make_node("Div", ["last", "step"], ["whole"]),
        helper.make_node("Add", ["whole", "one"], ["encoded_lengths"]),
    ]
    graph = helper.make_graph(
        nodes,
        "encoder",
        [
            helper.make_tensor_value_info("audio_signal", TensorProto.FLOAT, ["batch", FEATURES, "time"]),
            helper.make_tensor_value_info("length", TensorProto.INT64, ["batch"]),
        ],
        [
            helper.make_tensor_value_info("outputs", TensorProto.FLOAT, ["batch", FEATURES, "frames"]),
            helper.make_tensor_value_info("encoded_lengths", TensorProto.INT64, ["batch"]),
        ],
        [_constant("one", np.array([1])), _constant("step", np.array([SUBSAMPLING]))],
    )
    return _model(graph)


def _decoder(script: list[int], size: int) -> onnx.ModelProto:
    """Its state counts the tokens said; the count picks the next one, and always the longest skip."""
    table = np.zeros((len(script), size + DURATIONS), np.float32)
    table[np.arange(len(script)), script] = 8.0
    table[:, -1] = 8.0
    nodes = [
        helper.make_node("Cast", ["input_states_1"], ["said"], to=TensorProto.INT64),
        helper.make_node("Mod", ["said", "count"], ["index"]),
        helper.make_node("Gather", ["table", "index"], ["outputs"], axis=0),
        helper.make_node("Add", ["input_states_1", "one"], ["output_states_1"]),
        helper.make_node("Identity", ["input_states_2"], ["output_states_2"]),
    ]
    state = (TensorProto.FLOAT, [1, "batch", 1])
    graph = helper.make_graph(
        nodes,
        "decoder_joint",
        [
            helper.make_tensor_value_info("encoder_outputs", TensorProto.FLOAT, ["batch", FEATURES, 1]),
            helper.make_tensor_value_info("targets", TensorProto.INT32, ["batch", 1]),
            helper.make_tensor_value_info("target_length", TensorProto.INT32, ["batch"]),
            helper.make_tensor_value_info("input_states_1", *state),
            helper.make_tensor_value_info("input_states_2", *state),
        ],
        [
            helper.make_tensor_value_info("outputs", TensorProto.FLOAT, [1, "batch", 1, size + DURATIONS]),
            helper.make_tensor_value_info("output_states_1", *state),
            helper.make_tensor_value_info("output_states_2", *state),
        ],
        [
            _constant("table", table),
            _constant("count", np.array(len(script))),
            _constant("one", np.array(1, np.float32)),
        ],
    )
    return _model(graph)


def _constant(name: str, value: NDArray[np.generic]) -> onnx.TensorProto:
    return numpy_helper.from_array(value, name)


def _model(graph: onnx.GraphProto) -> onnx.ModelProto:
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    return model
