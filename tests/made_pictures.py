"""Pictures of lists as wards send them: a seed and a font go in, pictures come out.

Needs Pillow. Every picture knows the rows that stand in it.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont

FONTS = {  # by Debian's package; the first is on every machine that runs the tests
    "fonts-wqy-zenhei": "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "fonts-wqy-microhei": "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "fonts-noto-cjk": "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "fonts-arphic-gbsn00lp": "/usr/share/fonts/truetype/arphic-gbsn00lp/gbsn00lp.ttf",
    "fonts-arphic-gkai00mp": "/usr/share/fonts/truetype/arphic-gkai00mp/gkai00mp.ttf",
}
_GOODS = {  # name: specifications, units
    "N95口罩": (("3M1860", "3M9132", "GB19083", "头戴式"), ("个", "只")),
    "医用外科口罩": (("YY0469", "挂耳式", "绑带式"), ("个", "包")),
    "防护服": (("XL", "L码", "连体式", "170"), ("套", "件")),
    "隔离衣": (("均码", "无纺布", "反穿式"), ("件",)),
    "护目镜": (("防雾", "头戴式", "可调节"), ("个", "副")),
    "防护面罩": (("全脸", "加厚"), ("个",)),
    "鞋套": (("长筒", "防水"), ("双",)),
    "医用帽": (("无纺布", "蓝色"), ("个", "包")),
    "乳胶手套": (("M码", "7.5号", "无粉"), ("副", "盒")),
    "洗手液": (("500ml", "泵装"), ("瓶",)),
    "酒精": (("75%", "500ml"), ("瓶", "桶")),
    "消毒液": (("84", "2.5L"), ("桶", "瓶")),
    "护手霜": (("50g", "尿素"), ("支",)),
    "面膜": (("补水", "修复"), ("盒", "片")),
    "卫生巾": (("夜用", "日用"), ("包",)),
    "饮用水": (("550ml", "桶装"), ("箱",)),
    "牛奶": (("250ml", "纯奶"), ("箱",)),
    "秋衣秋裤": (("170", "L码", "加绒"), ("套",)),
    "雨衣": (("连体", "加厚"), ("件",)),
    "体温计": (("水银", "电子"), ("支",)),
}
_HEADS = (
    "武汉紫荆医院呼吸科物资需求",
    "枣阳第一医院感染科急需物资清单",
    "鄱阳中医院支援队缺口统计表",
    "晴川市第三医院急诊科物资申请",
)
_INK, _PAPER = (25, 25, 30), (252, 252, 250)


@dataclass(frozen=True)
class Row:
    """One line of a list."""

    goods: str
    specification: str
    amount: int
    unit: str


@dataclass(frozen=True)
class MadePicture:
    """A picture with what stands in it.

    lines: the words line by line, cells apart by a blank. rows: the goods among them.
    """

    style: str
    content: bytes
    lines: tuple[str, ...]
    rows: tuple[Row, ...]


def pictures(count: int, *, seed: int, font: str) -> list[MadePicture]:
    """Return pictures, the styles in turn; font: the path of a font with Chinese signs."""
    chance = random.Random(seed)
    styles = list(STYLES)
    return [picture(styles[i % len(styles)], chance, font) for i in range(count)]


def picture(style: str, chance: random.Random, font: str) -> MadePicture:
    """Return one picture of a style of STYLES."""
    return STYLES[style](chance, font)


def drawn_lines(lines: list[str], font: str) -> bytes:
    """Return a PNG of lines of words."""
    letters = ImageFont.truetype(font, 30)
    width = int(max(map(letters.getlength, lines))) + 80
    image = Image.new("RGB", (width, 80 + 52 * len(lines)), _PAPER)
    draw = ImageDraw.Draw(image)
    for at, line in enumerate(lines):
        draw.text((40, 40 + at * 52), line, _INK, letters)
    return _png(image)


def _rows(chance: random.Random, low: int = 5, high: int = 11) -> list[Row]:
    amounts = chance.sample(range(11, 4000), high)
    rows = []
    for goods in chance.sample(sorted(_GOODS), chance.randint(low, high)):
        specifications, units = _GOODS[goods]
        amount = amounts.pop()
        if chance.random() < 0.4:
            amount = amount // 10 * 10 + 10
        rows.append(Row(goods, chance.choice(specifications), amount, chance.choice(units)))
    return rows


def _contact(chance: random.Random) -> str:
    who = chance.choice(("李护士", "王主任", "陈医生", "赵老师"))
    return f"联系人 {who} 1380013{chance.randint(0, 9999):04}"


def _sheet(
    chance: random.Random, font: str, *, size: int, grid: bool = False, split_unit: bool = False
) -> tuple[Image.Image, tuple[str, ...], tuple[Row, ...]]:
    """Draw a table: a heading, the columns' names, rows, whom to call."""
    letters = ImageFont.truetype(font, size)
    rows = _rows(chance)
    cells = [[row.goods, row.specification, *_amount(row, split_unit)] for row in rows]
    names = ["物资名称", "规格", "数量", *(["单位"] if split_unit else [])]
    table = [names, *cells]
    gap = int(size * (1.2 if grid else chance.uniform(1.5, 3.5)))
    widths = [
        int(max(letters.getlength(cells[at]) for cells in table)) + gap for at in range(len(names))
    ]
    step = int(size * chance.uniform(1.5, 2.1))
    left, top = int(size * 1.5), int(size * 1.5)
    head, contact = chance.choice(_HEADS), _contact(chance)
    width = max(sum(widths), int(letters.getlength(head)), int(letters.getlength(contact)))
    image = Image.new("RGB", (left * 2 + width, top * 2 + step * (len(table) + 2)), _PAPER)
    draw = ImageDraw.Draw(image)
    draw.text((left, top), head, _INK, letters)
    y = top + step
    for cells_of_row in table:
        x = left
        for at, cell in enumerate(cells_of_row):
            shift = 0
            if at >= 2 and chance.random() < 0.5 and grid:
                shift = widths[at] - gap - int(letters.getlength(cell))
            draw.text((x + shift, y), cell, _INK, letters)
            x += widths[at]
        if grid:
            _box(draw, left, y, widths, step, size)
        y += step
    draw.text((left, y), contact, _INK, letters)
    lines = (head, *(" ".join(one) for one in table), contact)
    return image, lines, tuple(rows)


def _amount(row: Row, split_unit: bool) -> list[str]:
    return [str(row.amount), row.unit] if split_unit else [f"{row.amount}{row.unit}"]


def _said(row: Row, chance: random.Random) -> str:
    """Return a row as somebody types it into a chat."""
    gap = chance.choice(("", " "))
    about = chance.choice(("", f"（{row.specification}）"))
    return f"{row.goods}{about}{gap}{row.amount}{row.unit}"


def _box(
    draw: ImageDraw.ImageDraw, x: int, y: int, widths: list[int], step: int, size: int
) -> None:
    above = y - (step - size) // 2
    x -= size // 2
    for width in widths:
        draw.rectangle((x, above, x + width, above + step), outline=(90, 90, 90), width=1)
        x += width


def _png(image: Image.Image) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


def _jpeg(image: Image.Image, quality: int) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=quality)
    return stream.getvalue()


def _plain(chance: random.Random, font: str) -> MadePicture:
    image, lines, rows = _sheet(chance, font, size=chance.randint(22, 34))
    return MadePicture("plain", _png(image), lines, rows)


def _tilted(chance: random.Random, font: str) -> MadePicture:
    image, lines, rows = _sheet(chance, font, size=chance.randint(26, 36))
    angle = chance.choice((-1, 1)) * chance.uniform(2, 9)
    turned = image.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=_PAPER)
    return MadePicture("tilted", _png(turned), lines, rows)


def _small(chance: random.Random, font: str) -> MadePicture:
    image, lines, rows = _sheet(chance, font, size=chance.randint(14, 17))
    return MadePicture("small", _png(image), lines, rows)


def _dark(chance: random.Random, font: str) -> MadePicture:
    image, lines, rows = _sheet(chance, font, size=chance.randint(26, 34))
    dim = ImageEnhance.Brightness(image).enhance(chance.uniform(0.25, 0.4))
    low = ImageEnhance.Contrast(dim).enhance(chance.uniform(0.5, 0.8))
    return MadePicture("dark", _jpeg(_noise(low, chance, 5), 85), lines, rows)


def _squeezed(chance: random.Random, font: str) -> MadePicture:
    image, lines, rows = _sheet(chance, font, size=chance.randint(24, 32))
    return MadePicture("jpeg", _jpeg(image, chance.randint(18, 35)), lines, rows)


def _grid(chance: random.Random, font: str) -> MadePicture:
    image, lines, rows = _sheet(
        chance, font, size=chance.randint(20, 30), grid=True, split_unit=chance.random() < 0.5
    )
    return MadePicture("grid", _png(image), lines, rows)


def _chat(chance: random.Random, font: str) -> MadePicture:
    """Draw a chat: questions on the right, bubbles of goods on the left."""
    size = chance.randint(26, 32)
    letters = ImageFont.truetype(font, size)
    rows = _rows(chance, 4, 8)
    image = Image.new("RGB", (750, 1400), (237, 237, 237))
    draw = ImageDraw.Draw(image)
    y, lines, waiting = 30, [], list(rows)
    while waiting:
        ask = chance.choice(("还需要什么", "请把清单发一下", "每样要多少"))
        width = int(letters.getlength(ask))
        draw.rounded_rectangle((650 - width - 40, y, 650, y + size + 36), 12, fill=(149, 236, 105))
        draw.text((650 - width - 20, y + 14), ask, _INK, letters)
        draw.rounded_rectangle((670, y, 730, y + 60), 6, fill=(90, 120, 160))
        lines.append(ask)
        y += size + 70
        part = [waiting.pop(0) for _ in range(min(len(waiting), chance.randint(2, 4)))]
        words = [_said(row, chance) for row in part]
        step = int(size * 1.45)
        width = int(max(map(letters.getlength, words)))
        draw.rounded_rectangle(
            (100, y, 140 + width, y + step * len(words) + 28), 12, fill=(255, 255, 255)
        )
        draw.rounded_rectangle((20, y, 80, y + 60), 6, fill=(160, 110, 90))
        for at, word in enumerate(words):
            draw.text((120, y + 14 + at * step), word, _INK, letters)
        lines += words
        y += step * len(words) + 60
    return MadePicture("chat", _png(image.crop((0, 0, 750, y))), tuple(lines), tuple(rows))


def _photo(chance: random.Random, font: str) -> MadePicture:
    """Photograph a sheet from aside: perspective, uneven light, blur, noise, JPEG."""
    sheet, lines, rows = _sheet(
        chance, font, size=chance.randint(30, 38), grid=chance.random() < 0.5
    )
    width, height = sheet.size
    desk = Image.new("RGB", (int(width * 1.2), int(height * 1.2)), (120, 100, 80))
    desk.paste(sheet, (int(width * 0.1), int(height * 0.1)))
    wide, high = desk.size

    def off(most: float) -> float:
        return chance.uniform(-most, most)

    corners = [  # of the desk, seen from aside
        (wide * (0.04 + off(0.04)), high * (0.04 + off(0.04))),
        (wide * (0.04 + off(0.04)), high * (0.96 + off(0.04))),
        (wide * (0.96 + off(0.04)), high * (0.96 + off(0.04))),
        (wide * (0.96 + off(0.04)), high * (0.04 + off(0.04))),
    ]
    whole = [(0, 0), (0, high), (wide, high), (wide, 0)]
    seen = desk.transform(
        desk.size,
        Image.Transform.PERSPECTIVE,
        _perspective(whole, corners),
        Image.Resampling.BICUBIC,
        fillcolor=(120, 100, 80),
    )
    light = Image.linear_gradient("L").rotate(chance.choice((0, 90, 180))).resize(seen.size)
    shade = light.point([int(140 + value * 0.45) for value in range(256)])
    seen = Image.composite(seen, Image.new("RGB", seen.size), shade)
    seen = seen.filter(ImageFilter.GaussianBlur(chance.uniform(0.3, 0.9)))
    return MadePicture("photo", _jpeg(_noise(seen, chance, 9), chance.randint(50, 80)), lines, rows)


def _perspective(source: list[tuple[float, float]], seen: list[tuple[float, float]]) -> list[float]:
    """Return the eight numbers that Pillow wants to draw `source` at `seen`."""
    import numpy as np

    matrix, values = [], []
    for (x, y), (u, v) in zip(seen, source, strict=True):
        matrix += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    solved: list[float] = np.linalg.solve(np.array(matrix), np.array(values)).tolist()
    return solved


def _noise(image: Image.Image, chance: random.Random, strength: float) -> Image.Image:
    import numpy as np

    grain = np.random.default_rng(chance.randrange(1 << 30))
    pixels = np.asarray(image, dtype=np.float32)
    noisy = pixels + grain.normal(0, strength, pixels.shape)
    return Image.fromarray(noisy.clip(0, 255).astype(np.uint8))


STYLES: dict[str, Callable[[random.Random, str], MadePicture]] = {
    "plain": _plain,
    "tilted": _tilted,
    "small": _small,
    "dark": _dark,
    "jpeg": _squeezed,
    "grid": _grid,
    "chat": _chat,
    "photo": _photo,
}


def font_path(package: str) -> str | None:
    """Return the font of a package of FONTS where it is installed."""
    path = FONTS[package]
    return path if Path(path).exists() else None
