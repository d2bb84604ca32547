"""Metrics of listings: of one kind of deal in one currency, counts of all of them beside."""

from __future__ import annotations

from realty_cli.analytics.catalogue.metric import Metric
from realty_cli.analytics.kinds import GoodWhen, MetricUnit
from realty_cli.kit.i18n import mark as _

_COUNT, _MONEY, _PER_M2 = MetricUnit.COUNT, MetricUnit.MONEY, MetricUnit.MONEY_PER_M2
_RATIO, _DAYS, _MONTHS, _SCORE = MetricUnit.RATIO, MetricUnit.DAYS, MetricUnit.MONTHS, MetricUnit.SCORE
_UP, _DOWN, _BAND, _NEUTRAL = GoodWhen.UP, GoodWhen.DOWN, GoodWhen.BAND, GoodWhen.NEUTRAL

METRICS: tuple[Metric, ...] = (
    Metric("properties.inventory", _("On the market"), _COUNT, _NEUTRAL,
           _("Listings that are active at the end of the period; reserved ones and drafts are counted apart")),
    Metric("properties.reserved_now", _("Reserved"), _COUNT, _NEUTRAL,
           _("Listings that are reserved at the end of the period")),
    Metric("properties.drafts", _("Drafts"), _COUNT, _NEUTRAL, _("Listings that are drafts at the end of the period")),
    Metric("properties.active_any", _("Were on the market"), _COUNT, _NEUTRAL,
           _("Listings that were active at any moment of the period")),
    Metric("properties.new", _("New listings"), _COUNT, _UP,
           _("Listings that came on the market in the period; one that returns after 90 days or more counts again")),
    Metric("properties.reserved", _("Went into reserve"), _COUNT, _UP, _("Listings reserved in the period")),
    Metric("properties.closed", _("Sold or let"), _COUNT, _UP,
           _("Listings sold in the period (or let, where they are for rent), by the date of closing")),
    Metric("properties.withdrawn", _("Withdrawn"), _COUNT, _DOWN,
           _("Listings taken off the market unsold in the period")),
    Metric("properties.sell_through", _("Sold of those that ended"), _RATIO, _UP,
           _("Sold or let, over sold, let and withdrawn in the period")),
    Metric("properties.fallout_rate", _("Reserves that fell through"), _RATIO, _DOWN,
           _("Reserves ended in the period without a sale, over all reserves that ended in it")),
    Metric("properties.pending_ratio", _("Reserved per active listing"), _RATIO, _UP,
           _("Reserved listings over active ones at the end of the period")),
    Metric("properties.dom_closed_median", _("Days on the market, median"), _DAYS, _DOWN,
           _("Days active up to the reserve, else up to the sale, of listings sold or let in the period; time as a"
             " draft, reserved or withdrawn does not count; more than 365 days are left out on request")),
    Metric("properties.dom_closed_mean", _("Days on the market, mean"), _DAYS, _DOWN,
           _("The same days on the market, their mean")),
    Metric("properties.dom_closed_p90", _("Days on the market, slowest tenth"), _DAYS, _DOWN,
           _("Nine of ten listings sold or let in the period took at most so many days on the market")),
    Metric("properties.dom_reserved_median", _("Days to reserve, median"), _DAYS, _DOWN,
           _("Days active up to the reserve, of listings reserved in the period")),
    Metric("properties.cdom_median", _("Days on the market with earlier attempts"), _DAYS, _DOWN,
           _("Days active over all consecutive listings of the property with less than 90 days between them, sold or"
             " let in the period, median")),
    Metric("properties.days_to_close_median", _("Days from reserve to sale"), _DAYS, _DOWN,
           _("Days from the reserve to the closing, of listings sold or let in the period, median")),
    Metric("properties.age_of_inventory_median", _("Age of inventory"), _DAYS, _DOWN,
           _("Days active so far, of the listings active at the end of the period, median")),
    Metric("properties.median_survival", _("Time in which half are taken"), _DAYS, _DOWN,
           _("Days within which half of the listings are reserved or sold (Kaplan-Meier, withdrawn ones censored), of"
             " all that were on the market in the last 365 days"), 10),
    Metric("properties.price_median", _("Asking price, median"), _MONEY, _NEUTRAL,
           _("Median price of the active listings at the end of the period")),
    Metric("properties.price_mean", _("Asking price, mean"), _MONEY, _NEUTRAL,
           _("Mean price of the active listings at the end of the period")),
    Metric("properties.price_per_m2_asking_median", _("Asking price per m²"), _PER_M2, _NEUTRAL,
           _("Median price per square metre of the active listings; without an area, and land, left out")),
    Metric("properties.price_per_m2_sold_median", _("Price per m² paid"), _PER_M2, _NEUTRAL,
           _("Median final price per square metre of the listings sold or let in the period")),
    Metric("properties.price_per_sotka_asking_median", _("Asking price of land per sotka"), _MONEY, _NEUTRAL,
           _("Median price per 100 m² of the active plots of land; without an area left out")),
    Metric("properties.price_per_sotka_sold_median", _("Price of land per sotka paid"), _MONEY, _NEUTRAL,
           _("Median final price per 100 m² of the plots of land sold or let in the period")),
    Metric("properties.inventory_value", _("Value of what is on the market"), _MONEY, _NEUTRAL,
           _("Sum of the prices of the active listings at the end of the period")),
    Metric("properties.sale_to_list", _("Sale price to last price"), _RATIO, _UP,
           _("Mean of final price over the last price asked; ratios under 0.5 and over 1.5 are left out")),
    Metric("properties.sale_to_original", _("Sale price to first price"), _RATIO, _UP,
           _("Mean of final price over the first price asked; ratios under 0.5 and over 1.5 are left out")),
    Metric("properties.price_reduced_share", _("Cheaper within 30 days"), _RATIO, _NEUTRAL,
           _("Active listings whose price went down by 0.5 % or more in the last 30 days, over all active ones")),
    Metric("properties.price_reduced_ever_share", _("Ever made cheaper"), _RATIO, _NEUTRAL,
           _("Active listings whose price ever went down by 0.5 % or more, over all active ones")),
    Metric("properties.reduction_depth_median", _("Depth of a reduction"), _RATIO, _NEUTRAL,
           _("Median share by which prices went down, each reduction of the period by 0.5 % or more")),
    Metric("properties.reduction_total_median", _("Down from the first price"), _RATIO, _NEUTRAL,
           _("Median share by which active listings stand below their first price, of those that do")),
    Metric("properties.price_increases", _("Increases of price"), _COUNT, _NEUTRAL,
           _("Increases of price by 0.5 % or more in the period")),
    Metric("properties.absorption_rate", _("Absorption a month"), _RATIO, _UP,
           _("Listings sold or let a month, over the active ones; of the last three full months, or of twelve where"
             " fewer than 12 were sold in three")),
    Metric("properties.months_of_supply", _("Months of supply"), _MONTHS, _BAND,
           _("Months in which all active listings would be sold at the pace of absorption; none where nothing was")),
    Metric("properties.showings_per_week", _("Showings per listing and week"), _SCORE, _UP,
           _("Completed showings of listings in the period, over the weeks that they were active in it")),
    Metric("properties.views_per_day", _("Views per listing and day"), _SCORE, _UP,
           _("Views on portals in the period, over the active days of the listings that have portal statistics")),
    Metric("properties.contacts_per_day", _("Contacts per listing and day"), _SCORE, _UP,
           _("Calls and messages from portals in the period, over active days as for views")),
    Metric("properties.favourites_per_day", _("Favourites per listing and day"), _SCORE, _UP,
           _("How often listings were put among favourites in the period, over active days as for views")),
    Metric("properties.quality_score", _("How complete listings are"), _SCORE, _UP,
           _("Mean score from 0 to 100 of the active listings: main fields, a long description, a place on the map,"
             " eight photos; as they stand now")),
)  # fmt: skip
