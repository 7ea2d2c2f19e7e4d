"""The request's id on a page, so that a person can quote it."""

from django import template

from registry import logs

register = template.Library()


@register.simple_tag
def request_id() -> str:
    """The id under which the log has this request; empty outside one."""
    return logs.request_id.get()
