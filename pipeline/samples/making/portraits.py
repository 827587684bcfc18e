"""Makes photographs of the drawn heads: python3 portraits.py HEADS PUBLIC_DOMAIN_PHOTOS OUT

HEADS holds what heads.mjs and rsvg-convert made (head-NN.png, heads.json). Needs Pillow and numpy. The heads are lit from one
side, set before a shaded wall, put slightly out of focus and given skin texture and film grain, so that they cost an
encoder what a photograph costs. OUT/portraits.json says where the eyes are in the upright picture.
"""
import json, pathlib, sys
import numpy as np
from PIL import Image, ImageFilter

heads, photos, out = map(pathlib.Path, sys.argv[1:4])
WALLS = [(222, 226, 231), (232, 230, 224), (214, 219, 224), (236, 238, 240), (226, 221, 214), (205, 214, 224), (240, 236, 230)]
# Pixels between artwork units: 400 x 600 units, eyes at (140, 310) and (260, 310).
EYES = ((140, 310), (260, 310))
ODD = {  # number: what is unusual about the file
    4: dict(orientation=6), 9: dict(orientation=8), 15: dict(orientation=3), 22: dict(orientation=6, size=(1536, 2048)),
    28: dict(orientation=8), 6: dict(progressive=True), 13: dict(grey=True), 31: dict(progressive=True, sampling="4:4:4"),
    11: dict(png="RGB", size=(450, 600)), 20: dict(png="RGB", size=(600, 800)), 26: dict(png="L", size=(750, 1000)),
    33: dict(png="P", size=(600, 800)), 17: dict(size=(1536, 1536)), 24: dict(size=(1600, 1200)),
    35: dict(size=(900, 1200)), 41: dict(size=(960, 1280)), 3: dict(sampling="4:4:4"), 8: dict(sampling="4:2:2"),
}


def smooth(field, radius):
    """Gaussian blur of a float field in -128..127, by way of Pillow."""
    picture = Image.fromarray(np.clip(field + 128, 0, 255).astype(np.uint8))
    return np.asarray(picture.filter(ImageFilter.GaussianBlur(radius)), np.float32) - 128


def noise(random, shape, radius, amplitude):
    """Gaussian noise of one grain size, scaled to the amplitude asked for."""
    h, w = shape
    step = max(1, int(radius))
    small = random.normal(0, 40, (h // step + 2, w // step + 2)).astype(np.float32)
    picture = Image.fromarray(np.clip(small + 128, 0, 255).astype(np.uint8))
    field = np.asarray(picture.resize((w, h), Image.BICUBIC), np.float32) - 128
    return field * (amplitude / max(field.std(), 1e-3))


def photograph(number, size, random):
    """One head as an RGB array, with the places of its eyes."""
    width, height = size
    frame = min(width, height * 3 / 4)
    # At most 0.29 of the width lies between the eyes, which leaves room for a full frontal frame around the head.
    scale = frame / 1200 * min(random.uniform(2.55, 3.1), 2.9)
    eye_x, eye_y = width / 2 + random.uniform(-0.02, 0.02) * frame, height * random.uniform(0.43, 0.49)
    tilt = random.uniform(-1.5, 1.5)

    art = Image.open(heads / f"head-{number:02}.png").convert("RGBA")
    art = art.resize((round(400 * scale), round(600 * scale)), Image.LANCZOS)
    layer = Image.new("RGBA", size)
    left, top = round(eye_x - 200 * scale), round(eye_y - 310 * scale)
    hem = art.crop((0, art.height - 6, art.width, art.height - 5)).resize((art.width, height))
    layer.paste(hem, (left, top + art.height - 6))
    layer.paste(art, (left, top))
    layer = layer.rotate(tilt, Image.BICUBIC, center=(eye_x, eye_y))
    layer = layer.filter(ImageFilter.GaussianBlur(frame / 1200 * random.uniform(0.9, 1.7)))
    pixels = np.asarray(layer, np.float32)
    colour, mask = pixels[..., :3], pixels[..., 3:] / 255

    # A body bulges towards the camera: its blurred outline serves as a height, lit from above on one side.
    small = layer.getchannel("A").resize((width // 8, height // 8), Image.BOX)
    relief = sum(np.asarray(small.filter(ImageFilter.GaussianBlur(frame / 8 * r)), np.float32) for r in (0.02, 0.06, 0.12))
    slope_y, slope_x = np.gradient(relief)
    side = random.choice([-1, 1]) * random.uniform(0.4, 1.0)
    light = np.clip(1 + (slope_x * side + slope_y * 0.6) * frame / 9600 * 0.16, 0.55, 1.25)
    light = Image.fromarray((light * 128).astype(np.uint8)).filter(ImageFilter.GaussianBlur(2))
    light = np.asarray(light.resize(size, Image.BICUBIC).filter(ImageFilter.GaussianBlur(6)), np.float32) / 128
    light = light + random.normal(0, 0.004, light.shape)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    light = light * (1 + side * 0.10 * (0.5 - x / width)) * (1.04 - 0.10 * y / height)
    texture = noise(random, (height, width), 3, 2.2) + noise(random, (height, width), 9, 2.0) + noise(random, (height, width), 40, 3.0)
    person = colour * light[..., None] + texture[..., None]

    shadow = layer.getchannel("A").rotate(0, translate=(int(side * 0.05 * frame), int(0.03 * frame)))
    shadow = np.asarray(shadow.filter(ImageFilter.GaussianBlur(frame * 0.05)), np.float32)[..., None] / 255
    wall = np.array(WALLS[number % len(WALLS)], np.float32) + noise(random, (height, width), 60, 1.5)[..., None]
    fall_off = 1.03 - 0.22 * (((x / width - 0.5 - side * 0.2) ** 2 + (y / height - 0.35) ** 2))
    wall = wall * fall_off[..., None] * (1 - 0.16 * shadow)

    whole = person * mask + wall * (1 - mask)
    warmth = np.array([random.uniform(0.97, 1.03), 1, random.uniform(0.97, 1.03)])
    whole = 255 * np.clip(whole * warmth / 255, 0, 1) ** random.uniform(0.9, 1.12)
    grain = random.normal(0, 30, (height, width)).astype(np.float32)
    grain = smooth(grain, 0.7)
    grain *= random.uniform(2.2, 4.2) / grain.std()
    whole += grain[..., None] + noise(random, (height, width), 2, 1.0)[..., None] * np.array([1.0, 0.2, -1.0])

    turn = np.deg2rad(-tilt)
    eyes = []
    for ux, uy in EYES:
        dx, dy = (ux - 200) * scale, (uy - 310) * scale
        eyes.append([round(eye_x + dx * np.cos(turn) - dy * np.sin(turn)), round(eye_y + dx * np.sin(turn) + dy * np.cos(turn))])
    return np.clip(whole, 0, 255).astype(np.uint8), eyes


def save_jpeg(picture, path, target, odd):
    """Saved at the best quality that stays under the target size."""
    orientation = odd.get("orientation", 1)
    # EXIF 6 is shown turned 90 degrees clockwise, so the sensor saw it turned the other way; 8 the reverse; 3 upside down.
    turned = {3: Image.ROTATE_180, 6: Image.ROTATE_90, 8: Image.ROTATE_270}.get(orientation)
    picture = picture.transpose(turned) if turned is not None else picture
    options = dict(subsampling=odd.get("sampling", "4:2:0"), progressive=odd.get("progressive", False), optimize=True)
    if picture.mode == "L":
        options.pop("subsampling")
    if orientation != 1:
        exif = Image.Exif()
        exif[0x0112] = orientation
        options["exif"] = exif.tobytes()
    for quality in range(92, 40, -3):
        picture.save(path, "JPEG", quality=quality, dpi=(300, 300), **options)
        if path.stat().st_size <= target:
            return


out.mkdir(parents=True, exist_ok=True)
described = {}
for head in json.loads((heads / "heads.json").read_text()):
    number = int(head["name"][-2:])
    random = np.random.default_rng(1974_08_12 + number)
    odd = ODD.get(number, {})
    pixels, (first, second) = photograph(number, odd.get("size", (1200, 1600)), random)
    picture = Image.fromarray(pixels)
    if odd.get("grey") or odd.get("png") == "L":
        picture = picture.convert("L")
    if "png" in odd:
        name = f"{head['name']}.png"
        picture = picture.quantize(160) if odd["png"] == "P" else picture
        picture.save(out / name, optimize=True, dpi=(300, 300))
    else:
        name = f"{head['name']}.jpg"
        save_jpeg(picture, out / name, random.integers(150_000, 245_000), odd)
    described[name] = dict(gender=head["gender"], child=head["child"], eyes=dict(left=first, right=second))

# Two photographs in the public domain, the small one enlarged as a shop enlarges a print.
for name, scale, eyes in (("eileen-collins", 5, [[355, 497], [603, 508]]), ("grace-hopper", 2, [[343, 378], [525, 371]])):
    print_ = Image.open(photos / f"{name}.jpg").convert("RGB")
    print_ = print_.resize((print_.width * scale, print_.height * scale), Image.LANCZOS)
    random = np.random.default_rng(len(name))
    grain = smooth(random.normal(0, 30, (print_.height, print_.width)).astype(np.float32), 0.8)
    pixels = np.asarray(print_, np.float32) + (grain * 3 / grain.std())[..., None]
    save_jpeg(Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)), out / f"{name}.jpg", 190_000, {})
    described[f"{name}.jpg"] = dict(gender="female", child=False, eyes=dict(left=eyes[0], right=eyes[1]))
for source in sorted(photos.glob("drawn-*.jpg")):
    (out / source.name).write_bytes(source.read_bytes())
    described[source.name] = dict(gender="any", child=False)
(out / "portraits.json").write_text(json.dumps(described, indent=1))
