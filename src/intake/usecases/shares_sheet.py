"""What a custodian holds in hand: one sheet of paper, in Ukrainian and English, as text and as a page to print.

It is a secret in the clear, and says what must be known twenty years on by somebody who never heard of intake, but not
whose organisation it is. The page is one file without script, network or font of its own. The only user of `segno`.
Must not: write anything anywhere. Spec: docs/spec/keys-v1.md, rule K77.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING, Final

import segno

from intake.i18n import Translator
from intake.keys.shares import org_words
from intake.usecases.shares_words import DO, NEVER, OPENS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from intake.i18n import Language
    from intake.keys.shares import Sheet

LANGUAGES: Final[tuple[Language, ...]] = ("uk", "en")
_ROWS: Final = 11
_WIDTH: Final = 78


@dataclass(frozen=True)
class Page:
    """One sheet, and what stands around its words."""

    sheet: Sheet
    of: int
    org: str
    date: str

    @property
    def name(self) -> str:
        """Of its files, without an ending."""
        return f"{self.sheet.key_set}-{self.sheet.number}-of-{self.of}"

    def facts(self, t: Translator) -> tuple[tuple[str, str], ...]:
        """Everything that is public of it."""
        sheet = self.sheet
        numbers = {"number": sheet.number, "of": self.of, "need": sheet.need}
        return (
            (t("Set"), t(sheet.key_set)),
            (t("Sheet"), t("{number} of {of}; any {need} of them restore the key", **numbers)),
            (t("Made on"), self.date),
            (t("Organisation"), " ".join(org_words(self.org, t.lang))),
            (t("Check value"), sheet.check),
        )

    def rows(self) -> tuple[tuple[tuple[int, str], ...], ...]:
        """The words in columns, each with its number."""
        numbered = list(enumerate(self.sheet.words, start=1))
        return tuple(tuple(numbered[row::_ROWS]) for row in range(_ROWS))

    def lines(self) -> tuple[str, ...]:
        """The words as a terminal or a typewriter shows them."""
        return tuple("   ".join(f"{number:2} {word:<10}" for number, word in row).rstrip() for row in self.rows())


def as_text(page: Page) -> str:
    """A sheet of plain text."""
    parts: list[str] = []
    for t in map(Translator, LANGUAGES):
        facts = page.facts(t)
        wide = max(len(name) for name, _ in facts)
        parts += [
            t("SHEET OF A SPLIT KEY: A SECRET").upper(),
            "",
            *(f"{name:{wide}}  {value}" for name, value in facts),
        ]
        parts += ["", t(OPENS[page.sheet.key_set]), ""]
    parts += [*page.lines(), ""]
    for t in map(Translator, LANGUAGES):
        parts += [f"+ {line}" for line in map(t, DO)] + [f"- {line}" for line in map(t, NEVER)] + ["", _format(t), ""]
    return "\n".join(line for part in parts for line in _folded(part)) + "\n"


def _format(t: Translator) -> str:
    return t("33 words of SLIP-39, one group, no passphrase; the secret is 32 bytes. Any SLIP-39 program restores it.")


def _folded(line: str) -> list[str]:
    """Broken between words, further lines under the first one."""
    rows, indent = [""], "  " if line[:2] in {"+ ", "- "} else ""
    if len(line) <= _WIDTH:
        return [line]
    for word in line.split(" "):
        if len(rows[-1]) + len(word) >= _WIDTH:
            rows.append(indent)
        rows[-1] += word if rows[-1] in {"", indent} else f" {word}"
    return rows


_STYLE: Final = """
@page{size:A4;margin:11mm}
*{box-sizing:border-box}
body{font:9.6pt/1.32 'Liberation Sans',Arial,'DejaVu Sans',sans-serif;color:#000;background:#fff;
margin:0 auto;max-width:188mm}
h1{font-size:13pt;margin:0 0 1mm;border-bottom:.6mm solid #000;padding-bottom:1mm}
h2{font-size:10pt;margin:2.5mm 0 .8mm}
.two{display:grid;grid-template-columns:1fr 1fr;gap:6mm}
dl{display:grid;grid-template-columns:auto 1fr;gap:.4mm 3mm;margin:1mm 0}
dt{color:#333}dd{margin:0;font-weight:700}dd:first-of-type{font-size:13pt;line-height:1.1}
p{margin:1mm 0}
.secret{display:grid;grid-template-columns:1fr 62mm;gap:6mm;align-items:center;border:.6mm solid #000;
padding:3mm 4mm;margin:2.5mm 0}
table{border-collapse:collapse;width:100%}
td{font:700 12pt/1.5 'Liberation Mono','DejaVu Sans Mono',monospace;padding:.2mm 0;white-space:nowrap}
td.n{font-weight:400;font-size:9pt;text-align:right;padding-right:2mm;color:#333;width:7mm}
svg{width:62mm;height:62mm;display:block}
ul{margin:0;padding-left:4.5mm}li{margin:0 0 .7mm}
.end{border-top:.2mm solid #000;margin-top:2.5mm;padding-top:1mm;font-size:8.4pt}
"""


def as_html(page: Page) -> str:
    """A page of A4: no script, nothing loaded, and a policy that says so."""
    digest = base64.b64encode(sha256(_STYLE.encode()).digest()).decode()
    languages = tuple(map(Translator, LANGUAGES))
    title = " / ".join(escape(t("SHEET OF A SPLIT KEY: A SECRET")) for t in languages)
    rows = "".join(
        "<tr>" + "".join(f'<td class="n">{number}</td><td>{word}</td>' for number, word in row) + "</tr>"
        for row in page.rows()
    )
    return (
        '<!doctype html>\n<html lang="uk"><head><meta charset="utf-8">\n'
        f"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{digest}'\">\n"
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>1</title>\n<style>{_STYLE}</style></head>\n<body>\n<h1>{title}</h1>\n"
        f'<div class="two">{"".join(_head(page, t) for t in languages)}</div>\n'
        f'<div class="secret"><table>{rows}</table>{_code(page.sheet)}</div>\n'
        f'<div class="two">{"".join(_rules(t) for t in languages)}</div>\n'
        f'<div class="end">{"".join(f"<p>{escape(_format(t))}</p>" for t in languages)}</div>\n</body></html>\n'
    )


def _head(page: Page, t: Translator) -> str:
    facts = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in page.facts(t))
    return f'<div lang="{t.lang}"><dl>{facts}</dl><p>{escape(t(OPENS[page.sheet.key_set]))}</p></div>'


def _rules(t: Translator) -> str:
    parts = ((t("What you do"), DO), (t("What you never do"), NEVER))
    rules = "".join(f"<h2>{escape(head)}</h2>{_list(map(t, texts))}" for head, texts in parts)
    return f'<div lang="{t.lang}">{rules}</div>'


def _list(texts: Iterable[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(text)}</li>" for text in texts) + "</ul>"


def _code(sheet: Sheet) -> str:
    """The words alone, in capitals: the densest code there is for letters; what reads it need not know them."""
    sink = BytesIO()
    code = segno.make(" ".join(sheet.words).upper(), error="q", micro=False)
    code.save(sink, kind="svg", xmldecl=False, svgns=True, border=4, svgclass=None, lineclass=None, omitsize=True)
    return sink.getvalue().decode("utf-8")
