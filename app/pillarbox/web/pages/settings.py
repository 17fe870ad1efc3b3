"""What readers settle for themselves: language and time zone in cookies, because the server has to know them; how pages
look in the browser alone (see static/choices.js).
"""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from pillarbox.box import Box
from pillarbox.errors import Invalid
from pillarbox.web import language, wording, zones
from pillarbox.web.contexts import SettingsPage
from pillarbox.web.language import gettext as _
from pillarbox.web.pages import address
from pillarbox.web.pages.rail import rail
from pillarbox.web.templating import render, urls

YEAR = 366 * 24 * 3600
"""Seconds that a browser keeps a choice."""


def add(router: APIRouter, box: Box) -> None:
    @router.get("/settings")
    def settings(request: Request) -> Response:
        chosen, zone = request.cookies.get(language.COOKIE, ""), address.chosen_zone(request)
        told = request.cookies.get(wording.ZONE_COOKIE, "")
        context = SettingsPage(
            title=_("Settings"),
            rail=rail(box, "settings"),
            refresh=urls(request).settings(),
            languages=tuple((name, language.own_name(name)) for name in language.languages()),
            language=chosen if chosen in language.languages() else "",
            zones=zones.listed(zone),
            zone=zone,
            told=told if zones.exists(told) else "",
            saved=request.query_params.get("saved") == "1",
        )
        return render(request, context)

    @router.post("/settings")
    async def settle(request: Request) -> Response:
        fields = await address.form(request)
        name, zone = fields.get("language", ""), fields.get("zone", "")
        if name and name not in language.languages():
            raise Invalid(_("Must be one of the choices."), where="language")
        if zone and not zones.exists(zone):
            raise Invalid(_("Must be one of the choices."), where="zone")
        answer = RedirectResponse(urls(request).settings(saved=True), 303)
        for cookie, value in ((language.COOKIE, name), (wording.CHOSEN_ZONE_COOKIE, zone)):
            if value:
                # Lax, so that a page that is opened from elsewhere speaks the reader's language too.
                answer.set_cookie(cookie, value, YEAR, path=urls(request).root, samesite="lax", httponly=True)
            else:
                answer.delete_cookie(cookie, path=urls(request).root, samesite="lax", httponly=True)
        return answer
