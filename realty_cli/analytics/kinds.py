"""The closed vocabularies of analytics. Light on purpose: command modules import it at start-up."""

from __future__ import annotations

from enum import StrEnum


class PeriodName(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    CUSTOM = "custom"


class Step(StrEnum):
    """How long one point of a series is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class MetricStatus(StrEnum):
    """`no_data`: the denominator or the sample is empty; `new`: there was nothing before to compare with."""

    OK = "ok"
    NO_DATA = "no_data"
    NEW = "new"
    NOT_AVAILABLE = "not_available"


class MetricUnit(StrEnum):
    COUNT = "count"
    RATIO = "ratio"
    DAYS = "days"
    HOURS = "hours"
    MONEY = "money"
    MONEY_PER_M2 = "money_per_m2"
    MONTHS = "months"
    SCORE = "score"


class Tendency(StrEnum):
    UP = "up"
    DOWN = "down"
    FLAT = "flat"


class GoodWhen(StrEnum):
    """Which way is good news, so that colour is meaning and not sign."""

    UP = "up"
    DOWN = "down"
    BAND = "band"
    NEUTRAL = "neutral"


class Compare(StrEnum):
    """What a period is compared with."""

    PREVIOUS = "previous"
    YEAR = "yoy"
    CUSTOM = "custom"
    NONE = "none"


class MoneyBasis(StrEnum):
    """`accrual` counts commission when the deal closes, `cash` when it is paid."""

    ACCRUAL = "accrual"
    CASH = "cash"


class ForecastQuality(StrEnum):
    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"
    INSUFFICIENT = "insufficient"


class TrendDirection(StrEnum):
    RISING = "rising"
    FALLING = "falling"
    FLAT = "flat"
    UNCLEAR = "unclear"


class AlertOperator(StrEnum):
    GT = "gt"
    GTE = "gte"
    LT = "lt"
    LTE = "lte"
    CHANGE_GT = "change_gt"
    CHANGE_LT = "change_lt"
    ANOMALY = "anomaly"


class Severity(StrEnum):
    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


class AlertState(StrEnum):
    PENDING = "pending"
    FIRING = "firing"
    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"


class InsightKind(StrEnum):
    PROBLEM = "problem"
    OPPORTUNITY = "opportunity"
    OBSERVATION = "observation"


class Confidence(StrEnum):
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class ReportType(StrEnum):
    """The contract's names; `REPORT_ALIASES` has those of the catalogue."""

    PROPERTY_SUMMARY = "property_summary"
    EVENT_SUMMARY = "event_summary"
    FINANCIAL_SUMMARY = "financial_summary"
    CLIENT_SUMMARY = "client_summary"
    PERFORMANCE = "performance"
    MARKET = "market"
    OWNER = "owner"
    CMA = "cma"
    AGENCY = "agency"
    SOURCES = "sources"


REPORT_ALIASES = {
    "owner_report": "owner", "agent_performance": "performance", "agency_overview": "agency",
    "financial": "financial_summary", "events": "event_summary", "clients": "client_summary",
    "properties": "property_summary",
}  # fmt: skip


class ReportFormat(StrEnum):
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    PDF = "pdf"
    HTML = "html"
    MD = "md"


class ReportStatus(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"
    EXPIRED = "expired"


class Delivery(StrEnum):
    """What becomes of a report that came by itself: kept as a file, or sent by letter as well."""

    KEEP = "keep"
    EMAIL = "email"


class Dataset(StrEnum):
    """What `export/data` gives."""

    PROPERTIES = "properties"
    STATUS_HISTORY = "status_history"
    PRICE_HISTORY = "price_history"
    CLIENTS = "clients"
    LEADS = "leads"
    INTERACTIONS = "interactions"
    EVENTS = "events"
    FEEDBACK = "feedback"
    DEALS = "deals"
    COMMISSIONS = "commissions"
    EXPENSES = "expenses"
    CHANNEL_STATS = "channel_stats"


class DataFormat(StrEnum):
    CSV = "csv"
    JSONL = "jsonl"
    XLSX = "xlsx"
    PARQUET = "parquet"
