from django.http import HttpRequest, HttpResponse


def show_record(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse("")
