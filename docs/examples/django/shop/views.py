from django.core import signing
from django.core.mail import send_mail
from django.http import HttpRequest, HttpResponse
from django.urls import reverse


def sign_up(request: HttpRequest) -> HttpResponse:
    address = request.POST["address"]
    link = request.build_absolute_uri(reverse("confirm", args=[signing.dumps(address)]))
    send_mail("Confirm your address", f"Welcome! Please open {link}", None, [address])
    return HttpResponse("Look into your mail.")


def confirm(request: HttpRequest, token: str) -> HttpResponse:
    return HttpResponse(f"Welcome, {signing.loads(token)}")
