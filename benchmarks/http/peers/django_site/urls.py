"""`/ninja` and `/drf`: the same listings by either."""

from django.urls import include, path
from drf_api import router
from ninja_api import api
from rest_framework_simplejwt.views import TokenObtainPairView

urlpatterns = [
    path("ninja/", api.urls),
    path("drf/login", TokenObtainPairView.as_view()),
    path("drf/", include(router.urls)),
]
