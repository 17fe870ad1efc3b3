"""A message that tries everything that HTML has ever had to run code or to ask the network for something.

In the file `TRAP` stands for the trap's address, and each path says which trick it was; a script that runs calls
`canary`.
"""

from __future__ import annotations

from pathlib import Path

HTML = Path(__file__).with_name("everything-that-html-can-try.html")


def message(trap: str) -> bytes:
    head = (
        "From: Harm <harm@tracker.example>\r\nTo: ada@example.org\r\nSubject: <script>canary('subject')</script>\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n"
        f'Refresh: 0; url={trap}/header\r\nLink: <{trap}/linkheader>; rel="preload"; as="image"\r\n\r\n'
    )
    return (head + HTML.read_text("utf-8").replace("TRAP", trap).replace("\n", "\r\n")).encode()
