"""Examples of metrics in the API's description: the numbers of one small October, in the words of the catalogue."""

from __future__ import annotations

from typing import Any

from realty_cli.analytics.catalogue import named
from realty_cli.analytics.values import Measured, block
from realty_cli.kit.i18n import translator

PERIOD = {
    "start": "2026-10-01T00:00:00+03:00", "end": "2026-11-01T00:00:00+03:00", "first_date": "2026-10-01",
    "last_date": "2026-10-31", "granularity": "month", "tz": "Europe/Moscow", "partial": False,
}  # fmt: skip
OWN = {"rows": "own", "text": "только ваши"}
AS_OF = {"as_of": "2026-11-01T00:00:00+03:00", "definitions_version": "1"}


def shown(group: str, values: dict[str, float | int | None], n: int = 6) -> dict[str, Any]:
    """Metrics of these values (money in kopecks), each of a sample of `n`."""
    found = {name: Measured(value, n if value is not None else 0) for name, value in values.items()}
    return block(named(group), found, translator("ru"), currency="RUB")


FINANCIAL: dict[str, Any] = {
    "period": PERIOD,
    "scope": OWN,
    "compared": None,
    "basis": "accrual",
    "blocks": [
        {
            "deal_kind": "sale",
            "currency": "RUB",
            **shown("money", {
                "deals": 6, "sides": 7, "sales_volume": 9_600_000_000, "avg_deal": 1_600_000_000,
                "median_deal": 1_550_000_000, "gci": 288_000_000, "net_to_agency": 158_400_000,
                "agent_income": 129_600_000, "partners": 0, "avg_commission": 48_000_000,
                "commission_rate_weighted": 0.03, "commission_rate_mean": 0.0304, "win_rate": 0.3, "cycle_median": 41.5,
                "velocity": 4_163_855, "open_deals": 12, "pipeline_raw": 540_000_000, "pipeline_weighted": 172_800_000,
                "receivable": 48_000_000,
            }),
            "pipeline_by_stage": [
                {"stage": "reserved", "deals": 3, "raw": 1_350_000, "weighted": 1_093_500, "probability": 0.81, "n": 31}
            ],
        }
    ],
    "totals": [
        {
            "currency": "RUB",
            **shown("money", {
                "gci": 288_000_000, "net_to_agency": 158_400_000, "agent_income": 129_600_000, "partners": 0,
                "expenses": 21_000_000, "profit": 137_400_000, "margin": 0.477083, "pipeline_raw": 540_000_000,
                "pipeline_weighted": 172_800_000, "expected_90d": 165_000_000, "coverage_90d": 0.55,
                "receivable": 48_000_000, "receivable_0_30": 48_000_000, "receivable_31_60": 0, "receivable_61_90": 0,
                "receivable_90p": 0,
            }),
            "expenses_by_category": [{"category": "portals", "amount": 210_000, "share": 1.0}],
            "plan": {
                "target": 3_000_000, "fact": 2_880_000, "expected_now": 3_000_000, "attainment": 0.96, "forecast": None,
            },
        }
    ],
    "by_agent": [
        {
            "owner_id": 2, "agent": "Мария Белова", "currency": "RUB", "deals": 6, "sides": 7, "gci": 2_880_000,
            "agent_income": 1_296_000,
        }
    ],
    "by_month": [
        {
            "month": "2026-10", "currency": "RUB", "deals": 6, "sides": 7, "gci": 2_880_000, "net_to_agency": 1_584_000,
            "expenses": 210_000, "profit": 1_374_000, "partial": False,
        }
    ],
    "data_quality": {
        "share_deals_with_commission": 1.0, "share_open_deals_with_commission": 0.9, "share_open_deals_with_date": 0.75,
    },
    **AS_OF,
}  # fmt: skip
CLIENTS: dict[str, Any] = {
    "period": PERIOD,
    "scope": OWN,
    "compared": None,
    "followed_until": "2026-11-28T12:00:00+03:00",
    **shown("clients", {
        "new_leads": 40, "spam": 2, "attempted_share": 0.95, "contacted_share": 0.8, "response_median": 0.42,
        "response_p90": 3.9, "response_working_median": 0.3, "response_working_p90": 2.1, "within_5m": 0.1,
        "within_1h": 0.65, "unanswered": 1, "lead_to_deal": 0.05, "cycle_median": 62.0, "open_leads": 34,
        "active": 82, "dormant": 5, "repeat_share": 0.1, "referral_share": 0.15, "demand_match": 0.6,
        "satisfaction": None, "cac": 1_050_000, "ltv": 20_545_000, "ltv_to_cac": 19.57, "payback": 3,
    }, 40),
    "currency": "RUB",
    "funnels": [
        {
            "kind": "demand", "leads": 40, "lost": 12, "maturity_days": 27, "mature_after_days": 180,
            "stages": [
                {
                    "stage": "new", "label": "Обращение", "entered": 40, "reached_share": 1.0, "ci_low": 0.912375,
                    "ci_high": 1.0, "step_conversion": 1.0, "step_low": 0.912375, "step_high": 1.0, "median_days": None,
                },
                {
                    "stage": "contacted", "label": "Разговор", "entered": 32, "reached_share": 0.8, "ci_low": 0.652443,
                    "ci_high": 0.895018, "step_conversion": 0.8, "step_low": 0.652443, "step_high": 0.895018,
                    "median_days": 0.1,
                },
            ],
            "stays": [{"stage": "new", "label": "Обращение", "n": 40, "left": 36, "median_days": 0.2}],
        }
    ],
    "lost_reasons": [{"reason": "не отвечает", "leads": 12, "share": 1.0}],
    "sources": [
        {
            "source": "avito", "currency": "RUB", "leads": 20, "deals": 1, "conversion": 0.05, "ci_low": 0.008881,
            "ci_high": 0.236135, "cost": 12_000, "gci": 480_000, "net": 264_000, "roi": 39.0, "cpl": 600,
            "cost_per_deal": 12_000, "cac": 12_000,
        }
    ],
    "cohorts": [
        {
            "month": "2026-08", "size": 35, "currency": "RUB",
            "cells": [{"months": 1, "won": 1, "share": 0.028571, "gci": 480_000, "gci_per_lead": 13_714.29}],
        }
    ],
    "worth": [{"months": 12, "currency": "RUB", "clients": 60, "per_client": 205_450.38}],
    "data_quality": {"share_leads_with_source": 0.98, "share_lost_with_reason": 1.0},
    **AS_OF,
}  # fmt: skip
