"""Draws signatures of nobody: python3 signatures.py OUT. Needs Pillow."""
import math, pathlib, random, sys
from PIL import Image, ImageDraw

out = pathlib.Path(sys.argv[1])
out.mkdir(parents=True, exist_ok=True)
WIDTH, HEIGHT, OVER = 600, 200, 4


def curve(points, steps=24):
    """Catmull-Rom through the points."""
    for a, b, c, d in zip(points, points[1:], points[2:], points[3:]):
        for step in range(steps):
            t = step / steps
            yield tuple(
                0.5 * (2 * b[i] + (c[i] - a[i]) * t + (2 * a[i] - 5 * b[i] + 4 * c[i] - d[i]) * t * t + (3 * b[i] - a[i] - 3 * c[i] + d[i]) * t**3)
                for i in (0, 1)
            )


for number in range(1, 13):
    draw_random = random.Random(9303 + number)
    sheet = Image.new("L", (WIDTH * OVER, HEIGHT * OVER), 255)
    pen = ImageDraw.Draw(sheet)
    x, slant = 50.0, draw_random.uniform(-0.1, 0.35)
    points = [(x, 110.0)]
    for letter in range(draw_random.randint(5, 10)):
        tall = 70 if letter == 0 else draw_random.choice([16, 20, 26, 55])
        width = draw_random.uniform(18, 42)
        for part in range(4):
            y = 115 - tall * (part in (1, 2)) * draw_random.uniform(0.6, 1) + draw_random.uniform(-6, 10)
            points.append((x + width * part / 4 + (115 - y) * slant + draw_random.uniform(-7, 7), y))
        x += width
    points += [(x + 30, 120), (x + draw_random.uniform(-160, 40), 150 + draw_random.uniform(-8, 12)), (x - 200, 155)]
    previous = None
    for index, (px, py) in enumerate(curve(points)):
        if previous is not None:
            speed = math.dist(previous, (px, py))
            weight = max(1.6, 4.6 - speed * 0.35 + math.sin(index / 17)) * OVER
            pen.line([tuple(v * OVER for v in previous), (px * OVER, py * OVER)], fill=20, width=round(weight))
            pen.ellipse([px * OVER - weight / 2, py * OVER - weight / 2, px * OVER + weight / 2, py * OVER + weight / 2], fill=20)
        previous = (px, py)
    sheet.resize((WIDTH, HEIGHT), Image.LANCZOS).save(out / f"signature-{number:02}.png", optimize=True, dpi=(300, 300))
