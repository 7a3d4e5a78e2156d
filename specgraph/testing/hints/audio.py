"""Sounds that are long enough for their frames."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from specgraph.ir.tensor import TensorType
from specgraph.rows.base import Layer
from specgraph.testing.source import Source

from .hint import BATCH, Draft, Hint


def mono(source: Source, row: Layer[Any]) -> Sequence[TensorType]:
    return (TensorType((BATCH, source.integer(20, 60)), "float32"),)


def stereo(source: Source, row: Layer[Any]) -> Sequence[TensorType]:
    return (TensorType((BATCH, source.integer(16, 40), source.integer(16, 17)), "float32"),)


def mel(source: Source, draft: Draft) -> None:
    values = draft.values
    values["fft_length"] = source.integer(6, 32)
    values["sequence_stride"] = source.integer(1, 9)
    values["num_mel_bins"] = source.integer(1, 6)
    values.pop("max_freq", None)
    if "sequence_length" in values:
        values["sequence_length"] = source.integer(1, values["fft_length"])


def stft(source: Source, draft: Draft) -> None:
    values = draft.values
    values["frame_length"] = source.integer(2, 16)
    if values.get("frame_step") is not None:
        values["frame_step"] = source.integer(1, values["frame_length"])
    if values.get("fft_length") is not None:
        values["fft_length"] = values["frame_length"] + source.integer(0, 5)


HINTS = {"MelSpectrogram": Hint(inputs=mono, fit=mel), "STFTSpectrogram": Hint(inputs=stereo, fit=stft)}
