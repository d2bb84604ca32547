"""Django Ninja, callers known by simplejwt's tokens."""

import datetime as dt

from django.contrib.auth import authenticate
from django.shortcuts import get_object_or_404
from listings.models import Property
from ninja import Form, NinjaAPI, Schema
from ninja.errors import HttpError
from ninja.security import HttpBearer
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import AccessToken


class Known(HttpBearer):
    def authenticate(self, request, token):
        try:
            return JWTAuthentication().get_user(AccessToken(token))
        except TokenError:
            return None


class PropertyIn(Schema):
    external_id: str | None = None
    title: str
    property_type: str
    deal_type: str
    status: str = "active"
    price: int
    currency: str = "RUB"
    rooms: int | None = None
    area_total: float | None = None
    floor: int | None = None
    floors_total: int | None = None
    city: str | None = None
    district: str | None = None
    address: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    description: str | None = None


class PropertyOut(PropertyIn):
    id: int
    created_at: dt.datetime


class PropertyList(Schema):
    items: list[PropertyOut]
    total: int | None


api = NinjaAPI(auth=Known(), docs_url=None)


@api.post("/login", auth=None)
def login(request, username: Form[str], password: Form[str]):
    user = authenticate(request, username=username, password=password)
    if user is None:
        raise HttpError(401, "no")
    return {"access": str(AccessToken.for_user(user))}


@api.get("/properties/{int:number}", response=PropertyOut)
def get_property(request, number: int):
    return get_object_or_404(Property, pk=number)


@api.get("/properties", response=PropertyList)
def list_properties(
    request,
    deal_type: str | None = None,
    price_max: int | None = None,
    limit: int = 20,
    offset: int = 0,
    total: bool = False,
):
    found = Property.objects.order_by("-created_at", "-id")
    if deal_type is not None:
        found = found.filter(deal_type=deal_type)
    if price_max is not None:
        found = found.filter(price__lte=price_max)
    return {"items": list(found[offset : offset + limit]), "total": found.count() if total else None}


@api.post("/properties", response={201: PropertyOut})
def create_property(request, data: PropertyIn):
    return 201, Property.objects.create(**data.dict())
