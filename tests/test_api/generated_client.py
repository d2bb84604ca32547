"""A program of somebody who has nothing but the client that was generated from our OpenAPI document.

Run by `test_generated_client.py` with the address of a server; it enters, lists and changes listings.
"""

import sys
from io import BytesIO

from realty_client import AuthenticatedClient, Client
from realty_client.api.auth import login, register
from realty_client.api.properties import (
    change_property_status,
    create_property,
    delete_property,
    export_properties,
    get_photo,
    get_property,
    get_property_history,
    import_properties,
    list_properties,
    search_properties,
    update_property,
    upload_property_photo,
)
from realty_client.models import (
    DealType,
    ExportPropertiesFormat,
    Problem,
    PropertyCreate,
    PropertyFilter,
    PropertyImportRequest,
    PropertyPhotoUpload,
    PropertySearchRequest,
    PropertyType,
    PropertyUpdate,
    Status,
    StatusChange,
    UserCreate,
    UserLogin,
)
from realty_client.types import File


def main(url: str, picture: bytes) -> None:
    with Client(base_url=url) as anybody:
        account = UserCreate(username="agent1", email="agent@example.com", password="password123")
        assert register.sync(client=anybody, body=account).username == "agent1"
        tokens = login.sync(client=anybody, body=UserLogin(username="agent1", password="password123"))
    with AuthenticatedClient(base_url=url, token=tokens.access_token) as client:
        listings(client)
        files(client, picture)
    print("done")


def listings(client: AuthenticatedClient) -> None:
    body = PropertyCreate(
        title="Квартира в центре",
        property_type=PropertyType.APARTMENT,
        deal_type=DealType.SALE,
        price=5_000_000,
        rooms=2,
        area_total=54.3,
        city="Казань",
        tags=["срочно"],
    )
    made = create_property.sync(client=client, body=body)
    assert (made.id, made.price, made.status, made.tags) == (1, 5_000_000, Status.ACTIVE, ["срочно"])
    assert made.created_at.tzinfo is not None
    page = list_properties.sync(client=client, city=["казань"], rooms=[1, 2], price_max=6_000_000, limit=10)
    assert (page.total, page.items[0].title, page.next_cursor) == (1, "Квартира в центре", None)
    assert list_properties.sync(client=client, deal_type=[DealType.RENT]).total == 0
    changed = update_property.sync(id=made.id, client=client, body=PropertyUpdate(price=4_900_000.5, tags=None))
    assert (changed.price, changed.tags, changed.version) == (4_900_000.5, [], 2)
    sold = change_property_status.sync(
        id=made.id, client=client, body=StatusChange(status=Status.SOLD, final_price=4_800_000)
    )
    assert sold.status == Status.SOLD
    history = get_property_history.sync(id=made.id, client=client)
    assert [entry.field for entry in history.entries] == ["price", "status", "price", "status"]
    request = PropertySearchRequest(text="квартиры", filters=PropertyFilter(status=[Status.SOLD]))
    found = search_properties.sync(client=client, body=request)
    assert (found.total, found.facets.city[0].value) == (1, "Казань")
    refused = create_property.sync(
        client=client,
        body=PropertyCreate(title="x", property_type=PropertyType.HOUSE, deal_type=DealType.SALE, price=5, rooms=-1),
    )
    assert isinstance(refused, Problem)
    assert (refused.status, refused.errors[0].field) == (422, "rooms")


def files(client: AuthenticatedClient, picture: bytes) -> None:
    text = "Тип;Сделка;Цена\nДом;Продажа;7000000\n".encode()
    request = PropertyImportRequest(file=File(payload=BytesIO(text), file_name="flats.csv", mime_type="text/csv"))
    assert import_properties.sync(client=client, body=request).created == 1
    upload = PropertyPhotoUpload(file=File(payload=BytesIO(picture), file_name="a.png"), property_id=2)
    photo = upload_property_photo.sync(client=client, body=upload)
    assert photo.is_cover
    assert get_photo.sync(photo_id=photo.id, client=client).payload.read()[:3] == b"\xff\xd8\xff"
    answer = export_properties.sync_detailed(client=client, format_=ExportPropertiesFormat.CSV, fields=["id,price"])
    assert answer.content.decode() == "id,price\n1,4900000.5\n2,7000000\n"
    assert delete_property.sync_detailed(id=2, client=client).status_code == 204
    assert isinstance(get_property.sync(id=2, client=client), Problem)


if __name__ == "__main__":
    main(sys.argv[1], sys.stdin.buffer.read())
