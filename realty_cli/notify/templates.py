"""What our letters and messages say, in the reader's language. Plain text: nothing in it is ever run or rendered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from realty_cli.kit.i18n import mark as _
from realty_cli.kit.i18n import translator


class Template(NamedTuple):
    """`link` is the page at `public_url` that takes the token, where an agency has such pages."""

    subject: str
    body: str
    link: str = ""


TEMPLATES: dict[str, Template] = {
    "verify_email": Template(
        _("Confirm your e-mail address"),
        _(
            "Hello {username},\n\nthis address was given for your account in realty. To confirm it, enter this token"
            " within {minutes} minutes:\n\n{token}\n\nIf this was not you, ignore this letter."
        ),
        "verify-email",
    ),
    "reset_password": Template(
        _("A new password for your account"),
        _(
            "Hello {username},\n\nsomebody asked for a new password for your account in realty. To set one, enter this"
            " token within {minutes} minutes:\n\n{token}\n\nIt works once. If this was not you, ignore this letter:"
            " your password stays as it is."
        ),
        "reset-password",
    ),
    "welcome": Template(
        _("Your account in realty"),
        _(
            "Hello {username},\n\nan account was made for you. To set its password, enter this token within {minutes}"
            " minutes:\n\n{token}\n\nLater you can ask for another one with “forgot password”."
        ),
        "reset-password",
    ),
    "invitation": Template(
        _("You are invited to realty"),
        _("{username} invites you. To register with this address, give this invitation within {days} days:\n\n{token}"),
        "register",
    ),
    "verify_phone": Template("", _("{token} is your code for realty. It is good for {minutes} minutes.")),
    "email_changed": Template(
        _("The address of your account was changed"),
        _(
            "Hello {username},\n\nyour account in realty has another e-mail address now. If this was not you, have the"
            " password reset at once and write to your administrator."
        ),
    ),
    "password_changed": Template(
        _("The password of your account was changed"),
        _(
            "Hello {username},\n\nyour account in realty has a new password, and its other sessions have ended. If this"
            " was not you, have the password reset at once and write to your administrator."
        ),
    ),
    "two_factor_on": Template(
        _("The second factor is on"),
        _("Hello {username},\n\nfrom now on your account in realty asks for a code of your app as well."),
    ),
    "two_factor_off": Template(
        _("The second factor is off"),
        _(
            "Hello {username},\n\nyour account in realty no longer asks for a code. If this was not you, change the"
            " password at once and write to your administrator."
        ),
    ),
    "alerts": Template(_("{count} in realty"), _("{count}:\n\n{lines}\n\nAll of them: realty analytics alerts active")),
    "event_reminder": Template(
        _("Reminder: {title}, {when}"), _("A reminder of your calendar in realty:\n\n{title}\n{when}{place}")
    ),
    "day_digest": Template(_("Your day, {date}"), _("In your calendar in realty, {date}:\n\n{lines}")),
    "report": Template(
        _("Report: {title}"), _("{title}\n\nThe report that you asked realty to send regularly is attached: {file}")
    ),
    "new_place": Template(
        _("A sign-in from a new place"),
        _(
            "Hello {username},\n\nsomebody signed in to your account in realty from {address} ({agent}). If this was"
            " not you, end the session, change the password and write to your administrator."
        ),
    ),
}


def render(template: str, language: str, params: Mapping[str, Any]) -> tuple[str, str]:
    """Subject and body. The subject is one line, whatever somebody is called."""
    found, say = TEMPLATES[template], translator(language)
    subject = " ".join(say.text(found.subject, **params).split()) if found.subject else ""
    body = say.text(found.body, **params)
    if found.link and params.get("url") and params.get("token"):
        body += f"\n\n{params['url']}/{found.link}#token={params['token']}"
    return subject, body + "\n"
