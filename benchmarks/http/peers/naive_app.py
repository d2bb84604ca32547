"""A listing server as the tutorials teach it: ORM, `def` endpoints, `response_model`, the user read each time."""

import datetime as dt
import os
from collections.abc import Iterator
from typing import Annotated

import bcrypt
import jwt
from fastapi import Depends, FastAPI, HTTPException, Query
from fastapi.security import OAuth2PasswordBearer, OAuth2PasswordRequestForm
from sqlalchemy import tuple_
from sqlmodel import Field, Session, SQLModel, create_engine, func, select

SECRET = "a-secret-of-the-benchmark-that-guards-nothing"
engine = create_engine(f"sqlite:///{os.environ['STORE']}", connect_args={"check_same_thread": False})
app = FastAPI()
scheme = OAuth2PasswordBearer(tokenUrl="/login")


class User(SQLModel, table=True):
    __tablename__ = "users"
    id: int | None = Field(default=None, primary_key=True)
    username: str = Field(unique=True)
    password_hash: str


class PropertyCreate(SQLModel):
    external_id: str | None = None
    title: str = Field(min_length=1, max_length=200)
    property_type: str
    deal_type: str
    status: str = "active"
    price: int = Field(ge=0)
    currency: str = "RUB"
    rooms: int | None = Field(default=None, ge=0)
    area_total: float | None = Field(default=None, ge=0)
    floor: int | None = None
    floors_total: int | None = None
    city: str | None = None
    district: str | None = None
    address: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    description: str | None = None


class Property(PropertyCreate, table=True):
    __tablename__ = "properties"
    id: int | None = Field(default=None, primary_key=True)
    created_at: str


class PropertyResponse(PropertyCreate):
    id: int
    created_at: dt.datetime


class PropertyList(SQLModel):
    items: list[PropertyResponse]
    total: int | None


def get_session() -> Iterator[Session]:
    with Session(engine) as session:
        yield session


def get_user(session: Annotated[Session, Depends(get_session)], token: Annotated[str, Depends(scheme)]) -> User:
    try:
        name = jwt.decode(token, SECRET, algorithms=["HS256"])["sub"]
    except jwt.InvalidTokenError:
        raise HTTPException(401) from None
    user = session.exec(select(User).where(User.username == name)).first()
    if user is None:
        raise HTTPException(401)
    return user


Db = Annotated[Session, Depends(get_session)]
Known = Annotated[User, Depends(get_user)]


@app.post("/login")
def login(form: Annotated[OAuth2PasswordRequestForm, Depends()], session: Db) -> dict[str, str]:
    user = session.exec(select(User).where(User.username == form.username)).first()
    if user is None or not bcrypt.checkpw(form.password.encode(), user.password_hash.encode()):
        raise HTTPException(401)
    expires = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=30)
    return {"access_token": jwt.encode({"sub": user.username, "exp": expires}, SECRET, "HS256"), "token_type": "bearer"}


@app.get("/properties/{number}", response_model=PropertyResponse)
def get_property(number: int, session: Db, user: Known) -> Property:
    found = session.get(Property, number)
    if found is None:
        raise HTTPException(404)
    return found


@app.get("/properties", response_model=PropertyList)
def list_properties(
    session: Db,
    user: Known,
    deal_type: str | None = None,
    price_max: int | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    offset: Annotated[int, Query(ge=0)] = 0,
    after: str | None = None,
    total: bool = False,
) -> dict[str, object]:
    wanted = select(Property)
    if deal_type is not None:
        wanted = wanted.where(Property.deal_type == deal_type)
    if price_max is not None:
        wanted = wanted.where(Property.price <= price_max)
    count = session.exec(select(func.count()).select_from(wanted.subquery())).one() if total else None
    if after is not None:
        made, _, number = after.partition("~")
        wanted = wanted.where(tuple_(Property.created_at, Property.id) < tuple_(made, int(number)))
    wanted = wanted.order_by(Property.created_at.desc(), Property.id.desc()).limit(limit).offset(offset)
    return {"items": session.exec(wanted).all(), "total": count}


@app.post("/properties/", response_model=PropertyResponse, status_code=201)
def create_property(data: PropertyCreate, session: Db, user: Known) -> Property:
    made = Property.model_validate(data, update={"created_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds")})
    session.add(made)
    session.commit()
    session.refresh(made)
    return made
