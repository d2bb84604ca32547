"""The table that `benchmarks.http.listings.plain_store` makes."""

from django.db import models


class Property(models.Model):
    external_id = models.CharField(max_length=100, null=True)
    title = models.CharField(max_length=200)
    property_type = models.CharField(max_length=20)
    deal_type = models.CharField(max_length=20)
    status = models.CharField(max_length=20, default="active")
    price = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3, default="RUB")
    rooms = models.PositiveSmallIntegerField(null=True)
    area_total = models.FloatField(null=True)
    floor = models.SmallIntegerField(null=True)
    floors_total = models.SmallIntegerField(null=True)
    city = models.CharField(max_length=100, null=True)
    district = models.CharField(max_length=100, null=True)
    address = models.CharField(max_length=300, null=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    description = models.TextField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        managed = False
        db_table = "properties"
