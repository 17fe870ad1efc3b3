"""`pillarbox sendmail`: what programs call as /usr/sbin/sendmail, with a catcher behind it."""

from pillarbox.cli.sendmail.command import sendmail

__all__ = ["sendmail"]
