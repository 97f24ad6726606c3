"""Scenes by, on and under water."""

import math
from itertools import pairwise

from digest.demo import canvas as c
from digest.demo.canvas import Canvas, Point


def _crane(board: Canvas, foot: Point, tall: float, reach: float) -> None:
    """A gantry crane from the foot of its landward leg: a boom out over the water, an apex and the stays that hold it."""
    x, ground = foot
    ink, wide, level = c.NIGHT, 104, ground - tall
    apex, tip = (x + wide, level - 84), (x + wide + reach, level)
    for leg in (x, x + wide):
        board.line([(leg, level), (leg, ground)], ink, 11)
    board.line([(x, ground - tall * 0.42), (x + wide, ground - tall * 0.42)], ink, 9)
    board.line([(x, ground - tall * 0.42), (x + wide, level + 8)], ink, 5)
    board.line([(x - 74, level), tip], ink, 12)
    board.line([(x, level), apex, (x + wide, level)], ink, 9)
    for end in (tip, (x + wide + reach * 0.55, level), (x - 66, level)):
        board.line([apex, end], ink, 4)
    board.rect((x - 56, level - 34), (54, 34), ink)


def harbour() -> Canvas:
    """A quay with two cranes, and a freighter before a low sun."""
    board = Canvas(c.SKY)
    board.rect((0, 228), (1200, 170), c.HAZE)
    board.disc((858, 252), 74, c.RED)
    board.poly(
        [
            (0, 392),
            (120, 340),
            (200, 362),
            (300, 302),
            (420, 356),
            (548, 326),
            (668, 366),
            (820, 344),
            (946, 376),
            (1066, 360),
            (1200, 384),
            (1200, 392),
        ],
        c.STONE,
    )
    board.rect((0, 390), (1200, 240), c.SEA)
    for drop, half in ((6, 72), (30, 46)):
        board.poly([(858 - half, 390 + drop), (858 + half, 390 + drop), (838 + half, 400 + drop), (878 - half, 400 + drop)], c.RED)
    # The ship
    board.poly([(640, 446), (1112, 446), (1080, 496), (692, 496)], c.NIGHT)
    board.rect((684, 430), (320, 18), c.NIGHT)
    for x in (724, 806, 888, 970):
        board.rect((x, 408), (6, 26), c.NIGHT)
    board.rect((1016, 384), (62, 64), c.NIGHT)
    board.rect((1030, 356), (14, 30), c.NIGHT)
    for x in (1026, 1044, 1062):
        board.rect((x, 398), (8, 8), c.BLUSH)
    board.ripples([(700, 522, 170), (900, 560, 230), (1000, 522, 110), (660, 566, 70), (740, 600, 150), (960, 606, 120)], c.STEEL)
    # The quay
    _crane(board, (420, 530), 232, 168)
    _crane(board, (130, 530), 378, 262)
    for x in (312, 340):
        board.line([(x, 156), (x, 226)], c.NIGHT, 3)
    board.rect((304, 158), (44, 10), c.NIGHT)
    board.rect((296, 226), (60, 28), c.RED)
    board.poly([(0, 526), (610, 526), (610, 630), (0, 630)], c.NIGHT)
    blocks = (
        (30, 498, c.RUST),
        (110, 498, c.RUST),
        (190, 498, c.STEEL),
        (72, 470, c.RUST),
        (152, 470, c.SAND),
        (380, 498, c.RUST),
        (460, 498, c.STEEL),
        (420, 470, c.STEEL),
    )
    for x, y, colour in blocks:
        board.rect((x, y), (77, 27), colour)
    return board


def cables() -> Canvas:
    """The sea in section: a repair ship above, a broken cable on the floor below."""
    board = Canvas(c.SKY)
    board.rect((0, 108), (1200, 52), c.HAZE)
    board.rect((0, 158), (1200, 472), c.STEEL)
    board.rect((0, 262), (1200, 368), c.SLATE)
    board.rect((0, 372), (1200, 258), c.SEA)
    floor: list[Point] = [(x, 520 + 26 * math.sin(x / 140) + 12 * math.sin(x / 53)) for x in range(0, 1201, 20)]
    board.poly([*floor, (1200, 630), (0, 630)], c.NIGHT)
    board.poly([(0, 586), (190, 560), (420, 596), (700, 572), (960, 600), (1200, 566), (1200, 630), (0, 630)], "#0e1922")
    left = [(x, y - 7) for x, y in floor if x <= 520]
    right = [(x, y - 7) for x, y in floor if x >= 720]
    board.line([*left, (552, 474), (566, 462)], c.SAND, 9)
    board.line([(694, 454), (706, 470), *right], c.SAND, 9)
    for end in ((566, 462), (694, 454)):
        board.disc(end, 11, c.RED)
    for x, y in (left[6], left[18], right[8], right[18]):
        board.poly([(x - 18, y - 9), (x + 18, y - 9), (x + 18, y + 9), (x - 18, y + 9)], c.CREAM)
    # The ship, its sheave at the bow, the grapnel line
    board.poly([(452, 128), (800, 128), (764, 178), (498, 178)], c.NIGHT)
    board.poly([(440, 116), (500, 128), (452, 134)], c.NIGHT)
    board.rect((640, 78), (112, 52), c.NIGHT)
    board.rect((700, 48), (20, 32), c.RED)
    for x in (654, 680, 726):
        board.rect((x, 92), (14, 12), c.HAZE)
    board.line([(560, 128), (560, 70), (520, 128)], c.NIGHT, 6)
    board.line([(560, 74), (606, 128)], c.NIGHT, 4)
    board.disc((446, 122), 15, c.NIGHT)
    board.line([(434, 130), (434, 178), (470, 300), (548, 410), (600, 452)], c.CREAM, 4)
    board.line([(588, 440), (606, 458), (622, 444)], c.CREAM, 5)
    board.line([(606, 458), (604, 472)], c.CREAM, 5)
    board.ripples([(60, 158, 150), (890, 158, 120), (270, 186, 90), (1010, 200, 130), (860, 232, 70)], c.MIST)
    return board


def pilot() -> Canvas:
    """A lighthouse at dusk and the pilot boat going out."""
    board = Canvas(c.CREAM)
    board.rect((0, 180), (1200, 120), "#e3cdb6")
    board.rect((0, 300), (1200, 90), "#dbb9a0")
    board.poly([(318, 160), (1200, 40), (1200, 250)], "#efe4d2")
    board.disc((930, 344), 58, c.RED)
    board.rect((0, 388), (1200, 242), c.SEA)
    for drop, half in ((8, 60), (30, 40), (52, 22)):
        board.rect((930 - half, 388 + drop), (half * 2, 9), c.RED)
    # Ships waiting on the horizon
    for x, long in ((560, 92), (704, 66), (1080, 84)):
        board.poly([(x, 376), (x + long, 376), (x + long - 10, 390), (x + 8, 390)], c.SLATE)
        board.rect((x + long - 26, 362), (16, 16), c.SLATE)
    # Rock and tower
    board.poly([(0, 424), (90, 396), (200, 404), (318, 398), (420, 432), (520, 480), (560, 520), (0, 630)], c.NIGHT)
    board.poly([(0, 630), (560, 520), (600, 560), (480, 630)], c.DEEP)
    board.poly([(262, 404), (276, 196), (346, 196), (360, 404)], c.PAPER)
    board.poly([(273, 246), (349, 246), (353, 300), (269, 300)], c.RED)
    board.poly([(266, 350), (357, 350), (360, 404), (262, 404)], c.RED)
    board.rect((262, 186), (98, 12), c.NIGHT)
    board.rect((284, 138), (54, 50), c.NIGHT)
    board.rect((292, 146), (38, 34), "#f4dc9c")
    board.poly([(276, 140), (311, 108), (346, 140)], c.NIGHT)
    board.rect((304, 362), (16, 42), c.NIGHT)
    # The boat
    board.poly([(646, 498), (880, 482), (850, 538), (684, 538)], c.NIGHT)
    board.poly([(646, 498), (880, 482), (877, 490), (650, 506)], c.RED)
    board.poly([(702, 494), (710, 452), (792, 450), (806, 488)], c.PAPER)
    board.poly([(718, 462), (780, 460), (788, 478), (714, 480)], c.SEA)
    board.line([(742, 452), (742, 404)], c.NIGHT, 5)
    board.rect((742, 406), (34, 20), c.RED)
    board.ripples(
        [(560, 560, 120), (880, 548, 190), (930, 586, 120), (700, 572, 150), (620, 604, 90), (1040, 610, 130), (1010, 470, 110)], c.STEEL
    )
    return board


def radar() -> Canvas:
    """A radar screen: rings, a sweep, islands and three echoes."""
    board = Canvas(c.DEEP)
    centre = (420, 400)
    board.sector(centre, 900, (-50, -31), "#2b4652")
    board.sector(centre, 900, (-42, -31), "#335360")
    for radius in (110, 220, 330, 440, 560, 690):
        board.ring(centre, radius, c.STONE, 2.5)
    board.line([(0, 400), (1200, 400)], c.SLATE, 2)
    board.line([(420, 0), (420, 630)], c.SLATE, 2)
    islands: list[list[Point]] = [
        [(604, 196), (640, 176), (676, 190), (662, 226), (624, 232)],
        [(716, 284), (768, 262), (820, 290), (806, 340), (748, 352), (708, 322)],
        [(876, 372), (916, 350), (948, 384), (920, 424), (886, 412)],
        [(980, 470), (1046, 452), (1088, 498), (1040, 546), (986, 524)],
        [(160, 230), (206, 214), (226, 250), (184, 280), (150, 262)],
    ]
    for island in islands:
        board.poly(island, c.MIST)
    end = (420 + 780 * math.cos(math.radians(-31)), 400 + 780 * math.sin(math.radians(-31)))
    board.line([centre, end], c.RED, 9)
    board.disc(centre, 18, c.RED)
    for x, y in ((690, 128), (556, 300), (902, 210)):
        board.disc((x, y), 9, c.BLUSH)
        board.ring((x, y), 20, c.RED, 3)
    return board


def strait() -> Canvas:
    """A chart of a strait: two coasts, two lanes, buoys and ships between them."""
    board = Canvas("#c3d0d4")
    for x in range(100, 1200, 110):
        board.line([(x, 0), (x, 630)], "#b4c3c8", 2)
    for y in range(60, 630, 110):
        board.line([(0, y), (1200, y)], "#b4c3c8", 2)
    north = [
        (0, 0),
        (1200, 0),
        (1200, 96),
        (1090, 128),
        (1010, 110),
        (900, 168),
        (820, 158),
        (720, 226),
        (610, 216),
        (540, 172),
        (430, 190),
        (330, 150),
        (210, 178),
        (90, 142),
        (0, 166),
    ]
    south = [
        (0, 630),
        (1200, 630),
        (1200, 470),
        (1110, 488),
        (1000, 440),
        (900, 462),
        (800, 414),
        (690, 436),
        (600, 420),
        (500, 470),
        (380, 456),
        (280, 510),
        (150, 492),
        (0, 540),
    ]
    for coast in (north, south):
        board.line(coast[2:], "#d7dfdf", 40)
        board.poly(coast, c.CREAM)
        board.line(coast[2:], c.CLAY, 4)
    for hill in (
        [(250, 96), (300, 30), (350, 96)],
        [(330, 104), (372, 52), (414, 104)],
        [(930, 560), (984, 494), (1040, 560)],
        [(1010, 574), (1052, 520), (1096, 574)],
    ):
        board.poly(hill, c.SAND)
    west: list[Point] = [(0, 300), (300, 286), (560, 296), (740, 312), (960, 268), (1200, 236)]
    east: list[Point] = [(0, 392), (300, 372), (560, 362), (740, 366), (960, 336), (1200, 310)]
    for lane in (west, east):
        for start, end in pairwise(lane):
            board.dashes(start, end, c.RED, width=4, pattern=(20, 14))
    for x, y in ((150, 346), (430, 332), (652, 338), (860, 320), (1080, 284)):
        board.disc((x, y), 10, c.PAPER)
        board.ring((x, y), 10, c.NAVY, 4)
    for x, y, way in ((250, 288, -1), (620, 300, -1), (1010, 260, -1), (380, 370, 1), (780, 362, 1)):
        board.poly(
            [(x - 32 * way, y - 10), (x + 18 * way, y - 10), (x + 36 * way, y), (x + 18 * way, y + 10), (x - 32 * way, y + 10)], c.NAVY
        )
        board.rect((x - 24 * way - (10 if way < 0 else 0), y - 5), (10, 10), c.PALE)
    for x, y in ((500, 130), (700, 500), (180, 90)):
        board.disc((x, y), 8, c.RED)
    board.ring((1090, 400), 44, c.NAVY, 3)
    board.poly([(1090, 346), (1102, 400), (1090, 390), (1078, 400)], c.NAVY)
    board.poly([(1090, 454), (1102, 400), (1090, 410), (1078, 400)], c.STONE)
    return board


def dam() -> Canvas:
    """A dam in a drought: pale bands where the water used to stand, and a bridge over what is left."""
    board = Canvas(c.CREAM)
    board.disc((986, 132), 66, c.RED)
    board.poly(
        [(0, 250), (140, 176), (260, 226), (420, 138), (560, 220), (700, 170), (860, 240), (1010, 196), (1200, 262), (1200, 330), (0, 330)],
        "#c9b695",
    )
    board.poly([(0, 282), (190, 240), (380, 272), (620, 236), (820, 280), (1200, 250), (1200, 400), (0, 400)], c.SAND)
    # Banks, banded by the levels of other years
    for step, colour in enumerate(("#d9c8a8", "#cdb98f", "#c1a97c", c.CLAY)):
        inset, top = step * 46, 320 + step * 48
        board.poly([(0, top), (250 + inset * 1.7, top), (330 + inset * 1.9, 630), (0, 630)], colour)
        board.poly([(1200, top), (950 - inset * 1.7, top), (870 - inset * 1.9, 630), (1200, 630)], colour)
    # The wall
    board.poly([(230, 300), (970, 300), (950, 324), (250, 324)], c.NIGHT)
    board.poly([(250, 324), (950, 324), (880, 520), (320, 520)], c.STONE)
    for number in range(7):
        x = 300 + number * 92
        board.poly([(x, 340), (x + 48, 340), (x + 44, 470), (x + 4, 470)], c.SLATE if number != 3 else c.STEEL)
    board.rect((576, 340), (48, 190), c.PALE)
    board.rect((576, 340), (48, 16), c.NIGHT)
    for x in (270, 402, 534, 666, 798, 914):
        board.rect((x, 262), (14, 40), c.NIGHT)
    board.line([(230, 272), (970, 272)], c.NIGHT, 5)
    # What is left of the river
    board.poly([(430, 520), (770, 520), (716, 630), (470, 630)], c.SEA)
    board.ripples([(520, 548, 90), (630, 566, 70), (540, 594, 120)], c.STEEL)
    # The gauge
    board.rect((330, 372), (16, 214), c.PAPER)
    for mark in range(7):
        board.rect((330, 380 + mark * 30), (16, 9), c.RED)
    return board
