"""A report as the HTML part of a mail.

Mail programs drop style sheets, scripts and remote files, so every rule is also written into its element; the style
sheet that stays behind serves dark screens and narrow ones. Layout tables say that they are for layout, data tables
have headings for rows and columns, and no meaning is in colour alone.
"""

from __future__ import annotations

from html import escape

import css_inline

from bot.document import Block, Document, Exact, Link, Section, Table

_STYLE = """
body { margin: 0; padding: 0; background: #f4f3ef; color: #1b2126; }
.page { width: 100%; background: #f4f3ef; border-collapse: collapse; }
.around { padding: 24px 12px; }
.sheet { width: 100%; max-width: 660px; margin: 0 auto; background: #fffefb; border: 1px solid #d5d2c8;
  border-radius: 10px; border-collapse: separate; }
.inner { padding: 28px 32px 24px; font-family: -apple-system, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif;
  font-size: 15px; line-height: 1.5; color: #1b2126; }
.sender { margin: 0; font-size: 14px; font-weight: 600; color: #0f5a70; }
.period { margin: 0; font-size: 14px; color: #555c61; }
h1 { margin: 14px 0 0; font-size: 23px; line-height: 1.25; font-weight: 650; color: #1b2126; }
h2 { margin: 34px 0 10px; padding-top: 14px; border-top: 1px solid #d5d2c8; font-size: 17px; line-height: 1.3;
  font-weight: 650; color: #1b2126; }
.pressing { margin-top: 22px; padding: 2px 18px 8px; background: #fbecc6; border-left: 5px solid #c98b1b;
  border-radius: 4px; color: #3d2800; }
.pressing h2 { margin-top: 12px; padding-top: 0; border-top: 0; color: #3d2800; }
p { margin: 0 0 10px; }
.data { width: 100%; margin: 0 0 16px; border-collapse: collapse; font-size: 14px; }
.data caption { padding: 0 0 2px; text-align: left; font-size: 13px; color: #555c61; }
.data th, .data td { padding: 6px 0 6px 6px; border-bottom: 1px solid #d5d2c8; vertical-align: top;
  text-align: left; font-weight: 400; }
.data thead th { font-size: 12px; overflow-wrap: anywhere; font-weight: 600; color: #1b2126; vertical-align: bottom;
  border-bottom: 2px solid #8a867a; }
.data .first { padding-left: 0; min-width: 58px; overflow-wrap: anywhere; }
.data .text { padding-left: 16px; }
.data .number { text-align: right; font-variant-numeric: tabular-nums; }
.pressing .data th, .pressing .data td { border-color: #d9b35c; color: #3d2800; }
.pressing .data caption { color: #5c3b00; }
.button { display: inline-block; margin: 2px 0 8px; padding: 10px 18px; background: #0f5a70; color: #ffffff;
  border-radius: 6px; font-weight: 600; text-decoration: none; }
.exact { margin: 0 0 14px; padding: 10px 12px; background: #eceae4; color: #1b2126; border-radius: 6px;
  font-family: ui-monospace, Menlo, Consolas, monospace; font-size: 12px; line-height: 1.45;
  white-space: pre-wrap; overflow-wrap: anywhere; }
.foot { margin: 30px 0 0; padding-top: 12px; border-top: 1px solid #d5d2c8; font-size: 13px; color: #555c61; }
"""
_SCREENS = """
@media (prefers-color-scheme: dark) {
  body, .page { background: #14181b !important; }
  .sheet { background: #1c2226 !important; border-color: #38424a !important; }
  .inner, h1, h2, .data th, .data td { color: #e8ebec !important; }
  .sender { color: #8accde !important; }
  .period, .foot, .data caption { color: #a9b3b9 !important; }
  h2, .foot, .data th, .data td { border-color: #38424a !important; }
  .pressing { background: #3a2e12 !important; border-color: #b98521 !important; }
  .pressing, .pressing h2, .pressing .data caption { color: #f6d995 !important; }
  .pressing .data th, .pressing .data td { color: #f6d995 !important; }
  .pressing .data th, .pressing .data td { border-color: #7a5d1c !important; }
  .button { background: #8accde !important; color: #0b2129 !important; }
  .exact { background: #232a2f !important; color: #e8ebec !important; }
}
@media (max-width: 520px) {
  .around { padding: 0 !important; }
  .sheet { border: 0 !important; border-radius: 0 !important; }
  .inner { padding: 20px 12px !important; }
  .data { font-size: 13px !important; }
  .data th, .data td { padding-left: 4px !important; }
  .data .text { padding-left: 8px !important; }
  .data .first { padding-left: 0 !important; }
  .data thead th { font-size: 11px !important; }
  .data .first { padding-left: 0 !important; }
}
"""


def html(document: Document) -> str:
    """The report as one HTML page, without scripts and remote files."""
    inliner = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False, extra_css=_STYLE)
    return inliner.inline(_page(document))


def _page(document: Document) -> str:
    sections = "".join(_section(section) for section in document.sections)
    foot = "".join(f"<p>{escape(line)}</p>" for line in document.foot)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{escape(document.title)}</title>
<style>{_SCREENS}</style>
</head>
<body>
<table role="presentation" class="page"><tr><td class="around">
<table role="presentation" class="sheet" align="center"><tr><td class="inner">
<main>
<p class="sender">{escape(document.sender)}</p>
<p class="period">{escape(document.period)}</p>
<h1>{escape(document.title)}</h1>
{sections}
<div class="foot">{foot}</div>
</main>
</td></tr></table>
</td></tr></table>
</body>
</html>
"""


def _section(section: Section) -> str:
    kind = "pressing" if section.pressing else "section"
    blocks = "".join(_block(block) for block in section.blocks)
    return f'<div class="{kind}"><h2>{escape(section.title)}</h2>{blocks}</div>'


def _block(block: Block) -> str:
    if isinstance(block, str):
        return f"<p>{escape(block)}</p>"
    if isinstance(block, Link):
        return f'<p><a class="button" href="{escape(block.url)}">{escape(block.words)}</a></p>'
    if isinstance(block, Exact):
        return f'<p>{escape(block.caption)}:</p><pre class="exact">{escape(block.brief or block.text)}</pre>'
    return _table(block)


def _table(table: Table) -> str:
    head = "".join(_cell("th", cell, column, table, "col") for column, cell in enumerate(table.head))
    rows = "".join(f"<tr>{_cells(row, table)}</tr>" for row in table.rows)
    return (
        f'<table class="data"><caption>{escape(table.caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _cells(row: tuple[str, ...], table: Table) -> str:
    named, *rest = row
    others = (_cell("td", cell, column, table) for column, cell in enumerate(rest, 1))
    return _cell("th", named, 0, table, "row") + "".join(others)


def _cell(tag: str, text: str, column: int, table: Table, scope: str = "") -> str:
    kind = "first" if column == 0 else "number" if table.flush_right(column) else "text"
    of = f' scope="{scope}"' if scope else ""
    return f'<{tag} class="{kind}"{of}>{escape(text)}</{tag}>'
