"""Reports as they are asked for and as they go out, and the schedules of those that come by themselves."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from realty_cli.analytics.kinds import REPORT_ALIASES, Delivery, ReportFormat, ReportStatus, ReportType
from realty_cli.analytics.schemas.base import AnalyticsFilter
from realty_cli.clients.schemas.filters import PageQuery
from realty_cli.kit.schema import FilledLine, Id, Instant, Money, Schema, Text, Word
from realty_cli.properties.schemas.listing import never_null

_Cron = Annotated[FilledLine, Field(max_length=200)]
_Name = Annotated[FilledLine, Field(max_length=200)]


class ReportContent(AnalyticsFilter):
    """Which report over what. `owner` and `cma` need `property_id`; in them `recommended_price` is the agent's own
    price, and `note` his word to the reader. Names of the catalogue (`owner_report`, `agent_performance`,
    `agency_overview`, `financial`, `events`, `clients`) are understood as well."""

    report_type: Word[ReportType]
    format: Word[ReportFormat] = ReportFormat.JSON
    language: Literal["en", "ru"] | None = None
    property_id: Id | None = None
    compare: Literal["previous", "yoy", "none"] = "previous"
    recommended_price: Money | None = None
    note: Annotated[Text, Field(max_length=1_000)] | None = None

    @field_validator("report_type", mode="before")
    @classmethod
    def _by_any_name(cls, value: Any) -> Any:
        return REPORT_ALIASES.get(value, value) if isinstance(value, str) else value


class ReportRequest(ReportContent):
    """`background`: true answers 202 at once, and the file is fetched when it is made; false waits for it; without
    either, what takes longer than some seconds goes on in the background."""

    background: bool | None = None


class ReportSection(Schema):
    """`blocks` are objects by their `kind`: `figures` (items with label, value, unit), `table` (columns, rows by the
    names of columns), `chart` (x, series), `prose` (paragraphs), `picture` (alt)."""

    title: str
    blocks: list[dict[str, Any]]


class ReportBody(Schema):
    """A report as json: what every other format shows, with raw numbers. `answer` says it in words. `metrics` are the
    answers that the report was made of, by name."""

    report_type: Word[ReportType]
    title: str
    subtitle: str
    answer: str
    language: str
    agency: str
    period: str
    as_of: str
    filters: list[str]
    currency: str
    definitions_version: str
    sections: list[ReportSection]
    metrics: dict[str, Any]


class ReportError(Schema):
    code: str
    message: str


class ReportResponse(Schema):
    """A report that is made in the background. Ready, its file is at `file` until it expires."""

    id: int
    owner_id: int
    schedule_id: int | None
    report_type: Word[ReportType]
    format: Word[ReportFormat]
    status: Word[ReportStatus]
    title: str | None
    request: dict[str, Any]
    file: str | None
    file_name: str | None
    media_type: str | None
    size: int | None
    sha256: str | None
    error: ReportError | None
    created_at: Instant
    started_at: Instant | None
    finished_at: Instant | None
    expires_at: Instant | None


class ReportListResponse(Schema):
    items: list[ReportResponse]
    total: int | None
    limit: int
    offset: int
    next_cursor: str | None


class ReportFilter(Schema):
    report_type: list[Word[ReportType]] | None = None
    status: list[Word[ReportStatus]] | None = None
    schedule_id: Id | None = None


class ReportQuery(ReportFilter, PageQuery):
    """A filter, and which page of what it leaves, newest first unless `sort` says otherwise."""

    def narrowed(self) -> ReportFilter:
        given = {name: getattr(self, name) for name in ReportFilter.model_fields if name in self.model_fields_set}
        return ReportFilter.model_construct(_fields_set=set(given), **given)


class ScheduleCreate(Schema):
    """A report that comes by itself: `cron` is when, in five fields of crontab on the caller's wall clock; its period
    goes by a name, such as `last month`. `deliver`: kept as a file, or sent to the caller's confirmed address too."""

    report: ReportContent
    cron: _Cron = Field(examples=["0 9 * * mon"])
    name: _Name | None = None
    deliver: Word[Delivery] = Delivery.KEEP
    enabled: bool = True


class ScheduleUpdate(Schema):
    """Only the fields that are sent change; `report` is replaced whole."""

    report: ReportContent | None = None
    cron: _Cron | None = None
    name: _Name | None = None
    deliver: Word[Delivery] | None = None
    enabled: bool | None = None

    model_config = ConfigDict(json_schema_extra=never_null("report", "cron", "deliver", "enabled"))

    @field_validator("report", "cron", "deliver", "enabled")
    @classmethod
    def _kept(cls, value: Any) -> Any:
        if value is None:
            raise PydanticCustomError("required", "cannot be emptied")
        return value


class ScheduleResponse(Schema):
    id: int
    owner_id: int
    name: str | None
    report: dict[str, Any]
    cron: str
    deliver: Word[Delivery]
    enabled: bool
    next_at: Instant | None
    last_at: Instant | None
    version: int
    created_at: Instant
    updated_at: Instant
    deleted_at: Instant | None


class ScheduleListResponse(Schema):
    items: list[ScheduleResponse]
    total: int | None
    limit: int
    offset: int
    next_cursor: str | None


class ScheduleFilter(Schema):
    enabled: bool | None = None
    deleted: bool = False


class ScheduleQuery(ScheduleFilter, PageQuery):
    def narrowed(self) -> ScheduleFilter:
        given = {name: getattr(self, name) for name in ScheduleFilter.model_fields if name in self.model_fields_set}
        return ScheduleFilter.model_construct(_fields_set=set(given), **given)
