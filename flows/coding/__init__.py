"""From an article to its claims: what each sentence says happened, who says so, how sure it is, where and when.

`load_coder` reads the parser and the dictionaries once; `code_article` is pure. See `lexicon` for how words become
events, `grammar` and `events` for arguments, `phrases` for what words stand for.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import spacy
from spacy.language import Language
from spacy.tokens import Token

from flows.coding.control import Control, control_claims
from flows.coding.cues import Cues, load_cues
from flows.coding.dates import Datable, DateMap, EventDate, carry_dates, dates_of
from flows.coding.events import Finder
from flows.coding.lexicon import Lexicon, load_lexicon
from flows.coding.mentions import Names, Recogniser, load_dictionaries
from flows.coding.modality import Modality, modality_of
from flows.coding.model import Argument, Event
from flows.coding.numbers import Deaths, Toll, deaths_in, toll_of
from flows.coding.parse import Parsed, lemma_of, parse
from flows.coding.phrases import Phrases
from flows.coding.speech import SpeechMap, speech_of
from flows.errors import ConfigError
from flows.records import Article, ControlClaim, EventClaim, Mention, Sentence, stable_id

CODER_VERSION: Final = "2"


@dataclass(frozen=True, slots=True)
class Coder:
    """Everything that coding needs, loaded once per process."""

    nlp: Language
    lexicon: Lexicon
    recogniser: Recogniser
    cues: Cues


@dataclass(frozen=True, slots=True)
class Coded:
    """What one article says. `skipped` says in words what was left unread (hostile or over-long text)."""

    sentences: tuple[Sentence, ...]
    event_claims: tuple[EventClaim, ...]
    control_claims: tuple[ControlClaim, ...]
    mentions: tuple[Mention, ...]
    skipped: tuple[str, ...] = ()


def load_coder(model: Path, seeds: Path, gazetteer: Path) -> Coder:
    """Load parser, lexicon and dictionaries.

    Args:
        model: folder of the trained pipeline.
        seeds: folder of the dictionaries (CSV).
        gazetteer: Parquet file of world places.

    Raises:
        ConfigError: a file is missing or wrong; names file and line.
    """
    lexicon = load_lexicon(seeds)
    dictionaries = load_dictionaries(seeds, gazetteer)
    try:
        nlp = spacy.load(model)
    except OSError as error:
        raise ConfigError(f"{model}: the parser cannot be loaded ({error}); restore the folder `model`") from error
    lemma_of("went", "VERB")  # lemminflect reads its tables on first use; better here than in the first article
    return Coder(nlp, lexicon, Recogniser(dictionaries, lexicon.classes), load_cues(seeds / "coder_cues.csv"))


def code_article(coder: Coder, article: Article) -> Coded:
    """Read one article; pure and deterministic, the same article gives the same claims and ids."""
    parsed = parse(coder.nlp, article.text, article.title)
    names = coder.recogniser.names_in(parsed)
    speech = speech_of(parsed, coder.cues)
    phrases = Phrases(parsed, names, coder.lexicon, speech)
    finder = Finder(coder.lexicon, phrases, coder.cues)
    events = finder.find()
    skipped = [*parsed.skipped, *finder.skipped]
    sentences = tuple(
        Sentence(
            sentence_id=stable_id(article.version_id, s.sentence_no),
            version_id=article.version_id,
            article_id=article.article_id,
            sentence_no=s.sentence_no,
            text=s.text,
            span_start=s.start,
            span_end=s.end,
        )
        for s in parsed.sentences
    )
    modalities = [modality_of(event.pred, coder.cues) for event in events]
    told = dates_of(parsed, article.reported_date, coder.cues)
    dates = _dates(events, modalities, told)
    tolls = _tolls(parsed, events, coder.cues)
    found = control_claims(events, modalities, phrases, finder.frame, coder.cues)
    controls = [c for c in found if not (finder.headline_is_repeated and parsed.sent_of(c.pred).is_title)]

    seen: dict[tuple[object, ...], int] = {}
    event_claims = []
    for event, modality, day, toll in zip(events, modalities, dates, tolls, strict=True):
        common = _common(article, parsed, event.pred, event.trigger_start, event.trigger_end, modality, day, speech)
        event_claims.append(_event_claim(parsed, event, toll, common, seen))
    date_of = {id(event): day for event, day in zip(events, dates, strict=True)}
    claims = []
    for control in controls:
        day = date_of[id(control.event)] if control.event is not None else told.for_token(control.pred)
        common = _common(
            article, parsed, control.pred, control.trigger_start, control.trigger_end, control.modality, day, speech
        )
        claims.append(_control_claim(parsed, control, common, seen))
    return Coded(sentences, tuple(event_claims), tuple(claims), _mentions(article, parsed, names), tuple(skipped))


def _dates(events: list[Event], modalities: list[Modality], told: DateMap) -> list[EventDate | None]:
    """The date of each event: told in its sentence, or carried from elsewhere in the article."""
    claims = []
    for event, modality in zip(events, modalities, strict=True):
        found = told.for_token(event.pred)
        for token in event.merged:
            found = found or told.for_token(token)
        claims.append(
            Datable(
                event.pred,
                (event.event_type, event.event_mode),
                event.event_type,
                _words(event.places[0] if event.places else None),
                _words(event.actor),
                modality.value == "actual",
                found,
            )
        )
    return carry_dates(claims)


def _words(argument: Argument | None) -> frozenset[str]:
    return frozenset(argument.antecedent.lower().split()) if argument else frozenset()


def _tolls(parsed: Parsed, events: list[Event], cues: Cues) -> list[Toll | None]:
    deaths: dict[int, list[Deaths]] = {}
    out: list[Toll | None] = []
    for event in events:
        if event.event_type != "ASSAULT":
            out.append(None)
            continue
        position = parsed.sentence_of[event.pred.i]
        if position not in deaths:
            deaths[position] = deaths_in(parsed.sentences[position].span, cues)
        found = toll_of(event.pred, cues, deaths[position])
        for token in event.merged:
            found = found or toll_of(token, cues, deaths[position])
        out.append(found)
    return out


def _mentions(article: Article, parsed: Parsed, names: Names) -> tuple[Mention, ...]:
    out = []
    for name in names.spans:
        if name.is_generic:
            continue
        span = parsed.doc[name.start : name.end]
        where = parsed.span_of(span)
        number = parsed.sent_of(span[0]).sentence_no
        words = parsed.words_of(span)
        out.append(
            Mention(
                mention_id=stable_id(article.version_id, number, name.start, name.kind),
                version_id=article.version_id,
                article_id=article.article_id,
                sentence_no=number,
                mention_text=words,
                antecedent=name.full if name.full != name.text else words,
                kind=name.kind,
                span_start=where[0] if where else None,
                span_end=where[1] if where else None,
            )
        )
    return tuple(out)


def _slot(parsed: Parsed, name: str, argument: Argument | None) -> dict[str, Any]:
    """The four columns of a slot: the words, what they stand for, and their span."""
    if argument is None:
        return {f"{name}_text": None, f"{name}_antecedent": None, f"{name}_start": None, f"{name}_end": None}
    start, end = parsed.span_of(parsed.doc[argument.start : argument.end]) or (None, None)
    return {
        f"{name}_text": argument.text,
        f"{name}_antecedent": argument.antecedent,
        f"{name}_start": start,
        f"{name}_end": end,
    }


def _common(
    article: Article,
    parsed: Parsed,
    pred: Token,
    trigger_start: int,
    trigger_end: int,
    modality: Modality,
    day: EventDate | None,
    speech: SpeechMap,
) -> dict[str, Any]:
    """The columns that event and control claims share: evidence, trigger, date, modality, speaker, doubt."""
    sentence = parsed.sent_of(pred)
    trigger = parsed.doc[trigger_start:trigger_end]
    start, end = parsed.span_of(trigger) or (None, None)
    speaker = speech.for_token(pred)
    doubt = speech.doubt_of(pred) or (speaker.cue if speaker is not None and speaker.doubted else None)
    return {
        "version_id": article.version_id,
        "article_id": article.article_id,
        "sentence_no": sentence.sentence_no,
        "evidence": sentence.text,
        "trigger": parsed.words_of(trigger),
        "trigger_start": start,
        "trigger_end": end,
        "event_date": day.day if day else None,
        "event_date_precision": day.precision if day else None,
        "event_date_text": day.text if day else None,
        "date_basis": day.basis if day else None,
        "modality": modality.value,
        "modality_cue": modality.cue,
        "attributed_to_text": speaker.text if speaker else None,
        "attributed_to_antecedent": speaker.antecedent if speaker else None,
        "attributed_via": speaker.via if speaker else None,
        "is_doubted": doubt is not None,
        "doubt_cue": doubt,
        "coder_version": CODER_VERSION,
    }


def _claim_id(common: dict[str, Any], kind: str, what: str | None, seen: dict[tuple[object, ...], int]) -> str:
    """A key that is equal on every run; the ordinal tells apart claims of one kind at one trigger."""
    key = (common["version_id"], common["sentence_no"], common["trigger_start"], kind, what)
    seen[key] = seen.get(key, -1) + 1
    return stable_id(*key, seen[key])


def _event_claim(
    parsed: Parsed,
    event: Event,
    toll: Toll | None,
    common: dict[str, Any],
    seen: dict[tuple[object, ...], int],
) -> EventClaim:
    place = event.places[0] if event.places else None
    return EventClaim(
        claim_id=_claim_id(common, event.event_type, event.event_mode, seen),
        event_type=event.event_type,
        event_mode=event.event_mode,
        place_relation=place.relation if place else None,
        other_places=[q.antecedent for q in event.places[1:]],
        killed_low=toll.low if toll else None,
        killed_high=toll.high if toll else None,
        killed_text=toll.text if toll else None,
        **_slot(parsed, "actor", event.actor),
        **_slot(parsed, "target", event.target),
        **_slot(parsed, "place", place),
        **common,
    )


def _control_claim(
    parsed: Parsed, control: Control, common: dict[str, Any], seen: dict[tuple[object, ...], int]
) -> ControlClaim:
    return ControlClaim(
        claim_id=_claim_id(common, control.relation, control.place.antecedent, seen),
        relation=control.relation,
        place_relation=control.place.relation,
        **_slot(parsed, "place", control.place),
        **_slot(parsed, "holder", control.holder),
        **_slot(parsed, "from", control.loser),
        **common,
    )


__all__ = ["CODER_VERSION", "Coded", "Coder", "code_article", "load_coder"]
