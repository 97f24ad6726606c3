"""Scenes indoors, and things on paper."""

import math
from itertools import pairwise

from digest.demo import canvas as c
from digest.demo.canvas import Canvas, Point


def quota() -> Canvas:
    """Bars that rise to a broken red line, and one beyond it."""
    board = Canvas(c.PALE)
    for y in (140, 240, 340, 440):
        board.line([(120, y), (1080, y)], "#c6cedb", 3)
    for number, tall in enumerate((84, 132, 186, 250, 318, 392)):
        board.rect((150 + number * 112, 540 - tall), (84, tall), c.NAVY)
    board.rect((906, 540 - 178), (84, 178), c.STONE)
    board.dashes((850, 66), (850, 560), c.RUST, width=14, pattern=(36, 20))
    board.line([(120, 541), (1080, 541)], c.NIGHT, 6)
    # Something like a crowd, counted in
    for number in range(19):
        board.disc((168 + number * 44, 584), 10, c.NAVY if number < 16 else c.RUST)
    return board


def ledger() -> Canvas:
    """A long ledger, some of its lines struck, and a stamp beside it."""
    board = Canvas(c.SLATE)
    board.poly([(0, 470), (1200, 380), (1200, 630), (0, 630)], c.SEA)
    board.poly([(176, 92), (760, 60), (812, 560), (206, 596)], c.NIGHT)
    board.poly([(160, 76), (744, 44), (796, 544), (190, 580)], c.PAPER)

    def across(row: float, column: float) -> Point:
        """A point on the sheet; both from 0 to 1."""
        left, right = (160 + 30 * row, 76 + 504 * row), (744 + 52 * row, 44 + 500 * row)
        return left[0] + (right[0] - left[0]) * column, left[1] + (right[1] - left[1]) * column

    board.poly([across(0.05, 0.04), across(0.05, 0.96), across(0.12, 0.96), across(0.12, 0.04)], c.NAVY)
    struck = {3, 7, 8}
    for line in range(11):
        top = 0.17 + line * 0.073
        for start, end in ((0.04, 0.3 + 0.05 * (line % 3)), (0.46, 0.6 + 0.04 * (line % 2)), (0.72, 0.94)):
            board.poly(
                [across(top, start), across(top, end), across(top + 0.03, end), across(top + 0.03, start)],
                c.MIST if line not in struck else c.BLUSH,
            )
        if line in struck:
            board.line([across(top + 0.015, 0.02), across(top + 0.015, 0.98)], c.RED, 6)
    # The stamp, its mark and its shadow
    board.ring((930, 232), 92, c.RED, 10)
    board.ring((930, 232), 70, c.RED, 4)
    board.line([(878, 250), (982, 214)], c.RED, 16)
    board.poly([(900, 530), (1120, 512), (1160, 548), (930, 570)], c.NIGHT)
    board.poly([(906, 486), (1100, 470), (1104, 520), (910, 538)], c.RUST)
    board.poly([(906, 486), (926, 462), (1084, 450), (1100, 470)], c.RED)
    board.poly([(978, 458), (1036, 454), (1022, 366), (984, 368)], c.SAND)
    board.disc((1003, 340), 40, c.SAND)
    board.disc((993, 330), 16, c.CREAM)
    return board


def table() -> Canvas:
    """A round table from above: papers, chairs, and one chair pushed back."""
    board = Canvas("#8f7a5c")
    for x in range(0, 1200, 100):
        board.line([(x, 0), (x, 630)], "#86714f", 3)
    centre = (600, 315)
    board.disc((608, 328), 226, "#6d5b41")
    board.disc(centre, 222, c.CREAM)
    board.ring(centre, 222, c.SAND, 12)
    board.disc(centre, 92, c.NAVY)
    board.disc(centre, 78, c.SEA)
    for number in range(12):
        angle = math.radians(number * 30 + 15)
        away = 276 if number != 10 else 330
        seat = (600 + away * math.cos(angle), 315 + away * math.sin(angle))
        board.disc(seat, 35, c.NIGHT)
        board.disc(seat, 27, c.RUST if number == 10 else c.SLATE)
        if number == 10:
            continue
        _sheet(board, (600 + 168 * math.cos(angle), 315 + 168 * math.sin(angle)), angle)
    _sheet(board, (600 + 168 * math.cos(math.radians(315)), 315 + 168 * math.sin(math.radians(315))), math.radians(300), c.RED)
    for x, y, colour in ((566, 300, c.RED), (600, 340, c.SAND), (634, 298, c.HAZE)):
        board.disc((x, y), 17, colour)
    # Interpreters' booths at the sides
    for x in (40, 1048):
        board.rect((x, 130), (112, 370), c.NIGHT)
        for y in (150, 270, 390):
            board.rect((x + 14, y), (84, 92), c.STEEL)
            board.disc((x + 56, y + 46), 18, c.CREAM)
    return board


def _sheet(board: Canvas, centre: Point, angle: float, colour: str = c.PAPER) -> None:
    """A sheet of paper that faces whoever sits outwards of it."""
    x, y = centre
    out, side = (math.cos(angle), math.sin(angle)), (-math.sin(angle), math.cos(angle))
    board.poly(
        [(x + out[0] * a * 21 + side[0] * b * 15, y + out[1] * a * 21 + side[1] * b * 15) for a, b in ((-1, -1), (-1, 1), (1, 1), (1, -1))],
        colour,
    )
    for row in (-9, 0, 9):
        ends = [(x + out[0] * row + side[0] * b * 9, y + out[1] * row + side[1] * b * 9) for b in (-1, 1)]
        board.line(ends, c.MIST if colour == c.PAPER else c.BLUSH, 2.5)


def consulate() -> Canvas:
    """An office left in a hurry: a calendar of another month, a window, a desk with a telephone."""
    board = Canvas("#dcd3c1")
    board.rect((0, 430), (1200, 200), "#a8987b")
    board.rect((0, 424), (1200, 12), c.PAPER)
    # The window and a city in it
    board.rect((96, 70), (360, 300), c.PAPER)
    board.rect((112, 86), (328, 268), c.HAZE)
    board.disc((360, 160), 34, c.RED)
    for x, y, wide in ((112, 268, 60), (172, 230, 54), (226, 282, 70), (296, 244, 46), (342, 296, 98)):
        board.rect((x, y), (wide, 354 - y), c.STONE)
    board.rect((270, 86), (12, 268), c.PAPER)
    board.rect((112, 214), (328, 10), c.PAPER)
    board.rect((84, 366), (384, 14), c.SAND)
    # The calendar, one day ringed
    board.rect((588, 82), (232, 268), c.CLAY)
    board.rect((580, 74), (232, 268), c.PAPER)
    board.rect((580, 74), (232, 58), c.RED)
    for row in range(5):
        for column in range(7):
            board.rect((598 + column * 29, 152 + row * 36), (19, 19), c.MIST)
    board.ring((695, 234), 20, c.RED, 5)
    # Where a portrait used to hang
    board.rect((900, 96), (190, 226), "#e9e2d3")
    board.disc((995, 84), 5, c.NIGHT)
    # Desk, telephone, lamp, dust sheet
    board.rect((380, 452), (640, 22), c.NIGHT)
    board.rect((410, 474), (26, 156), c.NIGHT)
    board.rect((964, 474), (26, 156), c.NIGHT)
    board.rect((790, 474), (150, 100), c.DEEP)
    for y in (488, 532):
        board.rect((850, y), (30, 8), c.SAND)
    board.poly([(520, 452), (534, 410), (612, 410), (626, 452)], c.RUST)
    board.line([(510, 404), (524, 392), (622, 392), (636, 404)], c.RUST, 15)
    board.disc((573, 432), 13, c.PAPER)
    board.line([(880, 452), (880, 350), (820, 312)], c.NIGHT, 8)
    board.poly([(838, 296), (800, 320), (778, 352), (846, 336)], c.SAND)
    board.rect((846, 444), (70, 10), c.NIGHT)
    for step in range(5):
        board.rect((688 - step * 2, 444 - step * 9), (86, 7), c.PAPER if step % 2 == 0 else c.MIST)
    # The flag, furled
    board.line([(1136, 600), (1136, 60)], c.NIGHT, 8)
    board.poly([(1132, 74), (1100, 130), (1096, 330), (1132, 380)], c.NAVY)
    board.poly([(1132, 74), (1116, 140), (1114, 330), (1132, 380)], c.RED)
    board.rect((1100, 596), (74, 12), c.NIGHT)
    return board


def ballots() -> Canvas:
    """A ballot box on a school desk, counted by the light of a headlamp."""
    board = Canvas(c.DEEP)
    board.rect((80, 60), (560, 250), "#27444a")
    for corner, size in (((68, 48), (584, 14)), ((68, 308), (584, 14)), ((68, 48), (14, 274)), ((638, 48), (14, 274))):
        board.rect(corner, size, c.CLAY)
    for row in range(5):
        for group in range(2 if row != 4 else 1):
            for stroke in range(4):
                x = 130 + group * 130 + stroke * 20
                board.line([(x, 92 + row * 42), (x, 120 + row * 42)], c.MIST, 4)
            board.line([(122 + group * 130, 116 + row * 42), (200 + group * 130, 96 + row * 42)], c.MIST, 4)
    for row, long in enumerate((150, 120, 170, 90, 130)):
        board.line([(420, 106 + row * 42), (420 + long, 106 + row * 42)], c.STEEL, 6)
    # The beam
    board.poly([(968, 196), (420, 480), (420, 630), (860, 630)], "#4b5a55")
    board.poly([(968, 196), (520, 480), (520, 560), (780, 560)], "#8b866c")
    board.rect((0, 520), (1200, 22), c.CLAY)
    board.rect((0, 542), (1200, 88), c.NIGHT)
    # The box and papers
    board.poly([(520, 360), (760, 360), (760, 520), (520, 520)], c.PAPER)
    board.poly([(520, 360), (556, 324), (796, 324), (760, 360)], c.CREAM)
    board.poly([(760, 360), (796, 324), (796, 484), (760, 520)], c.SAND)
    board.poly([(608, 346), (620, 336), (704, 336), (692, 346)], c.NIGHT)
    board.poly([(628, 342), (638, 256), (706, 264), (690, 342)], c.PAPER)
    board.line([(650, 280), (688, 284)], c.STONE, 4)
    board.line([(648, 298), (686, 302)], c.STONE, 4)
    board.rect((604, 404), (72, 72), c.RED)
    board.line([(620, 440), (636, 456), (662, 420)], c.PAPER, 9)
    for number in range(6):
        board.rect((330 - number * 3, 510 - number * 11), (130, 9), c.PAPER if number % 2 == 0 else c.HAZE)
    # Whoever counts
    board.disc((1008, 210), 58, c.NIGHT)
    board.poly([(900, 520), (922, 330), (980, 270), (1060, 280), (1110, 350), (1140, 520)], c.NIGHT)
    board.poly([(940, 350), (820, 420), (722, 300), (706, 322), (810, 470), (960, 440)], c.NIGHT)
    board.line([(952, 190), (1064, 176)], c.RED, 10)
    board.disc((956, 192), 15, "#f6e6b4")
    return board


def two_legends() -> Canvas:
    """A folded map of one country with two legends that do not agree."""
    board = Canvas(c.SEA)
    board.poly([(120, 70), (1100, 70), (1100, 590), (120, 590)], c.NIGHT)
    for number in range(4):
        x = 100 + number * 245
        board.rect((x, 50), (245, 520), c.PAPER if number % 2 == 0 else "#ebe3d3")
    land: list[Point] = [
        (330, 150),
        (430, 110),
        (540, 146),
        (640, 118),
        (760, 170),
        (820, 260),
        (780, 350),
        (820, 430),
        (700, 500),
        (580, 470),
        (470, 506),
        (380, 440),
        (330, 350),
        (280, 260),
    ]
    board.poly(land, "#d3c19b")
    board.poly(
        [
            (540, 146),
            (640, 118),
            (760, 170),
            (820, 260),
            (780, 350),
            (820, 430),
            (700, 500),
            (620, 478),
            (590, 390),
            (640, 300),
            (570, 230),
        ],
        "#b9c4b4",
    )
    board.line([*land, land[0]], c.CLAY, 5)
    river: list[Point] = [(430, 110), (452, 190), (420, 260), (470, 330), (450, 410), (470, 506)]
    board.line(river, c.STEEL, 8)
    first: list[Point] = [(540, 146), (570, 230), (640, 300), (590, 390), (620, 478)]
    second: list[Point] = [(588, 132), (660, 210), (700, 310), (662, 400), (700, 500)]
    for border, colour in ((first, c.RED), (second, c.NAVY)):
        for start, end in pairwise(border):
            board.dashes(start, end, colour, width=6, pattern=(18, 10))
    for x, y in ((390, 230), (520, 400), (720, 250), (740, 420), (600, 200)):
        board.disc((x, y), 9, c.NIGHT)
    board.ring((630, 352), 17, c.RED, 5)
    # The legends
    for y, colour, lines in ((90, c.RED, (90, 120, 70)), (380, c.NAVY, (120, 84, 104))):
        board.rect((880, y), (176, 160), c.CREAM)
        board.rect((880, y), (176, 12), colour)
        for row, long in enumerate(lines):
            mark = (c.SAND, "#b9c4b4", c.STEEL)[(row + (1 if colour == c.NAVY else 0)) % 3]
            board.rect((896, y + 36 + row * 40), (26, 22), mark)
            board.rect((934, y + 43 + row * 40), (long * 0.8, 8), c.STONE)
    for number in range(1, 4):
        board.line([(100 + number * 245, 50), (100 + number * 245, 570)], "#d5cab3", 3)
    return board
