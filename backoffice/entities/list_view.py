from django.http import HttpRequest, HttpResponse


def show_list(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse("")
