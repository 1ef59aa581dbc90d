"""Access to the dashboard: the names that the server answers to, its token, and its handlers.

Three rules. A request whose Host or Origin is none of this machine's names gets 403 at every address, so that a page
from elsewhere whose name was pointed at 127.0.0.1 reads nothing. The printed link carries a token; the server exchanges
it for a cookie and redirects to an address without it. Output and tracebacks of kernels stay in the server's log:
browsers only get the messages of widgets.
"""

from __future__ import annotations

import ipaddress
import logging
import os
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.base.websocket import WebSocketMixin
from tornado.httputil import HTTPServerRequest, split_host_and_port
from tornado.routing import Matcher
from tornado.web import RequestHandler
from tornado.websocket import WebSocketHandler
from traitlets.config import Config
from traitlets.log import get_logger
from voila.request_info_handler import RequestInfoSocketHandler
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler, read_header_from_binary_message
from voila.voila_identity_provider import VoilaIdentityProvider

from hubmodel.errors import InputError

NAME = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
KEPT_HERE = ("stream", "error")  # messages of a kernel with its output and its tracebacks
LONGEST = 4000  # letters of such a message in the log


def new_token() -> str:
    """Return the token of the environment, or a new one."""
    return os.environ.get("HUBMODEL_TOKEN") or secrets.token_hex(24)


@dataclass(frozen=True)
class Access:
    """The names of the server besides those of the loopback, and its token; an empty token lets everyone in.

    >>> Access(("Hub.example.org",), token="").names
    ('hub.example.org',)
    """

    names: tuple[str, ...] = ()
    token: str = field(default_factory=new_token, repr=False)

    def __post_init__(self) -> None:
        for name in self.names:
            if not NAME.fullmatch(name.lower()) and not _is_address(name):
                raise InputError(
                    "host name {name!r} must be a name alone, without https:// or port; write it as hub.example.org",
                    name=name,
                )
        object.__setattr__(self, "names", tuple(name.lower() for name in self.names))

    def link(self, address: str) -> str:
        """Return the link that opens the dashboard at an address."""
        return f"{address}?{urlencode({'token': self.token})}" if self.token else address

    def set_on(self, config: Config) -> None:
        """Set names, token and cookies of the server; cookies are Lax, so that they work with a link in a mail."""
        config.Voila.token, config.Voila.identity_provider_class = self.token, Visitors
        config.Visitors.cookie_options = {"samesite": "Lax"}
        config.Server.names = list(self.names)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


class Foreign(Matcher):
    """A matcher of requests that name another host than this one, or come from a page of another."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.names = {"localhost", *names}

    def match(self, request: HTTPServerRequest) -> dict[str, Any] | None:
        """Return an empty mapping where the request is to be refused."""
        hosts = [request.host]
        if "Origin" in request.headers:
            hosts.append(urlsplit(request.headers["Origin"]).netloc)
        return {} if any(self.is_foreign(host) for host in hosts) else None

    def is_foreign(self, host: str) -> bool:
        """True if a host, with or without a port, is none of ours."""
        name = split_host_and_port(host.lower())[0].strip("[]")
        return name not in self.names and not (_is_address(name) and ipaddress.ip_address(name).is_loopback)


class Refusal(RequestHandler):
    """The answer at every address to a request that names another host."""

    def prepare(self) -> None:
        """Refuse in one line, whatever was asked."""
        self.set_status(403)
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish("This dashboard is not served under that name; start it with --host-name NAME to allow it.\n")


class Visitors(VoilaIdentityProvider):  # type: ignore[misc]
    """Visitors, known by the token of the link and then by a cookie; there is no login or logout."""

    def get_handlers(self) -> list[Any]:
        """Return no handlers, as there are no forms."""
        return []


class PageHandler(TornadoVoilaHandler):  # type: ignore[misc]
    """Voila's page, for known visitors."""

    async def prepare(self) -> None:
        """Refuse unknown visitors, take the token out of the address, and set the cookie that a closing tab needs."""
        await super().prepare(_redirect_to_login=False)
        self.xsrf_token  # noqa: B018
        given = parse_qsl(self.request.query, keep_blank_values=True)
        rest = [(name, value) for name, value in given if name != "token"]
        if rest != given:
            self.redirect(f"{self.base_url}?{urlencode(rest)}".removesuffix("?"))


class Pinged(WebSocketMixin, WebSocketHandler):
    """A socket that the server closes after three unanswered pings."""

    def get_websocket_protocol(self) -> Any:
        """Leave the pings to Jupyter: Tornado takes the same settings, in milliseconds, for seconds, and complains."""
        found: Any = super().get_websocket_protocol()
        if found is not None:
            found.params.ping_interval = found.params.ping_timeout = None
        return found


class QueryHandler(Pinged, RequestInfoSocketHandler, JupyterHandler):  # type: ignore[misc]
    """Voila's socket by which a warm kernel learns the query of its page, for known visitors."""

    def set_default_headers(self) -> None:
        """Leave out the headers of pages, which a socket cannot have."""


class SocketHandler(Pinged, VoilaKernelWebsocketHandler):  # type: ignore[misc]
    """Voila's socket of a page, for messages of widgets only; others go to the server's log."""

    def write_message(self, message: bytes | str | dict[str, Any], binary: bool = False) -> Any:
        """Pass a message on to the browser, or log it if it is output or an error of the kernel."""
        header = message.get("header") if isinstance(message, dict) else None
        if isinstance(message, bytes):
            header = read_header_from_binary_message(message)
        if (header or {}).get("msg_type") in KEPT_HERE:
            shown = message.decode("utf-8", "replace") if isinstance(message, bytes) else str(message)
            level = logging.ERROR if "Traceback" in shown else logging.INFO
            get_logger().log(level, "kernel %s: %s", self.kernel_id, "".join(filter(str.isprintable, shown))[:LONGEST])
            return None
        return super().write_message(message, binary)


DOORS = {
    TornadoVoilaHandler: PageHandler,
    RequestInfoSocketHandler: QueryHandler,
    VoilaKernelWebsocketHandler: SocketHandler,
}


def forget(kernel_id: str) -> None:
    """Forget the query of the page of a kernel that has ended."""
    RequestInfoSocketHandler._cache.pop(kernel_id, None)


def behind_doors(handlers: Iterable[Any], names: Iterable[str]) -> list[Any]:
    """Return Voila's handlers with ours in place of those that let everyone in, and the refusal before all."""
    swapped = [(spec[0], DOORS.get(spec[1], spec[1]), *spec[2:]) for spec in handlers]
    return [(Foreign(names), Refusal), *swapped]
