"""What an estimate says in words: what the number is, how far was looked, how sure it is."""

from __future__ import annotations

from realty_cli.kit.formatting import compact_money, number, percent
from realty_cli.kit.i18n import Translator
from realty_cli.kit.i18n import mark as _
from realty_cli.properties.comparables import ANYWHERE, LEAST, STEPS, Estimate, Valuation
from realty_cli.properties.hedonics import FITTED

_BASIS = {"asking": _("Expected asking price"), "sale": _("Expected sale price")}
_SURE = {
    "high": _("Many listings much like it: a price to go by."),
    "medium": _("A fair idea of the price."),
    "low": _("Only a rough idea of the price."),
}
_PARTS = {
    "area": _("area"),
    "rooms": _("rooms"),
    "floor": _("floor"),
    "year": _("year built"),
    "place": _("place"),
    "building": _("kind of building"),
    "renovation": _("renovation"),
    "time": _("time"),
    "paid": _("paid, not asked"),
}


def basis(value: Valuation, say: Translator) -> str:
    return say.text(_BASIS[value.basis])


def part(name: str, say: Translator) -> str:
    return say.text(_PARTS[name])


def step(at: int, say: Translator) -> str:
    """How far a step looks."""
    one = STEPS[at]
    area = number(round(one.area * 100), say.language)
    km = number(one.km, say.language)
    if at == ANYWHERE:
        return say.text(_("the town as far as {km} km, area ±{area} %, rooms ±1"), km=km, area=area)
    if one.building:
        return say.text(_("within {km} km, area ±{area} %, as many rooms, same kind of building"), km=km, area=area)
    if not one.district:
        return say.text(_("within {km} km, area ±{area} %, as many rooms"), km=km, area=area)
    if not one.rooms:
        return say.text(_("within {km} km or in the same district, area ±{area} %, as many rooms"), km=km, area=area)
    return say.text(_("within {km} km or in the same district, area ±{area} %, rooms ±1"), km=km, area=area)


def estimate(found: Estimate, value: Valuation, currency: str, say: Translator) -> str:
    """The answer in one or two sentences."""
    low, high, middle = (compact_money(one, currency, say.language) for one in (found.low, found.high, found.price))
    first = say.text(_("{what}: {price}, likely between {low} and {high}."), what=basis(value, say), price=middle,
                     low=low, high=high)  # fmt: skip
    return f"{first} {say.text(_SURE[found.confidence])}"


def position(price: float, found: Estimate, say: Translator) -> str:
    """Where an asking price stands beside the estimate."""
    apart = percent(abs(round(price / found.price - 1, 3)), say.language, decimals=0)
    if price > found.high:
        return say.text(_("Asked {share} more than the estimate, and more than is likely."), share=apart)
    if price < found.low:
        return say.text(_("Asked {share} less than the estimate, and less than is likely."), share=apart)
    if abs(price / found.price - 1) < 0.005:
        return say.text(_("Asked as much as the estimate."))
    if price >= found.price:
        return say.text(_("Asked {share} more than the estimate, within what is likely."), share=apart)
    return say.text(_("Asked {share} less than the estimate, within what is likely."), share=apart)


def notes(value: Valuation, say: Translator) -> list[str]:
    """Method and limits."""
    said = []
    if value.estimate is None:
        return [say.text(_("Below {least} listings like it there is no number, only the list."), least=LEAST)]
    if value.basis == "asking":
        said.append(say.text(_("Prices are asking prices, of what has sold the last one; what is paid is often less.")))
    if value.method != "hedonic":
        said.append(
            say.plural(
                "Only {n} listing to compare with, too few to learn what a floor or a year is worth: area alone is"
                " adjusted for. From {fitted} on it is learned.",
                "Only {n} listings to compare with, too few to learn what a floor or a year is worth: area alone is"
                " adjusted for. From {fitted} on it is learned.",
                value.pool,
                fitted=FITTED,
            )
        )
    if value.estimate.interval == "range":
        said.append(say.text(_("The bounds are the lowest and the highest adjusted price, not a probability.")))
    else:
        said.append(say.text(_("Of listings valued so, 8 in 10 lie within the bounds.")))
    if value.step == ANYWHERE:
        km = number(STEPS[ANYWHERE].km, say.language)
        said.append(say.text(_("Too few listings near: the town was looked through, as far as {km} km."), km=km))
    return said
