"""Scenes on land and out of doors."""

from digest.demo import canvas as c
from digest.demo.canvas import Canvas, Point


def railway() -> Canvas:
    """A track that runs into a sea, a ferry on it and the sun behind."""
    board = Canvas(c.CREAM)
    board.rect((0, 170), (1200, 90), "#e0d0b8")
    board.disc((842, 170), 78, c.RUST)
    board.rect((0, 258), (1200, 120), c.STEEL)
    board.rect((0, 318), (1200, 62), "#4d6a76")
    for drop, half in ((10, 70), (32, 44)):
        board.rect((842 - half, 258 + drop), (half * 2, 8), c.RUST)
    # The ferry
    board.poly([(250, 268), (476, 268), (456, 304), (270, 304)], c.NIGHT)
    board.rect((286, 236), (150, 34), c.PAPER)
    for x in range(296, 430, 24):
        board.rect((x, 246), (12, 12), c.STEEL)
    board.rect((382, 204), (26, 34), c.RUST)
    board.ripples([(90, 300, 120), (560, 292, 140), (980, 322, 130), (640, 346, 110), (160, 352, 90)], c.HAZE)
    board.rect((0, 376), (1200, 254), c.SAND)
    board.poly([(0, 376), (1200, 376), (1200, 392), (0, 400)], "#c9b189")
    # The track, in perspective towards (600, 330)
    board.poly([(560, 376), (640, 376), (860, 630), (340, 630)], "#a68c60")
    for y, half, thick in ((384, 46, 6), (402, 64, 8), (426, 86, 10), (458, 114, 13), (500, 152, 17), (554, 200, 22), (616, 254, 26)):
        board.rect((600 - half, y), (half * 2, thick), c.NIGHT)
    board.poly([(578, 372), (586, 372), (458, 630), (432, 630)], "#33302c")
    board.poly([(614, 372), (622, 372), (768, 630), (742, 630)], "#33302c")
    # The buffer at the shore, and posts
    board.rect((556, 352), (88, 12), c.RED)
    for x in (566, 626):
        board.rect((x, 358), (8, 22), c.NIGHT)
    for x, top, thick in ((930, 300, 7), (1030, 250, 10), (1150, 170, 14)):
        board.rect((x, top), (thick, 630 - top - (250 - thick * 16)), c.NIGHT)
        board.rect((x - thick * 3, top + thick), (thick * 7, thick * 0.8), c.NIGHT)
    return board


def mountain_pass() -> Canvas:
    """A road up to a pass, with a customs post and its barrier in the snow."""
    board = Canvas("#c8d3da")
    board.rect((0, 0), (1200, 150), c.PALE)
    board.disc((300, 140), 52, c.PAPER)
    board.poly(
        [(0, 330), (180, 190), (320, 290), (470, 120), (640, 300), (820, 90), (1010, 280), (1120, 200), (1200, 270), (1200, 480), (0, 480)],
        c.STONE,
    )
    for peak in (
        [(470, 120), (414, 188), (446, 182), (468, 206), (492, 178), (530, 184)],
        [(820, 90), (742, 182), (786, 170), (816, 204), (850, 166), (912, 182)],
        [(180, 190), (130, 230), (166, 226), (188, 242), (230, 226)],
        [(1120, 200), (1070, 236), (1108, 232), (1130, 246), (1166, 240)],
    ):
        board.poly(peak, c.PAPER)
    board.poly([(0, 420), (200, 330), (430, 400), (620, 330), (860, 410), (1200, 320), (1200, 630), (0, 630)], c.SLATE)
    board.poly([(0, 500), (260, 430), (620, 470), (900, 440), (1200, 490), (1200, 630), (0, 630)], c.PAPER)
    # The road
    board.poly(
        [
            (598, 338),
            (612, 338),
            (652, 374),
            (566, 412),
            (522, 446),
            (700, 500),
            (640, 630),
            (300, 630),
            (520, 510),
            (412, 450),
            (474, 410),
            (616, 374),
        ],
        c.SEA,
    )
    for y, x, long in ((604, 462, 30), (560, 524, 22), (520, 580, 16)):
        board.poly([(x, y), (x + 10, y), (x + 10 - long * 0.3, y + long), (x - long * 0.3, y + long)], c.PAPER)
    # Hut and barrier
    board.rect((760, 432), (210, 128), c.NIGHT)
    board.poly([(736, 436), (866, 366), (994, 436)], c.RUST)
    board.poly([(752, 428), (866, 366), (978, 428), (950, 422), (866, 380), (780, 422)], c.PAPER)
    board.rect((790, 466), (52, 46), "#f0d79a")
    board.rect((814, 466), (4, 46), c.NIGHT)
    board.rect((890, 470), (50, 90), c.SLATE)
    board.rect((716, 468), (20, 96), c.NIGHT)
    board.line([(720, 493), (284, 463)], c.NIGHT, 20)
    for step in range(10):
        board.poly(
            [
                (720 - step * 44, 486 - step * 3),
                (676 - step * 44, 483 - step * 3),
                (676 - step * 44, 497 - step * 3),
                (720 - step * 44, 500 - step * 3),
            ],
            c.RED if step % 2 == 0 else c.PAPER,
        )
    board.rect((278, 452), (12, 70), c.NIGHT)
    # A flag pole without a flag
    board.line([(1044, 560), (1044, 300)], c.NIGHT, 7)
    board.disc((1044, 298), 8, c.NIGHT)
    for x, y in ((90, 470), (150, 452), (1110, 470), (1164, 486)):
        board.poly([(x - 26, y + 60), (x, y - 40), (x + 26, y + 60)], c.DEEP)
        board.poly([(x - 12, y + 6), (x, y - 40), (x + 12, y + 6), (x, y - 4)], c.PAPER)
    return board


def pipeline() -> Canvas:
    """A pipe on trestles across a desert; one valve is red."""
    board = Canvas("#ead9bd")
    board.rect((0, 150), (1200, 130), "#e6cda6")
    board.disc((240, 170), 62, c.RED)
    board.poly([(0, 300), (260, 240), (420, 270), (700, 214), (900, 262), (1200, 226), (1200, 380), (0, 380)], "#cfb383")
    board.poly([(0, 350), (340, 306), (760, 346), (1200, 296), (1200, 630), (0, 630)], c.SAND)
    board.poly([(0, 520), (400, 470), (820, 520), (1200, 462), (1200, 630), (0, 630)], "#a5895c")
    top: list[Point] = [(0, 452), (560, 392), (1200, 264)]
    bottom: list[Point] = [(1200, 314), (560, 436), (0, 508)]
    for x, y, deep in ((70, 490, 110), (300, 466, 92), (520, 440, 76), (720, 404, 66), (900, 368, 58), (1070, 334, 50)):
        wide = deep * 0.22
        board.poly(
            [
                (x - wide, y + deep),
                (x - wide * 0.4, y),
                (x + wide * 0.4, y),
                (x + wide, y + deep),
                (x + wide * 0.6, y + deep),
                (x, y + 20),
                (x - wide * 0.6, y + deep),
            ],
            c.NIGHT,
        )
    board.poly([*top, *bottom], c.SLATE)
    board.poly([*top, (1200, 278), (560, 404), (0, 468)], c.STONE)
    for x, y, tall in ((180, 426, 68), (430, 398, 58), (640, 370, 54), (980, 300, 56)):
        board.rect((x, y), (16, tall), c.NIGHT)
    # The valve
    board.rect((808, 262), (14, 100), c.NIGHT)
    board.rect((780, 340), (72, 60), c.NIGHT)
    board.ring((815, 256), 44, c.RED, 12)
    for end in ((780, 226), (850, 226), (780, 286), (850, 286)):
        board.line([(815, 256), end], c.RED, 8)
    board.disc((815, 256), 12, c.RED)
    # Two posts with a sign each, facing apart
    for x, way in ((1010, -1), (1100, 1)):
        board.rect((x, 420), (8, 120), c.NIGHT)
        board.poly([(x + 4, 420), (x + 4 + 62 * way, 420), (x + 4 + 82 * way, 440), (x + 4 + 62 * way, 460), (x + 4, 460)], c.PAPER)
    return board


def grain() -> Canvas:
    """A grain terminal at night: silos, a lit conveyor, a moon and a waiting train."""
    board = Canvas(c.DEEP)
    board.rect((0, 300), (1200, 170), "#284250")
    board.disc((980, 130), 56, c.CREAM)
    board.disc((1004, 116), 50, c.DEEP)
    for x, y in ((90, 70), (210, 140), (330, 56), (700, 90), (820, 170), (1120, 220), (620, 40), (1160, 60), (50, 210)):
        board.disc((x, y), 3, c.MIST)
    for number, x in enumerate((120, 256, 392, 528)):
        board.rect((x, 220), (124, 280), c.STONE if number % 2 == 0 else c.STEEL)
        board.rect((x + 84, 220), (40, 280), c.STEEL if number % 2 == 0 else c.SLATE)
        board.poly([(x - 6, 222), (x + 62, 172), (x + 130, 222)], c.NIGHT)
        for ring in (286, 356, 426):
            board.rect((x, ring), (124, 4), c.SLATE if number % 2 == 0 else c.SEA)
    # The headhouse and conveyor
    board.rect((664, 132), (96, 368), c.NIGHT)
    for y in (164, 222, 280, 338):
        board.rect((686, y), (20, 26), "#f0d79a")
        board.rect((720, y), (20, 26), "#f0d79a" if y != 222 else c.SLATE)
    board.line([(148, 152), (690, 152)], c.NIGHT, 18)
    for x in (182, 318, 454, 590):
        board.line([(x, 152), (x, 182)], c.NIGHT, 8)
    board.poly([(760, 158), (1080, 372), (1080, 394), (760, 184)], c.RUST)
    board.line([(930, 286), (930, 500)], c.NIGHT, 10)
    board.poly([(1066, 386), (1090, 386), (1098, 430), (1058, 430)], c.NIGHT)
    # Falling grain, into the last wagon
    board.poly([(1070, 430), (1086, 430), (1096, 470), (1060, 470)], c.SAND)
    board.rect((0, 498), (1200, 132), c.NIGHT)
    for x in (40, 330, 620, 910):
        board.poly([(x, 466), (x + 264, 466), (x + 244, 540), (x + 20, 540)], c.SLATE if x != 910 else c.RUST)
        for wheel in (50, 84, 180, 214):
            board.disc((x + wheel, 552), 15, c.STONE)
            board.disc((x + wheel, 552), 6, c.NIGHT)
    board.poly([(1000, 466), (1078, 440), (1156, 466)], c.SAND)
    board.rect((0, 568), (1200, 6), c.STONE)
    for x in range(20, 1200, 60):
        board.rect((x, 580), (34, 8), c.SEA)
    return board


def ministry() -> Canvas:
    """A ministry at dusk: columns, steps, one lit window and somebody going in."""
    board = Canvas(c.PALE)
    board.rect((0, 240), (1200, 260), c.HAZE)
    board.poly(
        [
            (0, 330),
            (130, 330),
            (130, 286),
            (250, 286),
            (250, 360),
            (950, 360),
            (950, 300),
            (1080, 300),
            (1080, 340),
            (1200, 340),
            (1200, 520),
            (0, 520),
        ],
        c.MIST,
    )
    # Wings
    board.rect((90, 270), (1020, 250), c.STONE)
    board.rect((90, 258), (1020, 16), c.SLATE)
    for x in (130, 208, 286, 872, 950, 1028):
        for y in (302, 398):
            lit = (x, y) == (950, 302)
            board.rect((x, y), (42, 64), c.RED if lit else c.SEA)
            board.rect((x + 19, y), (4, 64), c.STONE)
    # The portico
    board.rect((358, 240), (484, 280), c.SLATE)
    board.rect((340, 214), (520, 32), c.PAPER)
    board.poly([(326, 216), (600, 92), (874, 216)], c.PAPER)
    board.poly([(392, 206), (600, 112), (808, 206)], c.MIST)
    board.disc((600, 170), 24, c.NAVY)
    board.disc((600, 170), 12, c.PAPER)
    for x in (366, 454, 542, 630, 718, 806):
        board.rect((x, 246), (34, 258), c.PAPER)
        board.rect((x + 24, 246), (10, 258), c.HAZE)
        board.rect((x - 7, 246), (48, 14), c.PAPER)
        board.rect((x - 7, 492), (48, 14), c.PAPER)
    board.rect((584, 330), (38, 174), c.NIGHT)
    for number in range(5):
        board.rect((330 - number * 24, 506 + number * 16), (540 + number * 48, 17), (c.PAPER, c.CREAM)[number % 2])
    board.rect((0, 584), (1200, 46), c.NAVY)
    # A flag at half its height, and somebody with a case
    board.line([(600, 96), (600, 18)], c.NIGHT, 6)
    board.poly([(602, 40), (690, 48), (672, 66), (690, 84), (602, 78)], c.RED)
    board.disc((480, 536), 12, c.NIGHT)
    board.poly([(464, 552), (496, 552), (500, 602), (486, 602), (481, 574), (475, 602), (460, 602)], c.NIGHT)
    board.rect((500, 578), (26, 20), c.RED)
    board.poly([(0, 584), (0, 520), (60, 500), (110, 584)], c.SEA)
    board.poly([(1200, 584), (1200, 520), (1140, 500), (1090, 584)], c.SEA)
    return board
