"""What a page withstands: several viewers, hostile addresses, a proxy, a token, a policy for what it may load."""

import os
import shutil
import subprocess
import time
import urllib.request

import pytest

from tests.browser.conftest import Address, free_port, missing, serving, status
from tests.browser.test_overview import lever, npv, settled


def test_two_viewers_do_not_see_each_other(open_page):
    one, other = open_page(), open_page()
    before = npv(other)
    field = lever(one, "Commercial margin").locator("input")
    field.fill("32 %")
    field.press("Enter")
    one.wait_for_url("**commercial_margin=0.32**")
    assert npv(one) != before
    assert npv(other) == before
    assert "commercial_margin" not in other.url


@pytest.mark.parametrize(
    "query",
    [
        "?commercial_margin=1e999&version=0.1.0",
        "?commercial_margin=%3Cscript%3Ealert(1)%3C/script%3E",
        "?__class__=1&commercial_margin[x]=2",
        "?page=../../etc/passwd&language=%00",
        "?" + "a=1&" * 400,
    ],
)
def test_a_hostile_address_does_no_harm(open_page, query):
    page = open_page(query=query)
    settled(page)
    assert npv(page).endswith("MSEK")
    assert page.evaluate("document.querySelectorAll('.hub-page script').length") == 0


def test_the_policy_keeps_everything_at_home(server, open_page):
    page = open_page(watched=False)  # the browser rightly complains about what is blocked below
    request = urllib.request.Request(server, headers={"Authorization": f"token {server.token}"})
    with urllib.request.urlopen(request) as answer:
        policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "object-src 'none'" in policy
    blocked = page.evaluate(
        """() => new Promise(done => { addEventListener('securitypolicyviolation', event => done(event.blockedURI));
        new Image().src = 'http://127.0.0.2/x.png'; setTimeout(() => done(''), 3000); })"""
    )
    assert blocked.startswith("http://127.0.0.2")


def test_a_token_is_asked_for_and_then_remembered(browser, tmp_path):
    with serving(tmp_path, HUBMODEL_TOKEN="s3cret-and-long") as address:
        assert address.token == "s3cret-and-long"
        context = browser.new_context()
        page = context.new_page()
        page.goto(address)
        assert page.locator(".hub-page").count() == 0
        page.goto(address + "?token=s3cret-and-long")
        page.wait_for_selector("html[data-hub=ready]", state="attached", timeout=60_000)
        page.goto(address)
        page.wait_for_selector("html[data-hub=ready]", state="attached", timeout=60_000)
        assert "token" not in page.url
        context.close()


@pytest.mark.slow
def test_an_idle_page_keeps_its_socket(browser, server):
    # the server pings every 30 s and gives up after three pings: 100 s hold three of them
    context = browser.new_context()
    page, opened, closed = context.new_page(), [], []

    def watch(socket):
        opened.append(socket.url)
        socket.on("close", lambda socket: closed.append(socket.url))

    page.on("websocket", watch)
    page.goto(server.link())
    page.wait_for_selector("html[data-hub=ready]", state="attached", timeout=60_000)
    page.wait_for_timeout(100_000)
    assert (len(opened), len(closed)) == (1, 0)
    context.close()


NGINX = """
{user}
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 128; }}
http {{
  access_log off; client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder};
  gzip on; gzip_proxied any; gzip_types text/css application/javascript application/json;
  server {{
    listen 127.0.0.1:{port};
    location /hub/ {{
      proxy_pass {behind}; proxy_http_version 1.1; proxy_set_header Host $http_host;
      proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade"; proxy_read_timeout 600s;
    }}
  }}
}}
"""


def test_behind_a_reverse_proxy_under_a_path_of_its_own(open_page, tmp_path):
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if nginx is None:
        missing("nginx is not installed")
    (tmp_path / "server").mkdir()
    with serving(tmp_path / "server", base_url="/hub/") as behind:
        user = "user root;" if os.geteuid() == 0 else ""
        port, written = free_port(), tmp_path / "nginx.conf"
        written.write_text(
            NGINX.format(user=user, folder=tmp_path, port=port, behind=behind.removesuffix("/hub/")), encoding="utf-8"
        )
        with subprocess.Popen([nginx, "-c", written, "-p", tmp_path]) as proxy:
            address, patience = Address.of(f"http://127.0.0.1:{port}/hub/?token={behind.token}"), time.monotonic() + 20
            while (
                status(address + "voila/templates/hubmodel/static/hubmodel.css") != 200 and time.monotonic() < patience
            ):
                time.sleep(0.2)
            assert status(address) == 403
            page = open_page(address=address, query="?commercial_margin=0.3")
            try:
                assert "token" not in page.url
                assert {cookie["path"] for cookie in page.context.cookies() if cookie["httpOnly"]} == {"/hub/"}
                page.wait_for_function("() => document.querySelector('.hub-changed') !== null")
                field = lever(page, "Volume factor").locator("input")
                before = npv(page)
                field.fill("1.1")
                field.press("Enter")
                page.wait_for_function(
                    "before => document.querySelector('.hub-figure .hub-value').innerText !== before", arg=before
                )
            finally:
                page.context.close()
                proxy.terminate()
