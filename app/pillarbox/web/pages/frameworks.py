"""What points an app at this catcher, in the words of the frameworks that people have.

docs/frameworks.md has the same lines with the usual address, and what to know of each besides.
"""

from __future__ import annotations

from dataclasses import dataclass

from pillarbox.web.contexts import Snippet


@dataclass(frozen=True, slots=True)
class Login:
    """Where an app sends, and as whom; `user` and `password` are "" where nobody is asked for them."""

    host: str
    port: int
    user: str = ""
    password: str = ""

    @property
    def place(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class _Framework:
    """`lines` go into `file`; `login` holds what is added to them for a user, at its own place in the lines."""

    name: str
    file: str
    lines: str
    login: str = ""


_FRAMEWORKS = (
    _Framework(
        "Django",
        "settings.py",
        'EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"\n'
        'EMAIL_HOST = "{host}"\nEMAIL_PORT = {port}{login}',
        '\nEMAIL_HOST_USER = "{user}"\nEMAIL_HOST_PASSWORD = "{password}"',
    ),
    _Framework(
        "Flask-Mail",
        "app.py",
        'app.config["MAIL_SERVER"] = "{host}"\napp.config["MAIL_PORT"] = {port}\n'
        'app.config["MAIL_USE_TLS"] = False{login}',
        '\napp.config["MAIL_USERNAME"] = "{user}"\napp.config["MAIL_PASSWORD"] = "{password}"',
    ),
    _Framework(
        "Rails",
        "config/environments/development.rb",
        "config.action_mailer.delivery_method = :smtp\n"
        'config.action_mailer.smtp_settings = {{ address: "{host}", port: {port}, '
        "enable_starttls_auto: false{login} }}\n"
        "config.action_mailer.raise_delivery_errors = true",
        ', user_name: "{user}", password: "{password}", authentication: :plain',
    ),
    _Framework(
        "Laravel", ".env", "MAIL_MAILER=smtp\nMAIL_URL=smtp://{login}{place}?verify_peer=0", "{user}:{password}@"
    ),
    _Framework("Symfony", ".env", "MAILER_DSN=smtp://{login}{place}?verify_peer=0", "{user}:{password}@"),
    _Framework(
        "Spring Boot",
        "application-dev.properties",
        "spring.mail.host={host}\nspring.mail.port={port}\n{login}",
        "spring.mail.username={user}\nspring.mail.password={password}\nspring.mail.properties.mail.smtp.auth=true",
    ),
    _Framework(
        "Nodemailer",
        "",
        "const transport = nodemailer.createTransport({{\n"
        '  host: "{host}", port: {port}, secure: false, ignoreTLS: true{login}\n'
        "}});",
        ',\n  auth: {{ user: "{user}", pass: "{password}" }}',
    ),
    _Framework(
        "Go",
        "",
        'err := smtp.SendMail("{place}", {login},\n\t"app@example.test", []string{{"ada@example.test"}},\n\tmessage)',
        'smtp.PlainAuth("", "{user}", "{password}", "{host}")',
    ),
    _Framework(
        ".NET (MailKit)",
        "",
        "using var client = new MailKit.Net.Smtp.SmtpClient();\n"
        'client.Connect("{host}", {port}, MailKit.Security.SecureSocketOptions.None);\n{login}'
        "client.Send(message);",
        'client.Authenticate("{user}", "{password}");\n',
    ),
    _Framework(
        "Phoenix (Swoosh)",
        "config/dev.exs",
        "config :my_app, MyApp.Mailer,\n  adapter: Swoosh.Adapters.SMTP,\n"
        '  relay: "{host}", port: {port}, tls: :never{login}',
        ',\n  username: "{user}", password: "{password}", auth: :always',
    ),
)

_WITHOUT_LOGIN = {"Spring Boot": "spring.mail.properties.mail.smtp.auth=false", "Go": "nil"}


def snippets(login: Login) -> tuple[Snippet, ...]:
    """One for each framework, with the lines as they stand in its file."""
    return tuple(_snippet(one, login) for one in _FRAMEWORKS)


def _snippet(one: _Framework, login: Login) -> Snippet:
    values = {
        "host": login.host,
        "port": login.port,
        "place": login.place,
        "user": login.user,
        "password": login.password,
    }
    added = one.login.format(**values) if login.password else _WITHOUT_LOGIN.get(one.name, "")
    return Snippet(one.name, one.lines.format(**values, login=added), one.file)
