#!/usr/bin/env python3
"""Makes the font files of this folder from the fonts of three Debian packages.

    apt-get install fonts-ocr-b fonts-noto-core fonts-noto-cjk
    pip install fonttools==4.68.0
    python3 subset.py [FONTS]          # FONTS: /usr/share/fonts unless given

The files come out the same byte for byte; SOURCES.md says what is in them and why.
"""

import os
import sys

from fontTools import subset
from fontTools.ttLib import TTFont

FONTS = sys.argv[1] if len(sys.argv) > 1 else "/usr/share/fonts"
HERE = os.path.dirname(os.path.abspath(__file__))

# The characters of Doc 9303-3 figure 4, and the space.
MRZ = {ord(c) for c in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ< "}


def latin():
    """Latin with every diacritic of Doc 9303-3 section 6 A and Vietnamese, Cyrillic, punctuation."""
    ranges = [(0x20, 0x7E), (0xA0, 0x24F), (0x1E00, 0x1EFF), (0x400, 0x4FF), (0x2010, 0x2027), (0x2030, 0x203A)]
    points = {c for first, last in ranges for c in range(first, last + 1)}
    points |= {0x259, 0x2BB, 0x2BC, 0x2C6, 0x2C7, 0x2D8, 0x2D9, 0x2DA, 0x2DB, 0x2DC, 0x2DD, 0x20AC, 0x2116, 0x2122}
    return points


def chinese():
    """Every unified and compatibility ideograph of the font, and all else of Big5 and HKSCS (by Python's codec)."""
    points = set(range(0x3400, 0x4DC0)) | set(range(0x4E00, 0xA000)) | set(range(0xF900, 0xFB00))
    points |= set(range(0x20000, 0x32000))
    for lead in range(0x81, 0xFF):
        for trail in [*range(0x40, 0x7F), *range(0xA1, 0xFF)]:
            try:
                text = bytes([lead, trail]).decode("big5hkscs")
            except UnicodeDecodeError:
                continue
            # A few codes stand for a letter with a combining mark; those are left to the Latin font.
            if len(text) == 1:
                points.add(ord(text))
    points |= {0x3007, 0xFF0F, 0xB7, 0x2022, 0x2027, 0x30FB}
    return {c for c in points if c >= 0x2E80} | {0xB7, 0x2022, 0x2027}


def make(source, name, points, number=-1):
    options = subset.Options()
    options.layout_features = []
    options.hinting = False
    options.desubroutinize = False
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.name_languages = [0x409]
    options.notdef_outline = True
    options.glyph_names = False
    options.recalc_timestamp = False
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx", "DSIG", "meta", "STAT"]
    options.font_number = number
    font = TTFont(os.path.join(FONTS, source), fontNumber=number, recalcTimestamp=False)
    have = set(font.getBestCmap())
    worker = subset.Subsetter(options)
    worker.populate(unicodes=points & have)
    worker.subset(font)
    path = os.path.join(HERE, name)
    font.save(path)
    print(f"{name}: {len(points & have)} characters, {os.path.getsize(path)} bytes")


make("opentype/ocr-b/OCRB.otf", "OCRB-mrz.otf", MRZ)
make("truetype/noto/NotoSans-Regular.ttf", "NotoSans-Regular-latin.ttf", latin())
make("truetype/noto/NotoSans-Italic.ttf", "NotoSans-Italic-latin.ttf", latin())
make("truetype/noto/NotoSans-Bold.ttf", "NotoSans-Bold-latin.ttf", latin())
make("opentype/noto/NotoSansCJK-Regular.ttc", "NotoSansCJKhk-Regular-names.otf", chinese(), 4)
