"""The typeface of reports, from Debian's package `fonts-inter`: `python tools/fonts.py FOLDER_OF_INTER_OTF`.

What is kept: Latin, Cyrillic, punctuation, currency signs, arrows and the signs of charts. Figures are of one width, so
columns of numbers stand under one another in every format. A subset may not bear the name of the whole by good custom,
so the family is called Realty Sans. The same input gives the same bytes.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

FONTS = Path(__file__).resolve().parent.parent / "realty_cli" / "reports" / "fonts"
FAMILY = "Realty Sans"
WEIGHTS = {"Regular": "Regular", "SemiBold": "Bold"}
RANGES = (
    (0x20, 0x7E), (0xA0, 0x17F), (0x218, 0x21B), (0x2BC, 0x2BC), (0x400, 0x45F), (0x462, 0x463), (0x490, 0x4FF),
    (0x2002, 0x200A), (0x2010, 0x2015), (0x2018, 0x201E), (0x2020, 0x2022), (0x2026, 0x2026), (0x202F, 0x202F),
    (0x2030, 0x2033), (0x2039, 0x203A), (0x2044, 0x2044), (0x20A0, 0x20BF), (0x2113, 0x2116), (0x2122, 0x2122),
    (0x2190, 0x2199), (0x2212, 0x2212), (0x221E, 0x221E), (0x2248, 0x2248), (0x2260, 0x2265), (0x25A0, 0x25FF),
    (0x2713, 0x2717),
)  # fmt: skip


def main(source: Path) -> None:
    FONTS.mkdir(exist_ok=True)
    for weight, style in WEIGHTS.items():
        font = TTFont(source / f"Inter-{weight}.otf", recalcTimestamp=False)
        tabular(font)
        options = subset.Options(
            layout_features=["kern", "mark", "mkmk", "ccmp", "locl"], name_IDs=["*"], hinting=False
        )
        options.notdef_outline, options.drop_tables = True, [*options.drop_tables, "DSIG", "STAT", "meta"]
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=[code for low, high in RANGES for code in range(low, high + 1)])
        cutter.subset(font)
        rename(font, style)
        (FONTS / "covered.txt").write_text("".join(chr(code) for code in sorted(font.getBestCmap())), encoding="utf-8")
        for suffix, flavor in ((".otf", None), (".woff", "woff")):
            font.flavor = flavor
            font.save(FONTS / f"RealtySans-{style}{suffix}")


def tabular(font: TTFont) -> None:
    """Point the digits at their glyphs of equal width (the feature tnum)."""
    gsub = font["GSUB"].table
    features = (one.Feature for one in gsub.FeatureList.FeatureRecord if one.FeatureTag == "tnum")
    lookups = {at for feature in features for at in feature.LookupListIndex}
    same: dict[str, str] = {}
    for at in lookups:
        for table in gsub.LookupList.Lookup[at].SubTable:
            same |= getattr(table, "ExtSubTable", table).mapping
    for table in font["cmap"].tables:
        table.cmap |= {code: same.get(name, name) for code, name in table.cmap.items() if chr(code) in "0123456789"}


def rename(font: TTFont, style: str) -> None:
    full = {1: FAMILY, 2: style, 3: f"{FAMILY} {style}", 4: f"{FAMILY} {style}", 6: f"RealtySans-{style}"}
    names = font["name"]
    for record in list(names.names):
        if record.nameID in full:
            record.string = full[record.nameID]
        elif record.nameID not in (0, 5, 13, 14):
            names.removeNames(nameID=record.nameID)
    bold = style == "Bold"
    font["OS/2"].usWeightClass = 700 if bold else 400
    font["OS/2"].fsSelection = 0x20 if bold else 0x40
    font["head"].macStyle = 1 if bold else 0
    cff = font["CFF "].cff
    cff.fontNames = [full[6]]
    top = cff.topDictIndex[0]
    top.FamilyName, top.FullName, top.Weight = FAMILY, full[4], style


if __name__ == "__main__":
    main(Path(sys.argv[1]))
