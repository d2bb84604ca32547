"""Django REST framework with simplejwt; its stock paginator counts."""

from listings.models import Property
from rest_framework import routers, serializers, viewsets


class PropertySerializer(serializers.ModelSerializer):
    class Meta:
        model = Property
        fields = "__all__"


class PropertyViews(viewsets.ModelViewSet):
    serializer_class = PropertySerializer

    def get_queryset(self):
        found = Property.objects.order_by("-created_at", "-id")
        if deal_type := self.request.query_params.get("deal_type"):
            found = found.filter(deal_type=deal_type)
        if price_max := self.request.query_params.get("price_max"):
            found = found.filter(price__lte=int(price_max))
        return found


router = routers.DefaultRouter()
router.register("properties", PropertyViews, basename="properties")
