"""`pillarbox check`: is the catcher at that address ready? Uses the standard library only, so that it starts fast."""

from __future__ import annotations

import http.client
import ssl

from pillarbox.cli.catcher import detail
from pillarbox.cli.place import Place
from pillarbox.cli.sentences import no

_TIMEOUT = 5.0
"""Seconds to wait for each answer of the network."""


def check(place: Place) -> int:
    """0 when `GET /readyz` below that address is answered with 200, else 1 and a sentence."""
    url = place.shown
    connection = place.connection(_TIMEOUT)
    try:
        connection.request("GET", f"{place.prefix}/readyz", headers={"Accept": "application/json"})
        answer = connection.getresponse()
        body = answer.read(65536)
    except ssl.SSLError as error:
        return no(f"{url} does not speak TLS as it should ({error.reason}).")
    except OSError as error:
        why = error.strerror or str(error) or type(error).__name__
        return no(f"Nothing is ready at {url} ({why}); is pillarbox running there?")
    except http.client.HTTPException:
        return no(f"What answers at {url} does not speak HTTP; is that the address of the pages?")
    finally:
        connection.close()
    if answer.status == 200:
        print(f"{url} is ready.")
        return 0
    return no(f"{url} is not ready: {answer.status} {detail(body) or answer.reason}")
