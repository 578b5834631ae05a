"""Synthetic products for the benches and for tests: ``records(N)``, seeded, the same on every machine, and valid.

Their declared values come from plain Fraction arithmetic in this module, not from the core that they are to be held
against. One product in five has an older report beside its current one; one report in ten has a picture.
"""

from __future__ import annotations

import importlib
import random
import struct
import zlib
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from hashlib import sha256
from typing import Any

import yaml

SEED = 20261120
Data = dict[str, Any]


# The factor library: made-up figures of a realistic size, in the units that published ones have


@dataclass(frozen=True)
class Factor:
    """One factor; ``scale`` turns amount × heating value × value, as bare numbers, into kgCO2e."""

    release: str
    id: str
    kind: str
    carrier: str
    value: str
    unit: str
    amount_unit: str
    scale: Fraction
    heat: str
    heat_unit: str
    zh: str
    en: str

    @property
    def reference(self) -> str:
        return f"{self.release}/{self.id}"

    @property
    def gases(self) -> str:
        return "CO2e" if "CO2e" in self.unit else "CO2"


# release | id | kind | carrier | value | unit | unit of amounts | scale | heating value | its unit | zh | en
FACTORS = """
power/2024 | grid | electricity | electricity | 0.5812 | kgCO2e/kWh | kWh | 1 |  |  | 电力（全国平均） | Electricity (national average)
power/2024 | grid-north | electricity | electricity | 0.6779 | kgCO2e/kWh | kWh | 1 |  |  | 电力（华北） | Electricity (north)
power/2024 | grid-south | electricity | electricity | 0.4326 | kgCO2e/kWh | kWh | 1 |  |  | 电力（南方） | Electricity (south)
power/2024 | solar | electricity | electricity | 0.0531 | kgCO2e/kWh | kWh | 1 |  |  | 光伏电力 | Solar electricity
fuels/2023 | diesel | fuel | diesel | 0.0726 | tCO2/GJ | kg | 1 | 42.652 | GJ/t | 柴油 | Diesel
fuels/2023 | gasoline | fuel | gasoline | 0.0679 | tCO2/GJ | kg | 1 | 43.070 | GJ/t | 汽油 | Gasoline
fuels/2023 | natural-gas | fuel | natural-gas | 0.0555 | tCO2/GJ | m3 | 1/10 | 389.31 | GJ/(10^4 m3) | 天然气 | Natural gas
fuels/2023 | coal | fuel | coal | 0.0893 | tCO2/GJ | kg | 1 | 22.350 | GJ/t | 烟煤 | Bituminous coal
fuels/2023 | lpg | fuel | other | 0.0617 | tCO2/GJ | kg | 1 | 50.179 | GJ/t | 液化石油气 | Liquefied petroleum gas
heat/2023 | steam | other | steam | 0.1132 | tCO2/GJ | GJ | 1000 |  |  | 外购蒸汽 | Purchased steam
heat/2023 | hot-water | other | heat | 0.1059 | tCO2/GJ | MJ | 1 |  |  | 外购热水 | Purchased hot water
metals/2022 | cold-rolled-steel | material |  | 2.513 | kgCO2e/kg | kg | 1 |  |  | 冷轧钢板 | Cold-rolled steel sheet
metals/2022 | stainless-steel | material |  | 5.372 | kgCO2e/kg | kg | 1 |  |  | 不锈钢板 | Stainless steel sheet
metals/2022 | galvanised-steel | material |  | 2.761 | kgCO2e/kg | kg | 1 |  |  | 镀锌钢板 | Galvanised steel sheet
metals/2022 | silicon-steel | material |  | 3.094 | tCO2e/t | kg | 1 |  |  | 硅钢片 | Silicon steel
metals/2022 | steel-screws | material |  | 2.884 | kgCO2e/kg | kg | 1 |  |  | 钢制紧固件 | Steel fasteners
metals/2022 | cast-iron | material |  | 1.837 | tCO2e/t | kg | 1 |  |  | 铸铁 | Cast iron
metals/2022 | aluminium-sheet | material |  | 17.204 | kgCO2e/kg | kg | 1 |  |  | 铝板 | Aluminium sheet
metals/2022 | aluminium-recycled | material |  | 1.263 | kgCO2e/kg | kg | 1 |  |  | 再生铝 | Recycled aluminium
metals/2022 | copper-bar | material |  | 4.916 | kgCO2e/kg | kg | 1 |  |  | 铜排 | Copper busbar
metals/2022 | copper-wire | material |  | 5.348 | kgCO2e/kg | kg | 1 |  |  | 漆包铜线 | Enamelled copper wire
metals/2022 | brass | material |  | 4.127 | kgCO2e/kg | kg | 1 |  |  | 黄铜 | Brass
metals/2022 | tin-solder | material |  | 19.561 | kgCO2e/kg | kg | 1 |  |  | 锡焊料 | Tin solder
materials/2024 | polycarbonate | material |  | 5.773 | kgCO2e/kg | kg | 1 |  |  | 聚碳酸酯 | Polycarbonate
materials/2024 | abs | material |  | 3.861 | kgCO2e/kg | kg | 1 |  |  | ABS 树脂 | ABS resin
materials/2024 | pvc | material |  | 2.617 | kgCO2e/kg | kg | 1 |  |  | 聚氯乙烯 | Polyvinyl chloride
materials/2024 | polyamide | material |  | 7.915 | kgCO2e/kg | kg | 1 |  |  | 聚酰胺 66 | Polyamide 66
materials/2024 | moulding-compound | material |  | 3.482 | kgCO2e/kg | kg | 1 |  |  | 片状模塑料 | Sheet moulding compound
materials/2024 | epoxy | material |  | 6.718 | kgCO2e/kg | kg | 1 |  |  | 环氧树脂 | Epoxy resin
materials/2024 | silicone | material |  | 4.592 | kgCO2e/kg | kg | 1 |  |  | 硅橡胶 | Silicone rubber
materials/2024 | glass | material |  | 1.439 | kgCO2e/kg | kg | 1 |  |  | 钢化玻璃 | Toughened glass
materials/2024 | porcelain | material |  | 1.126 | kgCO2e/kg | kg | 1 |  |  | 电瓷 | Electrical porcelain
materials/2024 | powder-coating | material |  | 4.831 | kgCO2e/kg | kg | 1 |  |  | 粉末涂料 | Powder coating
materials/2024 | corrugated-board | material |  | 1.014 | kgCO2e/kg | kg | 1 |  |  | 瓦楞纸板 | Corrugated board
materials/2024 | plywood | material |  | 0.846 | kgCO2e/kg | kg | 1 |  |  | 胶合板 | Plywood
materials/2024 | pe-film | material |  | 2.953 | kgCO2e/kg | kg | 1 |  |  | 聚乙烯薄膜 | Polyethylene film
parts/2024 | circuit-board | material |  | 128.4 | kgCO2e/m2 | m2 | 1 |  |  | 印制电路板 | Printed circuit board
parts/2024 | integrated-circuit | material |  | 0.5127 | kgCO2e/piece | piece | 1 |  |  | 集成电路 | Integrated circuit
parts/2024 | meter | material |  | 14.83 | kgCO2e/piece | piece | 1 |  |  | 电能表 | Electricity meter
parts/2024 | breaker | material |  | 9.267 | kgCO2e/piece | piece | 1 |  |  | 塑壳断路器 | Moulded-case circuit breaker
parts/2024 | conductor | material |  | 0.2415 | kgCO2e/m | m | 1 |  |  | 绝缘导线 | Insulated conductor
transport/2024 | lorry-heavy | transport | diesel | 0.0742 | kgCO2e/tkm | tkm | 1 |  |  | 重型货车运输 | Heavy lorry
transport/2024 | lorry-light | transport | diesel | 0.2856 | kgCO2e/tkm | tkm | 1 |  |  | 轻型货车运输 | Light lorry
transport/2024 | rail | transport | electricity | 0.0126 | kgCO2e/tkm | tkm | 1 |  |  | 铁路运输 | Rail freight
transport/2024 | inland-ship | transport | diesel | 0.0189 | kgCO2e/tkm | tkm | 1 |  |  | 内河船舶运输 | Inland ship
waste/2024 | landfill | waste |  | 0.4671 | kgCO2e/kg | kg | 1 |  |  | 一般固废填埋 | Landfill of mixed waste
waste/2024 | incineration | waste |  | 2.341 | kgCO2e/kg | kg | 1 |  |  | 塑料焚烧 | Incineration of plastics
waste/2024 | dismantling | waste |  | 0.1283 | kgCO2e/kg | kg | 1 |  |  | 拆解 | Dismantling
waste/2024 | steel-credit | waste |  | -1.587 | kgCO2e/kg | kg | 1 |  |  | 废钢回收抵扣 | Credit for recycled steel
"""  # noqa: E501


def factor_of(row: str) -> Factor:
    cells = [cell.strip() for cell in row.split("|")]
    release, name, kind, carrier, value, unit, amount_unit, scale, heat, heat_unit, zh, en = cells
    return Factor(release, name, kind, carrier, value, unit, amount_unit, Fraction(scale), heat, heat_unit, zh, en)


LIBRARY = {factor.reference: factor for factor in map(factor_of, FACTORS.strip().splitlines())}
MATERIALS = [factor for factor in LIBRARY.values() if factor.kind == "material"]
LARGEST = {"kg": 30, "kWh": 90, "m3": 12, "GJ": 1, "MJ": 200, "tkm": 80, "m2": 2, "m": 60, "piece": 20}

# What the lines of a stage are made of; the first line of a stage is of the first.
STAGES = {
    "raw-materials": MATERIALS,
    "inbound-transport": [f for f in LIBRARY.values() if f.carrier == "diesel" or f.kind == "transport"],
    "production": [f for f in LIBRARY.values() if f.release in ("power/2024", "fuels/2023", "heat/2023")],
    "storage": [f for f in LIBRARY.values() if f.kind == "electricity"],
    "distribution": [f for f in LIBRARY.values() if f.carrier == "diesel" or f.kind == "transport"],
    "use": [],
    "end-of-life": [f for f in LIBRARY.values() if f.kind == "waste"],
}
GATE = ["raw-materials", "inbound-transport", "production"]
GRAVE = [*GATE, "distribution", "end-of-life"]


# Words: sentences made of exchangeable parts, so that no two products say the same


def pairs(text: str) -> list[tuple[str, str]]:
    """``甲 A, 乙 B`` as pairs of Chinese and English."""
    return [(zh, en) for zh, _, en in (item.strip().partition(" ") for item in text.split(","))]


PARTS = {
    "zh": {
        "material": [factor.zh for factor in MATERIALS],
        "record": ["领料单", "生产报表", "采购台账", "财务凭证", "能源台账", "供应商问卷", "过磅记录", "入库单"],
        "place": ["冲压车间", "焊接车间", "喷涂车间", "总装车间", "检测室", "成品库", "华东工厂", "外协厂"],
        "energy": ["用电量", "天然气用量", "蒸汽用量", "柴油用量", "压缩空气用量", "循环水用量"],
    },
    "en": {
        "material": [factor.en.lower() for factor in MATERIALS],
        "record": ["material slips", "production reports", "purchase ledgers", "vouchers", "weighbridge records"],
        "place": ["the press shop", "the welding shop", "the paint shop", "final assembly", "the test room"],
        "energy": ["electricity", "natural gas", "steam", "diesel", "compressed air", "cooling water"],
    },
}
SENTENCES = {
    "zh": [
        "{material}的用量取自企业{record}，并与{place}的实际消耗核对一致。",
        "{place}的{energy}按月计量，统计期内没有缺失月份。",
        "没有分产品计量的{energy}按产量分摊到各型号，分摊系数为 {share} %。",
        "供应商没有提供{material}的实测数据，以同类工艺的行业平均值代替。",
        "{material}经公路运至{place}，运距按实际线路计算，平均 {number} 公里。",
        "低于总投入 {share} % 的辅料没有计入，合计不超过总量的 5 %。",
        "{record}由两人分别录入并交叉核对，{number} 处差异已逐项说明。",
        "包装只计一次性{material}；周转箱按 {number} 次使用折算后可以忽略。",
        "报废产品中的{material}按 {share} % 回收、其余填埋的情景处理。",
        "在{place}改用变频设备后，每台产品的{energy}预计下降 {share} %。",
        "“{record}”与{place}仪表读数相差不到 {share} %，以仪表读数为准。",
    ],
    "en": [
        "The amount of {material} comes from the {record} and was checked against what {place} used.",
        "In {place} {energy} is metered monthly; no month is missing in the period.",
        "{energy} that is not metered by product is allocated by output, with a factor of {share} %.",
        "The supplier of {material} gave no measured data; the industry's average for the process stands in.",
        "Road transport of {material} to {place} is counted over the real route, {number} km on average.",
        "Auxiliary materials below {share} % of all inputs are left out, together no more than 5 %.",
        "Two people entered the {record} separately; {number} differences were explained one by one.",
        "Only one-way packaging of {material} is counted; boxes used {number} times can be neglected.",
        "Of the {material} in discarded products {share} % is recycled and the rest goes to landfill.",
        "The {record} & the meters of {place} differ by less than {share} %; the meters' readings are used.",
    ],
}
METHOD = ("goal", "allocation", "assumptions", "data_sources", "data_collection", "data_quality", "uncertainty")
PROSE_LENGTH = (1000, 1450)  # characters per product and language, less than a sentence more
CITIES = pairs("常州 Changzhou, 乐清 Yueqing, 宁波 Ningbo, 保定 Baoding, 许昌 Xuchang, 佛山 Foshan, 西安 Xi'an")
NAMES = pairs("华 Hua, 盛 Sheng, 润 Run, 聚 Ju, 昕 Xin, 恒 Heng, 通 Tong, 正 Zheng, 瑞 Rui, 安 An, 达 Da, 科 Ke")
MOUNTINGS = pairs(
    "落地式 Floor-standing, 壁挂式 Wall-mounted, 户外 Outdoor, 户内 Indoor, 模块化 Modular, 防爆 Explosion-proof, "
    "智能 Smart, 紧凑型 Compact, 预装式 Prefabricated, 干式 Dry-type"
)
THINGS = pairs(
    "计量箱 metering box, 配电箱 distribution box, 环网柜 ring main unit, 电缆分支箱 cable branch box, "
    "电流互感器 current transformer, 断路器 circuit breaker, 变压器 transformer, 隔离开关 disconnector, "
    "充电桩 charging pile, 母线槽 busbar trunking, 熔断器 fuse, 避雷器 surge arrester"
)
FACTS = pairs(
    "额定电流（A） Rated current (A), 额定电压（V） Rated voltage (V), 高度（mm） Height (mm), 宽度（mm） Width (mm), "
    "深度（mm） Depth (mm), 最高海拔（m） Highest altitude (m), 短时耐受电流（A） Short-time withstand current (A), "
    "机械寿命（次） Mechanical life (operations), 最大功耗（W） Largest power loss (W)"
)
STEPS = pairs("下料 Cutting, 折弯 Bending, 焊接 Welding, 喷涂 Coating, 装配 Assembly, 检测 Testing, 包装 Packaging")


def words(zh: str, en: str) -> Data:
    return {"zh": zh, "en": en}


def paired(rng: random.Random, *banks: list[tuple[str, str]]) -> Data:
    """One of each bank, put together in both languages."""
    chosen = [rng.choice(bank) for bank in banks]
    return words("".join(zh for zh, _ in chosen), " ".join(en for _, en in chosen))


def prose(rng: random.Random, language: str) -> list[str]:
    """Sentences of some 1,000 to 1,500 characters together."""
    wanted = rng.randint(*PROSE_LENGTH)
    sentences: list[str] = []
    while sum(map(len, sentences)) < wanted:
        parts = {name: rng.choice(choices) for name, choices in PARTS[language].items()}
        sentence = rng.choice(SENTENCES[language]).format(share=rng.randint(2, 95), number=rng.randint(2, 900), **parts)
        sentences.append(sentence[0].upper() + sentence[1:])
    return sentences


def texts(rng: random.Random, count: int) -> tuple[list[Data], list[Data]]:
    """Prose dealt to so many texts, longer ones in two paragraphs; and its sentences, to be quoted."""
    sentences = {"zh": prose(rng, "zh"), "en": prose(rng, "en")}
    joint = {"zh": "", "en": " "}
    hands = [
        {language: paragraphs(own[number::count], joint[language]) for language, own in sentences.items()}
        for number in range(count)
    ]
    return hands, [words(zh, en) for zh, en in zip(sentences["zh"], sentences["en"], strict=False)]


def paragraphs(sentences: list[str], joint: str) -> str:
    return "\n\n".join(joint.join(part) for part in (sentences[:3], sentences[3:]) if part)


# Records


def records(count: int, seed: int = SEED, *, rich: bool = True) -> dict[str, bytes]:
    """The files of so many products, sealed: bytes by path, from the catalogue's root.

    Without older reports and pictures where they are not to be ``rich``: one report for each product.
    """
    files = library(count)
    for first in range(0, count, 200):
        chunk: dict[str, bytes] = {}
        for number in range(first, min(first + 200, count)):
            chunk.update(product_files(number, count, random.Random(f"{seed}/{number}")))
            if rich:
                chunk.update(further_files(number, random.Random(f"{seed}/{number}/further")))
        files.update(chunk | seals(chunk, files))
    return files


def library(count: int) -> dict[str, bytes]:
    """Factors, producers, bodies and categories: more of them where there are more products, to a few hundred."""
    files = {"products/_categories.yaml": text_of({"categories": categories(count)})}
    releases: dict[str, list[Factor]] = {}
    for factor in LIBRARY.values():
        releases.setdefault(factor.release, []).append(factor)
    for name, factors in releases.items():
        files[f"products/_factors/{name}.yaml"] = text_of(release(name, factors))
    for number in range(producers(count)):
        files[f"products/_producers/{producer_id(number)}.yaml"] = text_of(producer(number))
    for number in range(BODIES):
        called = words(f"第{number + 1}检测认证有限公司", f"Testing and Certification No. {number + 1} Ltd.")
        files[f"products/_bodies/body-{number}.yaml"] = text_of({"name": called})
    return files


BODIES = 12


def producers(count: int) -> int:
    return min(400, max(2, count // 4))


def producer_id(number: int) -> str:
    return f"maker-{number:04}"


def categories(count: int) -> Data:
    names = [words(m[0] + t[0], f"{m[1]} {t[1]}") for t in THINGS for m in MOUNTINGS]
    return {f"category-{number}": {"name": name} for number, name in enumerate(names[: max(3, count // 10)])}


def producer(number: int) -> Data:
    rng = random.Random(f"{SEED}/producer/{number}")
    name = paired(rng, CITIES, NAMES, NAMES)
    city = paired(rng, CITIES)
    address = words(f"{city['zh']}市工业路{number + 1}号", f"No. {number + 1} Gongye Road, {city['en']}, China")
    return {
        "name": words(f"{name['zh']}电气有限公司", f"{name['en']} Electric Co., Ltd."),
        "founded": str(1980 + number % 40),
        "sites": [{"id": "works", "address": address}],
        "profile": [words("".join(prose(rng, "zh")[:5]), " ".join(prose(rng, "en")[:3]))],
    }


def release(name: str, factors: list[Factor]) -> Data:
    year = name.partition("/")[2]
    return {
        "publisher": words("基准测试因子库", "Factor library of the benchmark"),
        "title": words(f"{name}：为测试而编的数值", f"{name}: figures made up for tests"),
        "issued": year,
        "factors": {factor.id: factor_entry(factor, year) for factor in factors},
    }


def factor_entry(factor: Factor, year: str) -> Data:
    entry: Data = {
        "label": words(factor.zh, factor.en),
        "kind": factor.kind,
        **({"carrier": factor.carrier} if factor.carrier else {}),
        "value": f"{factor.value} {factor.unit}",
        **({"exact": "true"} if factor.kind == "electricity" else {}),
        "gases": factor.gases,
        **({"gwp_set": "AR5"} if factor.gases == "CO2e" else {}),
        "basis": "combustion" if factor.kind == "fuel" else "life-cycle",
    }
    if factor.heat:
        source = words("同一数据库的缺省热值。", "Default heating value of the same database.")
        entry["net_calorific_value"] = {"value": f"{factor.heat} {factor.heat_unit}", "source": source}
    return entry | {
        "geography": "CN",
        "year": year,
        "source": words(f"{factor.zh}的数值为测试而编。", f"The figure for {factor.en} is made up for tests."),
    }


def product_files(number: int, count: int, rng: random.Random) -> dict[str, bytes]:
    """One product with its current report, not yet sealed."""
    said, sentences = texts(rng, len(METHOD) + 1)
    files = report_files(rng, number, 2025, said, sentences)
    return {f"{product_folder(number)}/product.yaml": text_of(product_of(rng, number, count, said[-1]))} | files


def product_folder(number: int) -> str:
    return f"products/p{number:05}"


def report_folder(number: int, year: int) -> str:
    return f"{product_folder(number)}/r{year + number % 2}-{number:05}"


def report_files(
    rng: random.Random, number: int, year: int, said: list[Data], sentences: list[Data]
) -> dict[str, bytes]:
    """One report that was issued in ``year``, on the year before."""
    folder = report_folder(number, year)
    inventory, emissions = inventory_of(rng, dict(zip(METHOD, said, strict=False)), year - 1)
    statement, deviations = statement_of(rng, folder.rpartition("/")[2].upper(), emissions, year)
    noted = [{"source": f"4.{n + 1}", "words": sentences[n]} for n in range(rng.randint(0, 4))]
    review = {name: entries for name, entries in (("deviations", deviations), ("findings", noted)) if entries}
    parts = {"inventory": inventory, "statement": statement, "review": review}
    return {f"{folder}/{name}.yaml": text_of(data) for name, data in parts.items() if data}


OLDER = 3  # years between the report before and the current one


def further_files(number: int, rng: random.Random) -> dict[str, bytes]:
    """What some products have more: an older report, which the current one supersedes; a picture of the product."""
    files = {}
    years = [2025]
    if number % 5 == 1:
        years.append(2025 - OLDER)
        files.update(report_files(rng, number, years[-1], *texts(rng, len(METHOD) + 1)))
    for year, every in zip(years, (10, 50), strict=False):
        if number % every == 1:
            files.update(picture_files(rng, f"{report_folder(number, year)}/attachments/product.png"))
    return files


def picture_files(rng: random.Random, path: str) -> dict[str, bytes]:
    """A small picture with its sidecar."""
    picture = png(rng, 120, 90)
    sidecar = {
        "kind": "product-picture",
        "title": words("产品外观", "The product from outside"),
        "source": "2.1",
        "licence": "CC BY 4.0",
        "sha256": sha256(picture).hexdigest(),
    }
    return {path: picture, f"{path}.yaml": text_of(sidecar)}


def png(rng: random.Random, width: int, height: int) -> bytes:
    """Shaded boxes on a plain ground, not packed: how packed bytes look depends on the library that packs them."""
    boxes = [(rng.randrange(width), rng.randrange(height), rng.randint(20, 60), rng.randint(0, 200)) for _ in range(5)]
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            shade = next((tone + x - left for left, top, size, tone in boxes
                          if left <= x < left + size and top <= y < top + size), 240)  # fmt: skip
            rows += bytes((min(shade, 255), min(shade + 8, 255), min(shade + 16, 255)))
    stored = b"\x78\x01\x01" + struct.pack("<HH", len(rows), len(rows) ^ 0xFFFF) + rows
    stored += struct.pack(">I", zlib.adler32(rows))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", stored), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )


def product_of(rng: random.Random, number: int, count: int, function: Data) -> Data:
    facts = [
        {"label": words(zh, en), "value": dict.fromkeys(("zh", "en"), f"{rng.randint(10, 99)}0"), "source": "2.3"}
        for zh, en in rng.sample(FACTS, rng.randint(4, len(FACTS)))
    ]
    return {
        "name": paired(rng, MOUNTINGS, THINGS),
        "model": f"{rng.choice('BJKLMXZ')}XS{number:05}",
        "category": rng.choice(list(categories(count))),
        "producer": producer_id(rng.randrange(producers(count))),
        "production_site": "works",
        "function": [function],
        "specifications": facts,
        "process": [words(zh, en) for zh, en in STEPS[rng.randint(0, 2) :]],
        "mass": f"{amount(rng, 400)} kg",
    }


def inventory_of(rng: random.Random, said: Data, year: int) -> tuple[Data, dict[str, Fraction]]:
    """An inventory, and its emissions in kg by stage."""
    scope = "cradle-to-gate" if rng.random() < 0.2 else "cradle-to-grave"
    quantified = GATE if scope == "cradle-to-gate" else GRAVE + ["storage"] * (rng.random() < 0.4)
    weights = [8, 2, 4, 1, 1, 1][: len(quantified)]
    drawn = [*quantified, *rng.choices(quantified, weights, k=rng.randint(6, 40) - len(quantified))]
    stages: list[Data] = []
    emissions: dict[str, Fraction] = {}
    for stage in STAGES:
        if stage in quantified:
            lines, emissions[stage] = lines_of(rng, stage, drawn.count(stage))
            material = rng.choice(MATERIALS)
            included = words(f"{material.zh}等", f"{material.en} and others")
            stages.append({"id": stage, "included": included, "lines": lines})
        elif scope == "cradle-to-grave":
            stages.append({"id": stage, "not_quantified": words("报告此处印“/”。", "The report has “/” here.")})
    used = dict.fromkeys(line["factor"] for stage in stages for line in stage.get("lines", ()))
    return {
        "functional_unit": {"amount": "1 piece", "label": words("1 台", "1 unit")},
        "annual_output": f"{rng.randint(100, 90000)} piece",
        "period": {"start": f"{year}-01-01", "end": f"{year}-12-31"},
        "boundary": {"scope": scope, "named_stages": list(emissions)},
        "stages": stages,
        "method": {
            **said,
            "cut_off": {"per_input": "1 %", "total": "5 %"},
            "impact": {
                "category": words("全球变暖潜值，100 年", "Global warming potential, 100 years"),
                "characterisation": words("IPCC 第五次评估报告", "IPCC Fifth Assessment Report"),
                "gases": ["CO2", "CH4", "N2O"],
            },
        },
        "factor_citations": [citation(rng, LIBRARY[factor]) for factor in used],
    }, emissions


def lines_of(rng: random.Random, stage: str, count: int) -> tuple[list[Data], Fraction]:
    """The lines of a stage, and their sum: an empty place, annual totals and heating values of the plant among them."""
    lines, total = [], Fraction(0)
    for number in range(count):
        factor = STAGES[stage][0] if number == 0 else rng.choice(STAGES[stage])
        line: Data = {"factor": factor.reference}
        if number and rng.random() < 0.05:
            line["not_quantified"] = words("活动数据印“/”。", "The activity data are printed “/”.")
        else:
            per_unit, given = activity(rng, factor)
            heat = factor.heat
            if heat and rng.random() < 0.1:
                heat = rounded(Fraction(heat) * rng.randint(950, 1050) / 1000, 2)
                source = words("企业实测。", "Measured by the plant.")
                given["net_calorific_value"] = {"value": f"{heat} {factor.heat_unit}", "source": source}
            line |= given
            total += per_unit * Fraction(heat or 1) * Fraction(factor.value) * factor.scale
        lines.append(line | {"source": f"4.{rng.randint(1, 6)}"})
    return lines, total


def activity(rng: random.Random, factor: Factor) -> tuple[Fraction, Data]:
    """An amount per piece, and how the record gives it: as such, or as the year's total over the output."""
    unit = factor.amount_unit
    largest = 3 if factor.kind == "waste" else LARGEST[unit]
    if rng.random() < 0.1:
        total, output = amount(rng, 1000 * largest, 100), rng.randint(100, 5000)
        given = {"derived_from": {"total": f"{total} {unit}", "output": f"{output} piece"}}
        return Fraction(total) / output, given
    text = amount(rng, largest)
    return Fraction(text), {"amount": f"{text} {unit}"}


def amount(rng: random.Random, largest: int, least: Fraction | int = Fraction(1, 10)) -> str:
    """A number to four decimals, small ones as likely as large ones."""
    return rounded(Fraction(rng.randint(int(least * 10**4), largest * 10**4) * rng.randint(1, 100), 10**6) + least, 4)


def citation(rng: random.Random, factor: Factor) -> Data:
    printed = rng.random() < 0.7
    return {
        "factor": factor.reference,
        "value": factor.value,
        "unit": factor.unit if printed else "not-printed",
        "net_calorific_value": f"{factor.heat} {factor.heat_unit}" if factor.heat and printed
        else "not-printed" if factor.heat else "not-needed",
        "printed_in_report": [
            {"source": "4.2", "words": words(f"{factor.zh}取自数据库缺省值。", f"{factor.en}: the database's default.")}
        ],
    }  # fmt: skip


def statement_of(rng: random.Random, report: str, emissions: dict[str, Fraction], year: int) -> tuple[Data, list[Data]]:
    """What the body declares, and the deviations to pin: in one report of eight a stage does not reproduce."""
    declared = {stage: rounded(value, 4) for stage, value in emissions.items()}
    stands = dict(emissions)
    deviations: list[Data] = []
    if rng.random() < 1 / 8:
        stage = rng.choice(["inbound-transport", "production"])
        declared[stage] = rounded(emissions[stage] * rng.randint(120, 140) / 100, 4)
        stands[stage] = Fraction(declared[stage])
        recomputed = rounded(emissions[stage], 4)
        deviations.append(
            {
                "stage": stage,
                "declared": f"{declared[stage]} kgCO2e",
                "recomputed": f"{recomputed} kgCO2e",
                "cause": "unknown",
                "explanation": words(f"复算得 {recomputed}，原因不明。", f"Recomputed: {recomputed}; cause not known."),
            }
        )
    total = rounded(sum(stands.values(), Fraction(0)), 4)
    shares = {stage: rounded(100 * Fraction(value) / Fraction(total), 2) for stage, value in declared.items()}
    body = f"body-{rng.randrange(BODIES)}"
    kind, author = rng.choice([("assessment", body), ("verification", "not-stated"), ("certification", "not-stated")])
    return {
        "report": {"number": report, "issued": f"{year}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}", "body": body,
                   "days_on_site": f"{rng.randint(1, 9)}.5", "team": {"lead": "1", "members": str(rng.randint(1, 4))}},
        "statement": {"kind": kind, "prepared_by": author, "standard": "ISO 14064-3:2019", "assurance": "limited",
                      "valid_until": f"{year + rng.randint(2, 5)}-12-31"},
        "standards": {"declared": ["GB/T 24067-2024", "ISO 14067:2018"], "cited": ["PAS 2050:2011"]},
        "declared": {
            "total": f"{total} kgCO2e",
            "stages": {stage: f"{value} kgCO2e" for stage, value in declared.items()},
            "shares": {stage: f"{share} %" for stage, share in shares.items()},
            "shares_total": "100 %",
        },
    }, deviations  # fmt: skip


def rounded(value: Fraction, decimals: int) -> str:
    """Half away from zero."""
    units = int(abs(value) * 10**decimals + Fraction(1, 2))
    text = f"{units // 10**decimals}.{units % 10**decimals:0{decimals}}"
    return "-" + text if value < 0 and units else text


_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _Dumper(_DUMPER):  # type: ignore[misc]
    """YAML as a person writes it: block text where there are paragraphs, no anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text_node(dumper: Any, text: str) -> Any:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text_node)


def text_of(data: Data) -> bytes:
    return yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10**6).encode("utf-8")


def seals(chunk: dict[str, bytes], rest: dict[str, bytes]) -> dict[str, bytes]:
    """Each review.yaml of the chunk with the seal that the core gives its report."""
    evaluate, with_seal = core("evaluate").evaluate, core("seal").with_seal
    shared = {path: text for path, text in rest.items() if path.startswith("products/_")}
    sealed = {}
    for name, evaluation in evaluate(chunk | shared).evaluations.items():
        path = f"products/{name}/review.yaml"
        sealed[path] = with_seal(chunk.get(path, b"").decode("utf-8"), evaluation.seal).encode("utf-8")
    return sealed


@cache
def core(module: str) -> Any:
    """A module of the core, imported where it is needed: the process that measures stays small."""
    return importlib.import_module(f"pcf.{module}")
