"""From an article to its claims: what each sentence says happened, who says so, how sure it is, where and when.

`load_coder` reads the parser and the dictionaries once; `code_article` is pure. See `lexicon` for how words become events,
`grammar` and `events` for arguments, `phrases` for what words stand for.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import spacy
from spacy.language import Language

from flows.coding.cues import Cues, load_cues
from flows.coding.dates import Datable, EventDate, carry_dates, dates_of
from flows.coding.events import Finder
from flows.coding.lexicon import Lexicon, load_lexicon
from flows.coding.mentions import Names, Recogniser, load_dictionaries
from flows.coding.modality import Modality, modality_of
from flows.coding.model import Argument, Event
from flows.coding.numbers import Deaths, Toll, deaths_in, toll_of
from flows.coding.parse import Parsed, parse
from flows.coding.phrases import Phrases
from flows.coding.speech import Speaker, speech_of
from flows.errors import ConfigError
from flows.records import Article, ControlClaim, EventClaim, Mention, Sentence, stable_id

CODER_VERSION: Final = "1"


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
    dates = _dates(parsed, article, events, modalities, coder.cues)
    tolls = _tolls(parsed, events, coder.cues)
    claims: list[EventClaim] = []
    seen: dict[tuple[object, ...], int] = {}
    speakers = [speech.for_token(event.pred) for event in events]
    doubts = [speech.doubt_of(event.pred) for event in events]
    for event, modality, day, toll, speaker, doubt in zip(
        events, modalities, dates, tolls, speakers, doubts, strict=True
    ):
        key = (parsed.sentence_of[event.pred.i], event.trigger_start, event.event_type, event.event_mode)
        seen[key] = seen.get(key, -1) + 1
        claims.append(_claim(article, parsed, event, modality, day, toll, speaker, doubt, seen[key]))
    return Coded(sentences, tuple(claims), (), _mentions(article, parsed, names), tuple(skipped))


def _dates(
    parsed: Parsed, article: Article, events: list[Event], modalities: list[Modality], cues: Cues
) -> list[EventDate | None]:
    told = dates_of(parsed, article.reported_date, cues)
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


def _span(parsed: Parsed, argument: Argument | None) -> tuple[int | None, int | None]:
    if argument is None:
        return None, None
    return parsed.span_of(parsed.doc[argument.start : argument.end]) or (None, None)


def _claim(
    article: Article,
    parsed: Parsed,
    event: Event,
    modality: Modality,
    day: EventDate | None,
    toll: Toll | None,
    speaker: Speaker | None,
    doubt: str | None,
    ordinal: int,
) -> EventClaim:
    sentence = parsed.sent_of(event.pred)
    trigger = parsed.doc[event.trigger_start : event.trigger_end]
    start, end = parsed.span_of(trigger) or (None, None)
    place = event.places[0] if event.places else None
    actor, target = event.actor, event.target
    a, t, p = _span(parsed, actor), _span(parsed, target), _span(parsed, place)
    return EventClaim(
        claim_id=stable_id(article.version_id, sentence.sentence_no, start, event.event_type, event.event_mode, ordinal),
        version_id=article.version_id,
        article_id=article.article_id,
        sentence_no=sentence.sentence_no,
        evidence=sentence.text,
        trigger=parsed.words_of(trigger),
        trigger_start=start,
        trigger_end=end,
        event_type=event.event_type,
        event_mode=event.event_mode,
        actor_text=actor.text if actor else None,
        actor_antecedent=actor.antecedent if actor else None,
        actor_start=a[0],
        actor_end=a[1],
        target_text=target.text if target else None,
        target_antecedent=target.antecedent if target else None,
        target_start=t[0],
        target_end=t[1],
        place_text=place.text if place else None,
        place_antecedent=place.antecedent if place else None,
        place_start=p[0],
        place_end=p[1],
        place_relation=place.relation if place else None,
        other_places=[q.antecedent for q in event.places[1:]],
        event_date=day.day if day else None,
        event_date_precision=day.precision if day else None,
        event_date_text=day.text if day else None,
        date_basis=day.basis if day else None,
        modality=modality.value,
        modality_cue=modality.cue,
        attributed_to_text=speaker.text if speaker else None,
        attributed_to_antecedent=speaker.antecedent if speaker else None,
        attributed_via=speaker.via if speaker else None,
        is_doubted=doubt is not None or (speaker is not None and speaker.doubted),
        doubt_cue=doubt or (speaker.cue if speaker is not None and speaker.doubted else None),
        killed_low=toll.low if toll else None,
        killed_high=toll.high if toll else None,
        killed_text=toll.text if toll else None,
        coder_version=CODER_VERSION,
    )


__all__ = ["CODER_VERSION", "Coded", "Coder", "code_article", "load_coder"]
