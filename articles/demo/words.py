"""Small words: Korean particles that fit what stands before them, and people's names."""

from __future__ import annotations

import re
from random import Random

# The particle after a final consonant, and the one after a vowel; texts write both.
_PARTICLES = {"은(는)": ("은", "는"), "을(를)": ("을", "를"), "이(가)": ("이", "가")}
_WRITTEN = re.compile(r"(\w)(\W?)(은\(는\)|을\(를\)|이\(가\))")
_SYLLABLES = range(ord("가"), ord("힣") + 1)

SURNAMES = (
    "김 kim,이 lee,박 park,최 choi,정 jung,강 kang,조 cho,윤 yoon,장 jang,임 lim,한 han,오 oh,"
    "서 seo,신 shin,권 kwon,황 hwang,안 ahn,송 song,류 ryu,홍 hong"
)
GIVEN = (
    "민지 minji,서연 seoyeon,지호 jiho,도윤 doyun,하준 hajun,서준 seojun,지우 jiwoo,수아 sua,"
    "예준 yejun,하은 haeun,시우 siwoo,유나 yuna,은우 eunwoo,다은 daeun,준서 junseo,"
    "채원 chaewon,현우 hyunwoo,지민 jimin,소율 soyul,태윤 taeyun,나은 naeun,건우 gunwoo,"
    "윤서 yunseo,선우 sunwoo,가은 gaeun,우진 woojin,민서 minseo,재윤 jaeyun,수빈 subin,"
    "영호 youngho,미경 mikyung,성훈 sunghoon,혜진 hyejin,동현 donghyun,정은 jungeun"
)
ENGLISH = (
    "Amelia Stone,Noah Bennett,Priya Raman,Lucas Meyer,Grace Okafor,Daniel Cho,"
    "Hannah Lindqvist,Omar Haddad,Sofia Marino,Ethan Walsh,Mei Tanaka,Oliver Grant"
)


def fit_particles(text: str) -> str:
    """`환불은(는)` becomes `환불은`; a bracket may stand between the two."""
    return _WRITTEN.sub(_fit, text)


def _fit(match: re.Match[str]) -> str:
    letter, between, particle = match.groups()
    closed, open_ = _PARTICLES[particle]
    code = ord(letter)
    ends_in_consonant = code in _SYLLABLES and (code - _SYLLABLES.start) % 28 != 0
    return f"{letter}{between}{closed if ends_in_consonant else open_}"


def korean_name(rng: Random) -> tuple[str, str]:
    """A name and its romanised form for an address, `김민지` and `minji.kim`."""
    surname, latin_surname = rng.choice(SURNAMES.split(",")).split()
    given, latin_given = rng.choice(GIVEN.split(",")).split()
    return surname + given, f"{latin_given}.{latin_surname}"


def english_name(rng: Random) -> tuple[str, str]:
    """A name and its form for an address."""
    name = rng.choice(ENGLISH.split(","))
    return name, name.lower().replace(" ", ".")
