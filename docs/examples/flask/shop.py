from typing import Any

from flask import Flask, request, url_for
from flask_mail import Mail, Message
from itsdangerous import URLSafeSerializer

mail = Mail()


def create_app(**config: Any) -> Flask:
    app = Flask(__name__)
    # While you develop: `pillarbox` in another terminal.
    app.config.update(SECRET_KEY="only for this example", MAIL_SERVER="127.0.0.1", MAIL_PORT=1025)
    app.config.update(config)
    mail.init_app(app)
    tokens = URLSafeSerializer(app.config["SECRET_KEY"])

    @app.post("/sign-up")
    def sign_up() -> str:
        address = request.form["address"]
        link = url_for("confirm", token=tokens.dumps(address), _external=True)
        body = f"Welcome! Please open {link}"
        mail.send(Message("Confirm your address", [address], body, sender=("Shop", "shop@example.org")))
        return "Look into your mail."

    @app.get("/confirm/<token>")
    def confirm(token: str) -> str:
        return f"Welcome, {tokens.loads(token)}"

    return app
