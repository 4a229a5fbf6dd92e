"""/structure/… and what allauth does not have under /compte/."""

app_name = "accounts"

urlpatterns: list = []
