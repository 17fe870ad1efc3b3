"""A small web app as somebody would write one: who signs up gets a mail with a link, and is in once it is opened.

It runs as a process of its own (`python signup.py FD`), and its mail goes where SMTP_HOST and SMTP_PORT say.
"""

from __future__ import annotations

import asyncio
import html
import os
import secrets
import smtplib
import socket
import sys
from email.message import EmailMessage
from urllib.parse import parse_qs

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse

app = FastAPI()
waiting: dict[str, str] = {}


FORM = """<form method=post>
<label>Your address <input name=address type=email></label>
<button>Sign up</button>
</form>"""


def page(words: str, more: str = "") -> HTMLResponse:
    return HTMLResponse(f"<!doctype html><title>Shop</title><h1>{words}</h1>{more}")


@app.get("/")
async def form() -> HTMLResponse:
    return page("Sign up", FORM)


@app.post("/")
async def sign_up(request: Request) -> HTMLResponse:
    address = parse_qs((await request.body()).decode())["address"][0]
    token = secrets.token_urlsafe(16)
    waiting[token] = address
    await asyncio.to_thread(send, address, str(request.url_for("confirm", token=token)))
    return page("Look into your mail")


def send(address: str, link: str) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Shop <shop@example.org>", address, "Confirm your address"
    mail.set_content(f"Welcome!\n\nPlease open {link} to confirm your address.\n")
    mail.add_alternative(f'<p>Welcome! <a href="{link}">Confirm your address</a></p>', subtype="html")
    with smtplib.SMTP(os.environ["SMTP_HOST"], int(os.environ["SMTP_PORT"])) as smtp:
        smtp.send_message(mail)


@app.get("/confirm/{token}")
async def confirm(token: str) -> HTMLResponse:
    return page(f"Welcome, {html.escape(waiting.pop(token))}")


if __name__ == "__main__":
    listener = socket.socket(fileno=int(sys.argv[1]))
    uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listener])
