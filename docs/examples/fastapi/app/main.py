"""An application in a package called `app`, as many are: Pillarbox installs nothing of that name."""

import os
from typing import Any

from fastapi import FastAPI, Request
from fastapi_mail import ConnectionConfig, FastMail, MessageSchema, MessageType
from pydantic import BaseModel, EmailStr

SENDER = "shop@example.org"


class Customer(BaseModel):
    address: EmailStr


def settings() -> dict[str, Any]:
    """While you develop: `pillarbox` in another terminal."""
    return {
        "MAIL_SERVER": os.environ.get("MAIL_SERVER", "127.0.0.1"),
        "MAIL_PORT": int(os.environ.get("MAIL_PORT", "1025")),
        "MAIL_USERNAME": "",
        "MAIL_PASSWORD": "",
        "MAIL_STARTTLS": False,
        "MAIL_SSL_TLS": False,
        "USE_CREDENTIALS": False,
    }


def create_app(mail_settings: dict[str, Any] | None = None) -> FastAPI:
    app = FastAPI()
    mail = FastMail(ConnectionConfig(MAIL_FROM=SENDER, **(mail_settings or settings())))

    @app.post("/sign-up")
    async def sign_up(customer: Customer, request: Request) -> str:
        link = request.url_for("confirm", address=customer.address)
        await mail.send_message(
            MessageSchema(
                subject="Confirm your address",
                recipients=[customer.address],
                body=f'<p>Welcome! <a href="{link}">Confirm your address</a></p>',
                subtype=MessageType.html,
            )
        )
        return "Look into your mail."

    @app.get("/confirm/{address}")
    async def confirm(address: str) -> str:
        return f"Welcome, {address}"

    return app
