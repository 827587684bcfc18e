"""Judges machine readable zones with the package mrz: a line "FORMAT line/line/…" in, what is wrong with it out."""

import sys

from mrz.checker.mrva import MRVACodeChecker
from mrz.checker.mrvb import MRVBCodeChecker
from mrz.checker.td1 import TD1CodeChecker
from mrz.checker.td2 import TD2CodeChecker
from mrz.checker.td3 import TD3CodeChecker

CHECKERS = {
    "TD1": TD1CodeChecker,
    "TD2": TD2CodeChecker,
    "TD3": TD3CodeChecker,
    "MRV-A": MRVACodeChecker,
    "MRV-B": MRVBCodeChecker,
}


def judge(line):
    form, zone = line.split()
    checker = CHECKERS[form](zone.replace("/", "\n"))
    if checker:
        fields = checker.fields()
        return " ".join(["accepted", fields.document_number, fields.birth_date, fields.expiry_date, fields.surname])
    return " ".join(["refused", *(name.replace(" ", "-") for name, _ in checker.report.falses)])


for line in sys.stdin:
    try:
        print(judge(line))
    except ValueError as error:
        print("refused", type(error).__name__)
