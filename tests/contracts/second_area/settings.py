"""The product's settings with one area more; the rest comes from the environment."""

from backoffice import settings as _product

globals().update({name: getattr(_product, name) for name in dir(_product) if name.isupper()})

INSTALLED_APPS = [*_product.INSTALLED_APPS, "tests.contracts.second_area.billing"]
# Plain HTTP on loopback, as in the demo, and without collected files.
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
STORAGES = {
    **_product.STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
