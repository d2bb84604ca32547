"""What a metric is, apart from its numbers."""

from __future__ import annotations

from typing import NamedTuple

from realty_cli.analytics.kinds import GoodWhen, MetricUnit

#: Named in every answer and on every report: numbers of two versions must not be compared.
DEFINITIONS_VERSION = "1"
#: Below so many a ratio is given, marked, and never feeds an insight or an alert.
FEW = 5


class Metric(NamedTuple):
    """`label` and `definition` are marked for translation where they are written (`kit.i18n.mark`)."""

    key: str
    label: str
    unit: MetricUnit
    good_when: GoodWhen
    definition: str
    min_n: int = FEW
