"""Who may come in: names that the server answers to, the link and its cookie, what a kernel is told and tells."""

import asyncio
import json
import re
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from urllib.parse import urlsplit

import pytest
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

from tests.browser.conftest import STATIC, serving
from tests.conftest import in_a_thread

UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}
NO_KERNEL = "0-0-0-0-0"


def asked(server, path="", **headers):
    """Status, headers and text of an answer, redirects not followed."""
    connection = HTTPConnection(urlsplit(server).netloc, timeout=60)
    connection.request("GET", urlsplit(server).path + path, headers={"Host": urlsplit(server).netloc} | headers)
    answer = connection.getresponse()
    found = answer.status, answer.headers, "" if answer.status == 101 else answer.read().decode()
    answer.close()
    connection.close()
    return found


def signed_in(server):
    """Open the link: the cookie of a visitor, as a header, and where the link leads."""
    status, headers, _ = asked(server, f"?a=1&token={server.token}&b=2")
    assert status == 302
    (cookie,) = (one for one in headers.get_all("Set-Cookie") if one.startswith("username"))
    return cookie, headers["Location"]


@pytest.mark.parametrize("path", ["", STATIC, "api/kernels/" + NO_KERNEL])
@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Origin": "http://evil.example"}], ids=str)
def test_another_name_is_refused_at_every_address(server, path, headers):
    status, _, text = asked(server, path, Authorization=f"token {server.token}", **headers)
    assert status == 403
    assert text.count("\n") == 1
    assert "--host-name" in text


@pytest.mark.parametrize("path", [f"api/kernels/{NO_KERNEL}/channels", f"voila/query/{NO_KERNEL}"])
def test_a_socket_opens_for_visitors_who_are_known_and_come_from_here(server, path):
    cookie, _ = signed_in(server)
    known = UPGRADE | {"Cookie": cookie.partition(";")[0]}
    assert asked(server, path, **UPGRADE)[0] == 403
    assert asked(server, path, **known, Host="evil.example")[0] == 403
    assert asked(server, path, **known, Origin="http://evil.example")[0] == 403
    assert asked(server, path, **known)[0] == (101 if "query" in path else 404)  # there is no such kernel


@pytest.mark.parametrize("path", ["", "?token=wrong", "login", "logout", "voila/query/" + NO_KERNEL])
def test_who_is_not_known_is_told_how_to_come_in(server, path):
    status, _, text = asked(server, path)
    assert status == 403
    assert len(re.findall("<p>", text)) == 1
    assert "opened with the link" in text
    assert server.token not in text


def test_the_link_is_exchanged_for_a_cookie(server):
    cookie, address = signed_in(server)
    (morsel,) = SimpleCookie(cookie).values()
    assert (morsel["httponly"], morsel["samesite"], morsel["path"]) == (True, "Lax", "/")
    assert address == "/?a=1&b=2"
    assert server.token not in cookie
    assert asked(server, f"/evil.example/?token={server.token}")[1]["Location"] == "/"


def test_the_query_of_a_page_is_told_without_its_token(server):
    cookie, _ = signed_in(server)
    known = {"Cookie": cookie.partition(";")[0]}
    _, _, page = asked(server, "?commercial_margin=0.3", **known)
    kernel = re.search(r'"kernelId": ?"(.*?)"', page)[1]
    address = f"{server.replace('http', 'ws')}voila/query/{kernel}"

    async def heard():
        socket = await websocket_connect(HTTPRequest(address, headers=known))
        message = await asyncio.wait_for(socket.read_message(), 20)
        socket.close()
        await socket.read_message()  # until it is closed
        return message

    message = in_a_thread(lambda: asyncio.run(heard()))
    assert json.loads(message)["QUERY_STRING"] == "commercial_margin=0.3"
    assert server.token not in message
    for path in (f"voila/query/{kernel}", f"api/kernels/{kernel}/channels"):  # this machine, another server
        assert asked(server, path, **UPGRADE, **known, Origin="http://127.0.0.1:1")[0] == 403
    assert asked(server, f"voila/query/{kernel}", **UPGRADE)[0] == 403


def test_without_a_token_everyone_comes_in_by_the_names_that_are_known(tmp_path):
    with serving(tmp_path, base_url="/hub/", options=("--no-token", "--host-name", "Hub.Example.org")) as address:
        assert address.token == ""
        assert asked(address, Host="hub.example.org")[0] == 200
        assert asked(address, "?token=x")[1]["Location"] == "/hub/"
        assert asked(address, Host="evil.example")[0] == 403


def test_a_file_that_breaks_its_reader_tells_the_browser_nothing_of_the_server(browser, server, tmp_path):
    context, frames = browser.new_context(), []
    page = context.new_page()
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: frames.append(frame)))
    page.goto(server.link("?page=scenarios"))
    page.wait_for_selector("html[data-hub=ready]", state="attached", timeout=60_000)
    bad = tmp_path / "bad.toml"
    bad.write_text(f"x = {'[' * 5000}{']' * 5000}", encoding="utf-8")
    page.get_by_label("Open a workbook").set_input_files(bad)
    page.locator(".hub-exchange .hub-failed").wait_for(timeout=30_000)
    heard = b"".join(frame if isinstance(frame, bytes) else frame.encode() for frame in frames)
    assert b"hub-failed" in heard
    assert b"Traceback" not in heard
    assert b"tomllib" not in heard
    context.close()
