"""Invents approved applications: python3 applications.py PORTRAITS_JSON SIGNATURES OUT.jsonl

Nobody in the file exists. The same seed gives the same file.
"""
import datetime as dt, json, pathlib, random, sys

portraits = json.loads(pathlib.Path(sys.argv[1]).read_text())
signatures = sorted(path.name for path in pathlib.Path(sys.argv[2]).glob("*.png"))
rng = random.Random(20261120)

# Family names and syllables of given names as Hong Kong romanises them; the last ones are beyond Big5, in the HKSCS.
FAMILIES = dict(line.split() for line in """陳 CHAN|李 LEE|黃 WONG|張 CHEUNG|林 LAM|吳 NG|劉 LAU|何 HO|梁 LEUNG|鄭 CHENG|郭 KWOK|葉 YIP|蔡 CHOI|周 CHOW
楊 YEUNG|鄧 TANG|曾 TSANG|馮 FUNG|謝 TSE|許 HUI|潘 POON|盧 LO|蘇 SO|余 YU|麥 MAK|羅 LAW|方 FONG|關 KWAN|邱 YAU|區 AU|鄺 KWONG|莫 MOK|溫 WAN
倪 NGAI|歐陽 AU_YEUNG|司徒 SZETO|衞 WAI""".replace("\n", "|").split("|"))
MEN = dict(line.split() for line in """家 Ka|明 Ming|偉 Wai|俊 Chun|傑 Kit|浩 Ho|然 Yin|軒 Hin|國 Kwok|強 Keung|志 Chi|文 Man|柏 Pak|熙 Hei|朗 Long|卓 Cheuk
賢 Yin|燊 San|鏗 Hang|煒 Wai|鈞 Kwan|子 Tsz|樂 Lok|喆 Chit|堃 Kwan|峯 Fung|彣 Man""".replace("\n", "|").split("|"))
WOMEN = dict(line.split() for line in """慧 Wai|玲 Ling|嘉 Ka|欣 Yan|詠 Wing|琪 Kei|穎 Wing|思 Sze|敏 Man|淑 Suk|芬 Fan|麗 Lai|華 Wah|美 Mei|儀 Yee|雅 Nga|怡 Yi
曉 Hiu|彤 Tung|梓 Tsz|晴 Ching|心 Sum|悅 Yuet|頌 Chung|恩 Yan|瑩 Ying|嫻 Han|嫺 Han|珈 Ka""".replace("\n", "|").split("|"))
ENGLISH = {"M": ["", "", "", "Kelvin", "Jason", "Desmond", "Ivan", "Alvin"], "F": ["", "", "", "Winnie", "Carmen", "Joyce", "Fiona", "Yvonne"]}

LATIN = [  # family name, given names, sex, place of birth
    ("Eriksson", "Anna Maria", "F", "Zenith"), ("Müller", "Jörg Uwe", "M", "Köln"), ("Weiß", "Änne", "F", "Gießen"),
    ("Großschädl", "Käthe", "F", "Graz"), ("Sørensen", "Bjørn Åge", "M", "Ærøskøbing"), ("Þórðardóttir", "Guðrún Æsa", "F", "Reykjavík"),
    ("O'Connor", "Enya Siobhan", "F", "Cork"), ("O’Driscoll-Byrne", "Ciarán", "M", "Dún Laoghaire"), ("Ní Dhomhnaill", "Gráinne", "F", "Galway"),
    ("d'Artois", "Jean-Loup", "M", "Arras"), ("Lefèvre-Châtelain", "Zoé Anaïs", "F", "Besançon"), ("Bœuf", "Noël", "M", "Nîmes"),
    ("Núñez Ibáñez", "Íñigo", "M", "A Coruña"), ("Peña y Güell", "Begoña", "F", "Mayagüez"), ("Conceição Araújo", "João Sebastião", "M", "São Luís"),
    ("Łukasiewicz-Żółć", "Świętosława", "F", "Łódź"), ("Brzęczyszczykiewicz", "Grzegorz", "M", "Chrząszczyżewoszyce"), ("Dvořáková", "Božena Ľudmila", "F", "Plzeň"),
    ("Szőnyi", "Győző Ödön", "M", "Hódmezővásárhely"), ("Țepeș", "Ștefăniță", "M", "Târgu Mureș"), ("Đurđević", "Živka", "F", "Šibenik"),
    ("Yıldırım", "İbrahim Çağrı", "M", "Şanlıurfa"), ("Öztürk-Ağaoğlu", "Gülşen", "F", "Eskişehir"), ("Ķeguma", "Ņina Ģertrūde", "F", "Rēzekne"),
    ("Žukauskaitė", "Ūla", "F", "Šiauliai"), ("Mäkelä", "Päivi Sisko", "F", "Jyväskylä"), ("Ħaż-Żebbuġi", "Ġorġ", "M", "Birżebbuġa"),
    ("van der Zijl-'t Hooft", "Sjoerd", "M", "’s-Hertogenbosch"), ("Nguyễn", "Thị Hồng Ánh", "F", "Huế"), ("Trần", "Quốc Đạt", "M", "Đà Nẵng"),
    ("Kovaļevskis", "Jānis", "M", "Jūrmala"), ("Őry", "Fruzsina", "F", "Győr"), ("Ŝtonkampo", "Ĵaneto", "F", "Amaurot"), ("Ångström", "Örjan", "M", "Umeå"),
    ("Smith-Jones", "Susie Margaret", "F", "Port Hythloday"), ("MacGillEathain", "Iain", "M", "Achora"), ("Tauro", "Ngozi Ifeyinwa", "F", "Enugu"),
    ("Sukarnoputra", "", "M", "Surabaya"), ("Mononymous", "", "X", "Amaurot"), ("Suharti", "", "F", "Yogyakarta"), ("Padmavathi", "", "F", "Kochi"),
    ("Warnakulasuriya Mudiyanselage Ranasinghe", "Dharmasena Bandara Chandrawathie", "M", "Anuradhapura"),
    ("Papandropoulou-Konstantinidou", "Theodora Alexandra Evangelia", "F", "Amaurot"),
    ("Bennelong Wooloomooloo Warrandyte Warnambool", "Dingo Potoroo", "M", "Port Hythloday"),
    ("Nilavadhanananda", "Chayapa Dejthamrong Krasuang", "F", "Nakhon Ratchasima"),
    ("Hohenberg-Sachsenhausen zu Löwenstein", "Maximilian Ferdinand Leopold Günther", "M", "Schloß Holte"),
    ("Andrianampoinimerinatompokoindrindra", "Hery", "M", "Antsirabe"), ("Li", "O", "F", "Achora"), ("Ek", "Bo", "M", "Achora"),
    ("Fitzgerald-Kiliʻopu", "Leilani", "F", "Amaurot"), ("Kāneʻohe", "Nāinoa", "X", "Amaurot"), ("St. John", "Ambrose", "M", "Port Hythloday"),
    ("Vespucci", "Rafaela", "F", "Amaurot"), ("Hythloday", "Raphael Peter", "M", "Amaurot"), ("Abraxas", "Utopus", "M", "Amaurot"), ("Anemolia", "Zapoleta", "X", "Macaria"),
]
PLACES = ["Amaurot", "Port Hythloday", "Macaria", "Achora", "Anyder", "Hong Kong", "Kowloon", "Sha Tin", "Tuen Mun", "Amaurot", "Amaurot"]
CHANNELS = ["web"] * 30 + ["mobile"] * 26 + ["kiosk"] * 25 + ["counter"] * 10 + ["post"] * 6 + ["mission_abroad"] * 5
CABINETS = [f"Amaurot Harbour cabinet {n}" for n in range(1, 5)] + ["Macaria Market cabinet 1", "Achora Station cabinet 2"]
COUNTERS = ["Amaurot Central counter 3", "Amaurot Central counter 7", "Port Hythloday counter 1"]
OFFICES = ["Northgate office", "Anyder Bridge office", "Macaria Island office"]
MISSIONS = [("Mission in Zenith", "+01:00"), ("Mission in Nadir", "-05:00"), ("Mission in Antipodes", "+13:00")]
OBSERVATIONS = ["The holder is also known as {}", "Replaces passport U{}, cancelled", "Height 1.5{} m", "The holder's signature is a mark"]
# Each day's share of what is received between 13 and 19 November 2026; the 14th and 15th are a weekend.
DAYS = [13] * 8 + [14] + [15] + [16] * 10 + [17] * 11 + [18] * 12 + [19] * 12


def chinese_name(sex):
    family = rng.choice(list(FAMILIES))
    syllables = MEN if sex == "M" else WOMEN
    given = rng.sample(list(syllables), 1 if rng.random() < 0.12 else 2)
    latin = " ".join(syllables[c] for c in given)
    english = rng.choice(ENGLISH[sex])
    return FAMILIES[family].replace("_", " ").title(), f"{latin} {english}".strip(), family + "".join(given)


def birth(child):
    age = rng.uniform(0.2, 15.7) if child else rng.triangular(16.2, 92, 38)
    day = dt.date(2026, 11, 12) - dt.timedelta(days=round(age * 365.25))
    if not child and rng.random() < 0.035:
        return f"{day.year}-??-??" if rng.random() < 0.5 else f"{day.year}-{day.month:02}-??"
    return day.isoformat()


def identity_number(serial):
    body = f"{serial:07}"
    check = sum(int(digit) * weight for digit, weight in zip(body, (7, 3, 1, 7, 3, 1, 7))) % 10
    return f"U{body}{check}"


def times(channel):
    offset = "+08:00"
    day, minute = rng.choice(DAYS), rng.randint(8 * 60 + 45, 16 * 60 + 59)
    if channel in ("web", "mobile", "kiosk") and rng.random() < 0.35:
        minute = rng.randint(0, 24 * 60 - 1)
    elif day in (14, 15):
        day = 16
    received = dt.datetime(2026, 11, day, minute // 60, minute % 60, rng.randint(0, 59))
    approved = received + dt.timedelta(minutes=rng.randint(18, 9 * 60))
    return received, min(approved, dt.datetime(2026, 11, 20, 8, 20)), offset


def record(index, names, sex, child, place):
    channel = rng.choice(CHANNELS)
    received, approved, offset = times(channel)
    collection = rng.choice([("kiosk", CABINETS)] * 5 + [("counter", COUNTERS)] * 3 + [("counter", OFFICES)] * 2)
    kind, where = collection[0], rng.choice(collection[1])
    if channel == "mission_abroad":
        where, offset = rng.choice(MISSIONS)
        kind = "mission"
    genders = {"M": ("male", "any"), "F": ("female", "any"), "X": ("male", "female", "any")}[sex]
    fitting = [name for name, portrait in portraits.items() if portrait["child"] == child and portrait["gender"] in genders]
    picture = min(fitting, key=lambda name: (used.get(name, 0), name))
    used[picture] = used.get(picture, 0) + 1
    out = {
        "application_number": f"UTP-26-{1000000 + index * 37 + 11}", "channel": channel,
        "document_type": "passport_48" if rng.random() < 0.3 else "passport_32",
        "names": names, "sex": sex, "date_of_birth": birth(child), "place_of_birth": place, "nationality": "UTO",
        "identity_number": identity_number(3017 + index * 7919 % 9000000),
        "received_at": received.isoformat() + offset, "approved_at": approved.isoformat() + offset,
        "priority": "urgent" if rng.random() < 0.05 else "normal", "collection": {"place": where, "kind": kind},
        "portrait": {"file": f"portraits/{picture}"},
    }
    eyes = portraits[picture].get("eyes")
    # Prints that come by post or from abroad are scanned without measuring; two portraits cannot be cropped without.
    if eyes and (channel not in ("post", "mission_abroad") or picture in ("head-17.jpg", "head-24.jpg")):
        out["portrait"]["eyes"] = eyes
    if channel in ("kiosk", "counter", "post") and not (child and rng.random() < 0.7):
        out["signature"] = {"file": f"signatures/{signatures[index % len(signatures)]}"}
    if child and int(out["date_of_birth"][:4]) > 2018:
        out.pop("signature", None)
    if rng.random() < 0.06:
        number = rng.randrange(4)
        text = OBSERVATIONS[number].format(["Robin Amaurot", f"{rng.randrange(10**8):08}", rng.randrange(10), ""][number])
        out["observations"] = [text]
    return out


records, used = [], {}
for index in range(252):
    if index < len(LATIN) * 2 and index % 2 == 0:
        family, given, sex, place = LATIN[index // 2]
        names = {"primary": family, "secondary": given} if given else {"primary": family}
        if family == "Tauro":
            names["chinese"] = "陶吳嫣"
        records.append(record(index, names, sex, False, place))
    else:
        sex = rng.choice("MF")
        family, given, chinese = chinese_name(sex)
        child = rng.random() < 0.16
        shown = "X" if not child and rng.random() < 0.02 else sex
        records.append(record(index, {"primary": family, "secondary": given, "chinese": chinese}, shown, child, rng.choice(PLACES)))
records.sort(key=lambda r: r["approved_at"])
pathlib.Path(sys.argv[3]).write_text("".join(json.dumps(r, ensure_ascii=False, separators=(",", ":")) + "\n" for r in records))
