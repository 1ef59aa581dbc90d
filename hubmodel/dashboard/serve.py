"""The server of the dashboard, built on Voila, on this machine only.

Nothing leaves the machine: the template is ours (no link to a content network), only the widgets manager and the chart
library are loaded, and the server listens on 127.0.0.1. `access` decides who may come in: the printed link carries a
token, new at each start. To let others in, put a reverse proxy in front that passes the Host on
(gzip, websocket upgrade) and name it: ``HUBMODEL_TOKEN=… hubmodel dashboard --host-name hub.example.org``; each visitor
then opens ``https://hub.example.org/?token=…`` once. Where the proxy signs people in, ``--no-token`` asks for nothing.

Kernels: two are kept warm, and each visitor gets one. A kernel ends when its tab closes (the closing request needs the
``_xsrf`` cookie, which stock Voila never sets), a minute after its page is lost, or after some idle minutes. One more
process does the heavy work of all visitors (`worker`).
"""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path
from typing import Any

from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado.ioloop import IOLoop
from traitlets import List, Unicode
from traitlets.config import Config
from voila.app import Voila

import hubmodel as hm
from hubmodel.case.loading import case_folder
from hubmodel.dashboard.access import Access, behind_doors, forget
from hubmodel.dashboard.worker import started
from hubmodel.errors import InputError, UnknownName

HERE = Path(__file__).resolve().parent
EXTENSIONS = ["@jupyter-widgets/jupyterlab-manager", "@voila-dashboards/widgets-manager8", "ipecharts"]
IDLE_MINUTES = 15
GRACE = 45  # seconds that a kernel waits for its page to come back
PATIENCE = 60  # seconds for the first output: a busy machine is slow
# Nothing is loaded from or sent to another host. Widgets need inline styles and scripts, and compile their schemas.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' ws://127.0.0.1:* ws://localhost:* wss:; "
    "worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)


class Kernels(AsyncMappingKernelManager):
    """Kernels that end when their page has been lost for a while, as when a browser crashes."""

    def notify_disconnect(self, kernel_id: str) -> None:
        """Note that a page has left its kernel."""
        super().notify_disconnect(kernel_id)  # type: ignore[no-untyped-call]
        IOLoop.current().call_later(GRACE, self._end_forsaken, kernel_id)

    async def _end_forsaken(self, kernel_id: str) -> None:
        here = kernel_id in self and self.kernel_model(kernel_id)  # type: ignore[no-untyped-call]
        if here and not here["connections"]:
            await self.shutdown_kernel(kernel_id)  # type: ignore[no-untyped-call]

    def remove_kernel(self, kernel_id: str) -> Any:
        """Forget a kernel that has ended, and the query of its page."""
        forget(kernel_id)
        return super().remove_kernel(kernel_id)


class Server(Voila):  # type: ignore[misc]
    """Voila with our handlers; user-wide Voila settings are left alone."""

    names = List(Unicode(), config=True, help="Names by which the server is reached besides those of the loopback.")
    link = Unicode(config=True, help="The link that opens the dashboard, token included.")

    def init_settings(self) -> dict[str, Any]:
        """Write every error with our templates: Jupyter's own ask for files that Voila does not serve."""
        settings: dict[str, Any] = super().init_settings()
        return settings | {"jinja2_env": settings["voila_jinja2_env"]}

    def init_handlers(self) -> list[Any]:
        """Replace Voila's handlers by ours where they let everyone in."""
        return behind_doors(super().init_handlers(), self.names)

    def launch_browser(self) -> None:
        """Open the link from a file that only this user can read: other users see the arguments of a command."""
        self.app.settings["voila_jinja2_env"].globals["link"] = self.link
        super().launch_browser()


def serve(
    case: str = "northx",
    port: int = 8866,
    open_browser: bool = True,
    page: str = "overview",
    scenario: str = "",
    base_url: str = "/",
    access: Access | None = None,
) -> None:
    """Serve one page until interrupted.

    Parameters
    ----------
    case, scenario
        Name or folder of the case; name or file of the scenario, empty for the base case.
    port
        Port on 127.0.0.1.
    open_browser
        Whether to open the page in the browser.
    page
        Name of the page: a notebook in notebooks/dashboards.
    base_url
        Path under which a reverse proxy serves the dashboard, such as ``/hub/``.
    access
        Who may come in; if not given, whoever has the printed link.

    Raises
    ------
    InputError
        The port is in use, or a row of the case breaks a rule.
    UnknownName
        There is no such case, scenario or page.
    """
    hm.load(case, scenario or None)  # errors in the case are shown here, not in the browser
    notebook = notebook_of(page)
    refuse_used(port)
    # kernels start in another folder, so paths are made absolute
    written_out = str(Path(scenario).resolve()) if scenario.endswith(".toml") else scenario
    os.environ |= {"HUBMODEL_CASE": str(case_folder(case).resolve()), "HUBMODEL_SCENARIO": written_out}
    os.environ["JUPYTER_PATH"] = os.pathsep.join(filter(None, [str(HERE), os.environ.get("JUPYTER_PATH", "")]))
    config, access = configuration(port, open_browser, notebook), access or Access()
    access.set_on(config)
    config.Voila.base_url = f"/{base_url.strip('/')}/".replace("//", "/")
    config.Server.link = access.link(f"http://127.0.0.1:{port}{config.Voila.base_url}")
    print(f"hubmodel dashboard: {config.Server.link}  (stop with Ctrl+C)", flush=True)
    server = Server.instance(config=config)
    with started():
        server.initialize([])
        server.start()


def configuration(port: int, open_browser: bool, notebook: Path) -> Config:
    """Return the settings of the server, with the reasons in the module's docstring."""
    config = Config()
    config.Voila.ip, config.Voila.port, config.Voila.port_retries = "127.0.0.1", port, 0
    config.Voila.open_browser, config.Voila.log_level = open_browser, "ERROR"
    config.Voila.notebook_path, config.Voila.root_dir = str(notebook), str(notebook.parent)
    config.Voila.tornado_settings = {
        "headers": {"Content-Security-Policy": POLICY, "Referrer-Policy": "same-origin"},
    }
    if sys.platform != "win32":
        config.KernelManager.transport = "ipc"  # kernels answer on sockets of this user, not on ports
    voila = config.VoilaConfiguration
    voila.template, voila.allow_template_override, voila.allow_theme_override = "hubmodel", "NO", "NO"
    voila.extension_allowlist, voila.file_allowlist = EXTENSIONS, []
    voila.multi_kernel_manager_class = Kernels
    voila.preheat_kernel, voila.default_pool_size = True, 2
    executor = config.VoilaExecutor
    executor.iopub_timeout, executor.raise_on_iopub_timeout = PATIENCE, True  # better a late page than an empty one
    kernels = config.MappingKernelManager
    kernels.cull_idle_timeout, kernels.cull_interval, kernels.cull_connected = 60 * IDLE_MINUTES, 60, True
    return config


def notebook_of(page: str) -> Path:
    """Find the notebook of a page, in a checkout or in an installation."""
    places = [HERE.parents[1] / "notebooks" / "dashboards", HERE / "notebooks"]  # checkout, wheel
    known = {found.stem: found for place in reversed(places) for found in place.glob("*.ipynb")}
    if page not in known:
        raise UnknownName.of("page", page, known)
    return known[page]


def refuse_used(port: int) -> None:
    """Raise InputError if another program already listens on a port."""
    with socket.socket() as probe:
        if sys.platform != "win32":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise InputError(
                "port {port} is in use by another program; choose another with PORT=…, for example PORT={other}",
                port=port,
                other=port + 1,
            ) from error
